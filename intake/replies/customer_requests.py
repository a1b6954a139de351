"""
What a customer asked, in their own words, and which of it a reply doesn't mention.

A sentence is a question by its mark, a request by a word like "please". Whether a reply mentions it
is guessed by shared words. The guess only makes a reminder: it never keeps a reply back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from diagnostics.texts import one_line
from intake.journey.draft import Source
from intake.journey.word_stems import stems_of, words_of
from intake.tickets.ticket import Ticket

MAX_REQUESTS: Final = 12  # of each kind
_MAX_SENTENCE: Final = 240  # characters of a sentence that are shown
_MAX_READ: Final = 10_000  # characters of one text
_FREE_TEXT: Final = frozenset({"text", "long-text"})
_ENDS: Final = re.compile(r"(?<=[?!.…])[\s\"'»”)]+|\n+")
_REQUEST: Final = re.compile(
    r"\b(?:please|pls|plz|kindly|can you|could you|would you|let me know"
    r"|пожалуйста|пожалуста|плиз|прошу|просим|просьба|можете ли|не могли бы|подскажите|сообщите)\b",
    re.IGNORECASE,
)
_MAX_GREETING: Final = 12  # characters: "Hello?" asks nothing
# Words of questions in general; a reply that has these alone answers nothing.
_COMMON: Final = """
a an and are at be been by can could did do does for from had has have how i if in is it
its let know me my of on or our please so that the their them there this to up us was we
were what when where which who why will with would you your а бы был была были было в вам
вас ваш вы где да для до его если есть ещё еще же за и из или к как какой когда кто ли
меня мне можете можно мой мы на нам нас наш не нет ни но о об он она от по пожалуйста
подскажите почему при про прошу с сколько скажите со так там то тоже только ты у уже чего
чем что чтобы это этого этот я здравствуйте привет hello hi
again still now снова опять теперь сейчас
"""


@dataclass(frozen=True, slots=True)
class CustomerRequest:
    """A thing to answer, in the customer's words or those of a question that was left open."""

    text: str
    is_from_customer: bool


def customer_requests(ticket: Ticket, language: str) -> tuple[CustomerRequest, ...]:
    """
    Return what waits for an answer: requests since the last reply, then the checklist's open
    questions.

    `language` is the reader's, for the questions of the checklist.
    """
    asked = dict.fromkeys(
        sentence for text in _unanswered_texts(ticket) for sentence in asking_sentences(text)
    )
    missing = (item for item in ticket.items if item.missing or item.source is Source.UNKNOWN)
    open_questions = dict.fromkeys(
        one_line(item.label.in_(language), _MAX_SENTENCE) for item in missing
    )
    return (
        *(CustomerRequest(text, is_from_customer=True) for text in list(asked)[:MAX_REQUESTS]),
        *(
            CustomerRequest(text, is_from_customer=False)
            for text in list(open_questions)[:MAX_REQUESTS]
        ),
    )


def unanswered_requests(
    requests: Sequence[CustomerRequest], reply: str
) -> tuple[CustomerRequest, ...]:
    """Return the requests that the reply doesn't mention."""
    written = _distinctive_stems(reply)
    return tuple(request for request in requests if not _is_answered(request.text, written))


def has_gaps(reply: str) -> bool:
    """Check whether a template's gap, "…", is still to be filled in."""
    return "…" in reply


def asking_sentences(text: str) -> Iterator[str]:
    """Yield the questions and requests of a text; quoted lines are skipped."""
    own_lines = (
        line for line in text[:_MAX_READ].splitlines() if not line.lstrip().startswith(">")
    )
    for sentence in _ENDS.split("\n".join(own_lines)):
        stripped = one_line(sentence, _MAX_SENTENCE).strip()
        is_asking = stripped.endswith("?") or _REQUEST.search(stripped)
        if is_asking and len(stripped) > _MAX_GREETING:
            yield stripped


def _unanswered_texts(ticket: Ticket) -> Iterator[str]:
    replies = [
        index
        for index, entry in enumerate(ticket.conversation)
        if entry.author in {"staff", "desk"} and entry.kind == "reply"
    ]
    if not replies:
        for item in ticket.items:
            if item.kind in _FREE_TEXT and item.source is Source.CUSTOMER:
                yield item.display.in_(ticket.language)
    for entry in ticket.conversation[replies[-1] + 1 if replies else 0 :]:
        if entry.author == "customer":
            yield entry.text


def _is_answered(asked: str, written: frozenset[str]) -> bool:
    distinctive = _distinctive_stems(asked)
    if not distinctive:  # "And when?" has nothing to compare, so there is no reminder
        return True
    shared = len(distinctive & written)
    return shared >= 2 or shared * 3 >= len(distinctive)  # noqa: PLR2004 - two words are no accident


def _distinctive_stems(text: str) -> frozenset[str]:
    return _stems(text) - _COMMON_STEMS


def _stems(text: str) -> frozenset[str]:
    """Return the stem of each word by the rules of its own alphabet's language."""
    return frozenset(stems_of(stems_of(words_of(text), "en"), "ru"))


_COMMON_STEMS: Final = _stems(_COMMON)
