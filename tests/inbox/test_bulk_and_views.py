"""Several tickets at once, and views of the list that are kept."""

from __future__ import annotations

import pytest

from intake.accounts.rights import StaffRole
from intake.bootstrap import Services
from intake.tickets import TicketFilter
from intake.tickets.saved_views import MAX_VIEWS, SavedViews, ViewRefused
from intake.tickets.staff_entries import set_state, staff_text
from tests.staff import enter_pages, enter_pages_by_link, sign_in_as
from tests.tickets import example
from tests.tickets.example import Kept
from tests.ui.app import PageTest


def send(services: Services, name: str) -> str:
    draft = example.draft("en", name=name)
    _, draft_id = services.drafts.create(example.CHECKLIST, draft)
    return services.tickets.send(
        draft_id, lambda reference, _: example.ticket(draft, reference=reference), ("email",)
    ).reference


def state_of(services: Services, reference: str) -> str:
    ticket = services.tickets.get(reference)
    assert ticket is not None
    return ticket.state


def test_several_are_solved_after_saying_how_many(services: Services) -> None:
    first, second, left = (send(services, "Bulk") for _ in range(3))
    enter_pages(sign_in_as(services, StaffRole.AGENT, name="Olga Petrova"))
    page = PageTest("inbox", find="Bulk").click("bulk-begin")
    for reference in (first, second):
        page.app.checkbox(key=f"pick-{reference}").check()
    page.app.run()
    page.click("bulk-solve")
    assert "Tickets to be marked as solved: 2." in page.text
    assert state_of(services, first) == "open"
    page.click("bulk-yes")
    assert "Marked as solved: 2." in page.text
    assert [state_of(services, each) for each in (first, second, left)] == [
        "solved", "solved", "open",
    ]  # fmt: skip
    for reference in (first, second):
        (row,) = services.audit.rows(about=reference)
        assert (row.action, row.detail, row.name) == ("ticket.change", "solved", "Olga Petrova")
        ticket = services.tickets.get(reference)
        assert ticket is not None
        kinds = [entry.kind for entry in ticket.conversation]
        assert kinds.count("state") == 1  # as by a single click
        assert len(services.outbox.rows(reference)) == 2


def test_what_was_solved_by_mistake_is_taken_back_at_once(services: Services) -> None:
    """Also where the list's filter shows none of them any more; not what went on meanwhile."""
    waits, written = send(services, "Zebedee"), send(services, "Zebedee")
    services.conversations.add(waits, set_state("waiting", "Olga"))
    enter_pages(sign_in_as(services, StaffRole.AGENT, name="Olga Petrova"))
    page = PageTest("inbox", find="Zebedee").click("bulk-begin")
    for reference in (waits, written):
        page.app.checkbox(key=f"pick-{reference}").check()
    page.app.run()
    page.click("bulk-solve").click("bulk-yes")
    assert state_of(services, waits) == "solved"
    services.conversations.add(written, staff_text("reply", "Solved indeed.", "Ivan"))
    page.click("bulk-undo")
    assert "As they were before: 1." in page.text
    assert "wrote or changed something since: 1." in page.text
    assert "bulk-undo" not in page.keys
    assert [state_of(services, each) for each in (waits, written)] == ["waiting", "solved"]
    assert [row.detail for row in services.audit.rows(about=waits)] == ["waiting", "solved"]


def test_the_way_back_is_there_where_the_list_is_empty(services: Services) -> None:
    reference = send(services, "Emptied")
    enter_pages(sign_in_as(services, StaffRole.AGENT))
    page = PageTest("inbox", find="Emptied", state="open").click("bulk-begin").click("bulk-all")
    page.click("bulk-solve").click("bulk-yes")
    assert f"open-{reference}" not in page.keys
    page.click("bulk-undo")
    assert f"open-{reference}" in page.keys


def test_another_choice_is_asked_anew_and_no_is_no(services: Services) -> None:
    first, second = send(services, "Asked"), send(services, "Asked")
    enter_pages(sign_in_as(services, StaffRole.AGENT))
    page = PageTest("inbox", find="Asked").click("bulk-begin").click("bulk-all")
    page.click("bulk-solve")
    page.app.checkbox(key=f"pick-{first}").uncheck().run()
    assert "bulk-yes" not in page.keys
    page.click("bulk-solve").click("bulk-no")
    assert "bulk-yes" not in page.keys
    assert state_of(services, second) == "open"
    page.click("bulk-end")
    assert [box.key for box in page.app.checkbox] == ["view-shared"]


