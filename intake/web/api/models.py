"""Request and response bodies of the API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from diagnostics.texts import CompleteLanguage

_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
QuestionId = Annotated[str, Field(pattern=_ID)]


class ApiModel(BaseModel):
    """Base of the bodies; refuses unknown fields, so that a misspelled one is reported."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BothLanguages(ApiModel):
    """The same text in both languages."""

    en: str
    ru: str


class TicketRequest(ApiModel):
    """A ticket to send: a checklist and the customer's answers to its questions."""

    checklist: QuestionId = Field(description="the checklist's id, like site-down")
    answers: dict[QuestionId, JsonValue] = Field(
        default_factory=dict,
        max_length=100,
        description="by the question's id; null is “I don't know”, a choice is its id",
    )
    language: CompleteLanguage | None = Field(
        default=None, description="the customer's; by default the service's"
    )
    timezone: str = Field(
        default="", max_length=60, description="the customer's, like Europe/Moscow; for “at 14:20”"
    )
    browser: str = Field(default="", max_length=80, description="the customer's, with its version")
    ip: str = Field(default="", max_length=45, description="the customer's own address")
    insist: bool = Field(
        default=False, description="take answers that say little as they are, marked so"
    )
    incomplete: bool = Field(
        default=False, description="send what there is to a person, and say what is missing"
    )


class MissingQuestion(ApiModel):
    """A question without an answer."""

    id: str
    kind: str
    question: BothLanguages
    why: BothLanguages | None = None
    example: BothLanguages | None = None
    choices: dict[str, BothLanguages] = Field(default_factory=dict)
    dont_know: bool = Field(description="whether null, “I don't know”, is taken")


class AnswerRefusal(ApiModel):
    """An answer that isn't accepted, and the hint for the customer."""

    id: str
    code: str
    hint: BothLanguages
    can_insist: bool
    suggestion: str | None = None


class Incomplete(ApiModel):
    """What a ticket lacks; `continue` opens the wizard with everything collected so far."""

    missing: tuple[MissingQuestion, ...] = ()
    refused: tuple[AnswerRefusal, ...] = ()
    unknown: tuple[str, ...] = Field(default=(), description="names that the checklist hasn't")


class Cause(ApiModel):
    """The measured cause, if there is one."""

    code: str
    title: BothLanguages


class SentTicket(ApiModel):
    """A ticket that is stored; `url` is the customer's own link."""

    reference: str
    url: str
    state: Literal["open", "waiting", "solved"]
    sent_as: Literal["complete", "person-wanted", "follows-incident", "canary"]
    subject: BothLanguages
    cause: Cause | None
    missing: tuple[str, ...] = Field(description="ids of questions without an answer")


class DiagnosisRequest(ApiModel):
    """A target to measure."""

    target: str = Field(min_length=1, max_length=2048, description="a site, a name or an address")
    kind: Literal["site", "server", "mail"] = "site"
    language: CompleteLanguage = Field(default="en", description="of the words in the report")
