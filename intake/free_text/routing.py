"""
Chooses the checklist that a customer's own words are about, by its author's `words`.

Words are compared by their stems, so one form stands for all of them. A phrase matches if its
words follow each other with few others between them, and scores a point for each of its words,
shared by the checklists that have it: "doesn't work" is in many and means little. A phrase within
a longer phrase of another checklist scores nothing. The highest score wins; if it is low, or the
next is close to it, none is chosen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from diagnostics.texts import CompleteLanguage
from intake.free_text.matter import problem_description
from intake.journey.checklist import Checklist
from intake.journey.vague_words import EVERYDAY_WORDS
from intake.journey.word_stems import (
    stems_of,
    transliterate_to_cyrillic,
    words_in_other_layout,
    words_of,
)

_BETWEEN: Final = 2  # other words between two of a phrase: "сайт второй день не открывается"
_TYPO_LENGTH: Final = 5  # minimum length of a stem that may have one wrong letter
_SHORT: Final = 3  # stems up to this length aren't corrected
_LEAST: Final = 1.5  # minimum score of a clear winner: one word may match by chance
_LEAD: Final = 2  # factor by which the winner must exceed the next checklist

_TURNED: Final = 3  # maximum words of a phrase whose first word may also be last
_PREPOSITIONS: Final = frozenset(("на", "в", "за", "с", "по", "из", "от", "к", "для", "при", "до"))
_JOINED_TO_NEXT: Final = _PREPOSITIONS | {"не", "ни", "или", "как"}

_SENTENCE_END: Final = re.compile(r"[.!?…]+(?=\s|$)|\n")
_ENGLISH: Final = frozenset(
    ("the", "and", "is", "are", "you", "your", "our", "of", "my", "with", "for", "this", "it")
)
_FEW_ENGLISH: Final = 2  # of these words: a single one may be transliterated Russian

_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)
_HOST: Final = re.compile(
    r"(?<![\w@.-])(?:https?://)?(?:[\w-]{1,63}\.){1,5}([a-zа-я]{2,24})(?:/\S{0,200})?(?![\w@])",
    re.IGNORECASE,
)
# «сайтshop.exampleне работает»: a domain whose spaces were forgotten.
_GLUED_BEFORE: Final = re.compile(
    r"(?<=[а-яё])(?=[a-z0-9][a-z0-9-]{1,62}(?:\.[a-z0-9-]{2,63}){0,4}\.[a-z]{2,24})", re.IGNORECASE
)
_GLUED_AFTER: Final = re.compile(r"(?<=[a-z0-9]\.)([a-z]{2,24})(?=[а-яё])", re.IGNORECASE)
_IP_ADDRESS: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.]*\w)")
_FILES: Final = frozenset(
    "php html htm css js log conf cnf txt zip sql jpg png py sh sock".split()  # noqa: SIM905 - a list of words
)

WordsOfChecklist = Mapping[CompleteLanguage, Sequence[str]]  # phrases by language


@dataclass(frozen=True, slots=True)
class Routing:
    """
    The result of routing a text.

    `chosen` is the clear winner, or None; `likeliest` are the checklists with points, the best
    first.
    """

    chosen: str | None
    likeliest: tuple[str, ...]
    points: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Stems:
    """The stems of a checklist's phrase."""

    checklist: str
    stems: tuple[str, ...]


