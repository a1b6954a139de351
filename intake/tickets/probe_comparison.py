"""Compare a second measurement of a ticket's target with the one that was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from intake.tickets.ticket import ObservationText, TicketDiagnosis, TicketText

ProbeOutcome = Literal["works", "same", "other", "unclear", "failed"]
MAX_CHANGES: Final = 40

# The fields in which a change means something; times differ with each packet.
_COMPARED_FIELDS: Final = (
    "failure", "status", "records", "aliases", "servers", "exchangers", "targets",
    "next_url", "title", "version", "is_trusted", "name_matches", "alert", "greeting",
    "is_listed", "is_banned", "cause", "verdict", "outcome", "received",
)  # fmt: skip
_WRONG_ADDRESS: Final = "dns.wrong_address"


@dataclass(frozen=True, slots=True)
class ObservationChange:
    """
    One measurement before and now; None where it wasn't made.

    `values` are pairs of what it showed before and now, given where the words are the same.
    """

    before: ObservationText | None
    now: ObservationText | None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeComparison:
    """
    What became of the cause, and which measurements differ.

    works: nothing is wrong now, seen from here. same, other: the same cause or another one.
    unclear: nothing can be concluded. failed: the measurement didn't end, for a reason on our side.
    A cause is None where none was known.
    """

    outcome: ProbeOutcome
    cause_before: TicketText | None
    cause_now: TicketText | None
    changes: tuple[ObservationChange, ...]


def compare_probes(
    before: TicketDiagnosis, now: TicketDiagnosis, *, is_expected_known: bool = True
) -> ProbeComparison:
    """
    Compare two diagnoses of one target.

    `is_expected_known` is False where the address that the customer expected is no longer known, so
    that it can't be measured whether the name leads to it: the absence of that cause then proves
    nothing.
    """
    outcome = _outcome(before, now)
    if outcome != "failed" and not is_expected_known and _code(before) == _WRONG_ADDRESS:
        outcome = "unclear"
    changes = () if outcome == "failed" else tuple(_changes(before, now))
    return ProbeComparison(outcome, _title(before), _title(now), changes[:MAX_CHANGES])


def _outcome(before: TicketDiagnosis, now: TicketDiagnosis) -> ProbeOutcome:
    if now.state != "done" or now.report is None:
        return "failed"
    if now.verdict == "healthy":
        return "works"
    if not now.findings:
        return "unclear"
    return "same" if _code(now) == _code(before) else "other"


def _code(diagnosis: TicketDiagnosis) -> str:
    return diagnosis.findings[0].code if diagnosis.findings else ""


def _title(diagnosis: TicketDiagnosis) -> TicketText | None:
    return diagnosis.findings[0].title if diagnosis.findings else None


def _changes(before: TicketDiagnosis, now: TicketDiagnosis) -> Iterator[ObservationChange]:
    """
    Yield the changes in the order of the measurements now; then those that weren't made
    again.
    """
    earlier, later = _by_id(before), _by_id(now)
    for name, (observation, text) in later.items():
        if name in earlier:
            observation_before, text_before = earlier[name]
            values = tuple(_values(observation_before, observation))
            if text_before.mark != text.mark or values:
                yield ObservationChange(
                    text_before, text, values if text_before.text == text.text else ()
                )
        elif text.mark != "info":  # what is usual and wasn't asked before is no news
            yield ObservationChange(None, text)
    for name, (_, text) in earlier.items():
        if name not in later and text.mark != "info":
            yield ObservationChange(text, None)


def _by_id(diagnosis: TicketDiagnosis) -> dict[str, tuple[Mapping[str, Any], ObservationText]]:
    """Return the observations by id, each with its words; both stand in the same order."""
    observations = (diagnosis.report or {}).get("observations") or ()
    return {
        str(observation.get("id")): (observation, text)
        for observation, text in zip(observations, diagnosis.chain, strict=False)
        if isinstance(observation, Mapping)
    }


def _values(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the values of an observation that differ, as (before, now), as staff read them."""
    for name in _COMPARED_FIELDS:
        pair = _value(before.get(name)), _value(now.get(name))
        if pair[0] != pair[1]:
            yield pair


def _value(value: Any) -> str:  # noqa: ANN401 - whatever a report holds
    # Name servers hand out records in another order each time.
    if isinstance(value, list):
        return ", ".join(sorted(map(str, value)))
    return "" if value is None else str(value)
