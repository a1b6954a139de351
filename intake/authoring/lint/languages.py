"""Checks that no text is blank, and that each is in the language of its key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.model import KeyPath

_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN: Final = re.compile(r"[a-z]", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
# Placeholders for a text to be written; "%" and "№" alone are units.
_BLANK: Final = re.compile(
    r"[\s.…?_*\-\u2010-\u2015\u00a0\u200b]*"
    r"|\W*(?:todo|tbd|fixme)\s*[:\-\u2013\u2014(].*"
    r"|\W*(?:to\s?do|tbd|fixme|xxx+|lorem ipsum.*|translate(?: me)?"
    r"|перевести|перевод|сюда текст|здесь текст|заполнить"
    r"|(?:question|text of the question|your|some)\s(?:text|question)?(?: here)?"
    r"|(?:new|untitled) question|текст вопроса|текст совета|ваш текст|новый вопрос|бла(?:-?бла)+"
    r"|(?:option|choice|вариант) \d+|asdf\w*|qwerty|фыва\w*|йцукен)\W*",
    re.IGNORECASE | re.DOTALL,
)
# Names and terms are the same in every language; these words show that a text is English.
_ENGLISH: Final = re.compile(
    r"\b(?:the|an?|of|on|in|at|to|for|from|with|without|your?|we|is|isn|are|was|it|its|this|that|and|or"
    r"|not|no|yes|my|all|some|other|else|every|each|enter|choose|attach|copy|open|write|when|what|where"
    r"|which|how|hours?|minutes?|days?|today|yesterday|site|server|mail|password|name|error|works?)\b",
    re.IGNORECASE,
)


def mistakes_of_languages(
    path: KeyPath, lines: Mapping[str, str], languages: Sequence[str]
) -> Iterator[Mistake]:
    """Yield at most one mistake: a blank text, or one in another language."""
    for language, line in lines.items():
        if _BLANK.fullmatch(line):
            yield Mistake(
                (*path, language), phrase("text-blank", language=language or "".join(languages[:1]))
            )
            return
    english, russian = lines.get("en", ""), lines.get("ru", "")
    is_russian = _is_russian(english)
    # Equal capitalized words in both languages are a name: "Windows Server".
    is_other = is_english(russian) and not (english == russian and _is_name(russian))
    # A Latin text under 'ru' may be a name, but not if the text under 'en' is Russian.
    is_other = is_other or (is_russian and _is_latin(russian))
    if is_russian and is_other:
        yield Mistake((*path, "en"), phrase("text-swapped"))
    elif is_russian:
        yield Mistake((*path, "en"), phrase("text-russian", words=cut(english, 40)))
    # An example may be the English output of a program.
    elif is_other and path[-1] != "example":
        yield Mistake((*path, "ru"), phrase("text-english", words=cut(russian, 40)))


def _is_russian(line: str) -> bool:
    """Check whether most letters are Cyrillic: an English text may quote a Russian button."""
    bare = _PLACEHOLDER.sub("", line)
    return len(_CYRILLIC.findall(bare)) > len(_LATIN.findall(bare))


def _is_latin(line: str) -> bool:
    """Check for Latin letters without any Cyrillic one."""
    bare = _PLACEHOLDER.sub("", line)
    return _LATIN.search(bare) is not None and not _CYRILLIC.search(bare)


def _is_name(line: str) -> bool:
    return all(not word[0].islower() for word in line.split())


def is_english(line: str) -> bool:
    """Check for a common English word, which no name has, without any Cyrillic letter."""
    bare = _PLACEHOLDER.sub("", line)
    return not _CYRILLIC.search(bare) and _ENGLISH.search(bare) is not None
