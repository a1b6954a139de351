"""
What every ticket must have: each required item, and a way to answer the customer.

These are the promises that support relies on, so what can't be proven of them is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.authoring.messages import Phrase, phrase
from intake.authoring.problems import Problem
from intake.authoring.proof.clauses import Clauses, Literal, TooHard
from intake.authoring.proof.counter_example import counter_example
from intake.authoring.proof.space import Space
from intake.authoring.proof.variables import Reached
from intake.authoring.required_items import RequiredItem, required_items
from intake.authoring.syntax.parsed_file import Entry, ParsedFile, condition_of_use
from intake.journey.kinds import choices_of
from intake.journey.model import Head, KeyPath
from intake.journey.steps import Ask


@dataclass(frozen=True, slots=True)
class Filler:
    """A question that fills an item, in all cases."""

    entry: Entry
    ask: Ask
    reached: Reached


class RequiredClaims:
    """The claims about the required items and the contact of one checklist."""

    def __init__(
        self, parsed: ParsedFile, head: Head, entries: Sequence[Entry], space: Space
    ) -> None:
        self._parsed, self._head, self._space = parsed, head, space
        self._clauses: Clauses = space.clauses
        self._asks = [
            Filler(entry, reached.step, reached)
            for entry, reached in zip(entries, space.reached, strict=True)
            if isinstance(reached.step, Ask)
        ]

    def run(self) -> Iterator[Problem]:
        """Check the contact, then each item."""
        yield from self._decided(self._contact(), ("steps",), phrase("contact-not-proven"))
        for item in required_items(self._head):
            at: KeyPath = ("must-have", item.id) if item.is_own else ("record",)
            words = phrase("record-not-proven", item=item.id)
            yield from self._decided(self._item(item), at, words)

    def _decided(
        self, claims: Iterator[Problem], at: KeyPath, undecided: Phrase
    ) -> Iterator[Problem]:
        try:
            yield from claims
        except TooHard:
            yield self._at_root(at, undecided)

    # Where support answers

    def _contact(self) -> Iterator[Problem]:
        contacts = [filler for filler in self._asks if filler.ask.is_contact]
        if not contacts:
            yield self._at_root(("steps",), phrase("contact-lacking"))
            return
        required = [filler for filler in contacts if filler.ask.required]
        first = contacts[0]
        if not required:
            words = phrase("contact-optional", name=first.ask.id)
            yield _at(first, ("required",), words)
            return
        asked = self._clauses.any_of(filler.reached.is_shown for filler in required)
        first = required[0]
        for end, ends in (("ticket", self._space.ticket), ("hand-over", self._space.handed_over)):
            lacking = self._clauses.all_of((ends, -asked))
            if self._clauses.can_hold(lacking):
                case = counter_example(self._space, lacking)
                words = phrase("contact-path", case=case, end=end, name=first.ask.id)
                yield _at_condition(first, ("ask",), words)
                return

    # The required items

    def _item(self, item: RequiredItem) -> Iterator[Problem]:
        filling = [filler for filler in self._asks if item.id in filler.ask.record]
        if not filling:
            at: KeyPath = ("must-have", item.id) if item.is_own else ("record",)
            words = phrase("record-lacking", item=item.id, what=item.what)
            yield self._at_root(at, words)
            return
        required = [filler for filler in filling if filler.ask.required]
        if not required:
            yield _at(filling[0], ("record",), phrase("record-optional", item=item.id))
            return
        # A measurement stands in the ticket also where its question isn't shown; where it is shown
        # and may be passed over, the customer may clear it.
        unseen = (
            self._clauses.all_of((filler.reached.proposed, -filler.reached.is_shown))
            for filler in filling
        )
        # What may be passed over fills the item too, where it is answered all the same.
        answered = (self._known(filler) for filler in filling if not filler.ask.required)
        asked = (filler.reached.is_shown for filler in required)
        filled = self._clauses.any_of((*asked, *answered, *unseen))
        lacking = self._clauses.all_of((self._space.ticket, -filled))
        lacking = self._clauses.all_of((lacking, self._applies(item, lacking)))
        if self._clauses.can_hold(lacking):
            case = counter_example(self._space, lacking)
            words = phrase("record-path", case=case, item=item.id)
            yield _at_condition(filling[0], ("record",), words)

    def _applies(self, item: RequiredItem, lacking: Literal) -> Literal:
        """Where an item has a meaning at all: "how was it solved" only if it happened before."""
        after = [
            self._chosen(filler, choice)
            for filler in self._asks
            for choice, needed in filler.ask.needs.items()
            if item.id in needed
        ]
        if after:
            return self._clauses.any_of(after)
        if item.follows is None:
            return self._clauses.yes
        return self._follows(item.follows, lacking)

    def _follows(self, decider: str, lacking: Literal) -> Literal:
        """Where no `needs` says after which choice: after all but one, which denies it."""
        deciding = [filler for filler in self._asks if decider in filler.ask.record]
        applies: list[Literal] = []
        for filler in deciding:
            chosen = [self._chosen(filler, choice) for choice in choices_of(filler.ask)]
            if not chosen:
                applies.append(self._known(filler))
                continue
            without = [choice for choice in chosen if self._clauses.can_hold(lacking, choice)]
            if len(without) > 1 or len(chosen) == 1:
                applies.extend(without)
        return self._clauses.any_of(applies) if deciding else self._clauses.yes

    def _chosen(self, filler: Filler, choice: str) -> Literal:
        variable = self._space.variable(filler.ask.id)
        literal = variable.of(choice) if variable else None
        return self._clauses.no if literal is None else literal

    def _known(self, filler: Filler) -> Literal:
        variable = self._space.variable(filler.ask.id)
        return variable.known if variable else self._clauses.no

    def _at_root(self, path: KeyPath, words: Phrase) -> Problem:
        on_key = path == ("steps",)
        return Problem.at(self._parsed.file, self._parsed.root.find(path, on_key=on_key), words)


def _at(filler: Filler, path: KeyPath, words: Phrase) -> Problem:
    return Problem.at(filler.entry.file, filler.entry.node.find(path), words)


def _at_condition(filler: Filler, path: KeyPath, words: Phrase) -> Problem:
    """What a condition does to a step: told where it stands, which may be the section's `use`."""
    of_use = condition_of_use(filler.entry)
    if of_use is not None:
        return Problem.at(*of_use, words)
    if (used := filler.entry.used) is not None and used.file:
        return Problem.at(used.file, used.place, words)
    return _at(filler, path if filler.entry.node.get("show-if") is None else ("show-if",), words)
