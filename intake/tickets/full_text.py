"""
Full-text search over tickets: what is indexed of one, and how a query is read.

SQLite's FTS5 indexes words, so a search in a million tickets reads those that match, not all. Each
word of a query finds words that begin with it, and in Russian and English other forms of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import ColumnElement, Connection, column, insert, literal_column, table, update

from intake.journey.word_stems import stems_of, words_of
from intake.tickets.diagnosis import addresses_of
from intake.tickets.ticket import Ticket

MOST_WORDS: Final = 8  # of a query: each is one more list to intersect
_MOST_INDEXED: Final = 16_000  # characters of one ticket
_MOST_OF_A_TEXT: Final = 4_000

# A virtual table, so not one of the schema's; its row ids are the tickets' numbers.
_index = table("ticket_words", column("rowid"), column("words"))
TICKET_NUMBER: Final[ColumnElement[int]] = literal_column("ticket_words.rowid")
_TOKEN: Final = re.compile(r"\w")


def matching(query: str) -> ColumnElement[bool] | None:
    """
    The condition that a row of `ticket_words` has every word of the query; None without words.

    A word of signs alone stands in no ticket: the condition is never met then.
    """
    words = query.casefold().split()[:MOST_WORDS]
    if not words:
        return None
    if not all(map(_TOKEN.search, words)):
        return TICKET_NUMBER == -1
    terms = " AND ".join(f"({' OR '.join(_alternatives(word))})" for word in words)
    return literal_column("ticket_words").op("MATCH")(terms)


def _alternatives(word: str) -> Iterator[str]:
    """FTS5's own syntax: a phrase in quotes, a star after it for words that begin so."""
    yield f"{_phrase(word)}*"
    if word.isalpha():  # of "alert(3)" the stem alone would find any alert
        yield from map(_phrase, dict.fromkeys(_stems([word])))


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def add_to_index(connection: Connection, number: int, ticket: Ticket) -> None:
    """Make a new ticket findable; in the transaction that writes it."""
    connection.execute(insert(_index), {"rowid": number, "words": indexed_words(ticket)})


def add_words(connection: Connection, number: int, texts: Iterable[str]) -> None:
    """Make a ticket findable by what has come since."""
    more = _with_stems(texts)
    words = column("words").concat(f" {more}")
    connection.execute(update(_index).where(column("rowid") == number).values(words=words))


def index_anew(connection: Connection, number: int, ticket: Ticket) -> None:
    """Make a ticket findable by what is still there of it, and by nothing else."""
    texts = (entry.text for entry in ticket.conversation)
    files = (file.name for entry in ticket.conversation for file in entry.files)
    words = f"{indexed_words(ticket)} {_with_stems((*texts, *files))}"
    connection.execute(update(_index).where(column("rowid") == number).values(words=words))


def indexed_words(ticket: Ticket) -> str:
    """What a search looks through, of one ticket: first of all who, what and which machine."""
    contact, verdict = ticket.contact, ticket.verdict
    named = [
        ticket.reference,
        ticket.reference.replace("-", ""),
        contact.name,
        contact.email,
        contact.phone,
        contact.other,
        contact.account,
        verdict.code if verdict else "",
        *(diagnosis.target for diagnosis in ticket.diagnoses),
        *addresses_of(ticket),
        ticket.headline.en,
        ticket.headline.ru,
    ]
    own_words = (
        item.answer[:_MOST_OF_A_TEXT] for item in ticket.items if isinstance(item.answer, str)
    )
    return _with_stems(text for text in (*named, *own_words) if text)[:_MOST_INDEXED]


def _with_stems(texts: Iterable[str]) -> str:
    words = " ".join(texts).casefold()
    return " ".join((words, *dict.fromkeys(_stems([words]))))


def _stems(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        words = words_of(text)
        for language in ("en", "ru"):
            yield from stems_of(words, language)
