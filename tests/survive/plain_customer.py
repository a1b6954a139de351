"""A customer who tries again until it is done, and reads every page for what must not be there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import requests

REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
_CYRILLIC = re.compile(r"[а-яё]{3}", re.IGNORECASE)
NEVER = re.compile(
    r"Traceback|sqlite|psycopg|sqlalchemy|OperationalError|StorageError|Exception|RuntimeError"
    r"|Internal Server Error|can't start new thread|disk I/O|/intake/",
    re.IGNORECASE,
)
_MOST_TRIES = 4


class Client(Protocol):
    """What the tests' client and `requests` have in common."""

    def get(self, url: str, /) -> Any: ...

    def post(self, url: str, /, *, data: Mapping[str, str]) -> Any: ...


@dataclass
class Told:
    """What a customer was told, and what was wrong with the pages."""

    words: str
    case: str = ""
    number: str = ""
    failures: int = 0
    odd: list[str] = field(default_factory=list)


def write_to_a_person(
    client: Client,
    language: str,
    words: str,
    url: str = "",
    *,
    may_try: Callable[[int], bool] = lambda tries: tries <= _MOST_TRIES,
) -> Told:
    """
    Begin with words, send them to a person, read the number; each step until it is done.

    A line that breaks is tried again, as a browser's reload does. `may_try` is asked before each
    try with its number, and waits between two where that is wanted.
    """
    told = Told(words)

    def again(what: str, ask: Callable[[], Any]) -> Any:
        tries, last = 1, "not tried"
        while may_try(tries):
            tries += 1
            try:
                answer = ask()
            except requests.RequestException as error:
                last = type(error).__name__
                continue
            _judge(told, what, answer, language)
            if answer.status_code < 400:
                return answer
            told.failures, last = told.failures + 1, str(answer.status_code)
        told.odd.append(f"{what}: never done ({last})")
        return None

    begin = {"words": words, "noscript": "1", "lang": language}
    begun = again("begin", lambda: client.post(f"{url}/begin", data=begin))
    if begun is None:
        return told
    told.case = parse_qs(urlsplit(begun.headers["location"]).query).get("case", [""])[0]
    typed = {"case": told.case, "words": words, "contact": "anna@mail.example", "lang": language}
    sent = again("person", lambda: client.post(f"{url}/person", data=typed))
    if sent is None:
        return told
    location = sent.headers.get("location", "")
    shown = again("number", lambda: client.get(f"{url}{location}"))
    found = REFERENCE.search(shown.text) if shown is not None else None
    told.number = found[0] if found else ""
    return told


def _judge(told: Told, what: str, answer: Any, language: str) -> None:
    """Words of ours, in the reader's language, and what was typed still there."""
    if found := NEVER.search(answer.text):
        told.odd.append(f"{what}: says {found[0]!r}")
    if answer.status_code < 400:
        return
    if f'lang="{language}"' not in answer.text:
        told.odd.append(f"{what}: {answer.status_code} isn't in {language}")
    if language == "ru" and not _CYRILLIC.search(answer.text):
        told.odd.append(f"{what}: {answer.status_code} has no Russian words")
    if what in ("begin", "person") and told.words not in answer.text:
        told.odd.append(f"{what}: {answer.status_code} has lost what was typed")
