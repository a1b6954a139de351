"""Resolves names in a checklist: earlier steps and the facts of checks."""

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
MIN_CHOICES: Final = 2
# Answers of other kinds may be unknown all the same: a vague time, an empty letter.
_ALWAYS_KNOWN: Final = frozenset(
    {"choice", "choices", "yes-no", "target", "number", "e-mail", "phone"}
)
JOINTS: Final = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class ResolvedName:
    """
    The result of resolving a left side: its operand type, or what is wrong with it.

    `side` is None if it may be compared with anything, or if its step has mistakes.
    """

    side: OperandType | None = None
    wrong: Phrase | None = None
    suggestion: str | None = None


class Names:
    """
    The names of steps at one place of a checklist: the earlier ones, and all others.

    `is_whole`: every step was read, so that an unknown name is a mistake. `conditions` are the
    checklist's named conditions, `own_items` the keys under `must-have`.
    """

    def is_always_answered(self, name: str) -> bool:
        """Check whether an earlier step is a question that always gets a known answer."""
        entry = self.earlier.get(name)
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
        self.earlier: dict[str, Entry] = {}
        self.current: Entry | None = None
        self._asks: list[str] = []
        self._worded_facts: list[str] = []
        self._all: dict[str, Entry] = {}
        for entry in entries:
            if entry.has_name:
                self._all.setdefault(entry.name, entry)

    def add_earlier(self, entry: Entry) -> None:
        """Add a step to the earlier ones."""
        # Of two steps with one name the first counts; `mistakes_of_name` reports the second.
        if entry.has_name and self.earlier.setdefault(entry.name, entry) is entry:
            self._add_sayable(entry)

    def _add_sayable(self, entry: Entry) -> None:
        # Kept as lists because every later text needs them: computing them again would take
        # quadratic time in a long checklist.
        if entry.word == "ask":
            self._asks.append(entry.name)
        facts = facts_of_step(entry.step)
        self._worded_facts += [f"{entry.name}.{fact}" for fact in facts if has_words(facts[fact])]

    @property
    def all_names(self) -> Collection[str]:
        """The names of all steps, earlier and later."""
        return self._all.keys()

    def other_pages(self, name: str) -> Mapping[str, bool]:
        """Return the pages of other questions; True if one is earlier or several share the page."""
        earlier: dict[str, bool] = {}
        for other, entry in self._all.items():
            page = entry.step.page if isinstance(entry.step, Ask) else None
            if page is not None and other != name:
                earlier[page] = page in earlier or other in self.earlier
        return earlier

    def with_word(self, *words: str) -> list[str]:
        """Return the names of the earlier steps of these words, such as `ask`."""
        return [name for name, entry in self.earlier.items() if entry.word in words]

    def resolve(self, left: str, at: Phrase) -> ResolvedName:
        """Resolve the left side of a condition; `at` names its place in messages."""
        name, dot, fact = left.partition(".")
        if not dot:
            return self._step(left, at)
        if name == ENVIRONMENT:
            return _fact(left, environment_names(), at)
        entry = self.earlier.get(name)
        facts = facts_of_step(entry.step) if entry is not None else {}
        if entry is None:
            return self._unknown_check(name, fact, at)
        if not facts:
            return self._no_facts(entry, name, fact, at)
        if fact not in facts:
            of = entry.step if isinstance(entry.step, Check) else None
            return _fact(left, tuple(facts), at, of=of)
        return ResolvedName(operand_of_fact(facts[fact]))

    def _unknown_check(self, name: str, fact: str, at: Phrase) -> ResolvedName:
        if fact not in self.earlier or name in self._all:
            return self.unknown_step(name, self.with_word("check"), at)
        tail = phrase("did-you-mean", near=fact)  # other tools write `answers.scope`
        return ResolvedName(None, phrase("no-step", at=at, name=name, hint=tail), fact)

    def _no_facts(self, entry: Entry, name: str, fact: str, at: Phrase) -> ResolvedName:
        """Return the mistake of a fact of a step that has none; nothing if the step is faulty."""
        if entry.step is None:
            return ResolvedName()
        if check := self._measuring(name, fact):
            words = phrase("fact-of-check", at=at, name=name, meant=f"{check}.{fact}")
            return ResolvedName(None, words, check)
        return ResolvedName(None, phrase("no-facts", at=at, name=name, fact=fact), name)

    def _measuring(self, name: str, fact: str) -> str:
        """Return the check that measures a question's answer and has this fact, or ""."""
        for other, entry in self.earlier.items():
            if isinstance(entry.step, Check) and entry.step.of == name:
                return other if fact in facts_of_step(entry.step) else ""
        return ""

    def is_moment(self, left: str) -> bool:
        """Check whether a left side is the answer to a question of kind `moment`."""
        entry = self.earlier.get(left)
        return entry is not None and isinstance(entry.step, Ask) and entry.step.kind == "moment"

    def unit_words(self, left: str) -> frozenset[str]:
        """Return the words for the unit that a value includes in texts; empty if it has none."""
        name, dot, fact_name = left.partition(".")
        entry = self.earlier.get(name)
        step = entry.step if entry is not None else None
        if not dot:
            unit = step.unit if isinstance(step, Ask) else None
            return frozenset(unit.lines.values()) if unit else frozenset()
        fact = facts_of_step(step).get(fact_name)
        return frozenset({fact.unit or fact.counts}) - {""} if fact is not None else frozenset()

    def fact_with_value(self, left: str, word: str) -> str | None:
        """Return the fact of a letter with this value: `bounce.cause` for `mailbox-full`."""
        entry = self.earlier.get(left)
        for name, fact in facts_of_step(entry.step if entry is not None else None).items():
            if fact.values is not None and word in fact.values:
                return f"{left}.{name}"
        return None

    def choice_of_label(self, left: str, label: str) -> str | None:
        """Return the choice of an earlier question by its label in any language, or None."""
        entry = self.earlier.get(left)
        step = entry.step if entry is not None else None
        choices = choices_of(step) if isinstance(step, Ask) else {}
        for name, text in choices.items():
            if label.casefold() in {line.casefold() for line in text.lines.values()}:
                return name
        return None

    def resolve_in_text(self, left: str, at: Phrase) -> ResolvedName:
        """Resolve a name in braces in a text; it is a mistake if its value has no wording."""
        meant = self.resolve(left, at)
        name, dot, fact = left.partition(".")
        entry = self.earlier.get(name)
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
        # A sentence can name one finding only: the root cause.
        near = f"{name}.cause" if f"{name}.cause" in known and fact in ("", "finding") else None
        tail = phrase("did-you-mean", near=near) if near else hint("", known)
        return ResolvedName(None, phrase("no-words", at=at, left=left, hint=tail), near)

    def sayable(self) -> list[str]:
        """Return the names that a text may have in braces at this place."""
        return [*self._asks, *self._worded_facts]

    def resolve_fact(self, left: str, at: Phrase) -> ResolvedName:
        """Resolve the source of a measured answer, which must be a fact, not an answer."""
        if "." not in left:
            return ResolvedName(wrong=phrase("fact-needed", at=at, left=left))
        return self.resolve(left, at)

    def _step(self, left: str, at: Phrase) -> ResolvedName:
        entry = self.earlier.get(left)
        if entry is None:
            return self.unknown_step(left, self.with_word("ask", "tell"), at, JOINTS)
        if isinstance(entry.step, Check):
            return ResolvedName(None, phrase("check-alone", at=at, name=left), f"{left}.finding")
        if not isinstance(entry.step, Ask | Tell):
            return ResolvedName()
        side = operand_of_step(entry.step)
        # A question with too few choices gets more: comparing with another value is no mistake.
        is_lacking = (
            isinstance(entry.step, Ask)
            and side.values is not None
            and len(side.values) < MIN_CHOICES
        )
        return ResolvedName(None if is_lacking else side)

    def unknown_step(
        self, name: str, known: Sequence[str], at: Phrase, joints: Sequence[str] = ()
    ) -> ResolvedName:
        """Return the mistake of a name that no earlier step of the right word has."""
        later = self._all.get(name)
        if later is None and not self._is_whole:
            return ResolvedName()
        if later is not None and later is self.current:
            return ResolvedName(wrong=phrase("own-step", at=at))
        if later is not None and name not in self.earlier:
            line = later.node.find((later.word,)).line
            return ResolvedName(wrong=phrase("later-step", at=at, name=name, line=line))
        if denied := _DENIED.fullmatch(name):
            words = phrase("condition-written-out", word=name, meant=f"{{not: {denied[1]}}}")
            return ResolvedName(None, words)
        near = near_word(name, [*known, *joints]) or _longer_or_shorter(name, known)
        if near is not None and not _IS_ID.fullmatch(near):
            return ResolvedName()  # the badly formed name is reported at its own step
        is_joint = near is not None and near in joints
        is_part = near is not None and near_word(name, known) is None
        tail = hint(name, known)
        if near and (is_joint or is_part):
            tail = phrase("did-you-mean", near=near)
        return ResolvedName(None, phrase("no-step", at=at, name=name, hint=tail), near)


