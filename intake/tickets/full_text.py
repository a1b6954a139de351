"""
Full-text search over tickets: what is indexed of one, and how a query is read.

SQLite's FTS5, or a tsvector of PostgreSQL, indexes words, so a search in a million tickets reads
those that match, not all. Each word of a query finds words that begin with it, and in Russian and
English other forms of it. The word forms are ours, and the words are put apart by one rule, so both
databases find the same.
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

MOST_WORDS: Final = 8  # of a query: each is one more list to intersect
_MOST_INDEXED: Final = 16_000  # characters of one ticket
_MOST_OF_A_TEXT: Final = 4_000

# A virtual table, so not one of the schema's; its row ids are the tickets' numbers.
_index = table("ticket_words", column("rowid"), column("words"))
TICKET_NUMBER: Final[ColumnElement[int]] = literal_column("ticket_words.rowid")
_TOKEN: Final = re.compile(r"[^\W_]")
_SQLITE: Final = "sqlite"


def matching(query: str, dialect: str = _SQLITE) -> ColumnElement[bool] | None:
    """
    The condition that a row of `ticket_words` has every word of the query; None without words.

    A word of signs alone stands in no ticket: the condition is never met then.
    """
    words = query.casefold().split()[:MOST_WORDS]
    if not words:
        return None
    if not all(map(_TOKEN.search, words)):
        return TICKET_NUMBER == -1
    quote = _sqlite_phrase if dialect == _SQLITE else _postgresql_phrase
    both, either = (" AND ", " OR ") if dialect == _SQLITE else (" & ", " | ")
    terms = both.join(f"({either.join(_alternatives(word, quote))})" for word in words)
    if dialect == _SQLITE:
        return literal_column("ticket_words").op("MATCH")(terms)
    return literal_column("ticket_words.vector").op("@@")(cast(terms, TSQUERY))


def _alternatives(word: str, quote: Callable[..., str]) -> Iterator[str]:
    yield quote(word, begins=True)
    if word.isalpha():  # of "alert(3)" the stem alone would find any alert
        yield from map(quote, dict.fromkeys(_stems([word])))


def _sqlite_phrase(text: str, *, begins: bool = False) -> str:
    """FTS5's own syntax: a phrase in quotes, a star after it for words that begin so."""
    return '"' + text.replace('"', '""') + '"' + ("*" if begins else "")


def _postgresql_phrase(text: str, *, begins: bool = False) -> str:
    """A tsquery: words one behind the other, of whose last one the beginning is enough."""
    words = " <-> ".join(f"'{word}'" for word in words_apart(text))
    return f"({words}{':*' if begins else ''})"


def words_apart(text: str) -> list[str]:
    """
    The words as FTS5's tokenizer takes them: letters and digits, Latin letters without their signs.

    See https://www.sqlite.org/fts5.html, "Unicode61 tokenizer".
    """
    plain = "".join(_without_sign(letter) for letter in text.casefold())
    return re.findall(r"[^\W_]+", plain)


def _without_sign(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[:1]
    return base if base.isascii() and base.isalpha() else letter


def _stored(connection: Connection, words: str) -> str:
    """The text of an index's row; its column of PostgreSQL takes it by our words."""
    is_sqlite = connection.dialect.name == _SQLITE
    return words if is_sqlite else " ".join(words_apart(words))


def add_to_index(connection: Connection, number: int, ticket: Ticket) -> None:
    """Make a new ticket findable; in the transaction that writes it."""
    connection.execute(
        insert(_index), {"rowid": number, "words": _stored(connection, indexed_words(ticket))}
    )


def add_words(connection: Connection, number: int, texts: Iterable[str]) -> None:
    """Make a ticket findable by what was measured since."""
    more = _stored(connection, _with_stems(texts))
    words = column("words").concat(f" {more}")
    connection.execute(update(_index).where(column("rowid") == number).values(words=words))


def add_own_words(connection: Connection, number: int, texts: Iterable[str]) -> None:
    """Make a ticket findable by what somebody wrote since; not where words are encrypted."""
    if not is_encrypting():
        add_words(connection, number, texts)


def index_anew(connection: Connection, number: int, ticket: Ticket) -> None:
    """Make a ticket findable by what is still there of it, and by nothing else."""
    talk = () if is_encrypting() else ticket.conversation
    texts = (entry.text for entry in talk)
    files = (file.name for entry in talk for file in entry.files)
    words = _stored(connection, f"{indexed_words(ticket)} {_with_stems((*texts, *files))}")
    connection.execute(update(_index).where(column("rowid") == number).values(words=words))


def indexed_words(ticket: Ticket) -> str:
    """What a search looks through, of one ticket: first of all who, what and which machine."""
    contact, verdict = ticket.contact, ticket.verdict
    numbers = [ticket.reference, ticket.reference.replace("-", "")]
    machines = [
        verdict.code if verdict else "",
        *(diagnosis.target for diagnosis in ticket.diagnoses),
        *addresses_of(ticket),
    ]
    if is_encrypting():
        # An index of somebody's words would be those words.
        return _with_stems(filter(None, (*numbers, *machines)))[:_MOST_INDEXED]
    named = [
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
