"""
Breaks the product in every way we know, on both databases, and prints what became of it.

Customers begin with words that nobody else writes, send them by the plain form, and try again until
they have a number, as a browser's reload does. At the end every draft that was acknowledged is
looked for among the tickets, and every number that was shown; every page is read for what must not
be there. The status is 1 where anything was lost, doubled or said wrongly.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from _pytest.outcomes import Skipped

from tests.daemons.postgresql import running_postgresql
from tests.survive import product_faults as faults
from tests.survive.delivery_journeys import cut_each_line
from tests.survive.delivery_journeys import fail_each_call as fail_each_call_of_delivery
from tests.survive.outcome import Outcome, joined
from tests.survive.plain_journeys import clock_jumps_on, fail_each_call_on

WRITERS = 20
_HEADS = ("fault", "database", "cases", "stored", "lost", "no ticket", "twice", "odd", "s")
_WIDTHS = (30, 12, 8, 8, 6, 11, 7, 6, 7)
Database = str  # a URL
RunFault = Callable[[Path, Database], Outcome]


def main() -> None:
    """Read the arguments, run the faults on each database, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", nargs="*", help=f"which: {', '.join(_table(None))}; or all")
    parser.add_argument("--kills", type=int, default=200, help="on each database")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="one of both alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--away", type=float, default=60.0, help="seconds without a database")
    arguments = parser.parse_args()
    table = _table(arguments)
    if unknown := set(arguments.faults) - set(table):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    _print_row(_HEADS)
    is_clean = True
    for name in arguments.faults or table:
        for database, outcome, seconds in _run(table[name], arguments.database):
            is_clean &= outcome is None or outcome.is_clean
            _report(name, database, outcome, seconds)
    sys.exit(0 if is_clean else 1)


def _run(fault: RunFault, only: str | None) -> Iterator[tuple[str, Outcome | None, float]]:
    for name, of_kind in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        if only not in (None, name):
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                with of_kind(Path(folder)) as url:
                    outcome = fault(Path(folder), url)
            except Skipped as skipped:
                print(f"  {name}: {skipped.msg}")
                yield name, None, 0.0
                continue
        yield name, outcome, time.monotonic() - began


@contextmanager
def _sqlite(folder: Path) -> Iterator[Database]:
    (folder / "data").mkdir()
    yield f"sqlite:///{folder / 'data' / 'intake.db'}"


@contextmanager
def _postgresql(_folder: Path) -> Iterator[Database]:
    with running_postgresql("fsync=on", "synchronous_commit=on") as server:
        _SERVERS[server.url] = server
        yield server.url


_SERVERS: dict[str, faults.PostgresqlServer] = {}


def _table(arguments: argparse.Namespace | None) -> Mapping[str, RunFault]:
    """The faults by name."""
    kills, seed, away_s = (
        (arguments.kills, arguments.seed, arguments.away) if arguments else (0, 0, 0.0)
    )

    def product(folder: Path, url: Database) -> faults.Product:
        return faults.product_on(folder / "data", url)

    return {
        "kill": lambda folder, url: faults.kill_at_random(
            product(folder, url), kills=kills, writers=WRITERS, seed=seed
        ),
        "terminate": lambda folder, url: faults.terminate_at_work(
            product(folder, url), times=10, writers=5
        ),
        "forms": _in_process_of_its_own(fail_each_call_on),
        "delivery": lambda _, url: joined(
            fail_each_call_of_delivery(url, "before"), fail_each_call_of_delivery(url, "after")
        ),
        "lines": lambda _, url: joined(
            *(
                cut_each_line(url, kind, cut)
                for kind in ("smtp", "webhook", "request-tracker")
                for cut in ("request", "answer")
            )
        ),
        "clock": _in_process_of_its_own(clock_jumps_on),
        "disk-full": _disk_full,
        "disk-broken": _disk_broken,
        "database-away": lambda folder, url: faults.take_the_database_away(
            product(folder, url), _server_of(url), rounds=2, writers=WRITERS, away_s=away_s
        ),
    }


def _in_process_of_its_own(fault: RunFault) -> RunFault:
    """A process holds one application of the framework, and each row needs one."""

    def run(folder: Path, url: Database) -> Outcome:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            return pool.submit(fault, folder / "data", url).result()

    return run


def _disk_full(folder: Path, url: Database) -> Outcome:
    _of_sqlite(url)
    with faults.small_disk(folder / "disk") as mount:
        return faults.fill_the_disk(faults.product_on(mount / "data"), rounds=5, writers=WRITERS)


def _disk_broken(folder: Path, url: Database) -> Outcome:
    _of_sqlite(url)
    with faults.loop_disk(folder) as disk:
        product = faults.product_on(disk.mount / "data")
        return faults.break_the_disk(product, disk, rounds=5, writers=WRITERS)


def _of_sqlite(url: Database) -> None:
    if not url.startswith("sqlite"):
        raise Skipped("the disk under PostgreSQL is PostgreSQL's own matter")


def _server_of(url: Database) -> faults.PostgresqlServer:
    if url not in _SERVERS:
        raise Skipped("SQLite's database is a file: see disk-full and disk-broken")
    return _SERVERS[url]


def _report(name: str, database: str, outcome: Outcome | None, seconds: float) -> None:
    if outcome is None:
        _print_row((name, database, *("-",) * (len(_HEADS) - 2)))
        return
    counts = (outcome.cases, outcome.acknowledged, outcome.lost, outcome.without_ticket)
    _print_row((name, database, *counts, outcome.twice, len(outcome.odd), round(seconds)))
    for words in sorted(set(outcome.odd))[:10]:
        print(f"    {words}")


def _print_row(row: Iterable[object]) -> None:
    print("".join(f"{value!s:>{width}}" for value, width in zip(row, _WIDTHS, strict=True)))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
