"""What staff may do on their pages: by role, asked at each action, and written down."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import intake
from intake.accounts.rights import NotPermittedError, Right, StaffRole
from intake.bootstrap import Services
from intake.inbox import ticket_list
from intake.tickets import Ticket
from intake.ui.pages import PAGES
from intake.ui.staff_actions import (
    STAFF_ACTIONS,
    VIEW_ACTIONS,
    UndeclaredActionError,
    drawing,
    guard_callback,
)
from tests.staff import enter_pages, sign_in_as
from tests.tickets import example
from tests.ui.app import PageTest

WORK = {"work-take", "work-state-solved", "work-send"}
ROOT = Path(intake.__file__).parent
STAFF_ROOMS = ("inbox", "studio", "administration")


@pytest.fixture
def sent(services: Services) -> Ticket:
    _, draft_id = services.drafts.create(example.CHECKLIST, example.draft("en"))
    return services.tickets.send(
        draft_id,
        lambda reference, _: example.ticket(example.draft("en"), reference=reference),
        ("email",),
    )


@pytest.mark.parametrize("role", list(StaffRole))
def test_a_ticket_is_worked_on_by_agents_and_administrators(
    services: Services, sent: Ticket, role: StaffRole
) -> None:
    enter_pages(sign_in_as(services, role))
    page = PageTest("inbox", ticket=sent.reference)
    assert sent.reference in page.text
    assert bool(WORK & page.keys) == (role in {StaffRole.AGENT, StaffRole.ADMIN})


def test_a_role_taken_away_counts_at_the_click(services: Services, sent: Ticket) -> None:
    """The page was drawn for an agent; the click comes from a reader."""
    enter_pages(sign_in_as(services, StaffRole.AGENT))
    page = PageTest("inbox", ticket=sent.reference)
    services.users.set_roles("agent", ["reader"])
    page.click("work-take")
    assert "role doesn't allow it" in page.text
    assert "work-take" not in page.keys
    ticket = services.tickets.get(sent.reference)
    assert ticket is not None
    assert not ticket.conversation
    assert services.audit.rows(about=sent.reference) == ()


def test_a_sign_out_elsewhere_ends_this_tab(services: Services, sent: Ticket) -> None:
    cookie = sign_in_as(services, StaffRole.AGENT)
    enter_pages(cookie)
    page = PageTest("inbox", ticket=sent.reference)
    services.sessions.end(cookie)
    page.click("work-take")
    assert "sign-in has ended" in page.text
    assert sent.reference not in page.text
    ticket = services.tickets.get(sent.reference)
    assert ticket is not None
    assert not ticket.conversation


def test_what_was_done_is_written_down(services: Services, sent: Ticket) -> None:
    enter_pages(sign_in_as(services, StaffRole.AGENT, name="Olga Petrova"))
    page = PageTest("inbox", ticket=sent.reference)
    page.click("work-take")
    page.app.text_area[0].set_value("We restarted PHP-FPM.")
    page.click("work-send")
    page.click("work-state-solved")
    rows = services.audit.rows(about=sent.reference)
    assert [(row.action, row.detail) for row in rows] == [
        ("ticket.change", "solved"),
        ("ticket.write", "reply"),
        ("ticket.change", "owner"),
    ]
    assert {row.name for row in rows} == {"Olga Petrova"}
    assert "PHP-FPM" not in str(rows)


@pytest.mark.parametrize("role", [StaffRole.READER, StaffRole.AGENT])
def test_the_studio_is_for_authors(services: Services, role: StaffRole) -> None:
    enter_pages(sign_in_as(services, role))
    page = PageTest("studio", file="something-else")
    assert page.title == "Not with your account"
    assert not page.keys & {"publish", "check", "give-up"}


def test_an_action_that_no_table_knows_is_never_drawn() -> None:
    def something_new() -> None:
        raise AssertionError

    with drawing(None):
        assert guard_callback(something_new) is something_new  # a customer's page
    with drawing(Right.READ), pytest.raises(UndeclaredActionError, match="something_new"):
        guard_callback(something_new)


def test_a_view_needs_the_right_of_its_page(services: Services) -> None:
    with drawing(Right.WRITE):
        look = guard_callback(ticket_list._more)
    enter_pages(sign_in_as(services, StaffRole.READER))
    with pytest.raises(NotPermittedError):
        look(1)


def test_streamlits_own_buttons_run_nothing_on_staff_pages() -> None:
    """`st.button(on_click=…)` would go past the table."""
    for room in STAFF_ROOMS:
        for path in (ROOT / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st."):
                    names = {keyword.arg for keyword in node.keywords}
                    changes = [
                        ast.unparse(keyword.value)
                        for keyword in node.keywords
                        if keyword.arg in {"on_change", "on_submit"}
                    ]
                    assert "on_click" not in names, f"{path}: {ast.unparse(node.func)}"
                    assert all(text.startswith("actions.on_change") for text in changes), path


def test_the_tables_name_what_exists() -> None:
    for name in VIEW_ACTIONS:
        module, _, function = name.rpartition(".")
        path = ROOT.parent / (module.replace(".", "/") + ".py")
        assert f"def {function}(" in path.read_text(encoding="utf-8"), name
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for room in STAFF_ROOMS
        for path in (ROOT / room).glob("*.py")
    )
    for name in STAFF_ACTIONS:
        assert f'"{name}"' in source, name


def test_every_staff_page_needs_a_right() -> None:
    assert {page.path for page in PAGES if page.right is None} == {"/"}
