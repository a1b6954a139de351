"""Checks routing words: whether they can be found in a text, and are specific."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.journey.model import Head
from intake.journey.word_stems import stems_of, words_of

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_MAX_WORDS = 6  # of a phrase; nobody writes the same whole sentence
# Words of letters about anything. A complaint may be specific: «не пускает».
_SAYS_NOTHING = frozenset(
    """
    hi hello hey dear please pls help thanks thank you urgent urgently asap problem issue question
    привет здравствуйте добрый день пожалуйста помогите помощь спасибо срочно проблема проблемы
    """.split()  # noqa: SIM905 - a list of words
)


def mistakes_of_routing_words(head: Head) -> Iterator[Mistake]:
    """Yield the mistakes under `words`."""
    if _are_swapped(head):
        yield Mistake(("words",), phrase("words-swapped"), on_key=True)
        return
    for language, phrases in head.words.items():
        has_other = False
        first: dict[tuple[str, ...], str] = {}
        for index, line in enumerate(phrases):
            path = ("words", language, index)
            words = words_of(line)
            stems = tuple(stems_of(words, language))
            if language == "en" and _CYRILLIC.search(line):
                # An author who makes this mistake once makes it throughout: one message.
                if not has_other:
                    yield Mistake(path, phrase("words-of-other", word=cut(line)))
                has_other = True
            elif not words:
                yield Mistake(path, phrase("words-no-letters", word=cut(line)))
            elif len(words) > _MAX_WORDS:
                yield Mistake(path, phrase("words-long", word=cut(line), limit=_MAX_WORDS))
            elif stems in first:
                other = cut(first[stems])
                yield Mistake(path, phrase("words-twice", word=cut(line), other=other))
            elif _SAYS_NOTHING.issuperset(words):
                yield Mistake(path, phrase("words-empty", word=cut(line)))
            first.setdefault(stems, line)


def _are_swapped(head: Head) -> bool:
    english, russian = head.words.get("en", ()), head.words.get("ru", ())
    is_russian = bool(english) and all(map(_CYRILLIC.search, english))
    return is_russian and bool(russian) and not any(map(_CYRILLIC.search, russian))
