"""
The steps of a checklist: ask, check, tell, use, end.

A step is known by its first word. Every key carries the sentence that explains it to an author:
the JSON Schema and the reference in `docs/checklists.md` are made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
    model_validator,
)

from diagnostics import TargetKind
from intake.journey.acceptance import Accept, limits_in_minutes
from intake.journey.links import Link
from intake.journey.model import EndKind, Id, Ids, Model, Parameter, Row, Table, Text
from intake.journey.pictures import ImageFile

AskKind = Literal[
    "choice",
    "choices",
    "yes-no",
    "text",
    "long-text",
    "number",
    "moment",
    "duration",
    "target",
    "targets",
    "e-mail",
    "phone",
    "account",
    "file",
    "letter",
]

Role = Literal["contact", "name", "account", "description", "product"]


class DetailOf(Model):
    """The role of an answer in free text that completes another question's choices."""

    detail_of: Id = Field(description="an earlier question with choices")


# A union is decided by the value's type only, so that one error gives one message.
AskRole = Annotated[
    Annotated[Role, Tag("<string>")] | Annotated[DetailOf, Tag("<mapping>")],
    Discriminator(lambda value: "<mapping>" if isinstance(value, dict | DetailOf) else "<string>"),
]

AnswerFrom = Annotated[
    Annotated[str, Tag("<string>")] | Annotated[Table, Tag("<list>")],
    Discriminator(lambda value: "<list>" if isinstance(value, list | tuple) else "<string>"),
]

REVIEW_PAGE: Final = "review"
_PICTURE = "a picture below it: [`file` and `alt`](#pictures)"
_LINK = "a page, mailbox or telephone below it: [`to` and `label`](#links)"


class StepBase(Model):
    """The key that every step may have: the condition under which it is shown."""

    show_if: JsonValue = Field(
        default=None, description="the condition under which the step is shown; always, without one"
    )

    @property
    def id(self) -> str:
        """The step's name, unique in its checklist; answers are stored by it."""
        raise NotImplementedError


class Ask(StepBase):
    """One question to the customer."""

    ask: Id = Field(
        description="the step's name; answers are stored by it, so it never changes its meaning"
    )
    kind: AskKind = Field(description="what kind of answer is asked for")
    role: AskRole | None = Field(
        default=None,
        description="what the answer is to a ticket: `contact`, where support answers, which "
        "each way to a ticket must ask; `name`; "
        "`account`; `description`, what happens in the customer's own words; "
        "`product`, which of `desk.yaml` it is about, by its choices; or "
        "`{detail-of: step}`, the words for what that question's choices don't name",
    )
    text: Text = Field(
        description="the question: say what to do, and what to do instead if that doesn't work"
    )
    short: Text | None = Field(
        default=None, description="its label on the review page and in the ticket"
    )
    why: Text | None = Field(default=None, description="one line: why it is asked")
    help: Text | None = Field(default=None, description="how to find the answer")
    picture: ImageFile | None = Field(default=None, description=_PICTURE)
    link: Link | None = Field(default=None, description=_LINK)
    example: Text | None = Field(
        default=None, description="what an answer looks like; shown too when one says too little"
    )
    choices: dict[Id, Text] = Field(
        default_factory=dict, description="the answers to choose from, as `id: text`"
    )
    unit: Text | None = Field(default=None, description="of a number: what it counts")
    accept: Accept | None = Field(
        default=None, description="what an answer must be, with your own words when it isn't"
    )
    answer_from: AnswerFrom | None = Field(
        default=None,
        description="what measured it: `web.symptom`, `environment.browser`, or rows "
        "`{when: …, is: …}`",
    )
    if_measured: Annotated[
        Literal["confirm", "note"],
        BeforeValidator(lambda value: "note" if value == "skip" else value),
    ] = Field(
        default="confirm",
        description="`confirm`: the measured answer is shown for a yes; `note` (or `skip`): it is "
        'noted without a screen, listed on the last one with "not so" beside it, and asked only '
        "when nothing was measured",
    )
    page: Id | None = Field(
        default=None,
        description="questions that follow each other and name the same page stand on one screen, "
        "at most four; `review` is the last screen, where everything is read back",
    )
    optional: bool = Field(
        default=False,
        description="`true`: what may help and nobody must give; it has no screen of its own, but "
        "stands folded on the last one",
    )
    required: bool = Field(default=True, description="`false`: the question may be passed over")
    dont_know: bool = Field(default=True, description='`false`: "I don\'t know" is not offered')
    record: Ids = Field(
        default=(), description="the items of the head's `record` or `must-have` that it fills"
    )
    needs: dict[Id, Ids] = Field(
        default_factory=dict,
        description="the items that a ticket needs after one of its choices alone, as "
        "`choice: item`",
    )

    @model_validator(mode="before")
    @classmethod
    def _optional_is_not_required(cls, raw: object) -> object:
        """Make an optional question not required and without "I don't know" by default."""
        if isinstance(raw, Mapping) and raw.get("optional") in (True, "true", "yes"):
            return {"required": False, "dont-know": False, **raw}
        return raw

    @model_validator(mode="before")
    @classmethod
    def _convert_duration_limits(cls, raw: object) -> object:
        """Convert the limits of a duration to minutes."""
        return limits_in_minutes(raw)

    @model_validator(mode="before")
    @classmethod
    def _require_contact(cls, raw: object) -> object:
        """Don't offer "I don't know" for a contact: nobody could be answered there."""
        if isinstance(raw, Mapping) and raw.get("role") == "contact":
            return {"dont-know": False, **raw}
        return raw

    @property
    def is_on_review(self) -> bool:
        """Whether it is asked on the review screen."""
        return self.optional or self.page == REVIEW_PAGE

    @property
    def is_contact(self) -> bool:
        """Whether support answers to the address given here."""
        return self.role == "contact"

    @property
    def id(self) -> str:
        """The step's name."""
        return self.ask


