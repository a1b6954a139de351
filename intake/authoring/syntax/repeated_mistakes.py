"""Reduces the mistakes of one model to those that the author made, without consequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from diagnostics.texts import LANGUAGES
from intake.authoring.messages import Listed, Phrase, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.model import KeyPath

_SIDE_BY_SIDE = frozenset({"unknown-key", "language"})
_NO_LANGUAGE = frozenset({"language", "choice-label", "key-too-deep", "no-jumps"})


def once_for_all_languages(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Yield the mistakes; one that every language of a text repeats only once."""
    mentioned: set[tuple[str, KeyPath]] = set()
    for mistake in mistakes:
        is_of_language = bool(mistake.path) and mistake.path[-1] in LANGUAGES
        if is_of_language and (mistake.code, mistake.path[:-1]) in mentioned:
            continue
        if is_of_language:
            mentioned.add((mistake.code, mistake.path[:-1]))
        yield mistake


def without_repeats(mistakes: list[Mistake]) -> Iterator[Mistake]:
    """Yield the mistakes; an unknown key and the missing key that it stands for are one."""
    several = [other for other in mistakes if other.code == "key-of-language"]
    mistakes = [other for other in mistakes if other not in several[1:]]
    doubled = {dict(other.words.parameters)["of"] for other in several}
    mistakes = [other for other in mistakes if other.code != "missing" or other.key not in doubled]
    mistakes = list(_with_lost_begin(mistakes))
    mistakes = list(_languages_once(mistakes))
    in_choices = [other for other in mistakes if other.code == "key-in-choices"]
    mistakes = [other for other in mistakes if other not in in_choices[1:]]
    no_languages = {other.path for other in mistakes if other.code in _NO_LANGUAGE}
    mistakes = [
        other for other in mistakes if other.code in _NO_LANGUAGE or other.path not in no_languages
    ]
    grouped = {key for other in mistakes for key in _grouped_keys(other)}
    mistakes = [other for other in mistakes if other.code != "missing" or other.key not in grouped]
    missing = [other for other in mistakes if other.code == "missing"]
    for mistake in mistakes:
        if mistake.code != "unknown-key":
            continue
        # The key is one level too far out: it is missing where it belongs.
        inner = next((other for other in missing if other.key == mistake.path[-1]), None)
        if inner is not None and len(inner.path) == len(mistake.path):
            missing.remove(inner)
            words = phrase("key-too-far-out", key=str(mistake.path[-1]), below=str(inner.path[-1]))
            mistakes[mistakes.index(mistake)] = replace(mistake, words=words, suggestion=None)
            continue
        here = [other for other in missing if other.path == mistake.path[:-1]]
        keys = [other.key for other in here]
        unknown = [other for other in mistakes if other.code == "unknown-key"]
        meant = near_word(str(mistake.path[-1]), keys) or mistake.suggestion
        meant = meant or (keys[0] if len(keys) == len(unknown) == 1 else None)
        if meant in keys:
            missing.remove(here[keys.index(meant)])
            is_written = (mistake.words.code, _tail(mistake)) == ("unknown-key", "write-it")
            if mistake.suggestion != meant and not is_written:
                words = mistake.words.with_(hint=phrase("did-you-mean", near=meant))
                mistakes[mistakes.index(mistake)] = replace(mistake, words=words, suggestion=meant)
    kept = [other for other in mistakes if other.code != "missing" or other in missing]
    yield from _joined(kept)


def _tail(mistake: Mistake) -> str:
    tail = dict(mistake.words.parameters).get("hint")
    return tail.code if isinstance(tail, Phrase) else ""


def _grouped_keys(mistake: Mistake) -> Iterator[str]:
    """Yield our names of the keys below a key that only groups them."""
    if mistake.code == "keys-grouped":
        listed = dict(mistake.words.parameters)["listed"]
        for part in listed.parts if isinstance(listed, Listed) else ():
            yield str(part).strip("'").partition(":")[0]


def _languages_once(mistakes: list[Mistake]) -> Iterator[Mistake]:
    """Yield the mistakes; several in `languages: [eng, rus]` are one."""
    wrong = [m for m in mistakes if m.code == "not-allowed" and m.path[0] == "languages"]
    for mistake in mistakes:
        if len(wrong) < 2 or mistake not in wrong:  # noqa: PLR2004 - one is told as it is
            yield mistake
        elif mistake is wrong[0]:
            meant = f"[{', '.join(dict.fromkeys(other.suggestion or '…' for other in wrong))}]"
            words = phrase("written-out", key="languages", meant=meant)
            yield replace(mistake, words=words, path=("languages",), suggestion=None)


def _with_lost_begin(mistakes: list[Mistake]) -> Iterator[Mistake]:
    """Yield the mistakes; several keys of another step are one: its first line is missing."""
    of_other = [other for other in mistakes if other.code == "key-of-other-step"]
    for mistake in mistakes:
        if len(of_other) > 1 and mistake is of_other[0]:
            keys = Listed(tuple(f"'{other.path[-1]}'" for other in of_other), "and")
            of = dict(mistake.words.parameters)["of"]
            words = phrase("step-begin-lost", listed=keys, of=of)
            yield replace(mistake, words=words)
        elif len(of_other) < 2 or mistake not in of_other:  # noqa: PLR2004 - one is no step
            yield mistake


def _joined(mistakes: list[Mistake]) -> Iterator[Mistake]:
    """Yield the mistakes; adjacent keys of another tool are one: `{if: …, then: …}`."""
    pairs: dict[KeyPath, list[Mistake]] = {}
    for mistake in mistakes:
        is_inside = len(mistake.path) > 1 and mistake.path[0] != "ask"
        if mistake.code in _SIDE_BY_SIDE and is_inside and mistake.suggestion:
            pairs.setdefault(mistake.path[:-1], []).append(mistake)
    for mistake in mistakes:
        pair = pairs.get(mistake.path[:-1], [])
        meant = [f"'{other.suggestion}'" for other in pair]
        if mistake not in pair or len(set(meant)) < len(pair) or len(pair) == 1:
            yield mistake
        elif mistake is pair[0]:
            written = Listed(tuple(f"'{other.path[-1]}'" for other in pair), "and")
            words = phrase("unknown-keys", written=written, meant=Listed(tuple(meant), "and"))
            yield replace(mistake, words=words, suggestion=None)
