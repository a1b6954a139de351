"""Checks every text: all languages, no begging, no blame, no part lost in a YAML comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from intake.authoring.lint.addresses_in_texts import mistakes_of_addresses
from intake.authoring.lint.languages import is_english, mistakes_of_languages
from intake.authoring.lint.numbers_in_texts import mistakes_of_numbers
from intake.authoring.lint.units_in_texts import mistakes_of_spans
from intake.authoring.lint.wording import mistakes_of_wording
from intake.authoring.messages import Listed, phrase
from intake.authoring.problems import Mistake
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import KeyPath, Text, texts_of

# "Could you…?" can be answered with yes or no, which costs a round: texts say what to do.
_BEGGING: Final = re.compile(
    r"\s*(?:please,?\s+)?(?:could|can|would|will|may)\s+(?:you|we|i)\b"
    r"|\s*(?:is|would) it (?:be )?possible\b|\s*do you mind\b"
    r"|\s*(?:пожалуйста,?\s+)?(?:не\s+)?(?:могли|можете|сможете|могу|можем)\s+(?:бы|ли|вы)\b"
    r"|\s*(?:скажите,?\s+)?(?:пожалуйста,?\s+)?(?:нельзя|можно|возможно)\s+ли\b"
    r"|\s*не\s+(?:затруднит|сложно)\s+ли\b|\s*(?:вы\s+)?не\s+могли\s+бы\b|\s*есть\s+ли\s+возможность\b"
    r"|\s*(?:подскажите|скажите),?\s+пожалуйста\b|\s*будьте\s+(?:добры|любезны)\b",
    re.IGNORECASE,
)
# Texts say what happened, not whose fault it is.
_BLAMING: Final = re.compile(
    r"\b(?:you (?:forgot|have forgotten|failed|neglected|should have|must have (?:broken|forgotten)"
    r"|made (?:a|an) (?:mistake|error)|did (?:it|this|that) wrong|broke|messed|caused (?:this|it)"
    r"|didn[’']t bother|entered it wrong\w*|have to blame)"
    r"|your (?:own )?(?:fault|mistake|carelessness)"
    r"|вы (?:забыли|ошиблись|сами (?:виноваты|сломали)|(?:что-то )?сломали|виноваты|не удосужились"
    r"|должны были|неправильно (?:сделали|настроили|ввели|указали)|допустили ошибку|всё испортили)"
    r"|(?:по )?ваш(?:ей|а) (?:вин[еа]|ошибк[аеи])|сами виноваты)\b",
    re.IGNORECASE,
)
# '>' or '|' after 'text:' makes the language keys a part of the text.
_LANGUAGES_INSIDE: Final = re.compile(r"\s*(en|ru): .*\s(?!\1)(en|ru): ", re.DOTALL)
# A name or a number is the same in every language; Cyrillic or two words in a row are of one.
_WORDS: Final = re.compile(r"[а-яё]|[a-z]{2,}\s+[a-z]{2,}", re.IGNORECASE)
# A single word may be a name: often in a choice, rarely in a label.
_LABEL_KEYS: Final = frozenset({"short", "unit", "about", "label"})
_PROPER_NAME: Final = re.compile(r"[A-Z][\w.+!-]*(?: (?:[A-Z][\w.+!-]*|[\d.]+)){1,2}", re.ASCII)
_IS_WORD: Final = re.compile(r"[A-Za-z]?[a-z]{4,}[.:]?")


def mistakes_of_texts(model: BaseModel, node: Node, languages: Sequence[str]) -> Iterator[Mistake]:
    """Yield the mistakes in the texts of a step or of a checklist's head."""
    for path, text in texts_of(model):
        yield from _begging(path, text)
        yield from _blaming(path, text)
        yield from mistakes_of_wording(path, text)
        yield from mistakes_of_numbers(path, text.lines)
        yield from mistakes_of_spans(path, text.lines)
        yield from mistakes_of_addresses(path, text.lines)
        yield from _missing(path, text, languages)
        yield from _cut_short(path, text, node)
        yield from mistakes_of_languages(path, text.lines, languages)


def mistakes_of_empty_keys(node: Node) -> Iterator[Mistake]:
    """Yield a mistake for each optional text that has its key but no value."""
    for key in ("short", "why", "help", "example", "unit"):
        inner = node.get(key)
        if inner is not None and inner.value is None:
            yield Mistake((key,), phrase("key-empty", key=key), on_key=True)


def _begging(path: KeyPath, text: Text) -> Iterator[Mistake]:
    """Yield one mistake: the other language asks the same question."""
    for language, line in text.lines.items():
        if _BEGGING.match(line):
            yield Mistake((*path, language), phrase("begging", words=" ".join(line.split()[:3])))
            return


def _blaming(path: KeyPath, text: Text) -> Iterator[Mistake]:
    """Yield one mistake: the other language has the same sentence."""
    if path[0] == "choices":  # customers' own words: "I forgot it"
        return
    for language, line in text.lines.items():
        if (blame := _BLAMING.search(line)) is not None:
            here = (*path, language) if language else path
            yield Mistake(here, phrase("blaming", words=blame[0]))
            return


def _missing(path: KeyPath, text: Text, languages: Sequence[str]) -> Iterator[Mistake]:
    if not isinstance(text.root, str):
        for language in languages:
            if language not in text.lines:
                yield Mistake(path, phrase("text-missing", language=language))
    elif _LANGUAGES_INSIDE.match(text.root):
        yield Mistake(path, phrase("languages-inside"))
    elif _is_proper_name(path, text.root):
        return
    elif len(languages) > 1 and (_WORDS.search(text.root) or _is_sentence(path, text.root)):
        listed = Listed(tuple(f"{language}: …" for language in languages[:-1]))
        listed = Listed((*listed.parts, languages[-1]))
        yield Mistake(path, phrase("text-bare", languages=listed))
    elif len(languages) > 1 and path[-1] in _LABEL_KEYS and _IS_WORD.fullmatch(text.root):
        yield Mistake(path, phrase("word-bare", word=text.root))


def _is_proper_name(path: KeyPath, line: str) -> bool:
    """Check whether a choice or example is a product's name: "Mozilla Thunderbird"."""
    if path[0] != "choices" and path[-1] != "example":
        return False
    return _PROPER_NAME.fullmatch(line) is not None


def _is_sentence(path: KeyPath, line: str) -> bool:
    """Check for English in which no two words are adjacent: "Enter 1 to 5000."."""
    return path[-1] != "example" and " " in line.strip() and is_english(line)


def _cut_short(path: KeyPath, text: Text, node: Node) -> Iterator[Mistake]:
    """Yield a mistake for a YAML comment after a text that may be meant as a part of it."""
    for language in text.lines:
        inner: Node | None = node
        for part in (*path, language) if language else path:
            inner = inner.below(part) if inner is not None else None
        if inner is not None and inner.remark is not None:
            place, line = inner.remark
            yield Mistake((*path, language), phrase("remark-after-text"), line, place=place)
