"""Signs that a page is the site's own, or an article about stock pages."""

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
_ASKED_EARLY = 160  # characters at the beginning of the text in which a business asks a question


def links_to_itself(page: HttpObservation) -> bool:
    """
    Check whether a working page links to several other pages of its host, as sites do.

    The page of a server, a panel or a parking service has at most one such link.
    """
    return page.status == HTTPStatus.OK and (page.own_links or 0) >= _ENOUGH_LINKS


def is_about_such_pages(view: PageView) -> bool:
    """
    Check whether a working page writes about stock pages: an article, a manual, a forum.

    A service's status page counts too. Such pages may quote any words, so only headers, cookies,
    paths and loaded files count as signals there.
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
    Check whether a working page is a business's: it offers services, names hours, or asks.

    "Trouble with your database?" is a business's question; an error page doesn't ask.
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
    Compile one pattern for each sign.

    Raises:
        ValueError: a sign is unknown or missing, or a pattern is invalid or isn't in lower case
            without accents, as texts are compared.

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
