"""The case in which something is not so, cut down to what matters, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from intake.authoring.messages import Listed, Phrase, phrase
from intake.authoring.proof.clauses import Literal
from intake.authoring.proof.space import Space
from intake.authoring.proof.variables import Atom
from intake.journey.steps import Ask, Tell

_MOST_DENIED = 2  # values of one thing; more are not named one by one
_MOST = 6  # things said of one case; a longer one is cut, and says so


def counter_example(space: Space, goal: Literal) -> Phrase:
    """
    "if scope = one and the check 'web' finds tls.expired," for a case where the goal holds.

    Only what is needed for it is said: whatever else is so, the goal holds.
    """
    case = _plain_case(space, goal)
    meaning = _meaning(space)
    # Taken for granted rather than said: whoever gets a ticket has not solved it by advice.
    going_on = [-literal for literal in _solved(space) if -literal in case]
    decided = [literal for literal in meaning if literal in case and literal not in going_on]
    decided.sort(key=lambda literal: not meaning[literal][1])  # what is so, before what isn't
    needed = _without_detours(space, goal, decided, going_on)
    if not needed:
        return phrase("every-case")
    return phrase("if-case", case=_joined(_case_phrases(meaning[literal] for literal in needed)))


def _plain_case(space: Space, goal: Literal) -> frozenset[Literal]:
    """A case where the goal holds and as many questions as possible are answered."""
    assumed = [goal]
    for step in space.steps:
        variable = space.variables.get(step.id) if isinstance(step, Ask) else None
        if variable is not None and space.clauses.can_hold(*assumed, variable.known):
            # Greedy, one question after the other: a case of answers reads easier than one of
            # "don't know".
            assumed.append(variable.known)
    space.clauses.can_hold(*assumed)
    return space.clauses.case()


def _without_detours(
    space: Space, goal: Literal, decided: list[Literal], going_on: list[Literal]
) -> tuple[Literal, ...]:
    """
    The reason, said with what is so; with what isn't only where that doesn't do.

    A solver's first reason may go by anything that implies the rest, however far away.
    """
    meaning = _meaning(space)
    positive = [literal for literal in decided if meaning[literal][1]]
    if not space.clauses.can_hold(-goal, *going_on, *positive):
        return space.clauses.reason(goal, positive, assumed=going_on)
    return space.clauses.reason(goal, decided, assumed=going_on)


def _solved(space: Space) -> Iterable[Literal]:
    """The literals of "it works now": a path to a ticket has none of them."""
    for step in space.steps:
        variable = space.variables.get(step.id) if isinstance(step, Tell) else None
        solved = variable.of("solved") if variable else None
        if solved is not None:
            yield solved


def _joined(parts: Iterable[Phrase]) -> Listed:
    things = list(dict.fromkeys(parts))
    if len(things) > _MOST:
        things = [*things[:_MOST], phrase("things-more", count=len(things) - _MOST)]
    return Listed(tuple(things), "and")


def _case_phrases(parts: Iterable[tuple[Atom | str, bool]]) -> Iterable[Phrase]:
    """The parts of a case; many denials of one thing are one: it is none of what is named."""
    every = list(parts)
    denied = Counter(what.left for what, is_so in every if not is_so and isinstance(what, Atom))
    for what, is_so in every:
        if is_so or not isinstance(what, Atom) or denied[what.left] <= _MOST_DENIED:
            yield _part_phrase(what, is_so)
            continue
        name, _, fact = what.left.partition(".")
        if fact == "finding":
            yield phrase("finds-none-named", check=name)
        else:
            yield phrase("is-none-named", left=what.left)


def _part_phrase(what: Atom | str, is_so: bool) -> Phrase:  # noqa: FBT001 - half of what is said
    if isinstance(what, str):
        return phrase("is-known" if is_so else "is-unknown", left=what)
    name, _, fact = what.left.partition(".")
    if fact == "finding":
        return phrase("finds" if is_so else "finds-not", check=name, finding=what.word)
    return phrase("is-so" if is_so else "is-not-so", left=what.left, word=what.word)


def _meaning(space: Space) -> Mapping[Literal, tuple[Atom | str, bool]]:
    """
    What literals of a case mean to a reader: an atom or a left side, and whether it is so.

    Only what a customer or a check decides: the rest follows from it.
    """
    meaning: dict[Literal, tuple[Atom | str, bool]] = {}
    for variable in space.variables.values():
        for atom, literal in variable.says.items():
            meaning[literal] = (atom, True)
            meaning[-literal] = (atom, False)
        meaning[-variable.known] = (variable.left, False)
        meaning.setdefault(variable.known, (variable.left, True))
    return meaning
