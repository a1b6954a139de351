"""
The inbox over a million tickets: a page of the list, and searches.

A search is compared with the same query bare in the database, by the driver alone; a page of the
list with the same page where there are a hundred tickets. Documents are short here: a list reads
none of them.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from intake.database import migrate, open_database
from intake.tickets import TicketFilter, TicketStore
from tests.tickets import example

TICKETS = 1_000_000
_PAGE = 31
_ROUNDS = 40
_LIST_LIMIT, _SEARCH_LIMIT = 1.3, 3.0
_NAMES = ("anna", "boris", "olga", "pavel", "иван", "мария", "john", "maria")
_WORDS = ("плагин", "обновили", "server", "checkout", "оплата", "slow", "редирект", "domain")
_QUERIES = ("anna7", "shop4711", "192.0.2.77", "плагин редирект", "bad_gateway olga3", "nobody")
_BARE = """
    SELECT reference, created_at, subject, customer, cause, queue, state FROM ticket_words
    JOIN tickets ON tickets.number = ticket_words.rowid
    WHERE ticket_words MATCH ? ORDER BY ticket_words.rowid DESC LIMIT 31
"""


def run_tickets_bench(count: int = TICKETS) -> int:
    """Print the rows; 0 when both limits are kept."""
    print(f"\nThe inbox over {count:,} tickets, p95 of {_ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.db", Path(folder) / "many.db"
        for path, size in ((few, 100), (many, count)):
            _fill(path, size)
        small, large = (TicketStore(open_database(f"sqlite:///{path}")) for path in (few, many))
        page = _p95(lambda: small.list(_PAGE))
        kept = _row("a page of the list", _p95(lambda: large.list(_PAGE)), page, _LIST_LIMIT)
        ours = [_p95(lambda query=query: _search(large, query)) for query in _QUERIES]
        bare = [_p95(lambda query=query: _search_bare(many, query)) for query in _QUERIES]
        for query, own, base in zip(_QUERIES, ours, bare, strict=True):
            print(f"    {query}: {own * 1000:.1f} ms, bare {base * 1000:.1f} ms")
        kept &= _row("searches, the slowest", max(ours), max(bare), _SEARCH_LIMIT)
    return 0 if kept else 1


def _row(name: str, seconds: float, baseline: float, limit: float) -> bool:
    ratio = seconds / baseline
    is_kept = ratio <= limit
    verdict = "kept" if is_kept else "BROKEN"
    print(
        f"  {name}: {seconds * 1000:.1f} ms, baseline {baseline * 1000:.1f} ms, "
        f"{ratio:.2f}x, at most {limit}x: {verdict}"
    )
    return is_kept


def _search(store: TicketStore, query: str) -> object:
    return store.list(_PAGE, ticket_filter=TicketFilter(query=query))


def _search_bare(path: Path, query: str) -> object:
    terms = " AND ".join(f'"{word}"*' for word in query.split())
    with sqlite3.connect(path) as connection:
        return connection.execute(_BARE, (terms,)).fetchall()


def _p95(call: Callable[[], object]) -> float:
    """Seconds that 95 of a hundred calls stay under."""
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.quantiles(times, n=20)[-1]


def _fill(path: Path, count: int) -> None:
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(_TICKET, _tickets(count))
        connection.executemany(
            "INSERT INTO ticket_words (rowid, words) VALUES (?, ?)", _words(count)
        )
        connection.executemany(_DELIVERY, ((_reference(n),) for n in range(1, count + 1)))


_TICKET = """
    INSERT INTO tickets (reference, number, draft_id, created_at, language, subject, customer,
        cause, cause_code, priority, queue, asked, answered, sent_as, document)
    VALUES (?, ?, ?, ?, 'ru', ?, ?, ?, 'http.bad_gateway', 'normal', 'hosting', 8, 7, 'complete',
        '{}')
"""
_DELIVERY = """
    INSERT INTO outbox (reference, desk, about, state, attempts, created_at, next_attempt_at)
    VALUES (?, 'email', '', 'delivered', 1, '2026', '2026')
"""


def _tickets(count: int) -> Iterator[tuple[object, ...]]:
    sample = example.ticket()
    subject = sample.headline.model_dump_json()
    cause = sample.verdict.model_dump_json() if sample.verdict else None
    for number in range(1, count + 1):
        name = _NAMES[number % len(_NAMES)] + str(number % 1000)
        at = f"2026-11-{number % 28 + 1:02}T10:00:00.000000+00:00"
        yield (_reference(number), number, f"d{number}", at, subject, name, cause)


def _words(count: int) -> Iterator[tuple[int, str]]:
    for number in range(1, count + 1):
        name = _NAMES[number % len(_NAMES)] + str(number % 1000)
        words = f"{_WORDS[number % 8]} {_WORDS[number // 8 % 8]} {_WORDS[number // 64 % 8]}"
        address = f"192.0.{number // 250 % 250}.{number % 250}"
        yield number, f"{name}@mail.example shop{number}.example {address} http.bad_gateway {words}"


def _reference(number: int) -> str:
    return f"T{number:09}"
