"""Answers from the panel's data about a customer, who isn't asked for them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from diagnostics.texts import Language
from intake.accounts.panel_link import PanelVisit
from intake.bootstrap import services
from intake.journey import Answer, Ask, Checklist, Hint, Journey, StepId
from intake.journey.draft import Draft, Environment, Source

_ACCOUNT_STATE: Final = "account-state"  # the item of record
_CONSOLE: Final = (
    "console"  # item of record: is the server reachable from the virtualisation panel?
)
_SCOPE, _ONLY_THIS = "scope", "one"
_BY_KIND: Final = {"e-mail": "email", "phone": "phone"}


def answers_of(
    checklist: Checklist, visit: PanelVisit, site: str, language: Language
) -> Mapping[StepId, Answer]:
    """
    Return the panel's answers to a checklist's questions, with the source PANEL.

    A value that the question wouldn't accept from a customer is ignored, and the question is asked.
    A customer may change each answer on the last screen.
    """
    journey = Journey(checklist, Draft(language=language, environment=Environment()))
    now, answers = datetime.now(UTC), dict[StepId, Answer]()
    for step, value in _known_values(checklist, visit, site):
        taken = journey.accept(step, value, now=now, read=services().checks.read)
        if not isinstance(taken, Hint):
            answers[step.id] = taken.model_copy(update={"source": Source.PANEL})
    return answers


def asks_for_site(checklist: Checklist) -> bool:
    """Check whether the checklist asks for the address of what fails."""
    return _target_step(checklist) is not None


def _known_values(
    checklist: Checklist, visit: PanelVisit, site: str
) -> Iterator[tuple[Ask, JsonValue]]:
    by_role = {"name": visit.name, "account": visit.account or visit.sub}
    for step in checklist.asks:
        if step.role == "contact":
            value = getattr(visit, _BY_KIND.get(step.kind, ""), "")
        else:
            value = by_role.get(step.role, "") if isinstance(step.role, str) else ""
        if value:
            yield step, value
        elif _ACCOUNT_STATE in step.record and (state := _account_state(visit, site)):
            named = [choice for choice in state if choice in step.choices]
            if named:
                yield step, [*named] if step.kind == "choices" else named[0]
        elif _CONSOLE in step.record and (console := visit.console(site)) in step.choices:
            yield step, console
        elif _SCOPE in step.record and _ONLY_THIS in step.choices and visit.sites == (site,):
            yield step, _ONLY_THIS  # a customer with a single site needn't say how many fail
    target = _target_step(checklist)
    if site and target is not None:
        yield target, site


def _account_state(visit: PanelVisit, site: str) -> list[str]:
    """Return the choices of the question about the account; [] if the panel doesn't know enough."""
    is_suspended = visit.is_suspended(site)
    state = []
    is_unpaid = visit.unpaid
    if is_unpaid is None and visit.balance is not None:
        is_unpaid = visit.balance <= 0
    if is_unpaid:
        state.append("unpaid")
    if is_suspended:
        state.append("suspended")
    state.extend(visit.notices or ())
    if state:
        return state
    # "fine" requires that every part is known.
    knows_all = is_unpaid is False and is_suspended is False and visit.notices is not None
    return ["fine"] if knows_all else []


def _target_step(checklist: Checklist) -> Ask | None:
    return next((step for step in checklist.asks if step.kind == "target"), None)
