"""A customer's case for a page: the stored draft and its journey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from diagnostics.texts import Language, one_line
from intake.bootstrap import services
from intake.drafts import (
    REVIEW,
    DraftClosed,
    DraftTooLarge,
    StoredDraft,
    Visit,
    redact_answer,
)
from intake.journey import (
    Answer,
    Ask,
    Checklist,
    Draft,
    Hint,
    Journey,
    StepId,
    Tell,
    display_of,
)
from intake.journey.draft import NO_ANSWER, Environment
from intake.journey.kinds import spec_of
from intake.tickets.render.formats import read_zone
from intake.ui import address, masked_secrets, session, visitor
from intake.ui.render_limiter import render_slot
from intake.ui.texts import words

_MOST_QUOTED: Final = 60  # characters of another tab's answer


@dataclass(frozen=True)
class Case:
    """A draft that was found by the token in the address, with its journey."""

    token: str
    stored: StoredDraft
    journey: Journey

    @property
    def id(self) -> str:
        """The draft's public id."""
        return self.stored.id

    @property
    def language(self) -> Language:
        """The language of the customer."""
        return self.stored.draft.language

    @property
    def checklist(self) -> Checklist:
        """The checklist that the draft began with, whatever has been published since."""
        return self.journey.checklist


def zone(case: Case) -> ZoneInfo:
    """Return the customer's time zone: the draft's, else this browser's, else the operator's."""
    return read_zone(case.stored.draft.environment.timezone) or visitor.zone()


def find_case(token: str) -> Case | None:
    """Return the case of a token, or None if there is no such draft any more."""
    stored = services().drafts.find(token)
    return _case_with(stored, token) if stored is not None else None


def case_of_draft(draft_id: str) -> Case | None:
    """Return the case of a draft by its id, without its token, or None if it is gone."""
    stored = services().drafts.get(draft_id)
    return _case_with(stored, "") if stored is not None else None


def _case_with(stored: StoredDraft, token: str) -> Case:
    checklist = services().drafts.pinned_checklist(stored.checklist_id, stored.checklist_version)
    return Case(token, stored, Journey(checklist, stored.draft))


def create_draft(
    checklist_id: str,
    language: Language,
    environment: Environment,
    answers: Mapping[StepId, Answer] | None = None,
) -> tuple[str, StepId | None] | None:
    """
    Store a draft of a live checklist; return its token and the first step.

    None if the checklist was removed while the customer looked at the start page.
    """
    checklist = services().checklists.get(checklist_id)
    if checklist is None:
        return None
    draft = Draft(language=language, environment=environment, answers=answers or {})
    # The statistics note the first question with the draft itself.
    first = Journey(checklist, draft).next
    first_id = first.id if first else None
    token, _ = services().drafts.create(checklist, draft, first=first_id)
    return token, first_id


def begin(
    checklist_id: str,
    language: Language,
    *,
    view: address.ScreenName | None = None,
    answers: Mapping[StepId, Answer] | None = None,
) -> None:
    """Start a draft of a live checklist and put its token into the address."""
    created = create_draft(checklist_id, language, visitor.environment(), answers)
    if created is not None:
        token, first_id = created
        for step_id, answer in (answers or {}).items():
            masked_secrets.note(step_id, answer, redact_answer(answer).secrets)
        address.open_case(token, language, None if view else first_id, view=view)


def save_answer(token: str, step: Ask | Tell, raw: JsonValue, *, insisted: bool = False) -> bool:
    """
    Store one answer of the customer before anything else is shown.

    Returns False if a hint is to be shown instead. The draft is read again, so that two tabs don't
    overwrite each other with outdated answers.
    """
    # Streamlit runs callbacks before the script, and so outside the page's own slot.
    with render_slot(visitor.client()):
        return _save_answer(token, step, raw, insisted=insisted)


def save_page(
    token: str,
    steps: Sequence[Ask],
    raw: Mapping[str, JsonValue],
    *,
    insisted: bool = False,
    refused: Mapping[str, Hint] | None = None,
) -> bool:
    """
    Store the answers of a page: each acceptable one, whatever the others lack.

    `refused` are hints for other answers of the page, which were refused before. Returns False if
    hints are to be shown instead of the next screen.
    """
    with render_slot(visitor.client()):
        case = find_case(token)
        if case is None or case.stored.status == "sent":
            return True
        hints: dict[str, Hint] = dict(refused or {})
        for step in steps:
            # An earlier answer of the page may have hidden the step.
            if not any(entry.step.id == step.id for entry in case.journey.visible):
                continue
            # Insisting applies to answers that had a hint, not to those typed since.
            hint = session.hint(step.id)
            insists = insisted and isinstance(hint, Hint) and hint.can_insist
            taken = _store_answer(case, step, raw.get(step.id), insisted=insists)
            if isinstance(taken, Hint):
                hints[step.id] = taken
            else:
                case = taken
        session.set_hints(hints)
        if hints:
            session.hand_over(case)
            return False
        _go_on(case)
        return True


