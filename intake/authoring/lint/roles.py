"""Checks a question's role: whether it fits the kind, and no other question has it."""

from __future__ import annotations

from collections.abc import Iterator

from intake.authoring.lint.names import Names
from intake.authoring.messages import Listed, cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.conditions import comparisons_in
from intake.journey.kinds import KINDS, choices_of, spec_of
from intake.journey.kinds.spec import RoleName
from intake.journey.model import KeyPath
from intake.journey.steps import Ask, Check, DetailOf


def mistakes_of_role(ask: Ask, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of a question's role."""
    if ask.role is None:
        return
    role: RoleName = "detail-of" if isinstance(ask.role, DetailOf) else ask.role
    if role not in spec_of(ask).roles:
        fitting = Listed(tuple(name for name, spec in KINDS.items() if role in spec.roles), "or")
        words = phrase("role-unfit", role=role, listed=fitting, name=ask.id, kind=ask.kind)
        yield Mistake(("role",), words)
    if ask.is_contact and ask.dont_know:
        yield Mistake(("dont-know",), phrase("contact-unknown", name=ask.id))
    if isinstance(ask.role, DetailOf):
        yield from _detail(ask, ask.role, names)
    yield from _twice(ask, names)


def _detail(ask: Ask, role: DetailOf, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of `detail-of`, which must name an earlier question with choices."""
    here: KeyPath = ("role", "detail-of")
    entry = names.earlier.get(role.detail_of)
    with_choices = [
        name
        for name, passed in names.earlier.items()
        if passed.step is not None and choices_of(passed.step)
    ]
    if entry is None:
        at = phrase("step-key", step=ask.id, key="detail-of")
        meant = names.unknown_step(role.detail_of, with_choices, at)
        if meant.wrong is not None:
            yield Mistake(here, meant.wrong, meant.suggestion)
    elif entry.step is not None and not choices_of(entry.step):
        tail = hint(role.detail_of, with_choices)
        words = phrase("detail-of-no-choices", name=cut(role.detail_of), hint=tail)
        yield Mistake(here, words, near_word(role.detail_of, with_choices))
    else:
        shown_by = [name for name in _decided_by(ask, names) if name in with_choices]
        if len(shown_by) == 1 and shown_by[0] != role.detail_of:
            words = phrase("detail-of-other", name=role.detail_of, other=shown_by[0])
            yield Mistake(here, words, shown_by[0])
        elif _is_always_asked(ask, names):
            yield Mistake(here, phrase("detail-always", name=role.detail_of))


def _is_always_asked(ask: Ask, names: Names) -> bool:
    """Check whether a question is required and has no condition, not even a faulty one."""
    is_conditional = names.current is not None and "show-if" in names.current.node.keys
    return ask.show_if is None and not is_conditional and ask.required and not ask.optional


def _decided_by(ask: Ask, names: Names) -> tuple[str, ...]:
    """Return the steps that decide whether a question is asked; any-choice conditions don't."""
    decided: dict[str, None] = {}
    for compared in comparisons_in(ask.show_if):
        name = compared.left.partition(".")[0]
        entry = names.earlier.get(name)
        choices = choices_of(entry.step) if entry is not None and entry.step is not None else {}
        if not choices or not set(choices) <= set(compared.allowed):
            decided[name] = None
    return tuple(decided)


def _twice(ask: Ask, names: Names) -> Iterator[Mistake]:
    """Yield a mistake if another question has the role; there may be a contact of each kind."""
    for entry in names.earlier.values():
        other = entry.step
        if not isinstance(other, Ask) or other.role != ask.role:
            continue
        # An e-mail address and a phone number are two ways to the same customer.
        if ask.role == "contact" and other.kind != ask.kind:
            continue
        line = entry.node.find(("role",)).line
        yield Mistake(("role",), phrase("role-twice", name=other.id, line=line, file=entry.file))
        return


def mistake_of_measured_contact(check: Check, names: Names) -> Iterator[Mistake]:
    """Yield a mistake if the check measures the contact: support can't answer where it fails."""
    entry = names.earlier.get(check.of)
    if entry is not None and isinstance(entry.step, Ask) and entry.step.role == "contact":
        role, here = entry.node.keys.get("role"), names.current
        # The role may be at the wrong one of two questions, so report at the role in this file.
        place = role if here is not None and here.file == entry.file else None
        words = phrase("contact-measured", name=check.of, check=check.id)
        yield Mistake(("of",), words, place=place)
