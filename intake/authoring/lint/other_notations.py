"""Recognizes other tools' notations: operators in values, placeholders in texts, markup."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from intake.authoring.messages import Phrase, cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.arithmetic import ARITHMETIC
from intake.journey.conditions import Compare, bounds_of
from intake.journey.kinds.units import MINUTE, Unit, convert, unit_of
from intake.journey.model import KeyPath, Text
from intake.journey.relations import RELATIONS

MAX_GUESSED: Final = 200  # characters; no guess is made about a longer value
_NOT: Final = re.compile(r"(?:!=|<>|!|≠|not\s|не\s)\s*(.+)", re.IGNORECASE)
_JOINT: Final = re.compile(r"\s*(?:\|\|?|&&?|[,;/]|\s(?:or|and|или|и)\s)\s*", re.IGNORECASE)
_BOTH: Final = re.compile(r"&|\s(?:and|и)\s", re.IGNORECASE)
_EQUALS: Final = frozenset({"is", "equals", "eq", "=", "==", "in", "one-of", "is-one-of"})
_BOUNDS: Final = {
    **dict.fromkeys(("from", "min", "gte", "ge", "at-least", ">="), ">="),
    **dict.fromkeys(("to", "max", "lte", "le", "at-most", "<="), "<="),
    **dict.fromkeys(("gt", "more", "above", "over"), ">"),
    **dict.fromkeys(("lt", "less", "below", "under"), "<"),
}
_INSIDE: Final = frozenset(
    {"contains", "includes", "like", "matches", "match", "regex", "regexp", "starts-with"}
    | {"ends-with", "startswith", "endswith", "содержит"}
)
_CLASS: Final = re.compile(r"([1-9])(?:xx|\*{1,2}|\?\?)", re.IGNORECASE)
# RFC 9112, section 4: the status code, then its reason in words.
_STATUS_LINE: Final = re.compile(
    r"(?:HTTP(?:/[\d.]+)? |error |ошибка )?([1-5]\d\d)(?: [A-Za-z][A-Za-z' -]*)?", re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"(\d+)\s*(?:\.{2,3}|…|–|—|to|до)\s*(\d+)", re.IGNORECASE)
_TURNED: Final = re.compile(r"=([<>])\s*(-?\d+(?:\.\d+)?)")
_SIGN_LAST: Final = re.compile(r"(-?\d+(?:\.\d+)?)\s*([<>]=?)")
_SIGNED: Final = re.compile(r"([≥≤⩾⩽])\s*(-?\d+(?:\.\d+)?)")
SIGNS: Final = {"≥": ">=", "⩾": ">=", "≤": "<=", "⩽": "<="}
SIGN_WORDS: Final = {
    **dict.fromkeys(
        ("more than", "over", "above", "greater than", "больше", "более", "свыше"), ">"
    ),
    **dict.fromkeys(("less than", "under", "below", "меньше", "менее"), "<"),
    **dict.fromkeys(("at least", "from", "не меньше", "не менее", "от"), ">="),
    **dict.fromkeys(("at most", "up to", "не больше", "не более", "до"), "<="),
}
_SPELT: Final = re.compile(
    rf"(?P<sign>[<>]=?|{'|'.join(sorted(SIGN_WORDS, key=len, reverse=True))}|)\s*"
    r"(?P<number>\d{1,3}(?:[\s_'’\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d{1,12}(?:[.,]\d{1,9})?)\s*"
    r"(?P<thousands>k|тыс\.?|)(?P<plus>\+?)",
    re.IGNORECASE,
)
_GAPS: Final = re.compile("[\\s_'’\u00a0\u202f]")
_DATE: Final = re.compile(r"\d{4}-\d\d?-\d\d?.*|\d\d?[./]\d\d?[./]\d{2,4}.*|today|yesterday|now")
_BY_SIGN: Final = {">": "more-than", "<": "less-than", "=": "same-as", "==": "same-as"}
_BY_SIGN_OF_MOMENTS: Final = _BY_SIGN | {">": "after", "<": "before"}
_RECKONED: Final = {"*": "times", "+": "plus", "-": "minus"}
_OF_OTHER: Final = re.compile(
    r"([<>]|==?)=?\s*([a-z][a-z0-9_-]*(?:\.[a-z0-9-]+)?)(?:\s*([*+-])\s*([\w.-]+))?"
)
_TURNED_PRODUCT: Final = re.compile(r"([<>]=?|==?)\s*(\d+(?:\.\d+)?)\s*\*\s*([a-z][\w.-]*)")
_PRODUCT: Final = re.compile(r"([\w.-]+)\s+([*x×+-])\s+([\w.-]+)")
_MARKED: Final = re.compile(
    r"%([a-z0-9_.-]+)%|%\(([a-z0-9_.-]+)\)s|#\{([a-z0-9_.-]+)\}|<([a-z0-9_.-]+)>|\[?\[([a-z0-9_.-]+)\]\]?(?!\()|\$([a-z0-9_.-]*[a-z0-9])"
)
_TEMPLATE: Final = re.compile(
    r"\{\{[#/^>!&~-][^{}]*\}\}|\{\{\s*(?:if|else|end|each|unless|with|range)\b[^{}]*\}\}|\{%[^{}]*%\}|<%.*?%>"
)
_CLOCK: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
_WITH_UNIT: Final = re.compile(r"([<>]=?|)\s*(\d{1,9}(?:\.\d{1,3})?)\s*([^\W\d]{1,15}|%)\.?")
_MARKUP: Final = re.compile(
    r"</?(?:a|b|br|code|div|em|h[1-6]|i|img|li|ol|p|pre|span|strong|u|ul)\b[^<>]*>"
    r"|`[^`]+`|\*\*[^*\s][^*]*\*\*|\[[^\[\]]+\]\((?:https?:|mailto:|/)[^()]*\)",
    re.IGNORECASE,
)


_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}\d{0,2}|#\d{2,5}|#x[0-9a-f]{2,5});", re.IGNORECASE)


_ANYTHING: Final = frozenset(
    {"*", "any", "anything", "known", "answered", "filled", "exists", "set", "not empty", "present"}
    | {"любое", "любой", "любая", "есть", "заполнено"}
)
_NOTHING: Final = frozenset(
    {"", "empty", "none", "null", "nothing", "blank", "пусто", "нет ответа"}
)


def value_as_elsewhere(
    left: str, word: str, known: Collection[str], at: Phrase, *, has_several: bool
) -> Phrase | None:
    """Return the message for a negation or several values in one word; None if it is neither."""
    denied = _NOT.fullmatch(word)
    if denied is not None and denied[1] in known:
        return phrase("value-denied", at=at, left=left, word=cut(word), meant=denied[1])
    parts = _JOINT.split(word)
    if any(part not in known for part in parts):
        parts = word.split()  # without commas
    if len(parts) > 1 and all(part in known for part in parts):
        if has_several and _BOTH.search(word):
            both = ", ".join(f"{{{left}: {part}}}" for part in parts)
            return phrase(
                "value-both",
                at=at,
                left=left,
                word=cut(word),
                both=f"{{all: [{both}]}}",
                listed=", ".join(parts),
            )
        return phrase("value-joined", at=at, left=left, word=cut(word), listed=", ".join(parts))
    return None


def answered_as_elsewhere(
    left: str, word: str, at: Phrase, values: Collection[str] | None
) -> Phrase | None:
    """Return the message for `any` or `empty`, which mean "answered" or not; None for others."""
    if word.lower() not in _ANYTHING | _NOTHING:
        return None
    if word.lower() in _NOTHING and "no" in (values or ()):
        tail = phrase("did-you-mean", near="no")
        return phrase("no-value", at=at, left=left, word=cut(word), hint=tail)
    unknown = f"{{{left}: unknown}}"
    meant = unknown if word.lower() in _NOTHING else f"{{not: {unknown}}}"
    return phrase("value-any", at=at, left=left, word=cut(word), meant=meant)


def number_as_elsewhere(word: str) -> str | None:
    """Return our notation for `5xx`, `500..599`, `> 50 000` or `=> 5`; None for others."""
    if len(word) > MAX_GUESSED:
        return None
    if of_class := _CLASS.fullmatch(word):
        return f"{of_class[1]}00-{of_class[1]}99"
    if between := _BETWEEN.fullmatch(word):
        return f"{between[1]}-{between[2]}"
    if signed := _with_sign(word):
        return signed
    if status := _STATUS_LINE.fullmatch(word):
        return status[1]
    spelt = _SPELT.fullmatch(word.strip())
    return _spelt_out(spelt) if spelt else None


def _with_sign(word: str) -> str | None:
    """Return our notation for a bound written as `=>`, `≥`, or with the sign last; else None."""
    if reversed_bound := _SIGN_LAST.fullmatch(word):
        return f'"{reversed_bound[2]} {reversed_bound[1]}"'
    if turned := _TURNED.fullmatch(word):
        return f'"{turned[1]}= {turned[2]}"'
    signed = _SIGNED.fullmatch(word)
    return f'"{SIGNS[signed[1]]} {signed[2]}"' if signed else None


def _spelt_out(spelt: re.Match[str]) -> str | None:
    """Return our notation for a number with thousands separators, a comma, words or a plus."""
    plain = _GAPS.sub("", spelt["number"]).replace(",", ".")
    thousands = 1_000 if spelt["thousands"] else 1
    sign = ">=" if spelt["plus"] else SIGN_WORDS.get(spelt["sign"].lower().strip(), spelt["sign"])
    number = f"{float(plain) * thousands:.9g}"
    return f'"{sign.strip()} {number}"' if sign.strip() else number


def number_of_unit(word: str, unit: Unit | None) -> str | None:
    """Return `> 120` for «> 2 hours» if the unit is minutes; None if it can't be converted."""
    written = _WITH_UNIT.fullmatch(word.strip())
    given_unit = written and unit_of(written[3])
    if not written or not given_unit or unit is None:
        return None
    number = convert(float(written[2]), given_unit, unit)
    return None if number is None else f"{written[1]} {number:g}".strip()


