"""Checks a step: whether its keys fit each other and the earlier steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from intake.authoring.lint.advice import mistakes_of_advice
from intake.authoring.lint.choice_ranges import mistakes_of_ranges
from intake.authoring.lint.choices import mistakes_of_choices
from intake.authoring.lint.limits import mistakes_of_accept
from intake.authoring.lint.links import mistakes_of_link
from intake.authoring.lint.measured_answers import mistakes_of_answer_from
from intake.authoring.lint.names import Names
from intake.authoring.lint.numbers_in_texts import mistakes_of_limits_in_text
from intake.authoring.lint.pages import mistakes_of_last_screen, mistakes_of_page
from intake.authoring.lint.question_forms import mistakes_of_question
from intake.authoring.lint.required import mistakes_of_required
from intake.authoring.lint.roles import mistake_of_measured_contact, mistakes_of_role
from intake.authoring.lint.secrets import mistakes_of_secrets
from intake.authoring.lint.units_in_texts import mistakes_of_unit
from intake.authoring.messages import Listed, hint, phrase
from intake.authoring.problems import Mistake
from intake.authoring.syntax.parsed_file import Entry
from intake.journey.conditions import UNKNOWN, AllOf, Compare, comparisons_in, parse_condition
from intake.journey.draft import ENVIRONMENT, OWN_CONTACT, OWN_WORDS
from intake.journey.kinds import spec_of
from intake.journey.model import Head
from intake.journey.operands import facts_of_step
from intake.journey.steps import (
    OF_PRODUCT,
    Ask,
    Check,
    End,
    Step,
    Tell,
)

_RESERVED: Final = frozenset(
    {ENVIRONMENT, UNKNOWN, OWN_WORDS, OWN_CONTACT, "all", "any", "not", "otherwise"}
)


def mistakes_of_name(entry: Entry, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of a step's name: reserved, or taken."""
    if not entry.has_name:
        return
    if entry.name in _RESERVED:
        yield Mistake((entry.word,), phrase("reserved-id", name=entry.name))
    first = names.earlier.get(entry.name)
    if first is not None:
        line = first.node.find((first.word,)).line
        words = phrase("duplicate-id", name=entry.name, line=line, file=first.file)
        yield Mistake((entry.word,), words)


def mistakes_of_step(step: Step, names: Names, head: Head | None) -> Iterator[Mistake]:
    """Yield the mistakes of a step whose keys are each well formed."""
    measured = isinstance(step, Check) and list(mistake_of_measured_contact(step, names))
    # A check that measures the contact needs another question anyway.
    yield from measured or mistakes_of_last_screen(step, names)
    if isinstance(step, Ask | Tell):
        yield from mistakes_of_link(step)
    if isinstance(step, Ask):
        yield from mistakes_of_role(step, names)
        yield from mistakes_of_page(step, names)
        yield from mistakes_of_choices(step)
        yield from mistakes_of_ranges(step)
        yield from mistakes_of_question(step, names)
        yield from mistakes_of_secrets(step)
        yield from mistakes_of_answer_from(step, names)
        yield from mistakes_of_accept(step)
        yield from mistakes_of_limits_in_text(step)
        yield from mistakes_of_unit(step)
        yield from mistakes_of_required(step, head, names.own_items)
    elif isinstance(step, Check):
        yield from _target(step, names)
        yield from _expected(step, names)
    elif isinstance(step, End):
        if step.end == "solved" and step.text is None:
            yield Mistake(("end",), phrase("silent-end"))
    else:
        yield from mistakes_of_advice(step)
        if step.about is not None:
            yield from _about(step, step.about, names)


def _target(check: Check, names: Names) -> Iterator[Mistake]:
    at = phrase("check-key", step=check.id, key="of")
    target = names.earlier.get(check.of)
    if target is None:
        meant = names.unknown_step(check.of, names.with_word("ask"), at)
        if meant.wrong is not None:
            yield Mistake(("of",), meant.wrong, meant.suggestion)
    elif target.step is not None and not _may_be_measured(check, target.step):
        step = target.step
        fitting = spec_of(step).target_kinds if isinstance(step, Ask) else frozenset()
        words = phrase("of-no-target", at=at, name=check.of)
        if fitting:
            kinds = Listed(tuple(f"'diagnose: {kind}'" for kind in sorted(fitting)), "or")
            words = phrase(
                "of-unfit", at=at, name=check.of, kind=getattr(step, "kind", ""), listed=kinds
            )
        yield Mistake(("of",), words)


