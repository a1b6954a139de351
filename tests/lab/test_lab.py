"""The quick part of the lab, on real daemons; `make lab` runs it whole."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from diagnostics import CODES, Report, summarise, words
from tests.lab.model import HEALTHY, Case, World, run_case
from tests.lab.worlds import CASES, WORLDS

_TOOLS = ("unshare", "nft", "ip", "named", "dnssec-signzone", "nginx")
_missing = [
    tool for tool in _TOOLS if shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin") is None
]
pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
    pytest.mark.skipif(bool(_missing), reason=f"not installed: {', '.join(_missing)}"),
]


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, World]]:
    """One world at a time: each moves this thread into a network of its own."""
    with ExitStack() as stack:
        yield _Worlds(stack)


class _Worlds(dict[str, World]):
    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, name: str) -> World:
        self._stack.close()
        self.clear()
        self[name] = self._stack.enter_context(WORLDS[name]())
        return self[name]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.is_fast], ids=lambda case: f"{case.world}: {case.name}"
)
def test_case(worlds: dict[str, World], case: Case) -> None:
    outcome = run_case(case, worlds[case.world])
    assert outcome.code == case.expected, (outcome.verdict, outcome.codes)
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
            said = words(one, language)
            assert not any("…" in text or "{" in text or "  " in text for text in said)


def test_each_code_is_shown_by_a_case() -> None:
    """`make lab` proves that it is; a healthy case leads with the code for that."""
    shown = {"ok.reachable" if case.expected == HEALTHY else case.expected for case in CASES}
    assert set(CODES) == shown
