"""Compose a ticket from a draft: a pure function of the answers and the measurements."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

from diagnostics.texts import served_languages
from intake import journey as journeys
from intake.journey.checklist import Checklist
from intake.journey.draft import (
    ENVIRONMENT,
    LEFT_OUT,
    OWN_CONTACT,
    Draft,
    Environment,
    Source,
)
from intake.journey.model import Text
from intake.tickets.contact_way import ContactWay, way_of_contact
from intake.tickets.diagnosis import diagnosis_of, root_cause, with_fixers
from intake.tickets.letter_diagnosis import letter_diagnoses
from intake.tickets.ticket import (
    Attachment,
    ChecklistName,
    Completeness,
    Contact,
    Event,
    SentAs,
    Ticket,
    TicketAdvice,
    TicketDiagnosis,
    TicketFinding,
    TicketItem,
    TicketProduct,
    TicketText,
)


def compose_ticket(  # noqa: PLR0913  a ticket is made of this
    checklist: Checklist,
    draft: Draft,
    *,
    reference: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
    sent_as: SentAs = "complete",
    answer_by: datetime | None = None,
) -> Ticket:
    """
    Return the ticket of a draft as it stands at `now`.

    Reads nothing but its arguments, so the same draft gives the same ticket. The ticket says what
    isn't known and what the customer chose not to send; an answer that is withheld still decides
    the priority and the queue.
    """
    withheld = journeys.withheld_names(draft)
    kept = without_left_out(draft, withheld)
    items = _items(checklist, draft.model_copy(update={"checks": kept.checks}), withheld)
    journey = journeys.Journey(checklist, kept)
    product, desk = _product(journey), checklist.desk
    runs = journeys.runs_in_order([check.id for check in checklist.checks], kept.checks)
    diagnoses = [with_fixers(diagnosis_of(run), product) for run in runs]
    priority, queue = journeys.priority(checklist, draft), journeys.queue(checklist, draft)
    letters = list(letter_diagnoses(journey))
    headline = TicketText.of(
        {language: journeys.subject(checklist, kept, language) for language in served_languages()}
    )
    return Ticket(
        reference=reference,
        created_at=now,
        language=draft.language,
        checklist=ChecklistName(
            id=checklist.id, version=checklist.version, title=_words(checklist.title)
        ),
        subject=headline.in_(draft.language),
        headline=headline,
        priority=priority,
        queue=queue,
        priority_title=_title(desk.priorities, priority),
        queue_title=_title(desk.queues, queue),
        product=product,
        contact=_contact(checklist, items),
        sent_as=sent_as,
        answer_by=answer_by,
        verdict=_verdict(journey, diagnoses, letters),
        measures=bool(checklist.checks) or any(ask.kind == "letter" for ask in checklist.asks),
        advice=tuple(map(_advice, journeys.tried_advice(checklist, kept))),
        items=items,
        completeness=_completeness(items, journey.missing),
        diagnoses=(*diagnoses, *letters),
        environment=kept.environment,
        attachments=tuple(attachments),
        events=tuple(_events(draft, now)),
    )


def without_left_out(draft: Draft, left_out: Collection[str]) -> Draft:
    """Return the draft without the answers, measurements and request data named in `left_out`."""
    if not left_out:
        return draft
    return draft.model_copy(
        update={
            "answers": {
                step: answer for step, answer in draft.answers.items() if step not in left_out
            },
            "checks": {step: run for step, run in draft.checks.items() if step not in left_out},
            "environment": Environment() if ENVIRONMENT in left_out else draft.environment,
        }
    )


def _title(declared: Mapping[str, Text], name: str) -> TicketText | None:
    return _words(declared[name]) if name in declared else None


def _product(journey: journeys.Journey) -> TicketProduct | None:
    named = journeys.product_of(journey)
    if named is None:
        return None
    name, product = named
    return TicketProduct(id=name, title=_words(product.title), fixed_by=dict(product.fixed_by))


def _items(
    checklist: Checklist, draft: Draft, left_out: Collection[str] = ()
) -> tuple[TicketItem, ...]:
    """
    Return the checklist's lines, and the answers that belong to no line.

    Times are absolute, because a ticket is read on another day and in another zone. Words written
    to a person outside the steps come first, because they were written to be read. The contact is
    kept even where its question is no longer shown.
    """
    follows = journeys.explain_contradictions(checklist, draft)
    lines = [
        _left_out(item)
        if item.id in left_out
        else _item(item, follows.get(item.id), _role(checklist, item.id))
        for item in journeys.items(checklist, draft)
    ]
    journey = journeys.Journey(checklist, draft)
    listed, before, after = {line.id for line in lines}, [], []
    for step_id, answer in draft.answers.items():
        if step_id in {*listed, *left_out, LEFT_OUT} or not answer.value:
            continue
        step = checklist.by_id.get(step_id)
        # No step of this checklist: it was typed on the page that asks for a person.
        if step is None:
            label = _OWN_CONTACT if step_id == OWN_CONTACT else _OWN_WORDS
            before.append(_answered_item(step_id, "long-text", label, answer))
        elif isinstance(step, journeys.Ask) and step.role == "contact":
            after.append(
                _answered_item(
                    step_id, step.kind, _words(journeys.fill_step(journey, step).text), answer
                )
            )
    return (*before, *lines, *after)


def _left_out(item: journeys.Item) -> TicketItem:
    """Return a line without its answer, which the customer chose not to send."""
    return TicketItem(
        id=item.id,
        kind=item.kind,
        question=_words(item.question),
        label=_words(item.label),
        answer=None,
        display=_NOT_SENT,
        source=Source.UNKNOWN,
        record=item.record,
    )


_NOT_SENT = TicketText(en="the customer left it out", ru="клиент решил не отправлять")
_OWN_WORDS = TicketText(en="In the customer's own words", ru="Своими словами")
_OWN_CONTACT = TicketText(en="How to reach the customer", ru="Как связаться с клиентом")


def _answered_item(
    step_id: str, kind: str, question: TicketText, answer: journeys.Answer
) -> TicketItem:
    text = answer.value if isinstance(answer.value, str) else json.dumps(answer.value)
    return TicketItem(
        id=step_id,
        kind=kind,
        question=question,
        label=question,
        answer=answer.value,
        display=TicketText(en=text, ru=text),
        source=answer.source,
        at=answer.at,
    )


def _words(text: Text) -> TicketText:
    return TicketText.of({language: text.in_(language) for language in served_languages()})


def _role(checklist: Checklist, step_id: str) -> str:
    """Return what a question asks for: "contact", "name" or "account"; "" for anything else."""
    step = checklist.by_id.get(step_id)
    role = step.role if isinstance(step, journeys.Ask) else None
    return role if isinstance(role, str) else ""


def _item(item: journeys.Item, follows: Mapping[str, str] | None, role: str) -> TicketItem:
    return TicketItem(
        id=item.id,
        kind=item.kind,
        role=role,
        question=_words(item.question),
        label=_words(item.label),
        answer=item.answer,
        display=TicketText.of(item.display),
        source=item.source,
        measured=item.measured,
        measured_display=TicketText.of(item.measured_display) if item.measured_display else None,
        follows=TicketText.of(follows) if follows else None,
        insisted=item.insisted,
        missing=item.missing,
        record=item.record,
        at=item.at,
    )


def _advice(tried: journeys.TriedAdvice) -> TicketAdvice:
    # A provider's panel may have its steps in one language only, and the author others.
    rows = zip_longest(*(tried.moves[language] for language in served_languages()), fillvalue="")
    return TicketAdvice(
        id=tried.id,
        text=_words(tried.text),
        moves=tuple(TicketText.of(dict(zip(served_languages(), row, strict=True))) for row in rows),
        result=tried.result,
        at=tried.at,
    )


def _contact(checklist: Checklist, items: Sequence[TicketItem]) -> Contact:
    """
    Return how to reach the customer, by the roles of the questions.

    An address whose question has no role is what the trouble is about, such as the mailbox that
    fails: a reply to it wouldn't arrive.
    """
    answers = {item.id: item.answer for item in items}

    def first_text(*steps: str) -> str | None:
        values = (answers.get(step) for step in steps)
        texts = (value.strip() for value in values if isinstance(value, str))
        return next(filter(None, texts), None)

    ways: dict[ContactWay, str] = {}
    for step in (*(ask.id for ask in checklist.asks_with_role("contact")), OWN_CONTACT):
        if (text := first_text(step)) is not None:
            ways.setdefault(way_of_contact(text), text)
    return Contact(
        name=first_text(*(ask.id for ask in checklist.asks_with_role("name"))),
        email=ways.get("email"),
        phone=ways.get("phone"),
        other=ways.get("other"),
        account=first_text(*(ask.id for ask in checklist.asks_with_role("account"))),
    )


def _verdict(
    journey: journeys.Journey,
    diagnoses: Sequence[TicketDiagnosis],
    letters: Sequence[TicketDiagnosis],
) -> TicketFinding | None:
    """Return the root cause found by the checks of the current targets and by the letters."""
    named = {run.step for check in journey.checklist.checks for run in journey.runs_of(check.id)}
    current = [diagnosis for diagnosis in diagnoses if diagnosis.step in named]
    return root_cause((*current, *letters))


def _completeness(items: Sequence[TicketItem], missing: Iterable[str]) -> Completeness:
    # Both may name the same item; the order of the ticket's lines stays.
    lacking = tuple(dict.fromkeys([*(item.id for item in items if item.missing), *missing]))
    unknown = tuple(
        item.id for item in items if item.source is Source.UNKNOWN and item.id not in lacking
    )
    # A missing item may have no line; it counts as asked all the same.
    names = {item.id for item in items if not item.is_empty} | set(lacking)
    return Completeness(
        asked=len(names),
        answered=len(names) - len(unknown) - len(lacking),
        unknown=unknown,
        missing=lacking,
    )


def _events(draft: Draft, now: datetime) -> Iterable[Event]:
    # A draft doesn't say when it was begun: its first answer does.
    if draft.answers:
        yield Event(at=min(answer.at for answer in draft.answers.values()), kind="opened")
    yield Event(at=now, kind="sent")
