"""
The checklist language as frozen models: the head of the file, and what steps share.

Keys are spelled as the author writes them: `show-if` in the YAML is `show_if` here. The steps
themselves are in `steps.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal

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

from diagnostics.texts import LANGUAGES, CompleteLanguage, translated

MAX_TEXT = 1_000  # characters
KeyPath = tuple[str | int, ...]
OTHERWISE: Final = "otherwise"
ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
TextLine = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
Parameter = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
Priority = Literal["urgent", "high", "normal", "low"]
EndKind = Literal["ticket", "solved", "hand-over"]
RecordName = Literal["site-down", "server-down"]


def _key(name: str) -> str:
    """Return the author's spelling of a field: `show_if` is `show-if`, `is_` is `is`."""
    return name.rstrip("_").replace("_", "-")


class Model(BaseModel):
    """Base of the models: frozen, refuses unknown keys, spells its keys with hyphens."""

    # Strict: pydantic would otherwise take the word `yes` for true and hide the slip.
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=_key, strict=True)


class TextWithOtherwise(Model):
    """A text with names of values in braces, and the text used when one of them isn't known."""

    en: TextLine | None = Field(default=None, description="the words in English")
    ru: TextLine | None = Field(default=None, description="the words in Russian")
    otherwise: Text = Field(description="what is said where a value in braces isn't known")


def _text_tag(value: object) -> str:
    if isinstance(value, TextWithOtherwise) or (isinstance(value, dict) and OTHERWISE in value):
        return "<otherwise>"
    return "<mapping>" if isinstance(value, dict) else "<string>"


# A union is decided by the value's type only, so that one error gives one message.
_TextContent = Annotated[
    Annotated[TextLine, Tag("<string>")]
    | Annotated[dict[CompleteLanguage, TextLine], Field(min_length=1), Tag("<mapping>")]
    | Annotated[TextWithOtherwise, Tag("<otherwise>")],
    Discriminator(_text_tag),
]


class Text(RootModel[_TextContent]):
    """Words for people: one string for every language, or one string for each."""

    model_config = ConfigDict(frozen=True)

    def in_(self, language: str) -> str:
        """Return the text in a language; in English, or else any other, if that one is missing."""
        words = self.lines
        if language in words:
            return words[language]
        for wanted in ("en", ""):
            if wanted in words:
                return translated(words[wanted], language)
        return next(iter(words.values()), "")

    @property
    def lines(self) -> Mapping[str, str]:
        """The text by language; a single string for all languages stands under ""."""
        words = self.root
        if isinstance(words, str):
            return {"": words}
        if isinstance(words, TextWithOtherwise):
            return {
                language: line for language in LANGUAGES if (line := getattr(words, language, None))
            }
        return {str(language): line for language, line in words.items()}

    @property
    def otherwise(self) -> Text | None:
        """The text used when a value in braces isn't known, or None if there is none."""
        return self.root.otherwise if isinstance(self.root, TextWithOtherwise) else None

    @property
    def languages(self) -> frozenset[str]:
        """The languages the text is written in; all of them for a bare string."""
        return frozenset(LANGUAGES if isinstance(self.root, str) else self.lines)


class Row(Model):
    """One row of a table: `{when: …, is: …}`, or the last one, `{otherwise: …}`."""

    when: JsonValue = Field(default=None, description="the condition under which this row counts")
    is_: JsonValue = Field(default=None, description="what it gives")
    otherwise: JsonValue = Field(
        default=None, description="what it gives when no row before it counts"
    )


Table = Annotated[tuple[Row, ...], Field(strict=False, min_length=1)]
Ids = Annotated[
    tuple[Id, ...],
    Field(strict=False),
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
]


class TicketRules(Model):
    """The ticket's subject, priority and queue."""

    subject: Text = Field(
        description="one line with [values](#texts-that-know-names-in-braces) such as `{site}`; "
        "what isn't known leaves no hole"
    )
    priority: Table = Field(
        description="`urgent`, `high`, `normal` or `low`, or one of `desk.yaml`: the first row "
        "that counts"
    )
    queue: Table = Field(
        description="where the ticket goes, one of `desk.yaml` where it lists them: the first row "
        "that counts"
    )


# One to a few words that customers write.
RoutingPhrase = Annotated[str, StringConstraints(min_length=1, max_length=60)]
RoutingPhrases = Annotated[
    tuple[RoutingPhrase, ...], Field(strict=False, min_length=1, max_length=300)
]


