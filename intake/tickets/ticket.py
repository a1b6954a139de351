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
    """The base of the ticket's models: frozen, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TicketText(Part):
    """Our own words in every language; a ticket translates them, but never the customer's words."""

    en: str
    ru: str
    more: Mapping[str, str] = {}  # the languages that an operator had added by then

    def in_(self, language: str) -> str:
        """
        Return the words in a language; in English if they weren't translated when the ticket was
        sent.
        """
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
        """
        Return the text of a mapping by language; a missing language gets the words of the other
        one.
        """
        either = next(iter(words.values()), "")
        return cls(
            en=words.get("en") or words.get("ru") or either,
            ru=words.get("ru") or words.get("en") or either,
            more={name: text for name, text in words.items() if name not in LANGUAGES},
        )


class ChecklistName(Part):
    """The checklist, and the version of its content, that the draft was answered on."""

    id: str
    version: str
    title: TicketText


class Contact(Part):
    """
    How to reach the customer; what the customer did not give is None.

    `other` is neither an e-mail address nor a phone number, such as a name in a messenger.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    other: str | None = None
    account: str | None = None

    @property
    def way(self) -> str | None:
        """
        The preferred way to answer: the e-mail address, then the phone number, then
        anything else.
        """
        return self.email or self.phone or self.other


class TicketFinding(Part):
    """
    A finding in words.

    The ticket's own verdict is the root cause: the first finding of the check that explains most.
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
    """
    The product that the ticket is about; `fixed_by` says who mends what of it, if not the usual
    one.
    """

    id: str
    title: TicketText
    fixed_by: Mapping[str, str] = Field(default_factory=dict)


class TicketItem(Part):
    """One line: the question, the answer and its source; `display` is the answer in words."""

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
        """Whether the question was skipped, as an optional one may be."""
        return self.answer in LEFT_EMPTY and self.source is not Source.UNKNOWN


class TicketAdvice(Part):
    """
    Advice that the customer was shown, as it read then, and its result.

    `not-helped`: the customer said that it still fails. `read`: the customer wasn't asked whether
    it helped. `open`: it was on the screen when the customer left the steps; `at` is None then.
    """

    id: str
    text: TicketText
    moves: tuple[TicketText, ...] = ()
    result: Literal["solved", "not-helped", "read", "open"]
    at: datetime | None = None


class Completeness(Part):
    """
    How many of the questions are answered; `missing` and `unknown` are the ids of items.

    An optional question that was skipped isn't counted.
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

    `report` is what `intake diagnose --json` prints. `verdict` is None without a report. `is_late`:
    it ended after the ticket was sent, so the ticket's document has it as running.
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
    """A file of the customer's; its bytes are stored beside the ticket, by `id`."""

    id: str
    name: str
    type: str
    size_bytes: int
    sha256: str


class Related(Part):
    """Another ticket that may be about the same problem."""

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
    An entry of the conversation after sending; `intake.tickets.conversation` lists the kinds.

    `details` holds the values of a kind. `is_internal`: for staff alone.
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
    `conversation`, the `state`. `answer_by` is when an answer was promised. `measures` is False
    where the checklist has neither checks nor letters that could tell a cause. `follows` is the
    incident whose end the customer only wants to hear of.
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