class Router:
    """An index of the words of all checklists."""

    def __init__(self, words: Mapping[str, WordsOfChecklist]) -> None:
        self._index = {
            language: _Index(phrases, language) for language, phrases in _by_language(words).items()
        }
        self._order = tuple(words)

    @classmethod
    def for_checklists(cls, checklists: Mapping[str, Checklist]) -> Router:
        """Return a router for the checklists that customers can choose."""
        offered = (checklist for checklist in checklists.values() if checklist.head.offered)
        return cls({checklist.id: checklist.head.words for checklist in offered})

    def route(self, text: str) -> Routing:
        """Return the routing of a text."""
        text = _IP_ADDRESS.sub(" ", _unglued(problem_description(text)))
        points = self._best_reading(text)
        if 0 < max(points.values(), default=0) < 1:
            # In "shop.example doesn't work" the name stands for "site"; a name alone means nothing.
            by_name = self._best_reading(_with_sites_named(text))
            points = by_name if max(by_name.values(), default=0) >= 1 else points
        order = sorted(points, key=lambda name: (-points[name], self._order.index(name)))
        best, second = [*(points[name] for name in order), 0, 0][:2]
        is_clear = (best > 0 and second == 0) or best >= max(_LEAST, second * _LEAD)
        return Routing(order[0] if is_clear else None, tuple(order), points)

    def _best_reading(self, text: str) -> dict[str, float]:
        """Return the scores of the words as written, or as transliterated Russian."""
        sentences = [words_of(sentence) for sentence in _SENTENCE_END.split(text)]
        readings = (sentences, _transliterated(sentences))
        as_written, by_sound = (self._points(reading) for reading in readings)
        if max(by_sound.values(), default=0) > max(as_written.values(), default=0):
            return by_sound
        return as_written or self._points([words_in_other_layout(text)])

    def _points(self, sentences: list[list[str]]) -> dict[str, float]:
        taken: dict[str, set[int]] = defaultdict(set)
        counted: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
        longer: list[set[int]] = []  # positions of phrases that only one checklist has
        begins = accumulate(map(len, sentences), initial=0)
        spans = [
            (phrase, {begin + place for place in places}, index)
            for begin, words in zip(begins, sentences, strict=False)
            for language, index in self._index.items()
            for phrase, places in index.spans(stems_of(words, language))
        ]
        # The longest first: "web mail" doesn't match "web" as well.
        for phrase, places, index in sorted(spans, key=lambda span: -len(span[1])):
            if any(places < own for own in longer):
                continue
            if taken[phrase.checklist].isdisjoint(places):
                taken[phrase.checklist].update(places)
                counted[phrase.checklist][phrase.stems] = index.points(phrase.stems)
                if index.is_unique(phrase.stems):
                    longer.append(places)
        return {name: round(sum(points.values()), 3) for name, points in counted.items()}


def _unglued(text: str) -> str:
    return _GLUED_AFTER.sub(r"\1 ", _GLUED_BEFORE.sub(" ", text))


def _with_sites_named(text: str) -> str:
    """Replace each domain in a text by the word for a site; mailboxes are kept."""
    word = "сайт" if _CYRILLIC.search(_HOST.sub("", text)) else "site"
    return _HOST.sub(lambda at: at[0] if at[1].lower() in _FILES else word, text)


def _by_language(words: Mapping[str, WordsOfChecklist]) -> dict[CompleteLanguage, list[_Stems]]:
    phrases: dict[CompleteLanguage, list[_Stems]] = defaultdict(list)
    for checklist, of_language in words.items():
        for language, lines in of_language.items():
            for line in lines:
                stems = _stems_of_phrase(line, language)
                if stems:
                    phrases[language].append(_Stems(checklist, stems))
    return phrases


def _transliterated(sentences: list[list[str]]) -> list[list[str]]:
    """
    Return the words as transliterated Russian: «oplatil» is «оплатил».

    Empty unless all are Latin, or if common English words occur.
    """
    words = [word for sentence in sentences for word in sentence]
    is_english = len(_ENGLISH & set(words)) >= _FEW_ENGLISH
    if is_english or not all(word.isascii() for word in words):
        return []
    return [
        [transliterate_to_cyrillic(word) or word for word in sentence] for sentence in sentences
    ]


# Cached: validating a folder makes a router with the same phrases for each checklist.
@lru_cache(maxsize=8192)
def _stems_of_phrase(phrase: str, language: CompleteLanguage) -> tuple[str, ...]:
    return tuple(stems_of(words_of(phrase), language))


@lru_cache(maxsize=4)
def _common_stems(language: CompleteLanguage) -> frozenset[str]:
    return frozenset(stems_of(sorted(EVERYDAY_WORDS), language))


