"""Claims about texts: every value that a text names is known, or the text has an `otherwise`."""

from __future__ import annotations

from collections.abc import Iterator

from intake.authoring.messages import phrase
from intake.authoring.problems import Mistake
from intake.authoring.proof.clauses import Literal
from intake.authoring.proof.space import Space
from intake.authoring.proof.variables import StepLiterals
from intake.journey.fact_words import LEAST_DAYS, counts_days
from intake.journey.model import OTHERWISE, KeyPath, Text, texts_of
from intake.journey.placeholders import names_in


def mistakes_of_unknown_values(space: Space, literals: StepLiterals) -> Iterator[Mistake]:
    """
    Yield a mistake for each text of a step that names a value which may be unknown there.

    One for each text, because its `otherwise` then covers all of its values.

    Raises:
        Undecided: The solver's budget ran out.
    """
    claims = _TextClaims(space, literals)
    for path, text in texts_of(literals.step):
        if OTHERWISE not in path:
            yield from claims.text_mistakes(path, text, literals.is_shown)


class _TextClaims:
    def __init__(self, space: Space, literals: StepLiterals) -> None:
        self._space, self._step = space, literals.step

    def text_mistakes(self, path: KeyPath, text: Text, is_shown: Literal) -> Iterator[Mistake]:
        """Yield the mistakes of a text shown where `is_shown` holds, and of its `otherwise`."""
        clauses = self._space.clauses
        known = {name: self._wordable(name) for name in sorted(names_in(text))}
        if text.otherwise is not None:
            any_unknown = clauses.any_of(-literal for literal in known.values())
            shown_otherwise = clauses.all_of((is_shown, any_unknown))
            if known and clauses.can_hold(is_shown) and not clauses.can_hold(shown_otherwise):
                yield Mistake((*path, OTHERWISE), phrase("otherwise-known"), on_key=True)
                return
            yield from self.text_mistakes((*path, OTHERWISE), text.otherwise, shown_otherwise)
            return
        for name, literal in known.items():
            if clauses.can_hold(is_shown, -literal):
                at = phrase("step-key", step=self._step.id, key=str(path[0]))
                yield Mistake(path, phrase("otherwise-lacking", at=at, left=name))
                return

    def _wordable(self, name: str) -> Literal:
        """Return the literal that a value can be worded in a text."""
        variable = self._space.variable(name)
        if variable is None:
            return self._space.clauses.false
        if not counts_days(self._space.fact_of(name)):
            return variable.known
        worded = (
            literal
            for atom, literal in variable.literals.items()
            if atom.number is not None and atom.number >= LEAST_DAYS
        )
        return self._space.clauses.any_of(worded)
