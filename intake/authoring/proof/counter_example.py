"""Describes a case in which a claim fails, reduced to the conditions that matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from intake.authoring.messages import Listed, Phrase, phrase
from intake.authoring.proof.clauses import Literal
from intake.authoring.proof.space import Space
from intake.authoring.proof.variables import Atom
from intake.journey.steps import Ask, Tell

_MAX_DENIED_VALUES = 2  # of one left side; more are summed up as "none of the named values"
_MAX_PARTS = 6  # of one case; a longer one is cut, and the message says how many are left out


def counter_example(space: Space, goal: Literal) -> Phrase:
    """
    Return "if scope = one and the check 'web' finds tls.expired," for a case of the goal.

    It names only the parts that together imply the goal, whatever the rest of the case is.
    """
    case = _plain_case(space, goal)
    meanings = _meanings(space)
    # Assumed rather than named: who sends a ticket hasn't solved the problem by advice.
    not_solved = [-literal for literal in _solved_literals(space) if -literal in case]
    decided = [literal for literal in meanings if literal in case and literal not in not_solved]
    decided.sort(key=lambda literal: not meanings[literal][1])  # affirmations before denials
    needed = _needed_literals(space, goal, decided, not_solved)
    if not needed:
        return phrase("every-case")
    return phrase("if-case", case=_joined(_case_phrases(meanings[literal] for literal in needed)))


def _plain_case(space: Space, goal: Literal) -> frozenset[Literal]:
    """Return a case where the goal holds and as many questions as possible are answered."""
    assumed = [goal]
    for step in space.steps:
        variable = space.variables.get(step.id) if isinstance(step, Ask) else None
        if variable is not None and space.clauses.can_hold(*assumed, variable.known):
            # Greedy, one question after the other: a case of answers is easier to read than one
            # of "don't know".
            assumed.append(variable.known)
    space.clauses.can_hold(*assumed)
    return space.clauses.last_case()


def _needed_literals(
    space: Space, goal: Literal, decided: list[Literal], not_solved: list[Literal]
) -> tuple[Literal, ...]:
    """
    Return a minimal reason for the goal, with denials only if affirmations don't suffice.

    Without that order a solver's reason may rest on facts far away from the goal.
    """
    meanings = _meanings(space)
    positive = [literal for literal in decided if meanings[literal][1]]
    if not space.clauses.can_hold(-goal, *not_solved, *positive):
        return space.clauses.minimal_reason(goal, positive, assumed=not_solved)
    return space.clauses.minimal_reason(goal, decided, assumed=not_solved)


def _solved_literals(space: Space) -> Iterable[Literal]:
    """Yield the literals of "it works now", none of which holds on a path to a ticket."""
    for step in space.steps:
        variable = space.variables.get(step.id) if isinstance(step, Tell) else None
        solved = variable.literal_of("solved") if variable else None
        if solved is not None:
            yield solved


def _joined(parts: Iterable[Phrase]) -> Listed:
    listed = list(dict.fromkeys(parts))
    if len(listed) > _MAX_PARTS:
        listed = [*listed[:_MAX_PARTS], phrase("things-more", count=len(listed) - _MAX_PARTS)]
    return Listed(tuple(listed), "and")


def _case_phrases(parts: Iterable[tuple[Atom | str, bool]]) -> Iterable[Phrase]:
    """Yield the parts of a case; many denials of one left side become "none of the named"."""
    every = list(parts)
    denied = Counter(
        what.left for what, is_affirmed in every if not is_affirmed and isinstance(what, Atom)
    )
    for what, is_affirmed in every:
        if is_affirmed or not isinstance(what, Atom) or denied[what.left] <= _MAX_DENIED_VALUES:
            yield _part_phrase(what, is_affirmed)
            continue
        name, _, fact = what.left.partition(".")
        if fact == "finding":
            yield phrase("finds-none-named", check=name)
        else:
            yield phrase("is-none-named", left=what.left)


def _part_phrase(what: Atom | str, is_affirmed: bool) -> Phrase:  # noqa: FBT001 - half of a part
    if isinstance(what, str):
        return phrase("is-known" if is_affirmed else "is-unknown", left=what)
    name, _, fact = what.left.partition(".")
    if fact == "finding":
        return phrase("finds" if is_affirmed else "finds-not", check=name, finding=what.word)
    return phrase("is-so" if is_affirmed else "is-not-so", left=what.left, word=what.word)


def _meanings(space: Space) -> Mapping[Literal, tuple[Atom | str, bool]]:
    """
    Return what each literal says: an atom or a left side, and whether it affirms or denies it.

    Only literals that a customer or a check decides are included; the others follow from them.
    """
    meanings: dict[Literal, tuple[Atom | str, bool]] = {}
    for variable in space.variables.values():
        for atom, literal in variable.literals.items():
            meanings[literal] = (atom, True)
            meanings[-literal] = (atom, False)
        meanings[-variable.known] = (variable.left, False)
        meanings.setdefault(variable.known, (variable.left, True))
    return meanings