def test_a_reader_closes_nothing_and_a_role_taken_away_counts_at_each(services: Services) -> None:
    reference = send(services, "Rights")
    enter_pages(sign_in_as(services, StaffRole.READER))
    assert "bulk-begin" not in PageTest("inbox", find="Rights").keys
    enter_pages(sign_in_as(services, StaffRole.AGENT))
    page = PageTest("inbox", find="Rights").click("bulk-begin").click("bulk-all")
    page.click("bulk-solve")
    services.users.set_roles("agent", ["reader"])
    page.click("bulk-yes")
    assert state_of(services, reference) == "open"


def test_a_view_is_kept_opened_shared_and_removed(services: Services) -> None:
    reference = send(services, "Viewed")
    enter_pages(sign_in_as(services, StaffRole.AGENT))
    page = PageTest("inbox", find="Viewed", state="open")
    page.app.text_input(key="view-name").set_value("Open of Viewed")
    page.app.checkbox(key="view-shared").check()
    page.click("view-save")
    (view,) = services.views_of_inbox.of("agent")
    assert dict(view.filters) == {"find": "Viewed", "state": "open"}
    enter_pages(sign_in_as(services, StaffRole.READER))
    page = PageTest("inbox", days="1").click(f"view-{view.id}")
    assert page.address["find"] == "Viewed"
    assert "days" not in page.address
    assert f"open-{reference}" in page.keys
    assert "view-remove" not in page.keys  # another's
    enter_pages(sign_in_as(services, StaffRole.AGENT))
    PageTest("inbox", **view.filters).click("view-remove")
    assert services.views_of_inbox.of("agent") == ()
    actions = {row.action for row in services.audit.rows(about="Open of Viewed")}
    assert actions == {"view.save", "view.remove"}


def test_a_reader_keeps_views_for_themselves(services: Services) -> None:
    enter_pages(sign_in_as(services, StaffRole.READER))
    page = PageTest("inbox", state="waiting")
    page.click("view-save")
    assert "Give it a name" in page.text
    page.app.text_input(key="view-name").set_value("Mine")
    page.click("view-save")
    assert services.views_of_inbox.of("agent") == ()
    (own,) = services.views_of_inbox.of("reader")
    assert not own.is_shared
    services.views_of_inbox.remove(own.id, owner="reader")


def test_mine_is_whoevers_opens_the_link(services: Services) -> None:
    reference = send(services, "Mine")
    enter_pages_by_link("Ivan Kim")
    page = PageTest("inbox", ticket=reference).click("work-take")
    assert f"open-{reference}" in PageTest("inbox", owner="me", find="Mine").keys
    enter_pages_by_link("Anna Sergeeva")
    page = PageTest("inbox", owner="me", find="Mine")
    assert f"open-{reference}" not in page.keys
    assert f"open-{reference}" in PageTest("inbox", owner="Ivan Kim", find="Mine").keys


@pytest.fixture
def kept(database_url: str) -> Kept:
    return Kept(database_url)


def test_views_have_names_filters_and_a_limit(kept: Kept) -> None:
    views = SavedViews(kept.engine)
    for name, filters, reason in (
        (" ", {"state": "open"}, "nameless"),
        ("Name", {"state": ""}, "empty"),
    ):
        with pytest.raises(ViewRefused) as refused:
            views.save("olga", name, filters, is_shared=False)
        assert refused.value.reason == reason
    for number in range(MAX_VIEWS):
        views.save("olga", f"View {number}", {"state": "open"}, is_shared=False)
    replaced = views.save("olga", "View 1", {"days": "1"}, is_shared=True)
    with pytest.raises(ViewRefused):
        views.save("olga", "One more", {"state": "open"}, is_shared=False)
    assert len(views.of("olga")) == MAX_VIEWS
    assert views.of("ivan") == (replaced,)
    assert not views.remove(replaced.id, owner="ivan")
    assert views.remove(replaced.id, owner=None)
    kept.engine.dispose()


def test_old_and_parked_tickets_are_found(kept: Kept) -> None:
    reference = kept.send(kept.draft()[1]).reference
    now = example.NOW
    assert [
        row.reference for row in kept.tickets.list(ticket_filter=TicketFilter(before=now))
    ] == []
    later = now.replace(year=now.year + 1)
    (row,) = kept.tickets.list(ticket_filter=TicketFilter(before=later))
    assert row.reference == reference
    assert kept.tickets.list(ticket_filter=TicketFilter(parked=True)) == []
    assert kept.tickets.owners() == []
    kept.engine.dispose()
