"""Whether the words that lead own words to a checklist can be found, and mean something."""

from __future__ import annotations

from collections.abc import Iterator

from intake.authoring.messages import cut, phrase
from intake.authoring.problems import Mistake
from intake.free_text.tokens import stems_of, words_of
from intake.journey.model import Head
from intake.journey.vagueness import emptiness

_MOST_WORDS = 6  # of a phrase; a whole sentence is never written twice alike
# A complaint may lead somewhere ("не пускает"); these lead everybody everywhere.
_SAYS_NOTHING = frozenset({"greeting", "plea", "noise"})


def mistakes_of_routing_words(head: Head) -> Iterator[Mistake]:
    """What is wrong under `words`."""
    for language, phrases in head.words.items():
        first: dict[tuple[str, ...], str] = {}
        for index, line in enumerate(phrases):
            path = ("words", language, index)
            words = words_of(line)
            stems = tuple(stems_of(words, language))
            if not words:
                yield Mistake(path, phrase("words-no-letters", word=cut(line)))
            elif len(words) > _MOST_WORDS:
                yield Mistake(path, phrase("words-long", word=cut(line), limit=_MOST_WORDS))
            elif stems in first:
                other = cut(first[stems])
                yield Mistake(path, phrase("words-twice", word=cut(line), other=other))
            elif emptiness(line) in _SAYS_NOTHING:
                yield Mistake(path, phrase("words-empty", word=cut(line)))
            first.setdefault(stems, line)