def _longer_or_shorter(name: str, known: Sequence[str]) -> str | None:
    """Return the only name with more words, or fewer: `order` for `order-number`; else None."""
    words = set(name.split("-"))
    alike = [other for other in known if (parts := set(other.split("-"))) < words or words < parts]
    return alike[0] if len(alike) == 1 else None


def _fact(left: str, facts: Sequence[str], at: Phrase, *, of: Check | None = None) -> ResolvedName:
    name, _, fact = left.partition(".")
    if fact in facts:
        return ResolvedName()
    near = near_word(fact, facts)
    elsewhere = [kind for kind in get_args(TargetKind) if of and fact in facts_of(kind)]
    if of is not None and elsewhere:
        kinds = Listed(tuple(f"'diagnose: {kind}'" for kind in elsewhere), "or")
        words = phrase("fact-of-other", at=at, name=name, kind=of.diagnose, fact=fact, listed=kinds)
        return ResolvedName(None, words)
    # List all facts: the wanted one may have a quite different name.
    tail, known = (
        hint(fact, facts, at_most=len(facts)),
        phrase("allowed", listed=Listed(tuple(facts))),
    )
    tail = tail.with_(instead=known) if tail.code == "did-you-mean" else tail
    words = phrase("no-fact", at=at, left=left, hint=tail)
    return ResolvedName(None, words, f"{name}.{near}" if near else None)
