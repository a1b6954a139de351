"""
`intake desks check`: create a marked test ticket, read it back, add to it and close it.

Every mapped field is filled, so that a name that the desk doesn't know is found before a customer's
ticket is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from intake.delivery.desk import Desk, Loss, Refused, Unavailable
from intake.delivery.desk_mapping import DeskMapping
from intake.delivery.desk_ticket import DeskMessage, DeskTicket, compose_desk_ticket
from intake.delivery.desks.api_desk import ApiDesk
from intake.journey.draft import Environment
from intake.tickets.stored_file import StoredFile
from intake.tickets.ticket import (
    ChecklistName,
    Completeness,
    Contact,
    Ticket,
    TicketDiagnosis,
    TicketFinding,
    TicketProduct,
    TicketText,
)

LIMIT_S: Final = 20.0
_UNUSED_REFERENCE: Final = "000-000-000"
StepName = Literal["create", "verify", "find", "find-other", "append", "close", "time", "blind"]
# A name, a text and a picture that desks have dropped, cut or broken.
_FILE: Final = StoredFile(
    id="check",
    name="снимок экрана.txt",
    media_type="text/plain",
    size_bytes=len("Проверка Intake, check\n".encode()),
    sha256="",
    content="Проверка Intake, check\n".encode(),
)


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step: whether it succeeded, and why or with which losses."""

    name: StepName
    is_good: bool
    why: str = ""
    russian: str = ""
    losses: tuple[Loss, ...] = ()


def check_desk(
    desk: Desk, ticket: Ticket, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[CheckStep]:
    """
    Try a desk with a test ticket, and yield each step; after a failed `create` nothing else is
    tried.
    """
    started, desk_ticket = clock(), compose_test_ticket(ticket, desk.mapping)
    try:
        remote_id = desk.create(desk_ticket).remote_id
    except (Refused, Unavailable) as error:
        russian = error.russian if isinstance(error, Unavailable) else ""
        yield CheckStep("create", is_good=False, why=str(error), russian=russian)
        return
    yield CheckStep("create", is_good=True, why=desk.url(remote_id) or remote_id)
    if not desk.capabilities.finds:
        yield CheckStep("blind", is_good=True)
        return
    steps = (_verify_step, _find_step, _find_other_step, _append_step, _close_step)
    for step in steps:
        if clock() - started > LIMIT_S and step is not _close_step:
            continue  # the test ticket is closed all the same
        yield step(desk, remote_id, desk_ticket)
    if (elapsed := clock() - started) > LIMIT_S:
        yield CheckStep("time", is_good=False, why=f"{elapsed:.0f}")


def queue_to_test(desk: Desk, takes: Sequence[str]) -> str:
    """Return a queue of the desk's: one that it takes, else one that it has a name for."""
    named = [name for name in desk.mapping.queues if name != "otherwise"]
    return next(iter((*takes, *named)), "hosting")


def make_test_ticket(reference: str, now: datetime, *, queue: str, email: str | None) -> Ticket:
    """Return a ticket that says that it is a test, with every fact filled."""
    words = TicketText(en="TEST by Intake, please ignore", ru="ПРОВЕРКА от Intake, не отвечайте")
    finding = TicketFinding(
        code="test.check",
        severity="info",
        title=words,
        explanation=words,
        remedy=TicketText(en="", ru=""),
        fixer="hosting",
        subject="check.example",
    )
    check = TicketDiagnosis(
        step="check",
        target="check.example",
        state="done",
        started_at=now,
        verdict="healthy",
        findings=(finding,),
        report={"target": {"addresses": ["192.0.2.1"]}},
    )
    return Ticket(
        reference=reference,
        created_at=now,
        language="en",
        checklist=ChecklistName(id="desk-check", version="1", title=words),
        subject=words.en,
        headline=words,
        priority="low",
        queue=queue,
        product=TicketProduct(id="test", title=words),
        contact=Contact(name="Тест Intake", email=email, phone="+10000000000", account="test"),
        sent_as="complete",
        verdict=finding,
        items=(),
        completeness=Completeness(asked=1, answered=1),
        diagnoses=(check,),
        environment=Environment(),
    )


def compose_test_ticket(ticket: Ticket, mapping: DeskMapping) -> DeskTicket:
    """Return the test ticket for the desk, with every mapped field filled and one file."""
    desk_ticket = compose_desk_ticket(ticket, [_FILE], mapping)
    fields = {name: desk_ticket.fields.get(name, "test") for name in mapping.fields.values()}
    return replace(desk_ticket, fields=fields)


def _verify_step(desk: Desk, remote_id: str, desk_ticket: DeskTicket) -> CheckStep:
    try:
        if desk.capabilities.attaches_later and desk_ticket.files:
            desk.attach(remote_id, desk_ticket.files)
        losses = desk.verify(remote_id, _without_unsupported_files(desk, desk_ticket))
    except (Refused, Unavailable) as error:
        return CheckStep("verify", is_good=False, why=str(error))
    return CheckStep("verify", is_good=not losses, losses=losses)


def _without_unsupported_files(desk: Desk, desk_ticket: DeskTicket) -> DeskTicket:
    return desk_ticket if desk.capabilities.takes_files else desk_ticket.without_files()


def _find_step(desk: Desk, remote_id: str, desk_ticket: DeskTicket) -> CheckStep:
    try:
        existing = desk.find(desk_ticket.reference)
    except (Refused, Unavailable) as error:
        return CheckStep("find", is_good=False, why=str(error))
    if existing is None and desk.capabilities.search_lag_s:
        # A late search index isn't a failure: the hand-over waits for it.
        return CheckStep("find", is_good=True, why=f"{desk.capabilities.search_lag_s:.0f}")
    is_same = existing == remote_id
    return CheckStep("find", is_good=is_same, why="" if is_same else str(existing))


def _find_other_step(desk: Desk, remote_id: str, desk_ticket: DeskTicket) -> CheckStep:
    """Search for a reference that nobody has; the answer must not be somebody's ticket."""
    del remote_id, desk_ticket
    try:
        existing = desk.find(_UNUSED_REFERENCE)
        hits = list(desk.search(_UNUSED_REFERENCE)) if isinstance(desk, ApiDesk) else []
    except (Refused, Unavailable) as error:
        return CheckStep("find-other", is_good=False, why=str(error))
    if existing is None and hits:
        existing = hits[0].remote_id
    return CheckStep("find-other", is_good=existing is None, why=existing or "")


def _append_step(desk: Desk, remote_id: str, desk_ticket: DeskTicket) -> CheckStep:
    key, at = f"{desk_ticket.reference}.check", desk_ticket.ticket.created_at
    message = DeskMessage(
        key, desk_ticket.reference, "Test", at, desk_ticket.language, desk_ticket.ticket
    )
    try:
        desk.append(remote_id, message)
        is_there = desk.has_message(remote_id, message.key)
    except (Refused, Unavailable) as error:
        return CheckStep("append", is_good=False, why=str(error))
    return CheckStep("append", is_good=is_there)


def _close_step(desk: Desk, remote_id: str, desk_ticket: DeskTicket) -> CheckStep:
    del desk_ticket
    try:
        desk.close(remote_id)
        is_closed = desk.state(remote_id) in {"solved", "unknown"}
    except (Refused, Unavailable) as error:
        return CheckStep("close", is_good=False, why=str(error))
    return CheckStep("close", is_good=is_closed, why="" if is_closed else remote_id)
