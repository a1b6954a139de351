"""
Claims about what every ticket must contain: each required item, and a contact of the customer.

Support relies on these, so a claim that can't be proven is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.authoring.messages import Phrase, phrase
from intake.authoring.problems import Problem
from intake.authoring.proof.clauses import Clauses, Literal, Undecided
from intake.authoring.proof.counter_example import counter_example
from intake.authoring.proof.space import Space
from intake.authoring.proof.variables import StepLiterals
from intake.authoring.required_items import RequiredItem, required_items
from intake.authoring.syntax.parsed_file import Entry, ParsedFile, condition_of_use
from intake.journey.kinds import choices_of
from intake.journey.model import Head, KeyPath
from intake.journey.steps import Ask


@dataclass(frozen=True, slots=True)
class Filler:
    """A question, its place in the file, and the literals that tell when it is asked."""

    entry: Entry
    ask: Ask
    literals: StepLiterals


class RequiredClaims:
    """The claims about the required items and the contact of one checklist."""

    def __init__(
        self, parsed: ParsedFile, head: Head, entries: Sequence[Entry], space: Space
    ) -> None:
        self._parsed, self._head, self._space = parsed, head, space
        self._clauses: Clauses = space.clauses
        self._asks = [
            Filler(entry, literals.step, literals)
            for entry, literals in zip(entries, space.step_literals, strict=True)
            if isinstance(literals.step, Ask)
        ]

    def run(self) -> Iterator[Problem]:
        """Yield the problems of the contact, then of each item."""
        yield from self._with_undecided(self._contact(), ("steps",), phrase("contact-not-proven"))
        for item in required_items(self._head):
            path: KeyPath = ("must-have", item.id) if item.is_own else ("record",)
            words = phrase("record-not-proven", item=item.id)
            yield from self._with_undecided(self._item(item), path, words)

    def _with_undecided(
        self, claims: Iterator[Problem], path: KeyPath, undecided: Phrase
    ) -> Iterator[Problem]:
        try:
            yield from claims
        except Undecided:
            yield self._root_problem(path, undecided)

    # The contact

    def _contact(self) -> Iterator[Problem]:
        contacts = [filler for filler in self._asks if filler.ask.is_contact]
        if not contacts:
            yield self._root_problem(("steps",), phrase("contact-lacking"))
            return
        required = [filler for filler in contacts if filler.ask.required]
        first = contacts[0]
        if not required:
            words = phrase("contact-optional", name=first.ask.id)
            yield _problem(first, ("required",), words)
            return
        asked = self._clauses.any_of(filler.literals.is_shown for filler in required)
        first = required[0]
        for end, ends in (("ticket", self._space.ticket), ("hand-over", self._space.handed_over)):
            lacking = self._clauses.all_of((ends, -asked))
            if self._clauses.can_hold(lacking):
                case = counter_example(self._space, lacking)
                words = phrase("contact-path", case=case, end=end, name=first.ask.id)
                yield _condition_problem(first, ("ask",), words)
                return

    # The required items

    def _item(self, item: RequiredItem) -> Iterator[Problem]:
        fillers = [filler for filler in self._asks if item.id in filler.ask.record]
        if not fillers:
            path: KeyPath = ("must-have", item.id) if item.is_own else ("record",)
            words = phrase("record-lacking", item=item.id, what=item.what)
            yield self._root_problem(path, words)
            return
        required = [filler for filler in fillers if filler.ask.required]
        if not required:
            yield _problem(fillers[0], ("record",), phrase("record-optional", item=item.id))
            return
        # A measurement is in the ticket even if its question is hidden. If the question is shown
        # and optional, the customer may clear it.
        unseen = (
            self._clauses.all_of((filler.literals.measured, -filler.literals.is_shown))
            for filler in fillers
        )
        # An optional question fills the item too where the customer answers it.
        answered = (self._known(filler) for filler in fillers if not filler.ask.required)
        asked = (filler.literals.is_shown for filler in required)
        filled = self._clauses.any_of((*asked, *answered, *unseen))
        lacking = self._clauses.all_of((self._space.ticket, -filled))
        lacking = self._clauses.all_of((lacking, self._applies(item, lacking)))
        if self._clauses.can_hold(lacking):
            case = counter_example(self._space, lacking)
            words = phrase("record-path", case=case, item=item.id)
            yield _condition_problem(fillers[0], ("record",), words)

    def _applies(self, item: RequiredItem, lacking: Literal) -> Literal:
        """
        Return the literal that an item is needed.

        "How was it solved" is needed only if it happened before.
        """
        choices = [
            self._chosen(filler, choice)
            for filler in self._asks
            for choice, needed in filler.ask.needs.items()
            if item.id in needed
        ]
        if choices:
            return self._clauses.any_of(choices)
        if item.follows is None:
            return self._clauses.true
        return self._follows(item.follows, lacking)

    def _follows(self, decider: str, lacking: Literal) -> Literal:
        """
        Return the literal that the item after `decider` is needed where no `needs` tells it.

        It is needed after each choice that leaves it out in some case; one such choice among
        several is the answer "no", after which it has no meaning.
        """
        deciders = [filler for filler in self._asks if decider in filler.ask.record]
        applies: list[Literal] = []
        for filler in deciders:
            chosen = [self._chosen(filler, choice) for choice in choices_of(filler.ask)]
            if not chosen:
                applies.append(self._known(filler))
                continue
            lacking_choices = [
                choice for choice in chosen if self._clauses.can_hold(lacking, choice)
            ]
            if len(lacking_choices) > 1 or len(chosen) == 1:
                applies.extend(lacking_choices)
        return self._clauses.any_of(applies) if deciders else self._clauses.true

    def _chosen(self, filler: Filler, choice: str) -> Literal:
        variable = self._space.variable(filler.ask.id)
        literal = variable.literal_of(choice) if variable else None
        return self._clauses.false if literal is None else literal

    def _known(self, filler: Filler) -> Literal:
        variable = self._space.variable(filler.ask.id)
        return variable.known if variable else self._clauses.false

    def _root_problem(self, path: KeyPath, words: Phrase) -> Problem:
        on_key = path == ("steps",)
        return Problem.at(self._parsed.file, self._parsed.root.find(path, on_key=on_key), words)


def _problem(filler: Filler, path: KeyPath, words: Phrase) -> Problem:
    return Problem.at(filler.entry.file, filler.entry.node.find(path), words)


def _condition_problem(filler: Filler, path: KeyPath, words: Phrase) -> Problem:
    """Return a problem at the condition of a step, which may stand in the section's `use`."""
    use_condition = condition_of_use(filler.entry)
    if use_condition is not None:
        return Problem.at(*use_condition, words)
    if (used := filler.entry.used) is not None and used.file:
        return Problem.at(used.file, used.place, words)
    return _problem(
        filler, path if filler.entry.node.get("show-if") is None else ("show-if",), words
    )
