"""Diagnoses on behalf of drafts: shared, within budgets, and never in anybody's way."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from ipaddress import ip_network

import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from diagnostics import Options, Report, SentLetter
from intake.checks import CheckBudgets, CheckService
from intake.database import StorageBusy
from intake.journey.draft import CheckRun
from tests.daemons.bind import BindServer
from tests.fakes.hostile_dns import HostileDnsServer
from tests.fakes.hostile_http import HostileServer, answers

PAGE = "<html><head><title>Shop</title></head><body><h1>Shop</h1><p>Open all day.</p></body></html>"


class Saved:
    """Where checks are stored, with a way to wait for one."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, str], list[CheckRun]] = defaultdict(list)
        self._news = threading.Condition()

    def save(self, draft_id: str, run: CheckRun) -> None:
        with self._news:
            self.runs[draft_id, run.step].append(run)
            self._news.notify_all()

    def ended(self, draft_id: str, step: str = "web") -> CheckRun:
        with self._news:
            runs = self.runs[draft_id, step]
            assert self._news.wait_for(lambda: runs and runs[-1].state != "running", timeout=20)
            return runs[-1]

    def count(self, draft_id: str, step: str, number: int) -> list[CheckRun]:
        with self._news:
            runs = self.runs[draft_id, step]
            assert self._news.wait_for(lambda: len(runs) >= number, timeout=20)
            return list(runs)


@pytest.fixture
def site(httpserver: HTTPServer) -> HTTPServer:
    httpserver.expect_request("/").respond_with_data(PAGE, content_type="text/html")
    return httpserver


@pytest.fixture
def saved() -> Saved:
    return Saved()


@pytest.fixture
def service(saved: Saved, site: HTTPServer) -> Iterator[CheckService]:
    options = Options(
        allow_networks=(ip_network("127.0.0.0/8"),), http_ports=frozenset({80, site.port})
    )
    service = CheckService(saved.save, options, at_once=4, budgets=CheckBudgets(3))
    yield service
    service.stop()


def target(site: HTTPServer, path: str = "/") -> str:
    return f"http://127.0.0.1:{site.port}{path}"


def test_a_check_is_running_at_once_and_done_when_it_lands(
    service: CheckService, saved: Saved, site: HTTPServer
) -> None:
    first = service.ensure("draft", "web", target(site), kind="site", client="a")
    assert first.state == "running"
    done = saved.ended("draft")
    assert done.state == "done"
    assert done.facts["cause"] == "ok.reachable"
    assert done.report is not None
    assert done.target == target(site)
    progress = service.progress("draft", "web", "ru")
    assert progress is not None
    assert not progress.is_running
    assert any("200" in line.text for line, _ in progress.lines)


def test_everybody_who_asks_for_one_target_shares_one_run(
    service: CheckService, saved: Saved, site: HTTPServer
) -> None:
    for number in range(50):
        service.ensure(f"draft-{number}", "web", target(site), kind="site", client="a")
    reports = [saved.ended(f"draft-{number}").report for number in range(50)]
    assert all(report == reports[0] for report in reports)
    assert len([request for request, _ in site.log if request.path == "/"]) == 1


def test_check_again_measures_again(service: CheckService, saved: Saved, site: HTTPServer) -> None:
    service.ensure("draft", "web", target(site), kind="site", client="a")
    assert saved.ended("draft").facts["cause"] == "ok.reachable"
    site.clear()
    site.expect_request("/").respond_with_response(Response("Bad Gateway", 502))
    service.ensure("draft", "web", target(site), kind="site", client="a", again=True)
    saved.runs["draft", "web"][:] = saved.runs["draft", "web"][-1:]
    assert saved.ended("draft").facts["cause"] == "http.bad_gateway"


