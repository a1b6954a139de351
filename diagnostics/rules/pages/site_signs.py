"""Signs that a page is the site itself, or an article about pages that are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus

from diagnostics.catalogue.files import load
from diagnostics.observations import HttpObservation
from diagnostics.rules.pages.page_signals import PageView
from diagnostics.rules.pages.page_words import fold

SIGNS = ("article", "status_page", "conversation", "trade")
_WITHOUT_SPACES = {"zh", "ja"}  # languages that put no space between words
_ENOUGH_LINKS = 2
_QUESTION = re.compile(r"\w{2} \w{2,40}[?？](\s|$)|？|¿\w[^?¿]{0,80}\?")
_ASKED_EARLY = 160  # characters of the text in which a trader asks what is wrong


def links_to_itself(page: HttpObservation) -> bool:
    """
    Whether a page that works leads to other pages of its own host, as sites do.

    A server's, panel's or parking page stands alone: it has at most one such link.
    """
    return page.status == HTTPStatus.OK and (page.own_links or 0) >= _ENOUGH_LINKS


def is_about_such_pages(view: PageView) -> bool:
    """
    Whether a page that works is about such pages: an article, a manual, a question in a forum.

    So is the page on which a service tells of its incidents. Its words may then be anybody's words,
    quoted, and only what a server does (headers, cookies, paths, what is loaded) tells.
    """
    if view.page.status != HTTPStatus.OK or not view.page.text_start:
        return False
    words = sign_patterns()
    heads = (view.title, view.heading)
    explains = any(
        words[sign].search(head) for sign in ("article", "status_page") for head in heads
    )
    return bool(explains or words["conversation"].search(view.text))


def speaks_of_a_trade(view: PageView) -> bool:
    """
    Whether a page that works offers services, names hours, takes appointments or asks.

    "Trouble with your database?" is a trader's question: what has failed says so, and asks nothing.
    """
    if view.page.status != HTTPStatus.OK:
        return False
    asks = any(
        _QUESTION.search(words) is not None
        for words in (view.title, view.heading, view.text[:_ASKED_EARLY])
    )
    return asks or sign_patterns()["trade"].search(view.text) is not None


@cache
def sign_patterns() -> Mapping[str, re.Pattern[str]]:
    """Return one pattern for each sign, over all languages of `site_signs.yaml`."""
    return compile_signs(load("site_signs"))


def compile_signs(catalogue: Mapping[str, Mapping[str, list[str]]]) -> dict[str, re.Pattern[str]]:
    """
    Compile the words of each sign.

    Raises:
        ValueError: a sign is unknown or missing, or one of its patterns can't be what is searched
            for: not compared in lower case without accents, or no pattern at all.

    """
    if set(catalogue) != set(SIGNS):
        raise ValueError(f"site_signs.yaml: the signs {', '.join(SIGNS)} are expected, each once")
    return {sign: _pattern_of(sign, languages) for sign, languages in catalogue.items()}


def _pattern_of(sign: str, languages: Mapping[str, list[str]]) -> re.Pattern[str]:
    spaced: list[str] = []
    unspaced: list[str] = []
    for language, patterns in languages.items():
        for pattern in patterns:
            _check_pattern(pattern, f"site_signs.yaml: {sign}, {language}: {pattern!r}")
        (unspaced if language in _WITHOUT_SPACES else spaced).extend(patterns)
    alternatives = [rf"\b(?:{'|'.join(spaced)})\b"] if spaced else []
    return re.compile("|".join([*alternatives, *unspaced]))


def _check_pattern(pattern: object, where: str) -> None:
    if not isinstance(pattern, str) or not pattern.strip():
        raise ValueError(f"{where}: words are expected")
    if pattern != fold(pattern.lower()):
        raise ValueError(f"{where}: write it in lower case, without accents on Latin letters")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{where}: {error}") from error
    if compiled.search(""):
        raise ValueError(f"{where}: it fits a page without words")
