"""A system without a thread to spare: a diagnosis ends, accuses nobody, and the next one works."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import count

import pytest

from diagnostics import Options
from intake.checks import CheckBudgets, CheckService
from intake.database import open_database
from tests.checks.test_check_service import Saved
from tests.survive.nth_call import NthCall, failing_threads

_OURS = ("check", "diagnose")


@pytest.mark.parametrize("starts", [(1, 2, 3, 5), pytest.param(None, marks=pytest.mark.long)])
def test_a_diagnosis_ends_whichever_thread_cannot_begin(
    database_url: str, starts: tuple[int, ...] | None
) -> None:
    engine = open_database(database_url)
    for number in starts if starts is not None else count(1):
        # A service of its own: its threads aren't there yet.
        saved, call, target = Saved(), NthCall(number), f"http://127.0.{number}.1"
        options = Options(allow_networks=(ip_network("127.0.0.0/8"),), deadline_s=5.0)
        budgets = CheckBudgets(per_client=100)
        service = CheckService(saved.save, options, at_once=2, budgets=budgets, engine=engine)
        with failing_threads(call, lambda thread: thread.name.startswith(_OURS)):
            service.ensure("draft", "web", target, kind="site", client="192.0.2.1")
            first = saved.ended("draft")
        if first.state == "failed":
            assert "thread" in first.why_failed
        else:
            assert (first.report or {})["verdict"] in ("fault", "inconclusive")
        service.ensure("other", "web", target, kind="site", client="192.0.2.1", again=True)
        assert saved.ended("other").state == "done", number
        service.stop()
        if starts is None and call.count < number:
            break
    engine.dispose()