class Expect(Model):
    """What a test expects; anything it doesn't name is not checked."""

    asked: Ids = Field(default=(), description="questions that are put to the customer")
    not_asked: Ids = Field(default=(), description="questions that are not: not shown, or measured")
    told: Ids = Field(default=(), description="advice that is shown")
    not_told: Ids = Field(default=(), description="advice that is not shown")
    end: EndKind | None = Field(default=None, description="how it ends")
    queue: str | None = Field(default=None, description="the ticket's queue")
    priority: str | None = Field(default=None, description="the ticket's priority")
    subject: Text | None = Field(default=None, description="the ticket's subject")
    items: dict[Id, JsonValue] = Field(
        default_factory=dict,
        description="lines of the ticket: an answer, or `{answer: …, source: …}`",
    )
    missing: Ids = Field(default=(), description="required questions that stay without an answer")


class Scenario(Model):
    """One test in the file: made-up measurements, answers, and the expected result."""

    name: TextLine = Field(description="what the test shows, in a sentence")
    given: dict[str, JsonValue] = Field(
        default_factory=dict,
        description="what the checks found: `web: {finding: http.bad_gateway}`, or `web: failed`",
    )
    answers: dict[str, JsonValue] = Field(
        default_factory=dict,
        description='answers by step; `null` is "I don\'t know"; a step left out is confirmed '
        "where it was measured, and passed over where it may be",
    )
    for_each: dict[Id, Annotated[tuple[JsonValue, ...], Field(strict=False, min_length=1)]] = Field(
        default_factory=dict,
        description="the test once for each value: answers of a step, or findings of a check",
    )
    words: Annotated[tuple[TextLine, ...], Field(strict=False)] = Field(
        default=(),
        description="what customers write to support; each of these must lead to this checklist, "
        "beside all others of the folder",
    )
    expect: Expect = Field(default_factory=Expect, description="what must come of it")


class Head(Model):
    """A checklist's file without its steps, which the loader reads one by one."""

    checklist: Id = Field(description="the checklist's name; it never changes its meaning")
    title: Text = Field(description="what the customer picks it by")
    about: Text | None = Field(default=None, description="a line under the title")
    languages: Annotated[tuple[CompleteLanguage, ...], Field(strict=False, min_length=1)] = Field(
        default=LANGUAGES, description="the languages in which every text must be there"
    )
    offered: bool = Field(
        default=True, description="`false`: customers don't see it among the choices of the start"
    )
    place: Annotated[int, Field(strict=False, ge=1, le=99)] = Field(
        default=50, description="where it stands among them: 1 is the first"
    )
    fallback: bool = Field(
        default=False,
        description="`true`: for whatever no other checklist is about; a wish for a person begins "
        "it",
    )
    product: Id | None = Field(
        default=None,
        description="the product of `desk.yaml` that it is about; a question with `role: product` "
        "asks for it instead",
    )
    record: RecordName | None = Field(
        default=None, description="the checklist of record whose every item must be in the ticket"
    )
    must_have: dict[Id, Text] = Field(
        default_factory=dict,
        description="your own items that every ticket must have, as `name: what it is`; a question "
        "fills one with `record: name`",
    )
    conditions: dict[Id, JsonValue] = Field(
        default_factory=dict,
        description='conditions with names, as `slow: {web.first-byte-ms: "> 3000"}`; `show-if: '
        "slow` and `when: slow` stand for them",
    )
    words: dict[CompleteLanguage, RoutingPhrases] = Field(
        default_factory=dict,
        description="words and phrases by language that lead a customer's own text here; see "
        "[words](#words-that-lead-to-a-checklist)",
    )
    ticket: TicketRules = Field(description="how the ticket is headed and where it goes")
    tests: Annotated[tuple[Scenario, ...], Field(strict=False)] = Field(
        default=(), description="tests that need no network: `intake checklists test`"
    )


class SectionHead(Model):
    """The head of a section's file, whose steps are included by `use: sections/<name>`."""

    section: Id = Field(description="the section's name")
    takes: dict[Id, Parameter | None] = Field(
        default_factory=dict,
        description="what a `use` may give, as `name: usual value`; empty: it must be given. "
        "`<name>` in the steps stands for the value",
    )


def texts_of(model: BaseModel) -> Iterator[tuple[KeyPath, Text]]:
    """
    Yield every text of a model with its path, in the author's spelling of the keys.

    An `otherwise` text follows the text that it replaces.
    """
    for name, key in _fields_of(type(model)):
        yield from _texts_in(getattr(model, name), (key,))


@cache
def _fields_of(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Return the fields of a model, each with the key that an author writes."""
    return tuple((name, info.alias or name) for name, info in model.model_fields.items())


_SCALARS: Final = (str, int, float)  # values without a text: ids, enum words, numbers, flags


def _texts_in(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Text]]:  # noqa: ANN401  any field
    if value is None or isinstance(value, _SCALARS):
        return
    if isinstance(value, Text):
        yield path, value
        if value.otherwise is not None:
            yield from _texts_in(value.otherwise, (*path, OTHERWISE))
    elif isinstance(value, BaseModel):
        for inner, text in texts_of(value):
            yield (*path, *inner), text
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_in(item, (*path, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts_in(item, (*path, index))
