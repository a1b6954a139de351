"""
Full-text search over tickets: what of a ticket is indexed, and how a query is read.

SQLite's FTS5, or a tsvector of PostgreSQL, indexes words, so a search in a million tickets reads
only those that match. Each word of a query finds words that begin with it, and in Russian and
English other forms of it. We stem the words and split texts into words ourselves, by one rule, so
that both databases find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    cast,
    column,
    insert,
    literal_column,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from intake.database import is_encrypting
from intake.journey.word_stems import stems_of, words_of
from intake.tickets.diagnosis import addresses_of
from intake.tickets.ticket import Ticket

MAX_QUERY_WORDS: Final = 8  # of a query: each is one more list to intersect
_MAX_INDEXED: Final = 16_000  # characters of one ticket
_MAX_INDEXED_ANSWER: Final = 4_000

# A virtual table, so not one of the schema's; its row ids are the tickets' numbers.
_index = table("ticket_words", column("rowid"), column("words"))
TICKET_NUMBER: Final[ColumnElement[int]] = literal_column("ticket_words.rowid")
_TOKEN: Final = re.compile(r"[^\W_]")
_SQLITE: Final = "sqlite"


def search_condition(query: str, dialect: str = _SQLITE) -> ColumnElement[bool] | None:
    """
    Return the condition that a row of `ticket_words` has every word of the query; None without
    words.

    No ticket contains a word of punctuation alone, so the condition for such a query is never met.
    """
    words = query.casefold().split()[:MAX_QUERY_WORDS]
    if not words:
        return None
    if not all(map(_TOKEN.search, words)):
        return TICKET_NUMBER == -1
    quote = _sqlite_phrase if dialect == _SQLITE else _postgresql_phrase
    conjunction, disjunction = (" AND ", " OR ") if dialect == _SQLITE else (" & ", " | ")
    terms = conjunction.join(f"({disjunction.join(_alternatives(word, quote))})" for word in words)
    if dialect == _SQLITE:
        return literal_column("ticket_words").op("MATCH")(terms)
    return literal_column("ticket_words.vector").op("@@")(cast(terms, TSQUERY))


def _alternatives(word: str, quote: Callable[..., str]) -> Iterator[str]:
    yield quote(word, begins=True)
    if word.isalpha():  # of "alert(3)" the stem alone would find any alert
        yield from map(quote, dict.fromkeys(_stems([word])))


def _sqlite_phrase(text: str, *, begins: bool = False) -> str:
    """Return a phrase in FTS5's syntax: in quotes, with a star after it if a prefix is enough."""
    return '"' + text.replace('"', '""') + '"' + ("*" if begins else "")


def _postgresql_phrase(text: str, *, begins: bool = False) -> str:
    """
    Return a tsquery for words that follow each other; `begins` makes a prefix of the last one
    enough.
    """
    words = " <-> ".join(f"'{word}'" for word in split_words(text))
    return f"({words}{':*' if begins else ''})"


def split_words(text: str) -> list[str]:
    """
    Return the words as FTS5's tokenizer takes them: letters and digits, Latin letters without
    diacritics.

    See https://www.sqlite.org/fts5.html, "Unicode61 tokenizer".
    """
    plain = "".join(_strip_diacritic(letter) for letter in text.casefold())
    return re.findall(r"[^\W_]+", plain)


def _strip_diacritic(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[:1]
    return base if base.isascii() and base.isalpha() else letter


def _stored(connection: Connection, words: str) -> str:
    """Return the text of an index row; for PostgreSQL it is split into words by our own rule."""
    is_sqlite = connection.dialect.name == _SQLITE
    return words if is_sqlite else " ".join(split_words(words))


def add_to_index(connection: Connection, number: int, ticket: Ticket) -> None:
    """Index a new ticket, in the transaction that writes it."""
    connection.execute(
        insert(_index), {"rowid": number, "words": _stored(connection, indexed_words(ticket))}
    )


def add_words(connection: Connection, number: int, texts: Iterable[str]) -> None:
    """Add words that were measured after sending to a ticket's index row."""
    more = _stored(connection, _with_stems(texts))
    words = column("words").concat(f" {more}")
    connection.execute(update(_index).where(column("rowid") == number).values(words=words))


def add_personal_words(connection: Connection, number: int, texts: Iterable[str]) -> None:
    """
    Add words that somebody wrote after sending to a ticket's index row, unless words
    are encrypted.
    """
    if not is_encrypting():
        add_words(connection, number, texts)


def reindex_ticket(connection: Connection, number: int, ticket: Ticket) -> None:
    """Replace a ticket's index row by the words that the ticket still contains."""
    conversation = () if is_encrypting() else ticket.conversation
    texts = (entry.text for entry in conversation)
    files = (file.name for entry in conversation for file in entry.files)
    words = _stored(connection, f"{indexed_words(ticket)} {_with_stems((*texts, *files))}")
    connection.execute(update(_index).where(column("rowid") == number).values(words=words))


def indexed_words(ticket: Ticket) -> str:
    """Return the text that a search looks through: first of all who, what and which machine."""
    contact, verdict = ticket.contact, ticket.verdict
    numbers = [ticket.reference, ticket.reference.replace("-", "")]
    machines = [
        verdict.code if verdict else "",
        *(diagnosis.target for diagnosis in ticket.diagnoses),
        *addresses_of(ticket),
    ]
    if is_encrypting():
        # An index of somebody's words would be those words.
        return _with_stems(filter(None, (*numbers, *machines)))[:_MAX_INDEXED]
    fields = [
        *numbers,
        contact.name,
        contact.email,
        contact.phone,
        contact.other,
        contact.account,
        *machines,
        ticket.headline.en,
        ticket.headline.ru,
    ]
    own_words = (
        item.answer[:_MAX_INDEXED_ANSWER] for item in ticket.items if isinstance(item.answer, str)
    )
    return _with_stems(text for text in (*fields, *own_words) if text)[:_MAX_INDEXED]


def _with_stems(texts: Iterable[str]) -> str:
    words = " ".join(texts).casefold()
    return " ".join((words, *dict.fromkeys(_stems([words]))))


def _stems(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        words = words_of(text)
        for language in ("en", "ru"):
            yield from stems_of(words, language)
