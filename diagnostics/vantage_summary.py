"""Summaries of observations from other vantages, one line each: mark, key of the text, values."""

from __future__ import annotations

from typing import Any, Final, Literal

from diagnostics.failures import Failure
from diagnostics.observations import BanObservation, VantageObservation
from diagnostics.texts import escape_hidden

Mark = Literal["ok", "fault", "unknown", "info"]
# The texts of these keys contain the worker's root cause as a phrase (`code_name`).
NAMES_A_CODE: Final = {"vantage_program_blames", "vantage_program_hampered"}
_FIRST_ERROR_STATUS: Final = 400


def vantage_line(observation: VantageObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise an observation of another vantage."""
    where = observation.place or observation.network or observation.viewer
    values = dict(observation) | {"where": where, "url": escape_hidden(observation.url, 80)}
    if observation.verdict is not None or observation.status is not None:
        return _program_line(observation, values)
    who = "program" if observation.is_program else observation.vantage
    if observation.asked == "own" and not observation.is_program:  # it has no address to name
        is_altered = observation.failure is Failure.FETCH_ALTERED
        state = "altered" if is_altered else "fails" if observation.failure else "ok"
        return "info", f"vantage_{who}_own_{state}", values
    is_site = observation.asked in {"site", "image"}
    # Response headers count as an answer, even if the body never came.
    is_ok = observation.failure in {None, Failure.FETCH_STALLED}
    if is_site:
        return (
            ("ok" if is_ok else "fault"),
            f"vantage_{who}_{'reached' if is_ok else 'fails'}",
            values,
        )
    # Another site, asked for comparison: its failure is not the target's fault.
    return "info", f"vantage_{who}_other_{'ok' if is_ok else 'fails'}", values


def ban_line(observation: BanObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise whether the operator's system has banned the customer's address."""
    values = dict(observation)
    if observation.is_lifted:
        return "info", "ban_lifted", values
    if not observation.is_banned:
        return "ok", "ban_none", values
    why = ", ".join(filter(None, (observation.by, observation.since)))
    return "fault", "ban_why" if why else "ban_bare", values | {"why": why}


def _program_line(
    observation: VantageObservation, values: dict[str, Any]
) -> tuple[Mark, str, dict[str, Any]]:
    """
    Summarise a probe worker's verdict, or the status that a public probe received.

    A worker's verdict may be worse than the result of its request.
    """
    verdict = observation.verdict
    if verdict is None:
        is_error = (observation.status or 0) >= _FIRST_ERROR_STATUS
        key = "vantage_program_status" if is_error else "vantage_program_reached"
        return ("info" if is_error else "ok"), key, values
    if verdict == "inconclusive" or (verdict == "fault" and observation.control != "works"):
        return "unknown", "vantage_program_doubts", values
    key = {"fault": "blames", "degraded": "hampered"}.get(verdict, "reached")
    if not observation.cause and key != "reached":
        key = "fails" if key == "blames" else "reached"
    return ("fault" if verdict == "fault" else "ok"), f"vantage_program_{key}", values