def _save_answer(token: str, step: Ask | Tell, raw: JsonValue, *, insisted: bool) -> bool:
    case = find_case(token)
    if case is None or case.stored.status == "sent":
        return True  # the page will show where the draft went
    taken = _store_answer(case, step, raw, insisted=insisted)
    if isinstance(taken, Hint):
        session.set_hint(step.id, taken)
        return False
    session.set_hint(step.id, None)
    _go_on(taken)
    return True


def note_seen(case: Case, steps: Iterable[Ask | Tell]) -> None:
    """Record what this tab shows of these steps, so that another tab's answer isn't lost unseen."""
    answers = case.stored.draft.answers
    session.note_seen({step.id: answers.get(step.id) for step in steps})


def _changed_elsewhere(case: Case, step: Ask, answer: Answer) -> Hint | None:
    """Return a hint if the answer would overwrite one given in another tab and not seen here."""
    if spec_of(step).stands_alone:  # files are joined, whichever tab they come from
        return None
    before = case.stored.draft.answers.get(step.id)
    if before is None or before.value == answer.value or session.has_seen(step.id, before):
        return None
    text = display_of(step, before.value, case.language, answered_at=before.at)
    answered = one_line(text, _MOST_QUOTED)
    return Hint("changed-elsewhere", words("changed_elsewhere", case.language, said=answered))


def _store_answer(case: Case, step: Ask | Tell, raw: JsonValue, *, insisted: bool) -> Case | Hint:
    """Store one answer; return the case after it, or a hint."""
    taken = case.journey.accept(
        step,
        raw,
        now=datetime.now(UTC),
        zone=zone(case).key,
        insisted=insisted,
        read=services().checks.read,
    )
    if isinstance(taken, Hint):
        if taken.suggestion:
            session.prefill(f"answer-{step.id}", taken.suggestion)
        return taken
    # Compared in redacted form, as another tab's answer is stored.
    redacted = redact_answer(taken, session.no_secrets())
    conflict = _changed_elsewhere(case, step, redacted.answer) if isinstance(step, Ask) else None
    if conflict is not None:
        return conflict
    after = _with_answer(case, step, redacted.answer)
    refused = _save(case, step.id, redacted.answer, after.journey)
    if refused is None:
        masked_secrets.note(step.id, taken, redacted.secrets)
    return refused or after


def _go_on(case: Case) -> None:
    """Show the next step."""
    # This run also draws the page, which needn't read the draft again.
    session.hand_over(case)
    session.unpin()
    following = case.journey.next
    address.go_to(following.id if following else None)


def show_masked(token: str, step_id: str, masked: masked_secrets.MaskedAnswer) -> None:
    """Store an answer again after the customer said that something in it is no secret."""
    case = find_case(token)
    if case is None or case.stored.status == "sent":
        return
    before = case.stored.draft.answers.get(step_id)
    if before is None or before.at != masked.answer.at:  # answered again since, in another tab
        return
    redacted = redact_answer(masked.answer, session.no_secrets())
    services().drafts.save_answer(
        case.id, step_id, redacted.answer, no_secrets=session.no_secrets()
    )
    masked_secrets.note(step_id, masked.answer, redacted.secrets)


def current_case(token: str) -> Case | None:
    """Return the case to draw: from this run's callback, else from the database."""
    handed = session.take_over()
    if isinstance(handed, Case) and handed.token == token:
        return handed
    return find_case(token)


def _with_answer(case: Case, step: Ask | Tell, answer: Answer) -> Case:
    journey = case.journey.with_answer(step, answer)
    return Case(case.token, replace(case.stored, draft=journey.draft), journey)


def _save(case: Case, step_id: str, answer: Answer, after: Journey) -> Hint | None:
    visit = Visit(
        then=after.next.id if after.next else None if after.end == "solved" else REVIEW,
        is_unknown=answer.value in NO_ANSWER,
        is_news=answer != case.stored.draft.answers.get(step_id),
    )
    try:
        services().drafts.save_answer(
            case.id, step_id, answer, visit, no_secrets=session.no_secrets()
        )
    except DraftClosed:
        return Hint("closed", words("closed_elsewhere", case.language), can_insist=False)
    except DraftTooLarge:
        return Hint("too-large", words("too_large", case.language), can_insist=False)
    return None
