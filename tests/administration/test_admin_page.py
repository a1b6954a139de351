"""The administrators' page: users and their sessions, parked deliveries, the audit."""

from __future__ import annotations

import pytest

from intake.accounts.rights import StaffRole
from intake.bootstrap import Services
from tests.staff import enter_pages, enter_pages_by_link, sign_in_as
from tests.ui.app import PageTest


@pytest.fixture
def agent(services: Services) -> str:
    """An agent's cookie; an administrator looks at the page."""
    cookie = sign_in_as(services, StaffRole.AGENT)
    enter_pages_by_link("Olga Petrova")
    return cookie


@pytest.mark.parametrize("role", [StaffRole.READER, StaffRole.AGENT, StaffRole.AUTHOR])
def test_it_is_for_administrators(services: Services, role: StaffRole) -> None:
    enter_pages(sign_in_as(services, role))
    assert PageTest("admin").title == "Not with your account"


def test_a_user_is_signed_out_everywhere_and_removed(services: Services, agent: str) -> None:
    page = PageTest("admin")
    assert "By the printed link" in page.text
    page.click("sign-out-agent")
    assert services.sessions.account(agent) is None
    assert "sign-out-agent" not in page.keys
    page.click("remove-agent")
    assert services.users.find("agent") is None
    assert [row.action for row in services.audit.rows(about="agent", limit=2)] == [
        "user.remove",
        "user.sign-out",
    ]
    assert "removed a user" in page.text


def test_roles_are_given_and_taken(services: Services, agent: str) -> None:
    page = PageTest("admin")
    roles = next(group for group in page.app.button_group if group.key == "roles-agent")
    roles.set_value([StaffRole.READER, StaffRole.AUTHOR]).run()
    account = services.sessions.account(agent)
    assert account is not None
    assert account.roles == {StaffRole.READER, StaffRole.AUTHOR}
    (row,) = services.audit.rows(action="user.role", limit=1)
    assert (row.about, row.detail) == ("agent", "reader, author")


def test_nobody_locks_themselves_out(services: Services) -> None:
    enter_pages(sign_in_as(services, StaffRole.ADMIN))
    page = PageTest("admin")
    assert "remove-admin" not in page.keys
    roles = next(group for group in page.app.button_group if group.key == "roles-admin")
    roles.set_value([StaffRole.READER]).run()
    assert "You stay an administrator" in page.text
    user = services.users.find("admin")
    assert user is not None
    assert user.roles == {StaffRole.ADMIN}
