"""Every text says something in every case: a value that it names is known, or it says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.authoring.proof.clauses import Literal
from intake.authoring.proof.space import Space
from intake.authoring.proof.variables import Reached
from intake.journey.fact_words import LEAST_DAYS, counts_days
from intake.journey.model import OTHERWISE, KeyPath, Text, texts_of
from intake.journey.placeholders import names_in


def mistakes_of_unknown_values(space: Space, reached: Reached) -> Iterator[Mistake]:
    """
    The values of a step's texts that may not be known where it is shown.

    One of a text is told: whoever says it otherwise has said it for the others too.

    Raises:
        TooHard: it could not be decided.
    """
    claims = _TextClaims(space, reached)
    for path, text in texts_of(reached.step):
        if OTHERWISE not in path:
            yield from claims.of_text(path, text, reached.is_shown)


class _TextClaims:
    def __init__(self, space: Space, reached: Reached) -> None:
        self._space, self._step = space, reached.step

    def of_text(self, path: KeyPath, text: Text, is_shown: Literal) -> Iterator[Mistake]:
        """Where this text is said; what it says otherwise is said where a value isn't known."""
        clauses = self._space.clauses
        known = {name: self._known(name) for name in sorted(names_in(text))}
        if text.otherwise is not None:
            lacking = clauses.any_of(-literal for literal in known.values())
            where = clauses.all_of((is_shown, lacking))
            if known and clauses.can_hold(is_shown) and not clauses.can_hold(where):
                yield Mistake((*path, OTHERWISE), phrase("otherwise-known"), on_key=True)
                return
            yield from self.of_text((*path, OTHERWISE), text.otherwise, where)
            return
        for name, literal in known.items():
            if clauses.can_hold(is_shown, -literal):
                at = phrase("step-key", step=self._step.id, key=str(path[0]))
                yield Mistake(path, phrase("otherwise-lacking", at=at, left=name))
                return

    def _known(self, name: str) -> Literal:
        """The literal that a value has words."""
        variable = self._space.variable(name)
        if variable is None:
            return self._space.clauses.no
        if not counts_days(self._space.fact_of(name)):
            return variable.known
        worded = (
            literal
            for atom, literal in variable.says.items()
            if atom.number is not None and atom.number >= LEAST_DAYS
        )
        return self._space.clauses.any_of(worded)