def test_a_client_over_its_budget_is_told_and_nobody_else(
    service: CheckService, saved: Saved, site: HTTPServer
) -> None:
    for number in range(3):
        service.ensure(f"a{number}", "web", target(site, f"/{number}"), kind="site", client="a")
    over = service.ensure("a4", "web", target(site, "/4"), kind="site", client="a")
    assert (over.state, over.why_failed) == ("failed", "budget of this client is spent")
    other = service.ensure("b", "web", target(site, "/5"), kind="site", client="b")
    assert other.state == "running"
    saved.ended("b")


def test_a_client_over_its_budget_spends_nothing_of_a_target(
    service: CheckService, saved: Saved, site: HTTPServer
) -> None:
    """Else one client alone could use up what others may ask about somebody's server."""
    for number in range(20):
        service.ensure(f"a{number}", "web", target(site), kind="site", client="a", again=True)
        saved.ended(f"a{number}")
    other = service.ensure("b", "web", target(site), kind="site", client="b", again=True)
    assert other.state == "running"
    saved.ended("b")
    assert len([request for request, _ in site.log if request.path == "/"]) == 4


def test_one_target_is_not_measured_without_end_whoever_asks(
    service: CheckService, saved: Saved, site: HTTPServer
) -> None:
    """After a dozen runs the last result serves: "check again" is no way to stress a server."""
    for number in range(20):
        draft = f"draft-{number}"
        service.ensure(
            draft, "web", target(site), kind="site", client=f"client-{number}", again=True
        )
        assert saved.ended(draft).state == "done"
    assert len([request for request, _ in site.log if request.path == "/"]) == 12


def test_no_number_of_names_makes_us_a_burden_to_one_server(saved: Saved) -> None:
    """Whoever owns names points them at a stranger's server: the address is what is counted."""

    def lead_to_victim(query: dns.message.Message, _count: int, _: object) -> list[bytes]:
        answer = dns.message.make_response(query)
        if query.question[0].rdtype == dns.rdatatype.A:
            name = query.question[0].name
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", victim.address))
        return [answer.to_wire()]

    with (
        HostileServer(answers(b"HTTP/1.1 200 OK\r\n\r\n" + PAGE.encode())) as victim,
        HostileDnsServer(lead_to_victim) as names,
    ):
        options = Options(
            allow_networks=(ip_network("127.0.0.0/8"),), resolvers=(names.resolver,), deadline_s=5
        )
        service = CheckService(saved.save, options, at_once=4, budgets=CheckBudgets(9, per_place=4))
        for number in range(12):
            target = f"http://owned-{number}.example/"
            service.ensure(f"d{number}", "web", target, kind="site", client=f"c{number}")
        ended = [saved.ended(f"d{number}") for number in range(12)]
        service.stop()
    reports = [Report.model_validate(run.report) for run in ended]
    left_alone = [report for report in reports if report.reasons()]
    assert len(left_alone) == 8
    assert {report.verdict for report in left_alone} == {"inconclusive"}
    assert all(report.findings == () for report in left_alone)
    assert "ten minutes" in left_alone[0].reasons()[0]


def test_the_names_of_one_domain_are_asked_about_so_often_together(saved: Saved) -> None:
    """Their name servers are somebody's too, and invented names are in nobody's cache."""
    options = Options(resolvers=("127.0.0.254:9",), deadline_s=0.2)
    service = CheckService(saved.save, options, at_once=4, budgets=CheckBudgets(9, per_place=4))
    runs = [
        service.ensure(f"d{number}", "web", f"x{number}.co.example", kind="site", client="c")
        for number in range(6)
    ]
    service.stop()
    assert [run.state for run in runs] == ["running"] * 4 + ["failed"] * 2
    assert runs[-1].why_failed == "budget of this domain is spent"


