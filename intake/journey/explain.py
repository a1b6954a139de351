"""
The conditions of a checklist in words.

For example: "asked only if you chose “All” and our check has no result". Generated in both
languages: customers read it under "why am I asked this?", authors in the studio and in drawings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue

from diagnostics import Fact, Language, cause_name, code_name
from diagnostics.texts import as_language
from intake.journey.arithmetic import Operand
from intake.journey.checklist import Checklist, StepOf
from intake.journey.code_families import family_of
from intake.journey.conditions import (
    UNKNOWN,
    AnyOf,
    Compare,
    Condition,
    Not,
    Relation,
    parse_condition,
    parts_of_range,
)
from intake.journey.draft import ENVIRONMENT
from intake.journey.fact_words import explain_texts, word_of_value
from intake.journey.hints import QUOTES
from intake.journey.kinds import choices_of, spec_of
from intake.journey.operands import facts_of_step
from intake.journey.steps import Ask, Check, End, Step, Tell

_MAX_NAMED: Final = 3  # values listed by name; the rest is only counted


def visibility_in_words(
    checklist: Checklist, step: Step, language: str, step_of: StepOf | None = None
) -> str | None:
    """
    Return the sentence that says when a step is shown, or None if it always is.

    `step_of` looks up steps with their values filled in; without it texts stand as written.
    """
    if step.show_if is None:
        return None
    phrase = "asked-if"
    if isinstance(step, Check):
        phrase = "measured-if"
    elif isinstance(step, Tell):
        phrase = "shown-if"
    elif isinstance(step, End):
        phrase = "ends-if"
    condition = condition_in_words(checklist, step.show_if, language, step_of)
    return _phrase(phrase, language, condition=condition)


def condition_in_words(
    checklist: Checklist, raw: JsonValue, language: str, step_of: StepOf | None = None
) -> str:
    """Return a condition as part of a sentence, its parts joined by "and" and "or"."""
    if raw is None:
        return _phrase("always", language)
    return _Wording(step_of or checklist.by_id.get, language).condition_in_words(
        parse_condition(raw)[0]
    )


class _Wording:
    def __init__(self, step_of: StepOf, language: str) -> None:
        self._step_of, self._language = step_of, language

    def condition_in_words(
        self, condition: Condition, *, is_so: bool = True, is_inner: bool = False
    ) -> str:
        """Return a condition or its negation: "not (A and B)" reads as "not A or not B"."""
        if isinstance(condition, Not):
            return self.condition_in_words(condition.part, is_so=not is_so, is_inner=is_inner)
        if isinstance(condition, Relation):
            deny = "" if is_so else "not-"
            left, right = self._operand(condition.left), self._right_side(condition)
            return self._phrase(f"{deny}{condition.word}", left=left, right=right)
        if isinstance(condition, Compare):
            return self._compare(condition, is_so=is_so, is_inner=is_inner)
        joint = "or" if isinstance(condition, AnyOf) is is_so else "and"
        parts = [
            self.condition_in_words(part, is_so=is_so, is_inner=True) for part in condition.parts
        ]
        # Parts that differ in the YAML may read the same, such as two codes with one name.
        joined = self._phrase(joint).join(dict.fromkeys(parts))
        # Readers bind "and" tighter than "or", so only an "or" inside an "and" needs brackets.
        return f"({joined})" if is_inner and joint == "or" and len(parts) > 1 else joined

    def _compare(self, compare: Compare, *, is_so: bool, is_inner: bool) -> str:
        """Return one comparison; `unknown` among its values becomes a clause of its own."""
        words_ = tuple(word for word in compare.allowed if word != UNKNOWN)
        parts = [self._known_values(compare.left, words_, is_so=is_so)] if words_ else []
        if UNKNOWN in compare.allowed:
            parts.append(self._unknown(compare.left, is_so=is_so))
        joint = "or" if is_so else "and"
        joined = self._phrase(joint).join(parts)
        return f"({joined})" if is_inner and is_so and len(parts) > 1 else joined

    def _known_values(self, left: str, allowed: Sequence[str], *, is_so: bool) -> str:
        name, _, fact = left.partition(".")
        deny = "" if is_so else "not-"
        if name == ENVIRONMENT:
            label = _line(("environment", fact), self._language)
            return self._phrase(f"{deny}told", label=label, value=self._any_of(allowed))
        step = self._step_of(name)
        if isinstance(step, Check):
            return self._fact_comparison(step, fact, allowed, deny)
        if isinstance(step, Ask) and fact:
            return self._read_in_answer(step, fact, allowed, deny)
        if isinstance(step, Tell):
            # Advice has two answers only, so "not solved" means "go on" and the reverse.
            is_solved = ("solved" in allowed) is is_so
            return self._phrase("solved" if is_solved else "not-solved", label=self._label(step))
        if isinstance(step, Ask):
            return self._answer_comparison(step, allowed, deny)
        return left

    def _operand(self, left: str) -> str:
        """Return the name of an operand: the label of a question, or the name of a fact."""
        name, _, fact = left.partition(".")
        step = self._step_of(name)
        known = facts_of_step(step).get(fact)
        if known is not None:
            return known.says(self._language)
        if name == ENVIRONMENT:
            return _line(("environment", fact), self._language)
        return self._label(step) if isinstance(step, Ask | Tell) else left

    def _right_side(self, relation: Relation) -> str:
        """Return the right side of a relation together with its arithmetic."""
        text, arithmetic = self._operand(relation.right), relation.arithmetic
        if arithmetic.times != 1:
            text = self._phrase("times", right=text, value=f"{arithmetic.times * 100:g}")
        for key, operand in (("plus", arithmetic.plus), ("minus", arithmetic.minus)):
            if operand:
                amount = self._amount(relation.right, operand)
                text = self._phrase(key, right=text, value=amount)
        return text

    def _amount(self, of: str, operand: Operand) -> str:
        """Return an added amount with the unit of the value; minutes if the value is a moment."""
        if isinstance(operand, str):
            return self._operand(operand)
        name, _, fact = of.partition(".")
        step = self._step_of(name)
        if fact:
            return self._value(facts_of_step(step).get(fact), f"{operand:g}")
        if isinstance(step, Ask):
            unit = f" {step.unit.in_(self._language)}" if step.unit else ""
            return spec_of(step).bound_in_words(f"{operand:g}", self._language) + unit
        return f"{operand:g}"

    def _answer_comparison(self, ask: Ask, allowed: Sequence[str], deny: str) -> str:
        choices = choices_of(ask)
        if not choices:
            value = self._any_of([self._size(ask, word) for word in allowed])
            return self._phrase(f"{deny}answered", label=self._label(ask), value=value)
        labels = [
            self._quoted(choices[word].in_(self._language)) if word in choices else word
            for word in allowed
        ]
        value = self._any_of(labels)
        verb = spec_of(ask).verb
        if verb == "answered":
            return self._phrase(f"{deny}answered", label=self._label(ask), value=value)
        return self._phrase(f"{deny}{verb}", value=value)

    def _read_in_answer(self, ask: Ask, name: str, allowed: Sequence[str], deny: str) -> str:
        """Return a comparison with a fact read from an answer, such as a bounce's cause."""
        fact = facts_of_step(ask).get(name)
        label = fact.says(self._language) if fact else name
        language = as_language(self._language)
        if name == "cause":
            values = [cause_name(word, language) for word in allowed]
        else:
            values = [self._value(fact, word) for word in allowed]
        return self._phrase(f"{deny}read", label=label, value=self._any_of(values))

    def _fact_comparison(self, check: Check, name: str, allowed: Sequence[str], deny: str) -> str:
        if name in ("finding", "cause"):
            names = [self._finding(word) for word in allowed]
            return self._phrase(f"{deny}found", value=self._any_of(names))
        whole = explain_texts()["whole"].get(name)
        if whole is not None:
            values = [_in(whole[word], self._language) for word in allowed if word in whole]
            return self._phrase(f"{deny}found", value=self._any_of(values))
        fact = facts_of_step(check).get(name)
        label = fact.says(self._language) if fact else name
        values = [self._value(fact, word) for word in allowed]
        return self._phrase(f"{deny}measured", label=label, value=self._any_of(values))

    def _finding(self, word: str) -> str:
        """Return a finding's name, or the name of the layer that its family is about."""
        layer = explain_texts()["whole"]["layer"].get(family_of(word))
        language: Language = as_language(self._language)
        return code_name(word, language) if layer is None else _in(layer, self._language)

    def _value(self, fact: Fact | None, word: str) -> str:
        if fact is not None and fact.is_number:
            unit = f" {fact.unit}" if fact.unit else ""
            return self._number(word) + unit
        return word_of_value(word, self._language) or word

    def _unknown(self, left: str, *, is_so: bool) -> str:
        name, _, fact = left.partition(".")
        if name == ENVIRONMENT:
            label = _line(("environment", fact), self._language)
            return self._phrase("told-nothing" if is_so else "told-something", label=label)
        step = self._step_of(name)
        if isinstance(step, Check):
            return self._phrase("no-result" if is_so else "has-result")
        if fact and isinstance(step, Ask):
            known = facts_of_step(step).get(fact)
            label = known.says(self._language) if known else fact
            return self._phrase("read-nothing" if is_so else "read-something", label=label)
        label = self._label(step) if isinstance(step, Ask | Tell) else name
        return self._phrase("no-answer" if is_so else "has-answer", label=label)

    def _size(self, ask: Ask, word: str) -> str:
        """Return a number or a duration, or a range of them."""
        sign, *bounds = parts_of_range(word)
        condition_in_words = spec_of(ask).bound_in_words
        least, most = (condition_in_words(bound, self._language) for bound in bounds)
        return self._range_text(sign, least, most)

    def _number(self, word: str) -> str:
        return self._range_text(*parts_of_range(word))

    def _range_text(self, sign: str, least: str, most: str) -> str:
        if sign == "-":
            return self._phrase("from", least=least, most=most)
        return self._phrase(sign, bound=least) if sign else least

    def _label(self, step: Ask | Tell) -> str:
        text = step.short if isinstance(step, Ask) and step.short else step.text
        # A filled text has no `otherwise` left; in an author's drawing no values are known.
        while text.otherwise is not None:
            text = text.otherwise
        return self._quoted(text.in_(self._language).split(". ")[0])

    def _any_of(self, values: Sequence[str]) -> str:
        """Join values with "or"; after the first three the rest is only counted."""
        named = list(dict.fromkeys(values))
        # A single remaining value is named: "1 more" would be as long and say less.
        if len(named) > _MAX_NAMED + 1:
            rest = self._phrase("more", count=len(named) - _MAX_NAMED)
            named = [*named[:_MAX_NAMED], rest]
        head, last = named[:-1], named[-1]
        return f"{', '.join(head)}{self._phrase('or')}{last}" if head else last

    def _quoted(self, text: str) -> str:
        left, right = QUOTES.get(self._language, QUOTES["en"])
        return f"{left}{text.strip()}{right}"

    def _phrase(self, name: str, **values: object) -> str:
        return _phrase(name, self._language, **values)


def _phrase(name: str, language: str, **values: object) -> str:
    return _line(("phrases", name), language).format(**values)


def _line(path: tuple[str, str], language: str) -> str:
    texts = explain_texts()[path[0]].get(path[1])
    return _in(texts, language) if texts else path[1]


def _in(texts: Mapping[str, str], language: str) -> str:
    return str(texts[language])
