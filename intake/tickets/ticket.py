"""The ticket: what is handed over, complete and unchanging."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from diagnostics.texts import LANGUAGES, Language
from intake.journey.draft import LEFT_EMPTY, Environment, Source

SentAs = Literal["complete", "person-wanted", "follows-incident", "canary"]
TicketState = Literal["open", "waiting", "solved"]  # waiting: for the customer


class Part(BaseModel):
    """Frozen, and refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TicketText(Part):
    """Our own words, in both languages; a ticket translates, the customer's words stay."""

    en: str
    ru: str
    more: Mapping[str, str] = {}  # the languages that an operator had added by then

    def in_(self, language: str) -> str:
        """The words in a language; in English those that weren't translated when it was sent."""
        if language == "ru":
            return self.ru
        return self.more.get(language) or self.en

    @model_serializer(mode="wrap")
    def _without_nothing(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        if not self.more:
            del written["more"]
        return written

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Self:
        """From a mapping by language; a missing language says the other's words."""
        either = next(iter(words.values()), "")
        return cls(
            en=words.get("en") or words.get("ru") or either,
            ru=words.get("ru") or words.get("en") or either,
            more={name: text for name, text in words.items() if name not in LANGUAGES},
        )


class ChecklistName(Part):
    """Which checklist, and which content of it, the draft was walked on."""

    id: str
    version: str
    title: TicketText


class Contact(Part):
    """
    Whom to answer; what the customer did not give is None.

    `other` is a way that is neither an e-mail address nor a phone number, such as a messenger.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    other: str | None = None
    account: str | None = None

    @property
    def way(self) -> str | None:
        """Where to answer: the e-mail address before the phone number before anything else."""
        return self.email or self.phone or self.other


class TicketFinding(Part):
    """
    A finding in words. The ticket's own verdict is the root cause: the first finding of the
    check that explains most.
    """

    code: str
    severity: str
    title: TicketText
    explanation: TicketText
    remedy: TicketText
    fixer: str
    subject: str
    consequences: tuple[TicketFinding, ...] = ()


class TicketProduct(Part):
    """What the case is about, and who mends what of it where that isn't who it usually is."""

    id: str
    title: TicketText
    fixed_by: Mapping[str, str] = Field(default_factory=dict)


class TicketItem(Part):
    """One line: the question, the answer, whose word it is; `display` is the answer in words."""

    id: str
    kind: str
    role: str = ""  # "contact", "name", "account"
    question: TicketText
    label: TicketText
    answer: JsonValue
    display: TicketText
    source: Source
    measured: JsonValue = None
    measured_display: TicketText | None = None
    follows: TicketText | None = None  # what follows from a contradiction with a measurement
    insisted: bool = False
    missing: bool = False
    record: tuple[str, ...] = ()
    at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Passed over, as a question that needs no answer may be."""
        return self.answer in LEFT_EMPTY and self.source is not Source.UNKNOWN


class TicketAdvice(Part):
    """
    Advice that the customer has met, as it was read, and what came of it.

    `not-helped`: the customer said that it fails still. `read`: whether it helped wasn't asked.
    `open`: it was on the screen when the customer left the steps; `at` is None then.
    """

    id: str
    text: TicketText
    moves: tuple[TicketText, ...] = ()
    result: Literal["solved", "not-helped", "read", "open"]
    at: datetime | None = None


class Completeness(Part):
    """
    How much of what was asked is known; `missing` and `unknown` are the ids of items.

    A question that needs no answer and was passed over isn't counted.
    """

    asked: int
    answered: int
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class ObservationText(Part):
    """One observation in a few words; its measured facts are in the report."""

    mark: Literal["ok", "fault", "unknown", "info"]
    text: TicketText
    duration_s: float


class TicketDiagnosis(Part):
    """
    One check: its whole report and the same in words, or why there is none.

    `report` is what `intake diagnose --json` prints. `verdict` is None without a report.
    `is_late`: it ended after the ticket was sent, so the ticket's document has it as running.
    """

    step: str
    target: str
    state: Literal["running", "done", "failed"]
    started_at: datetime
    why_failed: str = ""
    verdict: Literal["healthy", "degraded", "fault", "inconclusive"] | None = None
    duration_s: float | None = None
    findings: tuple[TicketFinding, ...] = ()
    chain: tuple[ObservationText, ...] = ()
    report: Mapping[str, Any] | None = None
    is_late: bool = False


class Attachment(Part):
    """A file of the customer's; the bytes are beside the ticket, by `id`."""

    id: str
    name: str
    type: str
    size_bytes: int
    sha256: str


class Related(Part):
    """Another ticket about the same thing."""

    reference: str
    why: str


class Event(Part):
    """Something that happened to the ticket; `desk` is empty when no desk was involved."""

    at: datetime
    kind: str
    desk: str = ""
    detail: str = ""


class ConversationEntry(Part):
    """
    Something said of a ticket after it was sent; `intake.tickets.conversation` has the kinds.

    `details` holds what a kind needs beside words. `is_internal`: for staff alone.
    """

    id: int
    at: datetime
    author: Literal["customer", "staff", "desk", "system"]
    author_name: str = ""
    kind: str
    text: str = ""
    details: Mapping[str, JsonValue] = Field(default_factory=dict)
    files: tuple[Attachment, ...] = ()
    is_internal: bool = False


class Ticket(Part):
    """
    Everything support needs to act without asking anything back.

    Written once; what comes after is kept beside the document: `events`, late `diagnoses`, the
    `conversation`, the `state`. `answer_by` is what was promised; `measures` is False where neither
    a check nor a letter tells a cause; `follows` is the incident whose end alone is waited for.
    """

    reference: str
    created_at: datetime
    language: Language
    checklist: ChecklistName
    subject: str  # in the ticket's language; `headline` has it in both
    headline: TicketText
    priority: str
    queue: str
    priority_title: TicketText | None = None  # as the department calls it
    queue_title: TicketText | None = None
    product: TicketProduct | None = None
    contact: Contact
    sent_as: SentAs
    follows: str | None = Field(default=None, exclude_if=lambda value: value is None)
    answer_by: datetime | None = None
    verdict: TicketFinding | None
    measures: bool = True
    advice: tuple[TicketAdvice, ...] = ()
    items: tuple[TicketItem, ...]
    completeness: Completeness
    diagnoses: tuple[TicketDiagnosis, ...]
    environment: Environment
    attachments: tuple[Attachment, ...] = ()
    related: tuple[Related, ...] = ()
    events: tuple[Event, ...] = Field(default=())
    conversation: tuple[ConversationEntry, ...] = ()
    state: TicketState = "open"

    @property
    def contradictions(self) -> tuple[TicketItem, ...]:
        """The items where the customer says otherwise than we measured."""
        return tuple(
            item
            for item in self.items
            if item.source is Source.CONTRADICTED or item.follows is not None
        )
