"""A diagnosis under way, asked what it knows already."""

from __future__ import annotations

from diagnostics import Diagnosis, diagnose, read_target
from tests.diagnostics.conftest import LOOPBACK, Lab
from tests.fakes.hostile_http import HostileServer, stays_silent

SHOP = "shop.example"


def begin(text: str, lab: Lab | None = None) -> Diagnosis:
    options = lab.options if lab else LOOPBACK
    return diagnose(read_target(text, options).target, options=options)


def test_a_mute_page_is_not_judged_before_its_time() -> None:
    """A page may come after all; what was seen is there meanwhile."""
    with HostileServer(stays_silent) as server:
        diagnosis = begin(f"http://{server.address}/")
        early = [diagnosis.so_far for seen in diagnosis if seen.probe != "http"]
        assert early
        assert {one.verdict for one in early} == {"inconclusive"}
        assert not any(one.findings for one in early)
        assert any(seen.probe == "tcp" for seen in early[-1].observations)
    assert diagnosis.report.findings[0].code == "tcp.no_answer"


def test_a_missing_name_is_named_while_more_is_asked_about_it(lab: Lab) -> None:
    lab.names({"example": ""})
    diagnosis = begin(SHOP, lab)
    verdicts = [diagnosis.so_far.verdict for _ in diagnosis]
    assert verdicts.index("fault") < len(verdicts) - 1


def test_one_closed_way_proves_nothing_while_the_other_is_dialled(lab: Lab) -> None:
    """A browser falls back to http where https is closed."""
    site = lab.nginx()
    lab.name(SHOP, site.address)
    diagnosis = begin(SHOP, lab)
    assert all(diagnosis.so_far.verdict == "inconclusive" for _ in diagnosis)
    assert diagnosis.report.verdict == "healthy"


def test_at_the_end_it_is_the_report() -> None:
    with HostileServer(stays_silent, (22,)) as server:
        diagnosis = begin(f"{server.address}:22")
        report = diagnosis.report
    assert diagnosis.so_far is report