def relation_as_elsewhere(
    left: str, word: str, steps: Collection[str], *, is_moment: bool
) -> str | None:
    """Return the relation for «> space * 0.9», a comparison with another answer; else None."""
    turned = _TURNED_PRODUCT.fullmatch(word.strip())
    word = f"{turned[1]} {turned[3]} * {turned[2]}" if turned else word
    written = _OF_OTHER.fullmatch(word.strip())
    if written is None or written[2].partition(".")[0] not in steps:
        return None
    relation = sign_as_relation(written[1], is_moment=is_moment)
    reckoned = f", {_RECKONED[written[3]]}: {written[4]}" if written[3] else ""
    return f"{{{left}: {{{relation}: {written[2]}{reckoned}}}}}"


def sign_as_relation(sign: str, *, is_moment: bool) -> str | None:
    """Return the relation for a sign: `>` is `after` for times, `more-than` for numbers."""
    return (_BY_SIGN_OF_MOMENTS if is_moment else _BY_SIGN).get(sign.rstrip("=") or sign)


def equals_in_a_mapping(left: str, value: object, steps: Collection[str]) -> Phrase | None:
    """Return the message for `what: {is: files}` instead of `what: files`; else None."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    word, inner = next(iter(value.items()))
    if str(word).lower() not in _EQUALS or isinstance(inner, dict) or str(inner) in steps:
        return None
    listed = f"[{', '.join(map(str, inner))}]" if isinstance(inner, list) else str(inner)
    return phrase("value-plain", left=left, word=str(word), meant=cut(listed))


def joint_in_value(left: str, value: Mapping[str, object]) -> Phrase | None:
    """Return the message for `{marked: {all: [cart, shop]}}`; None for any other mapping."""
    word, inner = next(iter(value.items()), ("", None))
    if word not in ("all", "any") or not isinstance(inner, list) or len(value) > 1:
        return None
    values = [str(single) for single in inner]
    both = ", ".join(f"{{{left}: {single}}}" for single in values)
    meant = f"{{all: [{both}]}}" if word == "all" else f"{{{left}: [{', '.join(values)}]}}"
    return phrase("joint-in-value", word=word, left=left, meant=cut(meant, 90))


def range_of_mapping(left: str, value: object) -> str | None:
    """Return `{orders: 1-5}` for `orders: {from: 1, to: 5}`; None for any other mapping."""
    if not isinstance(value, dict) or not value or not set(value) <= _BOUNDS.keys():
        return None
    bounds = {_BOUNDS[key]: str(number) for key, number in value.items()}
    if len(bounds) != len(value) or not all(map(bounds_of, bounds.values())):
        return None
    if set(bounds) == {">=", "<="}:
        return f"{{{left}: {bounds['>=']}-{bounds['<=']}}}"
    sign, number = next(iter(bounds.items()))
    return f'{{{left}: "{sign} {number}"}}' if len(bounds) == 1 else None


def text_search(value: object) -> str | None:
    """Return another tool's operator that searches a text, such as `contains`, or None."""
    words = [str(key) for key in value] if isinstance(value, dict) else []
    return next((word for word in words if word.lower() in _INSIDE), None)