def test_no_subscriber_takes_everybodys_budget(saved: Saved) -> None:
    """Who has an IPv6 /48 has 65,536 networks to ask from, and at most a fifth of what there is."""
    options = Options(resolvers=("127.0.0.254:9",), deadline_s=0.2)
    service = CheckService(saved.save, options, at_once=4, budgets=CheckBudgets(1, in_all=20))

    names = iter(f"x{number}.example" for number in range(9))

    def ask(client: str) -> CheckRun:
        return service.ensure(client, "web", next(names), kind="site", client=client)

    asked = [ask(f"2001:db8:1:{number:x}::/64") for number in range(6)]
    others = [ask("2001:db8:2:1::/64"), ask("192.0.2.1"), ask("unknown")]
    service.stop()
    assert [run.state for run in asked] == ["running"] * 4 + ["failed"] * 2
    assert asked[-1].why_failed == "budget of this network is spent"
    assert [run.state for run in others] == ["running"] * 3


@pytest.mark.parametrize("text", ["169.254.169.254", "http://localhost:22", "two words", "[::1]"])
def test_a_refused_target_ends_the_check_without_a_packet(
    service: CheckService, saved: Saved, text: str
) -> None:
    run = service.ensure("draft", "web", text, kind="site", client="a")
    assert run.state == "failed"
    assert run.why_failed
    assert saved.runs["draft", "web"] == [run]


def test_what_this_process_never_started_is_unknown_to_it(service: CheckService) -> None:
    assert not service.is_known("draft", "web")
    assert service.progress("draft", "web", "en") is None
    assert not service.wait("draft", "web", 0)


def test_one_drafts_trouble_keeps_the_result_from_no_other(saved: Saved, site: HTTPServer) -> None:
    begun = threading.Event()

    def save(draft_id: str, run: CheckRun) -> None:
        if run.state == "running":
            begun.wait(20)  # until both wait for the same run
        elif draft_id == "first":
            raise ValueError("a document that can't be read")
        saved.save(draft_id, run)

    options = Options(
        allow_networks=(ip_network("127.0.0.0/8"),), http_ports=frozenset({80, site.port})
    )
    service = CheckService(save, options, at_once=1, budgets=CheckBudgets(3))
    readers = [
        threading.Thread(
            target=service.ensure,
            args=(draft, "web", target(site)),
            kwargs={"kind": "site", "client": "a"},
        )
        for draft in ("first", "second")
    ]
    for reader in readers:
        reader.start()
    begun.set()
    for reader in readers:
        reader.join()
    assert saved.ended("second").state == "done"
    service.stop()


def test_a_busy_database_keeps_no_other_check_waiting(saved: Saved, site: HTTPServer) -> None:
    """A client over its budget is written down; that write must hold no lock of the service."""
    may_write, is_writing = threading.Event(), threading.Event()

    def save(draft_id: str, run: CheckRun) -> None:
        if draft_id == "refused" and run.state == "failed":
            is_writing.set()
            assert may_write.wait(20)
        saved.save(draft_id, run)

    options = Options(
        allow_networks=(ip_network("127.0.0.0/8"),), http_ports=frozenset({80, site.port})
    )
    service = CheckService(save, options, at_once=2, budgets=CheckBudgets(1))
    service.ensure("first", "web", target(site, "/"), kind="site", client="a")
    refused = threading.Thread(
        target=service.ensure,
        args=("refused", "web", target(site, "/other")),
        kwargs={"kind": "site", "client": "a"},
    )
    refused.start()
    assert is_writing.wait(20)
    service.ensure("third", "web", target(site, "/"), kind="site", client="b")
    assert saved.ended("third").state == "done"
    may_write.set()
    refused.join()
    assert saved.ended("refused").state == "failed"
    service.stop()


