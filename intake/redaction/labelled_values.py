"""
Finds values after labels: `password: …`, `DB_PASSWORD', '…`, «пароль от панели …».

The more clearly a label is tied to the next word, the less that word itself must look like a
secret: after an equals sign nearly anything is one, after a space only what isn't a plain word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from intake.redaction import label_patterns as patterns
from intake.redaction import value_shape as shape
from intake.redaction.label_patterns import Label
from intake.redaction.label_words import CODE_WORDS, NO_SECRETS, UNTIES, WRONG
from intake.redaction.login_pairs import find_pairs
from intake.redaction.model import SecretKind, SecretSpan
from intake.redaction.value_judgement import is_loose_secret, is_phrase, is_tied_secret

_WINDOW: Final = 300  # characters after a label that are examined
_BEFORE: Final = 160
MAX_LABELS: Final = 5000  # a log file of megabytes may say "password" in each line
_MOST_WORDS_BETWEEN: Final = 5
_SHORTEST_TOKEN_APART: Final = 24
_TRAILING: Final = ".,;:)]}»”\"'`>*"
_LEADING: Final = "*_`\"'«“("

_Extent = tuple[int, int]


def find_labelled_values(text: str) -> Iterator[SecretSpan]:
    """Find values announced by labels; a bounded piece of text after each label is examined."""
    pairs = tuple(find_pairs(text, most=MAX_LABELS))
    yield from (pair.password for pair in pairs)
    remaining = iter(pairs)
    pair, listed_until = next(remaining, None), 0
    for match in islice(patterns.FINDER.finditer(text), MAX_LABELS):
        while pair is not None and pair.label_end <= match.start():
            pair = next(remaining, None)
        if pair is not None and pair.label_start <= match.start():
            continue
        if patterns.NGINX.search(text, max(0, match.start() - 10), match.end()):
            continue
        name = next(name for name in patterns.LABELS if match.group(name) is not None)
        end = match.end()
        while end > match.start() and text[end - 1] in patterns.AROUND_LABEL:
            end -= 1
        label = patterns.LABELS[name]
        if label.is_short and text[end : end + 1] == "_":  # pass_filter, pass_attrs
            continue
        yield from _values_of(text, match.start(), end, label)
        window = text[end : end + _WINDOW]
        if label.kind is SecretKind.PASSWORD and patterns.LIST_SIGN.match(window):
            line = window.partition("\n")[0]
            # Labels close to each other are followed by nearly the same line.
            yield from _listed_values(line, end, after=listed_until)
            listed_until = end + len(line)


def _values_of(text: str, start: int, end: int, label: Label) -> Iterator[SecretSpan]:
    window = text[end : end + _WINDOW]
    line = window.partition("\n")[0]
    before = text[max(0, start - _BEFORE) : start].rpartition("\n")[2]
    place = (
        _assigned(window, label)
        or _on_next_line(window, label)
        or _after_words(line, label)
        or _without_sign(line, label, before)
    )
    if place is not None:
        yield SecretSpan(end + place[0], end + place[1], label.kind)
        changed = patterns.CHANGED_TO.match(window, place[1])
        if changed and shape.has_letter_and_digit(changed.group("value")):
            first, last = _trimmed(window, *changed.span("value"))
            yield SecretSpan(end + first, end + last, label.kind)
    if label.kind is SecretKind.PASSWORD and place is None:
        yield from _value_before(before, start)


def _assigned(window: str, label: Label) -> _Extent | None:
    """Find the value after a sign: `password = …`, `"password": "…"`, `<password>…`."""
    sign = patterns.SIGN.match(window)
    if sign is None:
        return None
    if sign.group("sign") == ">":
        window = window.partition("</")[0]
    # VARIABLE=value: the next word is another argument of a command.
    is_tight = sign.group().endswith("=") and not sign.group()[-2:-1].isspace()
    return _tied_value(window, sign.end(), label, is_tight=is_tight)


def _after_words(line: str, label: Label) -> _Extent | None:
    """Find the value in «пароль от почты info@shop.example: …»."""
    sentence = patterns.SENTENCE.match(line)
    gap = sentence.group("gap") if sentence else ""
    if label.is_code:
        gap = CODE_WORDS.sub("", gap)
    if sentence is None or UNTIES.search(gap):
        return None
    if gap and label.is_short:
        return None
    # After a dash a sentence may continue: «пароль от почты — не подходит».
    is_answer = label == patterns.LABELS["word"]
    is_loose = bool(gap) and sentence.group("sign") in {"—", "–", "-"} and not is_answer
    return _tied_value(line, sentence.end(), label, may_end=not is_loose)


def _tied_value(
    text: str, start: int, label: Label, *, may_end: bool = True, is_tight: bool = False
) -> _Extent | None:
    """Return the extent of the quoted text or the word at `start` if it is a secret."""
    quoted = patterns.QUOTED.match(text, start)
    if quoted:
        group = "value" if quoted.group("value") else "other"
        is_secret = is_tied_secret(quoted.group(group), label, is_quoted=True)
        return quoted.span(group) if is_secret else None
    word = patterns.WORD.match(text, start)
    if word is None:
        return None
    place = _trimmed(text, word.start(), word.end())
    rest = text[place[1] :].partition("\n")[0]
    is_answer = label == patterns.LABELS["word"] and rest.lstrip().startswith("(")
    ends = is_tight or is_answer or (may_end and patterns.CLAUSE_END.match(rest) is not None)
    return place if is_tied_secret(text[slice(*place)], label, ends=ends) else None


def _without_sign(line: str, label: Label, before: str) -> _Extent | None:
    """Find the value in «пароль qwerty123», "the root password is hunter2"."""
    loose = patterns.LOOSE.match(line)
    if loose is None:
        return None
    if label == patterns.LABELS["word"] and (agreed := patterns.AGREED_WORDS.match(line)):
        words = agreed.group("value").split()
        is_value = words[0].lower() not in NO_SECRETS and not patterns.VERB.search(words[0])
        return agreed.span("value") if is_value else None
    quoted = patterns.QUOTED.match(line, loose.start("value"))
    if quoted and not label.is_token:
        group = "value" if quoted.group("value") else "other"
        words = quoted.group(group)
        return (
            quoted.span(group) if " " in words and is_phrase(words) else _bare(loose, label, before)
        )
    return _bare(loose, label, before)


def _bare(loose: re.Match[str], label: Label, before: str) -> _Extent | None:
    """Return the word after a label and a space, or the first of the next few that looks secret."""
    line = loose.string
    place = _trimmed(line, *loose.span("value"))
    value = line[slice(*place)]
    if WRONG.search(before[-30:]) and shape.is_plain_word(value.strip("!?")):
        return None
    is_tied = place[0] > loose.start("value") or bool(loose.group("link"))
    if is_loose_secret(value, label, line[place[1] :], is_tied=is_tied):
        return place
    return _later_token(line) if label.is_token else _later_word(line, label)


def _later_word(line: str, label: Label) -> _Extent | None:
    digits = patterns.GAP_DIGITS.match(line) if label.is_code else None
    if digits and not UNTIES.search(digits.group("gap")):
        return digits.span("value")
    of_words = None if label.is_short else patterns.OF_WORDS.match(line)
    if of_words and not UNTIES.search(of_words.group()[: -len(of_words.group("value"))]):
        place = _trimmed(line, *of_words.span("value"))
        if is_loose_secret(line[slice(*place)], label, "", is_tied=False):
            return place
    for word in islice(patterns.WORD.finditer(line), _MOST_WORDS_BETWEEN + 1):
        place = _trimmed(line, *word.span())
        if shape.looks_like_password(line[slice(*place)]):
            return place
        if UNTIES.search(word.group()):
            return None
    return None


def _later_token(line: str) -> _Extent | None:
    """Find the token in «ключ апи яндекс карт 1f0c…», "the API key for your panel Xk29…"."""
    for word in islice(patterns.WORD.finditer(line), _MOST_WORDS_BETWEEN + 1):
        place = _trimmed(line, *word.span())
        value = line[slice(*place)]
        is_long = len(value) >= _SHORTEST_TOKEN_APART and shape.has_letter_and_digit(value)
        if is_long and (shape.is_uuid(value) or shape.looks_like_token(value)):
            return place
        if UNTIES.search(word.group()):
            return None
    return None


def _on_next_line(window: str, label: Label) -> _Extent | None:
    below = patterns.NEXT_LINE.match(window)
    if below is None:
        return None
    place = _trimmed(window, *below.span("value"))
    value = window[slice(*place)]
    if "@" in value[:-1] and value.endswith(("#", "$", "~")):  # a shell's prompt
        return None
    looks_made_up = shape.has_letter_and_digit(value) and not shape.is_hex(value)
    is_tied = bool(below.group("sign")) or looks_made_up
    return place if is_tied and is_tied_secret(value, label, ends=True) else None


def _value_before(before: str, offset: int) -> Iterator[SecretSpan]:
    """Find the value in «Xk29dk! — мой пароль»."""
    match = patterns.BEFORE.search(before)
    if match is None:
        return
    start, end = _trimmed(before, *match.span("value"))
    if shape.looks_like_password(before[start:end]):
        first = offset - len(before)
        yield SecretSpan(first + start, first + end, SecretKind.PASSWORD)


def _listed_values(line: str, offset: int, *, after: int) -> Iterator[SecretSpan]:
    """Find further values in «пароли: root …, admin …» by their form, after position `after`."""
    for word in patterns.LISTED.finditer(line):
        if offset + word.end() <= after:
            continue
        start, end = _trimmed(line, *word.span())
        if shape.looks_like_password(line[start:end]) and "/" not in line[start:end]:
            yield SecretSpan(offset + start, offset + end, SecretKind.PASSWORD)


def _trimmed(text: str, start: int, end: int) -> _Extent:
    """Return the extent of a word without trailing punctuation, brackets or the next value."""
    value = text[start:end]
    for ending in ("</", "&amp;", "';", '";', "&#"):
        value = value.partition(ending)[0]
    value = patterns.NEXT_SETTING.split(value, maxsplit=1)[0].rstrip(_TRAILING)
    bare = value.lstrip(_LEADING)
    return start + len(value) - len(bare), start + len(value)