def constant_in_relation(compare: Compare) -> Phrase | None:
    """Return the message for a number or date where a relation needs a step's name, or None."""
    word = compare.path[-1] if compare.path else None
    right = compare.left
    if not compare.allowed and word in ARITHMETIC:
        # Times and durations are changed by minutes.
        minutes = number_of_unit(right, MINUTE)
        return phrase("operand-unit", key=str(word), meant=minutes) if minutes else None
    if compare.allowed or word not in RELATIONS:
        return None
    if (reckoned := _PRODUCT.fullmatch(right)) is not None:
        first, sign, second = reckoned.groups()
        side, number = (second, first) if bounds_of(first) else (first, second)
        meant = f"{{{word}: {side}, {_RECKONED.get(sign, 'times')}: {number}}}"
        return phrase("operand-written-out", word=str(word), right=cut(right), meant=meant)
    if _CLOCK.fullmatch(right):
        return phrase("relation-clock", word=str(word), right=right)
    if _DATE.fullmatch(right):
        return phrase("relation-date", word=str(word), right=cut(right))
    sign = {"more-than": f'"> {right}"', "less-than": f'"< {right}"'}.get(str(word), right)
    return phrase("relation-number", word=str(word), meant=sign) if bounds_of(right) else None


def mistakes_of_marks(path: KeyPath, text: Text, sayable: Collection[str]) -> Iterator[Mistake]:
    """Yield a mistake for another tool's placeholder, or for markup, which isn't rendered."""
    for language, line in text.lines.items():
        here = (*path, language)
        if template := _TEMPLATE.search(line):
            yield Mistake(here, phrase("template-in-text", words=cut(template[0], 40)))
            return
        for marked in _MARKED.finditer(line):
            name = next(filter(None, marked.groups()))
            if name in sayable:
                yield Mistake(here, phrase("name-marked", words=marked[0], name=name))
                return
        if entity := _ENTITY.search(line):
            yield Mistake(here, phrase("entity-shown", words=entity[0]))
            return
        if markup := _MARKUP.search(line):
            yield Mistake(here, phrase("markup-shown", words=cut(markup[0], 40)))
            return
