"""Beside an ended check: the frame in which the customer's browser looks, and the friend's link."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from diagnostics import Options, Report
from diagnostics.report import compose_report
from intake.bootstrap import Services
from intake.checks import BanInquiries
from intake.journey import CheckRun
from intake.vantages.worker_messages import WorkerAnswer
from tests.diagnostics.views import NOW, target, works
from tests.event_loop import run_apart
from tests.ui.app import PageTest
from tests.wizard.customer import CHECK, SITE, begin_with_site, never_measure

A_PUBLIC_ADDRESS = "93.184.215.14"


@pytest.fixture
def measured(services: Services, monkeypatch: pytest.MonkeyPatch) -> PageTest:
    """A site that works from here, as its check found."""
    never_measure(monkeypatch)
    page = begin_with_site()
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    seen = works(addresses=(A_PUBLIC_ADDRESS,))
    report = compose_report(
        target(), "site", seen, options=Options(), started_at=NOW, duration_s=0.4
    )
    run = CheckRun(
        step=CHECK,
        target=SITE,
        state="done",
        started_at=datetime.now(UTC),
        facts=report.facts(),
        report=report.model_dump(mode="json"),
    )
    services.drafts.save_check(stored.id, run)
    return PageTest(case=page.address["case"])


def frames(page: PageTest) -> list[str]:
    return [element.proto.src for element in page.app.get("iframe")]


def test_the_customers_browser_looks_from_a_frame_of_ours_and_asking_goes_on(
    services: Services, measured: PageTest
) -> None:
    (address,) = frames(measured)
    token = address.removeprefix("/look/").partition("?")[0]
    look = services.views.find(token)
    assert look is not None
    assert {row.asked for row in look.requests} == {"own", "site", "image", "address"}
    assert measured.keys & {"go_on-healthy-from-here", "still_broken-healthy-from-here"}


def test_a_friends_link_is_made_by_a_click_and_shown_to_be_sent(
    services: Services, measured: PageTest
) -> None:
    assert not measured.app.code
    measured.click(f"friend-{CHECK}")
    (link,) = [code.value for code in measured.app.code]
    assert link.startswith(f"{services.settings.base_url}/friend/")
    found = services.views.find_link(link.rpartition("/")[2])
    assert found is not None
    assert found.state == "open"
    assert measured.address["case"] not in link


def test_a_customer_may_have_the_block_lifted_where_the_operator_allows_it(
    measured: PageTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"unban-{CHECK}" not in measured.keys
    lifted: list[str] = []
    monkeypatch.setattr(BanInquiries, "may_lift", lambda _, run: run.step == CHECK)
    monkeypatch.setattr(BanInquiries, "lift", lambda _, _draft, run: lifted.append(run.step))
    PageTest(case=measured.address["case"]).click(f"unban-{CHECK}")
    assert lifted == [CHECK]


def test_a_mailboxs_check_asks_no_browser(services: Services, measured: PageTest) -> None:
    stored = services.drafts.find(measured.address["case"])
    assert stored is not None
    run = stored.draft.checks[CHECK]
    report = {**(run.report or {}), "kind": "mail"}
    changes = {"report": report, "started_at": datetime.now(UTC)}
    services.drafts.save_check(stored.id, run.model_copy(update=changes))
    page = PageTest(case=measured.address["case"])
    assert not frames(page)
    assert f"friend-{CHECK}" not in page.keys


def test_what_a_worker_sees_comes_to_the_page_by_itself(
    services: Services, measured: PageTest
) -> None:
    stored = services.drafts.find(measured.address["case"])
    assert stored is not None
    run = stored.draft.checks[CHECK]
    jobs = services.worker_jobs
    # It asks once, and from then on it counts as there.
    assert run_apart(jobs.next_job("oslo", "Oslo", "192.0.2.0/24", poll_s=0)) is None
    services.other_vantages.ask(stored.id, run, Report.model_validate(run.report))
    assert services.other_vantages.is_looking(stored.id, CHECK)
    job = run_apart(jobs.next_job("oslo", "Oslo", "192.0.2.0/24"))
    assert job is not None
    assert job.target == f"https://{SITE}/"
    assert "Oslo" not in PageTest(case=measured.address["case"]).text
    answer = WorkerAnswer(verdict="fault", cause="tcp.refused", control="works", duration_s=1.5)
    assert jobs.finish("oslo", job.id, answer)
    assert not services.other_vantages.is_looking(stored.id, CHECK)
    page = PageTest(case=measured.address["case"])
    assert "it doesn't open from Oslo" in page.text
    found = services.drafts.get(stored.id)
    assert found is not None
    assert found.draft.checks[CHECK].facts["cause"] == "net.regional_fault"
    jobs._queues.clear()  # else later tests would wait for it
