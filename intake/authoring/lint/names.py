"""What a name in a checklist stands for: an earlier step, a fact of a check, or nothing yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from pydantic import JsonValue

from diagnostics import TargetKind, facts_of
from intake.authoring.messages import Listed, Phrase, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.syntax.parsed_file import Entry
from intake.journey.draft import ENVIRONMENT
from intake.journey.fact_words import has_words
from intake.journey.kinds import choices_of
from intake.journey.operands import (
    OperandType,
    environment_names,
    facts_of_step,
    operand_of_fact,
    operand_of_step,
)
from intake.journey.steps import Ask, Check, Tell

_DENIED: Final = re.compile(r"not\s+([a-z0-9_-]+)", re.IGNORECASE)
_IS_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
FEWEST_CHOICES: Final = 2
# Of the others an answer may leave open what is asked: a time in vague words, an empty letter.
_ALWAYS_KNOWN: Final = frozenset(
    {"choice", "choices", "yes-no", "target", "number", "e-mail", "phone"}
)
JOINTS: Final = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class Meant:
    """
    What a left side stands for, or what is wrong with it.

    `side` is None where anything may be compared with it, or where its step has mistakes of its
    own.
    """

    side: OperandType | None = None
    wrong: Phrase | None = None
    suggestion: str | None = None


class Names:
    """
    The steps as seen from one of them: those passed by, and those still to come.

    `is_whole`: every step was read, so that a name that isn't there is a mistake. `conditions` are
    the checklist's conditions by their names; `own_items` what is written under `must-have`.
    """

    def is_always_answered(self, name: str) -> bool:
        """Whether a step above is a question that everybody answers with something known."""
        entry = self.passed.get(name)
        step = entry.step if entry is not None else None
        return (
            isinstance(step, Ask)
            and not step.dont_know
            and step.required
            and not step.optional
            and step.show_if is None
            and step.kind in _ALWAYS_KNOWN
        )

    def __init__(
        self,
        entries: Iterable[Entry],
        conditions: Mapping[str, JsonValue],
        *,
        is_whole: bool = True,
        own_items: Iterable[str] = (),
    ) -> None:
        self._is_whole = is_whole
        self.own_items = frozenset(own_items)
        self.conditions = conditions
        self.passed: dict[str, Entry] = {}
        self.here: Entry | None = None
        self._asks: list[str] = []
        self._worded_facts: list[str] = []
        self._all: dict[str, Entry] = {}
        for entry in entries:
            if entry.has_name:
                self._all.setdefault(entry.name, entry)

    def pass_by(self, entry: Entry) -> None:
        """Count this step among the earlier ones from now on."""
        # Of two steps with one name the first counts; `mistakes_of_name` reports the second.
        if entry.has_name and self.passed.setdefault(entry.name, entry) is entry:
            self._note_sayable(entry)

    def _note_sayable(self, entry: Entry) -> None:
        # Asked for at every text of every later step: put together again, a long checklist takes
        # the square of its length.
        if entry.word == "ask":
            self._asks.append(entry.name)
        facts = facts_of_step(entry.step)
        self._worded_facts += [f"{entry.name}.{fact}" for fact in facts if has_words(facts[fact])]

    @property
    def every(self) -> Collection[str]:
        """The names of all steps, earlier and later."""
        return self._all.keys()

    def pages_of_others(self, name: str) -> Mapping[str, bool]:
        """The pages of all other questions, and whether an earlier one or two of them are on it."""
        earlier: dict[str, bool] = {}
        for other, entry in self._all.items():
            page = entry.step.page if isinstance(entry.step, Ask) else None
            if page is not None and other != name:
                earlier[page] = page in earlier or other in self.passed
        return earlier

    def of_word(self, *words: str) -> list[str]:
        """The names of the earlier steps that begin with one of these words."""
        return [name for name, entry in self.passed.items() if entry.word in words]

    def meant(self, left: str, at: Phrase) -> Meant:
        """What the left side of a condition stands for."""
        name, dot, fact = left.partition(".")
        if not dot:
            return self._step(left, at)
        if name == ENVIRONMENT:
            return _fact(left, environment_names(), at)
        entry = self.passed.get(name)
        facts = facts_of_step(entry.step) if entry is not None else {}
        if entry is None:
            return self.no_step(name, self.of_word("check"), at)
        if not facts:
            return self._no_facts(entry, name, fact, at)
        if fact not in facts:
            of = entry.step if isinstance(entry.step, Check) else None
            return _fact(left, tuple(facts), at, of=of)
        return Meant(operand_of_fact(facts[fact]))

    def _no_facts(self, entry: Entry, name: str, fact: str, at: Phrase) -> Meant:
        """A fact of a step without any; what a step with a mistake would have isn't known."""
        if entry.step is None:
            return Meant()
        if check := self._measuring(name, fact):
            words = phrase("fact-of-check", at=at, name=name, meant=f"{check}.{fact}")
            return Meant(None, words, check)
        return Meant(None, phrase("no-facts", at=at, name=name, fact=fact), name)

    def _measuring(self, name: str, fact: str) -> str:
        """The check that measures a question's answer and has a fact; "" for none."""
        for other, entry in self.passed.items():
            if isinstance(entry.step, Check) and entry.step.of == name:
                return other if fact in facts_of_step(entry.step) else ""
        return ""

    def is_moment(self, left: str) -> bool:
        """Whether a left side is the answer to a question about a time."""
        entry = self.passed.get(left)
        return entry is not None and isinstance(entry.step, Ask) and entry.step.kind == "moment"

    def unit_words(self, left: str) -> frozenset[str]:
        """The words of the unit that a value says with itself; none where it says none."""
        name, dot, fact_name = left.partition(".")
        entry = self.passed.get(name)
        step = entry.step if entry is not None else None
        if not dot:
            unit = step.unit if isinstance(step, Ask) else None
            return frozenset(unit.lines.values()) if unit else frozenset()
        fact = facts_of_step(step).get(fact_name)
        return frozenset({fact.unit or fact.counts}) - {""} if fact is not None else frozenset()

    def fact_with_value(self, left: str, word: str) -> str | None:
        """The fact of a letter that may be a word: `bounce.cause` of `mailbox-full`."""
        entry = self.passed.get(left)
        for name, fact in facts_of_step(entry.step if entry is not None else None).items():
            if fact.values is not None and word in fact.values:
                return f"{left}.{name}"
        return None

    def choice_of_label(self, left: str, label: str) -> str | None:
        """The choice of an earlier question whose label this is, in any language."""
        entry = self.passed.get(left)
        step = entry.step if entry is not None else None
        choices = choices_of(step) if isinstance(step, Ask) else {}
        for name, text in choices.items():
            if label.casefold() in {line.casefold() for line in text.lines.values()}:
                return name
        return None

    def in_text(self, left: str, at: Phrase) -> Meant:
        """What a name in braces of a text stands for; a mistake where it has no words."""
        meant = self.meant(left, at)
        name, dot, fact = left.partition(".")
        entry = self.passed.get(name)
        if entry is None or entry.step is None or (meant.wrong is not None and dot):
            return meant
        facts = facts_of_step(entry.step)
        if not dot:
            is_sayable = isinstance(entry.step, Ask)
            own = [f"{name}.cause"] if facts else []
        else:
            is_sayable = fact not in facts or has_words(facts[fact])
            own = [f"{name}.{other}" for other, known in facts.items() if has_words(known)]
        if is_sayable:
            return meant
        known = own or self.sayable()
        # Of several findings one leads: that is what a sentence can name.
        near = f"{name}.cause" if f"{name}.cause" in known and fact in ("", "finding") else None
        tail = phrase("did-you-mean", near=near) if near else hint("", known)
        return Meant(None, phrase("no-words", at=at, left=left, hint=tail), near)

    def sayable(self) -> list[str]:
        """The names that a text may have in braces here."""
        return [*self._asks, *self._worded_facts]

    def fact(self, left: str, at: Phrase) -> Meant:
        """What a measured answer is taken from: a fact, never a step's answer."""
        if "." not in left:
            return Meant(wrong=phrase("fact-needed", at=at, left=left))
        return self.meant(left, at)

    def _step(self, left: str, at: Phrase) -> Meant:
        entry = self.passed.get(left)
        if entry is None:
            return self.no_step(left, self.of_word("ask", "tell"), at, JOINTS)
        if isinstance(entry.step, Check):
            return Meant(None, phrase("check-alone", at=at, name=left), f"{left}.finding")
        if not isinstance(entry.step, Ask | Tell):
            return Meant()
        side = operand_of_step(entry.step)
        # Of choices that are too few anyhow, others may be meant.
        is_lacking = (
            isinstance(entry.step, Ask)
            and side.values is not None
            and len(side.values) < FEWEST_CHOICES
        )
        return Meant(None if is_lacking else side)

    def no_step(
        self, name: str, known: Sequence[str], at: Phrase, joints: Sequence[str] = ()
    ) -> Meant:
        """A name that no earlier step of the right word has."""
        later = self._all.get(name)
        if later is None and not self._is_whole:
            return Meant()
        if later is not None and later is self.here:
            return Meant(wrong=phrase("own-step", at=at))
        if later is not None and name not in self.passed:
            line = later.node.find((later.word,)).line
            return Meant(wrong=phrase("later-step", at=at, name=name, line=line))
        if denied := _DENIED.fullmatch(name):
            words = phrase("condition-written-out", word=name, meant=f"{{not: {denied[1]}}}")
            return Meant(None, words)
        near = near_word(name, [*known, *joints]) or _longer_or_shorter(name, known)
        if near is not None and not _IS_ID.fullmatch(near):
            return Meant()  # the name is told where it is given
        is_joint = near is not None and near in joints
        is_part = near is not None and near_word(name, known) is None
        tail = hint(name, known)
        if near and (is_joint or is_part):
            tail = phrase("did-you-mean", near=near)
        return Meant(None, phrase("no-step", at=at, name=name, hint=tail), near)