OF_PRODUCT: Final = "product"  # what a check expects: the addresses of the customer's product


class Check(StepBase):
    """A diagnosis that starts in the background as soon as the step `of` has its target."""

    check: Id = Field(description="the check's name; conditions read its facts as `name.fact`")
    diagnose: TargetKind = Field(description="what is measured")
    of: Id = Field(
        description="the step of kind target whose answer is measured, or of kind targets, where "
        "each is and the gravest leads; for mail also of kind e-mail, whose domain is"
    )
    expect: Id | None = Field(
        default=None,
        description="of a site: the question of kind target whose answer, an address, the name "
        "should lead to, or `product`, for the addresses that `desk.yaml` declares of the "
        "customer's product; where it leads elsewhere, that is the cause (`dns.wrong_address`)",
    )

    @property
    def id(self) -> str:
        """The step's name."""
        return self.check


class Tell(StepBase):
    """Advice: what we found and what the customer can do."""

    tell: Id = Field(description="the step's name")
    text: Text = Field(description="what is the matter, in one or two sentences")
    do: Annotated[tuple[Text, ...], Field(strict=False, max_length=9)] = Field(
        default=(),
        description="the moves, in order, each beginning with a verb; without them, of `about`, "
        "what we saw of the cause and what to do about it",
    )
    about: Id | None = Field(
        default=None,
        description="the check whose root cause is shown above the text, or the question of kind "
        "letter whose cause is",
    )
    why: Text | None = Field(default=None, description="one line: why it is shown")
    help: Text | None = Field(default=None, description="where to find what the moves name")
    picture: ImageFile | None = Field(default=None, description=_PICTURE)
    link: Link | None = Field(default=None, description=_LINK)
    solved: Literal["offer", "no"] = Field(
        default="no", description='`offer` adds "It works now", which ends without a ticket'
    )

    @property
    def id(self) -> str:
        """The step's name."""
        return self.tell


class Use(StepBase):
    """Includes the steps of a section's file."""

    use: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_/-]{0,99}$")] = Field(
        description="the section's file, such as `sections/contact`"
    )
    with_: dict[Id, Parameter] = Field(
        default_factory=dict, description="values for what the section takes, as `name: value`"
    )

    @property
    def id(self) -> str:
        """The section's name."""
        return self.use


class End(StepBase):
    """The journey ends here, if shown; without one it ends in a ticket after the last step."""

    end: EndKind = Field(
        description="`ticket`: the review, then a ticket; `solved`: no ticket is needed; "
        "`hand-over`: a person takes over with what is there"
    )
    text: Text | None = Field(default=None, description="why it ends here; `solved` needs it")

    @property
    def id(self) -> str:
        """The id of an end step, made of its kind, since it has no name."""
        return f"end-{self.end}"


Step = Ask | Check | Tell | End


def conditions_of_rows(rows: Iterable[Row]) -> Iterator[JsonValue]:
    """Return the conditions of a table's rows; an `otherwise` row has none."""
    return (row.when for row in rows if row.when is not None)


def conditions_of(step: Step) -> Iterator[JsonValue]:
    """Yield every condition of a step: its `show-if`, then those of its `answer-from` table."""
    if step.show_if is not None:
        yield step.show_if
    if isinstance(step, Ask) and isinstance(step.answer_from, tuple):
        yield from conditions_of_rows(step.answer_from)


STEP_MODELS: Mapping[str, type[Ask | Check | Tell | Use | End]] = {
    "ask": Ask,
    "check": Check,
    "tell": Tell,
    "use": Use,
    "end": End,
}
