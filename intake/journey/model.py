"""
The checklist language: what stands in a checklist, as frozen models.

The keys are the author's: `show-if` in the YAML is `show_if` here. The loader chooses the model of
a step by its first word (`ask`, `check`, `tell`, `use`, `end`), so one typo is one mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    RootModel,
    StringConstraints,
    Tag,
)

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = ("en", "ru")

MAX_TEXT = 1_000
ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
AskKind = Literal[
    "choice", "choices", "yes-no", "text", "long-text", "target", "moment", "e-mail", "file"
]
Priority = Literal["urgent", "high", "normal", "low"]
EndKind = Literal["ticket", "solved"]
RecordName = Literal["site-down", "server-down"]


def _key(name: str) -> str:
    """The author's spelling of a field: `show_if` is `show-if`, `is_` is `is`."""
    return name.rstrip("_").replace("_", "-")


# A union is decided by the value's shape alone, so that one slip is one mistake.
_Words = Annotated[
    Annotated[Line, Tag("<string>")]
    | Annotated[dict[Language, Line], Field(min_length=1), Tag("<mapping>")],
    Discriminator(lambda value: "<mapping>" if isinstance(value, dict) else "<string>"),
]


class Text(RootModel[_Words]):
    """Words for people: one string for every language, or one string for each."""

    model_config = ConfigDict(frozen=True)

    def in_(self, language: str) -> str:
        """The words in a language; another language's when this one is missing."""
        words = self.root
        if isinstance(words, str):
            return words
        for wanted in (language, "en"):
            for name, line in words.items():
                if name == wanted:
                    return line
        return next(iter(words.values()), "")

    @property
    def languages(self) -> frozenset[str]:
        """The languages it is written in; every one for a bare string."""
        return frozenset(LANGUAGES if isinstance(self.root, str) else self.root)


class Model(BaseModel):
    """Frozen, refuses unknown keys, spells its keys with hyphens."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_key, strict=True)


class Row(Model):
    """
    One row of a table: `{when: …, is: …}`, or the last one, `{otherwise: …}`.

    `when` is a condition as data; see `conditions.py`.
    """

    when: JsonValue = None
    is_: JsonValue = None
    otherwise: JsonValue = None


Table = Annotated[tuple[Row, ...], Field(strict=False, min_length=1)]
AnswerFrom = Annotated[
    Annotated[str, Tag("<string>")] | Annotated[Table, Tag("<list>")],
    Discriminator(lambda value: "<list>" if isinstance(value, list | tuple) else "<string>"),
]
Ids = Annotated[
    tuple[Id, ...],
    Field(strict=False),
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
]


class StepBase(Model):
    """What every step may say: when it is shown."""

    show_if: JsonValue = None

    @property
    def id(self) -> str:
        """The step's name, unique in its checklist; answers are stored by it."""
        raise NotImplementedError


class Ask(StepBase):
    """
    One question to the customer.

    `answer_from` names what measured it: "web.symptom", "environment.browser", or rows
    `{when: …, is: …}`. `if_measured`: confirm shows the measured answer for a yes, skip records it
    without a screen and asks only when nothing was measured. `record` names the items of the
    checklist of record that this step fills. `short` is its label on the review page.
    """

    ask: Id
    kind: AskKind
    text: Text
    short: Text | None = None
    why: Text | None = None
    help: Text | None = None
    example: Text | None = None
    choices: dict[Id, Text] = Field(default_factory=dict)
    answer_from: AnswerFrom | None = None
    if_measured: Literal["confirm", "skip"] = "confirm"
    required: bool = True
    dont_know: bool = True
    record: Ids = ()

    @property
    def id(self) -> str:
        """The step's name."""
        return self.ask


class Check(StepBase):
    """A diagnosis that starts in the background as soon as the step `of` has its target."""

    check: Id
    diagnose: Literal["site", "server"]
    of: Id

    @property
    def id(self) -> str:
        """The step's name."""
        return self.check


class Tell(StepBase):
    """
    Advice: what we found and what the customer can do.

    `about` names a check whose root cause is shown above the text, `do` lists the moves in order.
    `solved: offer` adds "It works now", which ends without a ticket.
    """

    tell: Id
    text: Text
    do: Annotated[tuple[Text, ...], Field(strict=False, max_length=9)] = ()
    about: Id | None = None
    why: Text | None = None
    help: Text | None = None
    solved: Literal["offer", "no"] = "no"

    @property
    def id(self) -> str:
        """The step's name."""
        return self.tell


class Use(StepBase):
    """The steps of a section file stand here; gone after loading."""

    use: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_/-]{0,99}$")]

    @property
    def id(self) -> str:
        """The section's name."""
        return self.use


class End(StepBase):
    """The journey ends here, if shown; without one it ends in a ticket after the last step."""

    end: EndKind
    text: Text | None = None

    @property
    def id(self) -> str:
        """Ends have no name of their own."""
        return f"end-{self.end}"


Step = Ask | Check | Tell | End
STEP_MODELS: Mapping[str, type[Ask | Check | Tell | Use | End]] = {
    "ask": Ask,
    "check": Check,
    "tell": Tell,
    "use": Use,
    "end": End,
}


class TicketRules(Model):
    """
    How the ticket is headed and where it goes.

    `subject` is a text with `{step}` and `{check.fact}` in it; the tables take their first row
    whose condition holds, else `otherwise`.
    """

    subject: Text
    priority: Table
    queue: Table


class Scenario(Model):
    """One test in the file: made-up measurements, answers, what to expect. Not run yet."""

    name: Line
    given: dict[str, JsonValue] = Field(default_factory=dict)
    answers: dict[str, JsonValue] = Field(default_factory=dict)
    expect: dict[str, JsonValue] = Field(default_factory=dict)


class Head(Model):
    """Everything in a checklist's file except its steps, which the loader reads one by one."""

    checklist: Id
    title: Text
    about: Text | None = None
    languages: Annotated[tuple[Language, ...], Field(strict=False, min_length=1)] = LANGUAGES
    record: RecordName | None = None
    ticket: TicketRules
    tests: Annotated[tuple[Scenario, ...], Field(strict=False)] = ()


class SectionHead(Model):
    """A section's file: a name and steps, used by `use: sections/<name>`."""

    section: Id
