"""Report a walk of the canary: to the dead man's switch, and a failure to the operator."""

from __future__ import annotations

from typing import Final

import requests
import structlog

from intake.operations.alarms.alarm import Alarm
from intake.operations.alarms.messenger import AlarmMessenger
from intake.operations.canary_history import CanaryRun

log = structlog.get_logger(__name__)

_LIMIT_S: Final = 10.0
_MAX_TRIES: Final = 3


def ping_start(url: str | None) -> None:
    """Tell the switch that a walk begins."""
    _ping(url, "/start", "")


def ping_end(url: str | None, run: CanaryRun) -> None:
    """
    Tell the switch how the walk ended.

    Source:
        Healthchecks, "Pinging API": `/start`, nothing for success, `/fail`; a body is kept.
    """
    if run.failed_step:
        _ping(url, "/fail", f"{run.failed_step}: {run.why}")
    else:
        _ping(url, "", f"{run.took_ms} ms")


def _ping(url: str | None, suffix: str, text: str) -> None:
    """
    Call the switch. A failure to reach it must not fail the walk: the switch alarms by
    itself.
    """
    if url is None:
        return
    for _ in range(_MAX_TRIES):
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(url + suffix, data=text.encode(), timeout=_LIMIT_S)
            if answer.ok:
                return
            why = str(answer.status_code)
        except requests.RequestException as error:
            why = type(error).__name__
    log.warning("the canary's switch was not reached", suffix=suffix, why=why)


def alarm(messenger: AlarmMessenger, run: CanaryRun, before: CanaryRun | None) -> None:
    """Report the first failed walk in a row, and the first successful one after it."""
    was_failing = before is not None and bool(before.failed_step)
    if run.failed_step and not (was_failing and before and before.failed_step == run.failed_step):
        fault = Alarm("canary-failed", values={"step": run.failed_step, "why": run.why})
        messenger.tell(fault, "raised", run.at)
    elif not run.failed_step and before is not None and was_failing:
        fault = Alarm("canary-failed", values={"step": before.failed_step, "why": before.why})
        messenger.tell(fault, "over", before.at)
