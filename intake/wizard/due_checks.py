"""
The checks that a draft's answers ask for: begun, taken up again, and completed by a letter.

A mail check begins with the mailbox, and the returned letter is asked for later: what that shows
of its sending, the domain's check is told. It is made once more beside the questions, and its
result takes the place of the first.
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
    Start what can be measured now, and take up again what a restart interrupted.

    Returns whether anything was started, so that the page reads the draft again.
    """
    checks, started = services().checks, False
    for due in case.journey.checks_due:
        _ensure(case, due.step, due.run, due.target)
        started = True
    for step in case.journey.checks_running:
        for run in case.journey.runs_of(step.id):
            # The draft says "running", but the process that measured is gone.
            if run.state == "running" and not checks.is_known(case.id, run.step):
                _ensure(case, step, run.step, run.target)
                started = True
    _complete_by_letter(case)
    return started


def measure_again(case: Case, check: Check, run: CheckRun) -> None:
    """Measure the target of a check's run anew, whatever is known of it."""
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
    """Make mail checks that ended without the letter once more; what is known stays meanwhile."""
    for check in case.checklist.checks:
        for run in case.journey.runs_of(check.id):
            letter = _letter_for(case, check, run.target) if run.state == "done" else None
            if letter is not None and not _used_letter(run, letter):
                services().checks.complete(case.id, run, letter, client=visitor.client())


def _letter_for(case: Case, check: Check, target: str) -> SentLetter | None:
    """The letter of the checked domain that the customer gave; None where there is none."""
    if check.diagnose != "mail":
        return None
    reading = services().checks.read(target)
    host = reading.target.host.removeprefix("www.") if reading.accepted else ""
    for entry in case.journey.visible:
        if not isinstance(entry.step, Ask) or entry.step.kind != "letter" or entry.answer is None:
            continue
        letter = sent_letter_of(entry.answer.value)
        if letter is not None and _is_of(letter.from_domain, host):
            return letter
    return None


def _used_letter(run: CheckRun, letter: SentLetter) -> bool:
    """Whether the check was made with this letter."""
    observations = (run.report or {}).get("observations", ())
    sent_by = (letter.from_domain, letter.envelope_domain, letter.address)
    return any(
        sent_by == (seen.get("from_domain"), seen.get("envelope_domain"), seen.get("address"))
        for seen in observations
        if seen.get("probe") == "sent_letter"
    )


def _is_of(domain: str, host: str) -> bool:
    """Whether the sender's domain is the checked one, or one of both is below the other."""
    is_below = f".{domain}".endswith(f".{host}") or f".{host}".endswith(f".{domain}")
    return bool(host and domain) and is_below
