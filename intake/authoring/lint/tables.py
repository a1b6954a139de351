"""Whether the ticket's subject and tables say what can be said, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from intake.authoring.lint.conditions import mistakes_of_condition
from intake.authoring.lint.names import Names
from intake.authoring.messages import cut, hint, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.journey.conditions import KeyPath
from intake.journey.items import placeholders
from intake.journey.model import Priority, Row, Text, TicketRules


def mistakes_of_ticket(ticket: TicketRules, names: Names) -> Iterator[Mistake]:
    """What is wrong under `ticket`, where every step may be named."""
    yield from _table("priority", ticket.priority, names)
    yield from _table("queue", ticket.queue, names)
    yield from _subject(ticket.subject, names)


def _subject(subject: Text, names: Names) -> Iterator[Mistake]:
    lines = {"": subject.root} if isinstance(subject.root, str) else subject.root
    for language, line in lines.items():
        for left in placeholders(line):
            meant = names.meant(left, phrase("key", key="subject"))
            if meant.wrong is not None:
                yield Mistake(("ticket", "subject", language), meant.wrong, meant.suggestion)


def _table(name: str, table: tuple[Row, ...], names: Names) -> Iterator[Mistake]:
    path: KeyPath = ("ticket", name)
    if not any(row.otherwise is not None for row in table):
        yield Mistake(path, phrase("no-otherwise", table=name))
    for index, row in enumerate(table):
        is_last = index == len(table) - 1
        yield from _row(name, row, (*path, index), names, is_last=is_last)


def _row(name: str, row: Row, here: KeyPath, names: Names, *, is_last: bool) -> Iterator[Mistake]:
    is_row = row.when is not None and row.is_ is not None and row.otherwise is None
    is_otherwise = row.otherwise is not None and row.when is None and row.is_ is None
    if not is_row and not is_otherwise:
        yield Mistake(here, phrase("table-row", table=name))
        return
    if is_otherwise and not is_last:
        yield Mistake(here, phrase("early-otherwise", table=name))
    if is_row:
        at = phrase("key", key=name)
        yield from mistakes_of_condition(row.when, (*here, "when"), names, at)
    yield from _result(name, row, here)


def _result(name: str, row: Row, here: KeyPath) -> Iterator[Mistake]:
    key = "is" if row.otherwise is None else "otherwise"
    value = row.is_ if row.otherwise is None else row.otherwise
    if not isinstance(value, str) or not value.strip():
        yield Mistake((*here, key), phrase("table-value", key=key, table=name))
    elif name == "priority" and value not in (allowed := get_args(Priority)):
        words = phrase("no-priority", word=cut(value), hint=hint(value, allowed))
        yield Mistake((*here, key), words, near_word(value, allowed))
