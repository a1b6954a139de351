"""
Compares the steps of a checklist with each other, to find what was copied and not changed.

Also finds an "other" choice without a question that asks what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Problem
from intake.authoring.syntax.parsed_file import Entry, ParsedFile
from intake.journey.conditions import comparisons_in
from intake.journey.kinds import spec_of
from intake.journey.model import Text
from intake.journey.steps import Ask, Check, Tell

_THE_REST: Final = re.compile(
    r"\W*(?:something else|anything else|other|another(?: one)?"
    r"|другое|что-то другое|что-нибудь другое|иное|другая|другой|прочее)\W*",
    re.IGNORECASE,
)


def problems_between_steps(parsed: ParsedFile) -> Iterator[Problem]:
    """Yield the problems of steps that repeat each other."""
    own = [entry for entry in parsed.entries if isinstance(entry.step, Ask | Tell)]
    yield from _same_text(own)
    yield from _same_line(own)
    yield from _same_short(own)
    yield from _same_check(parsed.entries)
    for first, second in pairwise(own):
        yield from _same_condition(first, second)
    # A step that couldn't be read may be the one that asks for the details.
    if parsed.is_whole and all(e.step is not None for e in parsed.entries if e.word != "use"):
        yield from _unsaid_rest(own)


def _same_text(entries: Sequence[Entry]) -> Iterator[Problem]:
    first: dict[tuple[tuple[str, str], ...], Entry] = {}
    for entry in entries:
        step = entry.step
        # A section that is used several times repeats its texts rightly.
        if not isinstance(step, Ask | Tell) or entry.used is not None:
            continue
        text = tuple((name, line.casefold()) for name, line in step.text.lines.items())
        other = first.setdefault(text, entry)
        if other is entry or _is_one_question(other, entry) or other.name == entry.name:
            continue
        line = other.node.find((other.word,)).line
        words = phrase("text-of-another", name=entry.name, other=other.name, line=line)
        yield Problem.at(entry.file, entry.node.find(("text",), on_key=True), words)


def _same_line(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for a text that equals another step's in one language only."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        step = entry.step
        if not isinstance(step, Ask) or entry.used is not None or len(step.text.lines) == 1:
            continue
        for language, line in step.text.lines.items():
            other = first.setdefault((language, line.casefold()), entry)
            if other is entry or not isinstance(other.step, Ask) or other.name == entry.name:
                continue
            if _is_one_question(other, entry) or _is_same_elsewhere(other.step, step, language):
                continue
            at = other.node.find((other.word,)).line
            words = phrase(
                "line-of-another", name=entry.name, other=other.name, language=language, line=at
            )
            yield Problem.at(entry.file, entry.node.find(("text", language)), words)
            break


def _is_same_elsewhere(first: Ask, second: Ask, language: str) -> bool:
    """Check whether the texts are equal in another language too, which `_same_text` reports."""
    others = [name for name in second.text.lines if name != language]
    return any(
        first.text.lines.get(name, "").casefold() == second.text.lines[name].casefold()
        for name in others
    )


def _same_short(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for two questions with one name in the ticket."""
    # A question without a `short` has its text for a name in the ticket.
    first: dict[tuple[str, str], Entry] = {
        (language, " ".join(line.split()).casefold()): entry
        for entry in reversed(entries)
        if isinstance(entry.step, Ask) and entry.step.short is None
        for language, line in entry.step.text.lines.items()
    }
    for entry in entries:
        step = entry.step
        if not isinstance(step, Ask) or step.short is None or entry.used is not None:
            continue
        for language, line in step.short.lines.items():
            label = (language, " ".join(line.split()).casefold())
            other = first.setdefault(label, entry)
            if other is entry or _is_one_question(other, entry) or other.name == entry.name:
                continue
            at = other.node.find((other.word,)).line
            words = phrase(
                "short-twice", name=entry.name, other=other.name, label=cut(line), line=at
            )
            yield Problem.at(entry.file, entry.node.find(("short", language)), words)
            break


def _same_check(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for a check that repeats another: customers would wait for both."""
    first: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        step = entry.step
        if not isinstance(step, Check) or entry.used is not None:
            continue
        key = (step.diagnose, step.of, step.expect, repr(step.show_if))
        other = first.setdefault(key, entry)
        if other is not entry and other.name != entry.name:
            line = other.node.find((other.word,)).line
            words = phrase("check-twice", name=entry.name, other=other.name, line=line)
            yield Problem.at(entry.file, entry.node.find(("check",)), words)


def _is_one_question(first: Entry, second: Entry) -> bool:
    """Check whether two steps may be one question asked on two paths: equal kinds, conditional."""
    former, other = first.step, second.step
    if not (isinstance(former, Ask) and isinstance(other, Ask)):
        return False
    return former.kind == other.kind and former.show_if is not None and other.show_if is not None


def _same_condition(first: Entry, second: Entry) -> Iterator[Problem]:
    """Yield a problem for two adjacent pieces of advice with the same condition."""
    former, other = first.step, second.step
    if not (isinstance(former, Tell) and isinstance(other, Tell)) or second.used is not None:
        return
    if former.show_if is None or former.show_if != other.show_if:
        return
    words = phrase("condition-of-another", name=other.tell, other=former.tell)
    yield Problem.at(second.file, second.node.find(("show-if",), on_key=True), words)


def _unsaid_rest(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for a choice such as "something else" that no step follows up."""
    steps = [entry.step for entry in entries]
    asks = [step for step in steps if isinstance(step, Ask)]
    # A question in the customer's own words covers every such choice.
    if any(ask.role == "description" or ask.kind == "long-text" for ask in asks):
        return
    detailed = {getattr(ask.role, "detail_of", None) for ask in asks}
    for entry in entries:
        ask = entry.step
        if not isinstance(ask, Ask) or "choices" not in spec_of(ask).keys or ask.id in detailed:
            continue
        for choice, text in ask.choices.items():
            if _is_the_rest(text) and not any(_is_about(step, ask.id, choice) for step in steps):
                place = entry.node.find(("choices", choice), on_key=True)
                words = phrase("rest-unsaid", label=_label(text), name=ask.id)
                yield Problem.at(entry.file, place, words)


def _is_the_rest(text: Text) -> bool:
    return any(map(_THE_REST.fullmatch, text.lines.values()))


def _label(text: Text) -> str:
    return cut(next(iter(text.lines.values()), ""))


def _is_about(step: object, name: str, choice: str) -> bool:
    if not isinstance(step, Ask | Tell):
        return False
    return any(
        compare.left == name and choice in compare.allowed
        for compare in comparisons_in(step.show_if)
    )
