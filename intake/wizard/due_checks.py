"""
Starts the checks that a draft's answers require, resumes them, and repeats them with a letter.

A mail check starts with the mailbox, and the returned letter is asked for later: the check of its
domain is then repeated with what the letter shows of how it was sent, and the new result replaces
the first.
"""

from __future__ import annotations

from diagnostics import SentLetter
from intake.bootstrap import services
from intake.journey import Ask, Check, CheckRun
from intake.journey.kinds import sent_letter_of
from intake.ui import visitor
from intake.wizard.case import Case


def start_due_checks(case: Case) -> bool:
    """
    Start the checks that are due, and resume those that a restart interrupted.

    Returns whether any was started, so that the page reads the draft again.
    """
    checks, started = services().checks, False
    for due in case.journey.checks_due:
        _ensure(case, due.step, due.run, due.target)
        started = True
    for step in case.journey.checks_running:
        for run in case.journey.runs_of(step.id):
            # The draft says "running", but the process that ran the check is gone.
            if run.state == "running" and not checks.is_known(case.id, run.step):
                _ensure(case, step, run.step, run.target)
                started = True
    _complete_by_letter(case)
    return started


def measure_again(case: Case, check: Check, run: CheckRun) -> None:
    """Repeat a check's run even if its result is recent."""
    _ensure(case, check, run.step, run.target, again=True)


def _ensure(case: Case, check: Check, run: str, target: str, *, again: bool = False) -> None:
    services().checks.ensure(
        case.id,
        run,
        target,
        kind=check.diagnose,
        client=visitor.client(),
        again=again,
        letter=_letter_for(case, check, target),
        expected=case.journey.expected_of(check),
    )


def _complete_by_letter(case: Case) -> None:
    """Repeat mail checks that ended without the letter; the old result stays meanwhile."""
    for check in case.checklist.checks:
        for run in case.journey.runs_of(check.id):
            letter = _letter_for(case, check, run.target) if run.state == "done" else None
            if letter is not None and not _used_letter(run, letter):
                services().checks.complete(case.id, run, letter, client=visitor.client())


def _letter_for(case: Case, check: Check, target: str) -> SentLetter | None:
    """Return the customer's letter from the checked domain, or None."""
    if check.diagnose != "mail":
        return None
    reading = services().checks.read(target)
    host = reading.target.host.removeprefix("www.") if reading.accepted else ""
    for entry in case.journey.visible:
        if not isinstance(entry.step, Ask) or entry.step.kind != "letter" or entry.answer is None:
            continue
        letter = sent_letter_of(entry.answer.value)
        if letter is not None and _is_related_domain(letter.from_domain, host):
            return letter
    return None


def _used_letter(run: CheckRun, letter: SentLetter) -> bool:
    """Check whether the run was made with this letter."""
    observations = (run.report or {}).get("observations", ())
    sent_by = (letter.from_domain, letter.envelope_domain, letter.address)
    return any(
        sent_by == (seen.get("from_domain"), seen.get("envelope_domain"), seen.get("address"))
        for seen in observations
        if seen.get("probe") == "sent_letter"
    )


def _is_related_domain(domain: str, host: str) -> bool:
    """Check whether both domains are equal, or one is below the other."""
    is_below = f".{domain}".endswith(f".{host}") or f".{host}".endswith(f".{domain}")
    return bool(host and domain) and is_below