class _Index:
    """The phrases of one language by first stem, and its stems with one letter missing."""

    def __init__(self, phrases: Sequence[_Stems], language: CompleteLanguage) -> None:
        # Never corrected: «понимаю» is no typo of «поднимаю», "there" none of "theme".
        self._common = _common_stems(language)
        self._by_first: dict[str, list[tuple[_Stems, tuple[str, ...]]]] = defaultdict(list)
        for phrase in phrases:
            for order in _orders(phrase.stems, language):
                self._by_first[order[0]].append((phrase, order))
        self._known = {stem for phrase in phrases for stem in phrase.stems}
        self._users: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for phrase in phrases:
            self._users[phrase.stems].add(phrase.checklist)
        # Transliterations omit the soft sign and often the short и: «pisma», «sait».
        self._without_signs = {
            stem.replace("ь", "").replace("й", "и"): stem
            for stem in sorted(self._known)
            if ("ь" in stem and len(stem) >= _TYPO_LENGTH) or ("й" in stem and len(stem) > _SHORT)
        }
        self._near: dict[str, str] = {}
        for stem in sorted(self._known):
            if len(stem) >= _TYPO_LENGTH:
                self._near |= dict.fromkeys((*_without_a_letter(stem), stem), stem)

    def spans(self, stems: Sequence[str]) -> Iterator[tuple[_Stems, tuple[int, ...]]]:
        """Yield every phrase found in a text, with the positions of its words."""
        stems = [self._corrected(stem) for stem in stems]
        for place, stem in enumerate(stems):
            for phrase, order in self._by_first.get(stem, ()):
                places = _places(stems, place, order)
                if places:
                    yield phrase, places

    def points(self, stems: tuple[str, ...]) -> float:
        """Return a phrase's score: a point per word, divided among the checklists that have it."""
        return len(stems) / len(self._users[stems])

    def is_unique(self, stems: tuple[str, ...]) -> bool:
        """Check whether only one checklist has the phrase."""
        return len(self._users[stems]) == 1

    def _corrected(self, stem: str) -> str:
        """Return the known stem that differs by one wrong, missing, extra or swapped letter."""
        if stem in self._known or stem in self._common:
            return stem
        if (spelt := self._without_signs.get(stem)) is not None:
            return spelt
        if len(stem) < _TYPO_LENGTH:
            return stem
        near = (self._near.get(part) for part in (stem, *_without_a_letter(stem)))
        return next((known for known in near if known and _is_one_typo(known, stem)), stem)


def _without_a_letter(stem: str) -> list[str]:
    return [stem[:at] + stem[at + 1 :] for at in range(len(stem))]


def _is_one_typo(known: str, typed: str) -> bool:
    """Check whether two words that agree without one letter of each differ in one place only."""
    if len(known) != len(typed):
        return True
    wrong = [at for at, (left, right) in enumerate(zip(known, typed, strict=True)) if left != right]
    is_swapped = len(wrong) == 2 and wrong[1] - wrong[0] == 1  # noqa: PLR2004 - two letters
    return len(wrong) == 1 or is_swapped


def _orders(stems: tuple[str, ...], language: CompleteLanguage) -> Iterator[tuple[str, ...]]:
    """Yield a phrase, and in Russian also with its first word last: «не работает почта»."""
    yield stems
    is_free = stems[0] not in _JOINED_TO_NEXT and not _PREPOSITIONS.intersection(stems[1:2])
    if language == "ru" and 1 < len(stems) <= _TURNED and is_free:
        yield (*stems[1:], stems[0])


def _places(stems: Sequence[str], start: int, phrase: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of a phrase's words from `start` on, or () if it doesn't match."""
    places = [start]
    for stem in phrase[1:]:
        after = places[-1] + 1
        window = stems[after : after + _BETWEEN + 1]
        if stem not in window:
            return ()
        places.append(after + window.index(stem))
    return tuple(places)