def test_a_result_that_cannot_be_stored_is_stored_later(saved: Saved, site: HTTPServer) -> None:
    """The database was locked for a moment: the customer's page would wait for ever."""
    troubles = iter([StorageBusy("locked"), StorageBusy("locked")])

    def save(draft_id: str, run: CheckRun) -> None:
        trouble = next(troubles, None) if run.state == "done" else None
        if trouble is not None:
            raise trouble
        saved.save(draft_id, run)

    options = Options(
        allow_networks=(ip_network("127.0.0.0/8"),), http_ports=frozenset({80, site.port})
    )
    service = CheckService(
        save, options, at_once=1, budgets=CheckBudgets(3), save_again_s=(0.0, 0.0)
    )
    service.ensure("draft", "web", target(site), kind="site", client="a")
    assert saved.ended("draft").state == "done"
    assert next(troubles, None) is None
    service.stop()


LETTER = SentLetter("shop.example", "shop.example", (("shop.example", "july"),), "127.0.0.9")


@pytest.fixture
def mail(saved: Saved) -> Iterator[CheckService]:
    with BindServer({"shop.example": '@ IN TXT "v=spf1 -all"\n'}) as bind:
        options = Options(
            allow_networks=(ip_network("127.0.0.0/8"),), resolvers=(bind.resolver,), mail_name="x"
        )
        service = CheckService(saved.save, options, at_once=2, budgets=CheckBudgets(3))
        yield service
        service.stop()


def _knows_letter(run: CheckRun) -> bool:
    seen = (run.report or {})["observations"]
    return "sent_letter" in {observation["probe"] for observation in seen}


def test_a_letter_that_comes_late_completes_the_check(saved: Saved, mail: CheckService) -> None:
    """What is known stays until the new result is there: no question waits for it."""
    mail.ensure("draft", "mail", "shop.example", kind="mail", client="a")
    first = saved.ended("draft", "mail")
    assert not _knows_letter(first)
    completed = mail.complete("draft", first, LETTER, client="a")
    assert completed is not None
    assert completed.ended.wait(20)
    assert mail.complete("draft", first, LETTER, client="a") is None, "once for each letter"
    last = saved.count("draft", "mail", 3)
    assert [run.state for run in last] == ["running", "done", "done"]
    assert _knows_letter(last[-1])
    assert {"mail.dkim_missing", "mail.spf_excludes_sender"} <= set(last[-1].facts["finding"])  # type: ignore[arg-type]


def test_a_letter_is_its_customers_alone(saved: Saved, mail: CheckService) -> None:
    mail.ensure("draft", "mail", "shop.example", kind="mail", client="a", letter=LETTER)
    assert _knows_letter(saved.ended("draft", "mail"))
    mail.ensure("other", "mail", "shop.example", kind="mail", client="b")
    assert not _knows_letter(saved.ended("other", "mail"))


def test_a_completion_that_is_over_a_budget_keeps_what_is_known(
    saved: Saved, mail: CheckService
) -> None:
    mail.ensure("draft", "mail", "shop.example", kind="mail", client="a")
    first = saved.ended("draft", "mail")
    for number in range(2):
        mail.ensure(f"d{number}", "mail", f"n{number}.shop.example", kind="mail", client="a")
    assert mail.complete("draft", first, LETTER, client="a") is None
    assert saved.ended("draft", "mail") == first


def test_an_expected_address_is_judged_for_its_draft_alone(saved: Saved, site: HTTPServer) -> None:
    """One measurement serves both; only who expects another address reads of it."""
    with BindServer({"example": "shop IN A 127.0.0.1\n"}) as bind:
        options = Options(
            allow_networks=(ip_network("127.0.0.0/8"),),
            resolvers=(bind.resolver,),
            http_ports=frozenset({80, site.port}),
        )
        service = CheckService(saved.save, options, at_once=2, budgets=CheckBudgets(1))
        url = f"http://shop.example:{site.port}"
        service.ensure("draft", "web", url, kind="site", client="a", expected="127.0.9.9")
        service.ensure("other", "web", url, kind="site", client="a")
        assert saved.ended("draft").facts["cause"] == "dns.wrong_address"
        assert saved.ended("other").facts["cause"] != "dns.wrong_address"
        service.stop()