def _longer_or_shorter(name: str, known: Sequence[str]) -> str | None:
    """The one name that has all of these words and more, or fewer: `order` for `order-number`."""
    words = set(name.split("-"))
    alike = [other for other in known if (parts := set(other.split("-"))) < words or words < parts]
    return alike[0] if len(alike) == 1 else None


def _fact(left: str, facts: Sequence[str], at: Phrase, *, of: Check | None = None) -> Meant:
    name, _, fact = left.partition(".")
    if fact in facts:
        return Meant()
    near = near_word(fact, facts)
    elsewhere = [kind for kind in get_args(TargetKind) if of and fact in facts_of(kind)]
    if of is not None and elsewhere:
        kinds = Listed(tuple(f"'diagnose: {kind}'" for kind in elsewhere), "or")
        words = phrase("fact-of-other", at=at, name=name, kind=of.diagnose, fact=fact, listed=kinds)
        return Meant(None, words)
    # All of them: the one that is wanted has another name than the author's.
    tail, known = (
        hint(fact, facts, at_most=len(facts)),
        phrase("allowed", listed=Listed(tuple(facts))),
    )
    tail = tail.with_(instead=known) if tail.code == "did-you-mean" else tail
    words = phrase("no-fact", at=at, left=left, hint=tail)
    return Meant(None, words, f"{name}.{near}" if near else None)
