"""Checks the ticket's subject and its tables, which must have a result in every case."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final, get_args

from intake.authoring.lint.conditions import mistakes_of_condition
from intake.authoring.lint.desk import name_of_label
from intake.authoring.lint.names import Names
from intake.authoring.lint.values_in_texts import mistakes_of_names
from intake.authoring.messages import cut, hint_of, phrase
from intake.authoring.near_words import near_word
from intake.authoring.problems import Mistake
from intake.authoring.syntax.yaml_nodes import Node
from intake.journey.model import KeyPath, Priority, Row, TicketRules
from intake.journey.support_desk import SupportDesk

_ALIKE: Final = 0.85
_EVERY_OTHER: Final = frozenset({"otherwise", "else", "default", "always", "any", "*", "true"})


def mistakes_of_ticket(
    ticket: TicketRules, names: Names, root: Node, desk: SupportDesk | None
) -> Iterator[Mistake]:
    """Yield the mistakes under `ticket`, where every step may be named."""
    yield from _table("priority", ticket.priority, names)
    if desk is not None:
        yield from _priorities(ticket.priority, desk)
    yield from _table("queue", ticket.queue, names)
    if desk is not None and not desk.queues:  # declared queues are compared with their list
        yield from _nearly_alike(ticket.queue, ("ticket", "queue"))
    at = phrase("key", key="subject")
    for language, line in ticket.subject.lines.items():
        if "\n" in line.strip():
            yield Mistake(("ticket", "subject", language), phrase("subject-lines"))
            break
    yield from mistakes_of_names(ticket.subject, ("ticket", "subject"), root, names, at)


def _table(name: str, table: tuple[Row, ...], names: Names) -> Iterator[Mistake]:
    path: KeyPath = ("ticket", name)
    if not any(row.otherwise is not None or _every_other_case(row) for row in table):
        yield Mistake(path, phrase("no-otherwise", table=name))
    for index, row in enumerate(table):
        is_last = index == len(table) - 1
        yield from _row(name, row, (*path, index), names, is_last=is_last)
    yield from _idle(table, path)


def _idle(table: tuple[Row, ...], path: KeyPath) -> Iterator[Mistake]:
    """Yield a mistake for a row right above `otherwise` with the same result."""
    if len(table) > 1 and table[-1].otherwise is not None:
        row, index = table[-2], len(table) - 2
        if row.is_ is not None and row.is_ == table[-1].otherwise:
            words = phrase("row-as-otherwise", word=cut(str(row.is_)))
            yield Mistake((*path, index, "is"), words)


def _priorities(table: tuple[Row, ...], desk: SupportDesk) -> Iterator[Mistake]:
    allowed = tuple(desk.priorities) or get_args(Priority)
    for index, row in enumerate(table):
        key = "is" if row.otherwise is None else "otherwise"
        word = row.is_ if row.otherwise is None else row.otherwise
        if isinstance(word, str) and word.strip() and word not in allowed:
            near = name_of_label(word, desk.priorities) or near_word(word, allowed)
            tail = hint_of(near, word, allowed)
            words = phrase("no-priority", word=cut(word), hint=tail)
            yield Mistake(("ticket", "priority", index, key), words, near)


def _nearly_alike(table: tuple[Row, ...], path: KeyPath) -> Iterator[Mistake]:
    """Yield a mistake for queues that differ in a letter or two: probably one is misspelt."""
    words = [str(row.is_ if row.otherwise is None else row.otherwise) for row in table]
    # The last row has the usual queue, most likely spelt correctly: compare the others with it.
    seen = words[-1:]
    for index, word in enumerate(words[:-1]):
        if word not in seen and (near := get_close_matches(word, seen, n=1, cutoff=_ALIKE)):
            message = phrase("near-queue", word=cut(word), near=near[0])
            yield Mistake((*path, index, "is"), message, near[0])
        seen.append(word)


def _row(name: str, row: Row, here: KeyPath, names: Names, *, is_last: bool) -> Iterator[Mistake]:
    is_row = row.when is not None and row.is_ is not None and row.otherwise is None
    is_otherwise = row.otherwise is not None and row.when is None and row.is_ is None
    if not is_row and not is_otherwise:
        if row.otherwise is not None:
            words = phrase("otherwise-in-row", word=cut(str(row.otherwise)))
            yield Mistake((*here, "otherwise"), words, on_key=True)
        else:
            yield Mistake(here, phrase("table-row", table=name))
        return
    if is_otherwise and not is_last:
        yield Mistake(here, phrase("early-otherwise", table=name))
    if is_row and (word := _every_other_case(row)) is not None:
        words = phrase("otherwise-as-condition", word=word, result=cut(str(row.is_)))
        yield Mistake((*here, "when"), words)
    elif is_row:
        at = phrase("key", key=name)
        yield from mistakes_of_condition(row.when, (*here, "when"), names, at)
    yield from _result(name, row, here)


def _every_other_case(row: Row) -> str | None:
    """Return a word instead of a condition that means every other case, such as `else`; or None."""
    word = row.when if isinstance(row.when, str) else ""
    return word if word.lower() in _EVERY_OTHER else None


def _result(name: str, row: Row, here: KeyPath) -> Iterator[Mistake]:
    key = "is" if row.otherwise is None else "otherwise"
    value = row.is_ if row.otherwise is None else row.otherwise
    if not isinstance(value, str) or not value.strip():
        yield Mistake((*here, key), phrase("table-value", key=key, table=name))