def _expected(check: Check, names: Names) -> Iterator[Mistake]:
    """Yield the mistakes of `expect`: only checks of sites have it, and it names a target."""
    if check.expect is None:
        return
    at = phrase("check-key", step=check.id, key="expect")
    entry = names.earlier.get(check.expect)
    if check.diagnose != "site":
        words = phrase("expect-unfit", name=check.id, kind=check.diagnose)
        yield Mistake(("expect",), words, on_key=True)
    elif check.expect == OF_PRODUCT and not _is_target(entry):
        return
    elif entry is None:
        meant = names.unknown_step(check.expect, names.with_word("ask"), at)
        if meant.wrong is not None:
            yield Mistake(("expect",), meant.wrong, meant.suggestion)
    elif check.expect == check.of:
        yield Mistake(("expect",), phrase("expect-itself", name=check.of))
    elif isinstance(entry.step, Ask) and not _is_target(entry):
        yield Mistake(("expect",), phrase("of-no-target", at=at, name=check.expect))


def _is_target(entry: Entry | None) -> bool:
    return entry is not None and isinstance(entry.step, Ask) and entry.step.kind == "target"


def _may_be_measured(check: Check, step: Step) -> bool:
    return isinstance(step, Ask) and check.diagnose in spec_of(step).target_kinds


def _about(tell: Tell, about: str, names: Names) -> Iterator[Mistake]:
    checks = names.with_word("check")
    letters = [name for name in names.with_word("ask") if facts_of_step(names.earlier[name].step)]
    entry = names.earlier.get(about)
    if about not in checks and not (entry is not None and facts_of_step(entry.step)):
        if entry is not None:
            # A faulty step may become the right one once it is corrected.
            if entry.step is not None:
                yield _about_no_check(about, entry, names)
            return
        meant = names.unknown_step(
            about, [*checks, *letters], phrase("step-key", step=tell.id, key="about")
        )
        if meant.wrong is not None:
            yield Mistake(("about",), meant.wrong, meant.suggestion)
    else:
        yield from _about_nothing(tell, about)
        yield from _about_another(tell, about, checks) if about in checks else ()


def _about_nothing(tell: Tell, about: str) -> Iterator[Mistake]:
    """Yield a mistake if advice about a check is shown only where its cause is unknown."""
    condition = parse_condition(tell.show_if)[0]
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    for part in parts:
        of_cause = (f"{about}.cause", f"{about}.finding")
        if isinstance(part, Compare) and part.left in of_cause and part.allowed == (UNKNOWN,):
            words = phrase("about-unknown", name=about, left=part.left)
            yield Mistake(("show-if", *part.path), words)


def _about_another(tell: Tell, about: str, checks: Sequence[str]) -> Iterator[Mistake]:
    """Yield a mistake if advice is shown by one check's facts and explains another check."""
    parts = (compared.left.partition(".")[0] for compared in comparisons_in(tell.show_if))
    shown_by = list(dict.fromkeys(name for name in parts if name in checks))
    if len(shown_by) == 1 and shown_by[0] != about:
        words = phrase("about-another", name=about, other=shown_by[0])
        yield Mistake(("about",), words, shown_by[0])


def _about_no_check(about: str, entry: Entry, names: Names) -> Mistake:
    """Return the mistake of an `about` that names a question instead of a check of its answer."""
    of_it = [
        name
        for name in names.with_word("check")
        if isinstance(step := names.earlier[name].step, Check) and step.of == entry.name
    ]
    near = of_it[0] if len(of_it) == 1 else None
    tail = hint(near or "", of_it or names.with_word("check"))
    if near:
        tail = phrase("did-you-mean", near=near)
    return Mistake(("about",), phrase("about-unfit", name=about, hint=tail), near)
