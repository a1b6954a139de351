"""The quick part of the lab, on real daemons; `make lab` runs it whole."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from diagnostics import CODES, Report, finding_text, summarise
from tests.lab.customer_browsers import CHROMIUM
from tests.lab.model import HEALTHY, Case, Outcome, run_case
from tests.lab.worlds import CASES, WORLDS

_TOOLS = (
    "unshare",
    "nft",
    "ip",
    "named",
    "dnssec-signzone",
    "nginx",
    *("postfix", "opendkim", "opendkim-genkey", "dovecot"),
)
_missing = [
    tool for tool in _TOOLS if shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin") is None
]
pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
    pytest.mark.skipif(bool(_missing), reason=f"not installed: {', '.join(_missing)}"),
]


def _can_run(case: Case) -> bool:
    return case.world != "customer" or bool(CHROMIUM and shutil.which("certutil"))


class _Outcomes(dict[Case, Outcome]):
    """What came of the cases that this run asks for; those of a world together, side by side."""

    def __init__(self, cases: list[Case]) -> None:
        super().__init__()
        self._cases = cases

    def __missing__(self, case: Case) -> Outcome:
        own = [one for one in self._cases if one.world == case.world]
        with (
            WORLDS[case.world]() as world,
            ThreadPoolExecutor(getattr(world, "at_once", 1)) as pool,
        ):
            outcomes = pool.map(partial(run_case, world=world), own)
            self.update(zip(own, outcomes, strict=True))
        return self[case]


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> dict[Case, Outcome]:
    specs = [getattr(item, "callspec", None) for item in request.session.items]
    cases = [spec.params["case"] for spec in specs if spec and "case" in spec.params]
    return _Outcomes([case for case in cases if isinstance(case, Case)])


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.is_fast and _can_run(case)],
    ids=lambda case: f"{case.world}: {case.name}",
)
def test_case(outcomes: dict[Case, Outcome], case: Case) -> None:
    outcome = outcomes[case]
    assert outcome.code == case.expected, (outcome.verdict, outcome.codes)
    assert outcome.is_named
    allowed = {case.expected, "ok.reachable", *case.also}
    if case.expected == HEALTHY:
        extra = {f.code for f in outcome.report.findings if f.severity != "info"} - allowed
        assert not extra
    _reads_well(outcome.report)


def _reads_well(report: Report) -> None:
    assert Report.model_validate_json(report.model_dump_json()) == report
    ids = Counter(one.id for one in report.observations)
    assert max(ids.values(), default=1) == 1, ids.most_common(3)
    for seen in report.observations:
        assert all(summarise(seen, language).text for language in ("en", "ru"))
    for one in report.findings:
        assert set(one.evidence) <= set(ids)
        for language in ("en", "ru"):
            said = finding_text(one, language)
            assert not any("…" in text or "{" in text or "  " in text for text in said)


def test_each_code_is_shown_by_a_case() -> None:
    """`make lab` proves that it is; a healthy case leads with the code for that."""
    shown = {"ok.reachable" if case.expected == HEALTHY else case.expected for case in CASES}
    # Never more than beside another.
    worth_knowing = {
        *("mail.dmarc_missing", "tcp.greeting_slow"),
        *("http.programs_refused", "dns.address_cached"),
    }
    assert set(CODES) == shown | worth_knowing
    assert worth_knowing <= {code for case in CASES for code in case.also}
