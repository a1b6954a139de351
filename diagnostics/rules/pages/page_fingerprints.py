"""
Recognise stock pages, which aren't the site's own, by fingerprints from the catalogue.

A fingerprint has at least two signals, each about one part of the answer (`page_signals`), and not
only about size. Words alone aren't enough for a page with signs of a site or an article
(`site_signs`), which may quote a stock page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from diagnostics.catalogue import read_yaml
from diagnostics.catalogue.files import PAGE_FILES, load_pages
from diagnostics.observations import HttpObservation
from diagnostics.rules.pages.page_signals import (
    CHEAP,
    KIND_OF_VALUE,
    PROOFS,
    SIGNAL_NAMES,
    SIZES,
    PageView,
    compile_signal,
    signal_of,
    values_of,
)
from diagnostics.rules.pages.page_words import word_lists
from diagnostics.rules.pages.site_signs import (
    is_about_such_pages,
    links_to_itself,
    sign_patterns,
    speaks_of_a_trade,
)
from diagnostics.texts import did_you_mean, yaml_files

_ENOUGH_SIGNALS = 2
_STEP, _STEPS = 200, 20  # size classes of pages, in visible characters, to preselect fingerprints
_NOT_A_SIGNAL = {"source", "on_site", "on_trade", "variant"}
_KIND_WORDS: Mapping[type, str] = {int: "number", bool: "true or false", str: "text in quotes"}
PAGE_CODES = tuple(f"http.{name}" for name in PAGE_FILES)
_MAY_LINK = {"http.directory_listing"}  # it consists of links
# A business may write about these, such as the maintenance of boilers; none about its own account
# being suspended.
_OF_A_TRADE = {"http.maintenance_page", "http.app_error", "http.app_database_error"}
FingerprintRow = Mapping[str, Any]


class PageKind(NamedTuple):
    """The kind of a page: its code, and the variant of the texts; "" for the general ones."""

    code: str
    variant: str = ""


@dataclass(frozen=True)
class _Fingerprint:
    """One fingerprint: its signals, and the pages to which it may apply."""

    kind: PageKind
    signals: tuple[Callable[[PageView], bool], ...]
    statuses: frozenset[int]  # none: whatever the status
    longest: int | None  # visible characters at most; None: however many
    has_proof: bool
    may_link: bool
    may_trade: bool
    is_of_words: bool

    def allows(self, page: HttpObservation) -> bool:
        """Check status and size, which rules out most fingerprints before any search."""
        if self.statuses and page.status not in self.statuses:
            return False
        return self.longest is None or (
            page.text_size is not None and page.text_size <= self.longest
        )

    def fits(self, view: PageView) -> bool:
        return all(has_signal(view) for has_signal in self.signals)


class _FingerprintSet:
    """The fingerprints of one file, preselected by a page's status and size."""

    def __init__(self, fingerprints: Iterable[_Fingerprint]) -> None:
        self._all = tuple(fingerprints)
        self._statuses = {status for row in self._all for status in row.statuses}
        self._narrowed: dict[tuple[int | None, int, bool], tuple[_Fingerprint, ...]] = {}

    def candidates(self, page: HttpObservation, *, is_site: bool) -> tuple[_Fingerprint, ...]:
        """
        Return the fingerprints that may match a page of this status and size, in order.

        Most fingerprints are of short pages or one status, while most pages are long and work.
        Statuses that no fingerprint names, and sizes of one class, share a tuple, so that few
        tuples are kept.
        """
        status = page.status if page.status in self._statuses else None
        least = min((page.text_size or 0) // _STEP, _STEPS) * _STEP
        key = (status, least, is_site)
        if key not in self._narrowed:
            self._narrowed[key] = tuple(
                row
                for row in self._all
                if (row.may_link or not is_site)
                and (not row.statuses or status in row.statuses)
                and (row.longest is None or row.longest >= least)
            )
        return self._narrowed[key]


def page_kind(page: HttpObservation, extra: tuple[Path, ...] = ()) -> PageKind | None:
    """Return the kind of a stock page; None if no fingerprint matches, as for the site itself."""
    fingerprint = _fitting(page, extra)
    return fingerprint.kind if fingerprint else None


def rests_on_words(
    page: HttpObservation, codes: AbstractSet[str], extra: tuple[Path, ...] = ()
) -> bool:
    """Check whether a page has one of these codes because of words and size only."""
    fingerprint = _fitting(page, extra)
    return fingerprint is not None and fingerprint.kind.code in codes and fingerprint.is_of_words


def _fitting(page: HttpObservation, extra: tuple[Path, ...]) -> _Fingerprint | None:
    view = PageView(page)
    is_site = links_to_itself(page)
    for rows in (*_rows_of(extra), _own_rows()):
        for fingerprint in rows.candidates(page, is_site=is_site):
            # `_is_excused` searches the whole text, so it comes last and for few pages.
            if (
                fingerprint.allows(page)
                and fingerprint.fits(view)
                and not _is_excused(fingerprint, view)
            ):
                return fingerprint
    return None


def _is_excused(fingerprint: _Fingerprint, view: PageView) -> bool:
    """Check whether a matching page has words that show that it is a site's own page."""
    if not fingerprint.has_proof and is_about_such_pages(view):
        return True
    is_of_words = fingerprint.is_of_words and fingerprint.kind.code in _OF_A_TRADE
    return is_of_words and not fingerprint.may_trade and speaks_of_a_trade(view)


def _fingerprint(code: str, row: FingerprintRow) -> _Fingerprint | None:
    """Return a row's fingerprint with its cheap signals first; None if it has too few signals."""
    wanted = {name: value for name, value in row.items() if name not in _NOT_A_SIGNAL}
    if len(wanted) < _ENOUGH_SIGNALS or set(wanted) <= SIZES:
        return None
    statuses = frozenset(values_of(wanted.pop("status", [])))
    longest = min(values_of(wanted.pop("short", [])), default=None)
    # Most pages lack a cheap signal, so their text is seldom searched.
    ordered = sorted(wanted, key=lambda name: not name.startswith(CHEAP))
    # `and_title` is a second signal of the kind `title`: YAML has each key once.
    signals = tuple(signal_of(name.removeprefix("and_"), wanted[name]) for name in ordered)
    has_proof = bool(PROOFS & set(row))
    may_link = bool(row.get("on_site")) or code in _MAY_LINK or bool({"path", "header"} & set(row))
    is_of_words = not has_proof and not {"html", "and_html"} & set(row)
    kind = PageKind(code, str(row.get("variant", "")))
    return _Fingerprint(
        kind,
        signals,
        statuses,
        longest,
        has_proof,
        may_link,
        may_trade=bool(row.get("on_trade")),
        is_of_words=is_of_words,
    )


def _prepared(catalogue: Mapping[str, list[FingerprintRow]]) -> _FingerprintSet:
    fingerprints = (
        _fingerprint(str(code), row) for code, rows in catalogue.items() for row in rows
    )
    return _FingerprintSet(row for row in fingerprints if row is not None)


@cache
def _own_rows() -> _FingerprintSet:
    return _prepared(load_pages())


@cache
def compile_patterns() -> None:
    """Compile the patterns of our own fingerprints in advance."""
    sign_patterns()
    for rows in load_pages().values():
        for row in rows:
            for name, wanted in row.items():
                compile_signal(name.removeprefix("and_"), wanted)


def _rows_of(extra: tuple[Path, ...]) -> Iterable[_FingerprintSet]:
    """Return the fingerprints of the operator's files as they are now."""
    files = (file for file in yaml_files(extra) if file.is_file())
    # The modification time is part of the cache's key, because operators edit while we run.
    return (_read(file, file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=64)
def _read(file: Path, _changed_at: int) -> _FingerprintSet:
    """
    Read an operator's file of fingerprints; one with a mistake adds none.

    `check_pages` tells the mistake.
    """
    try:
        return _prepared(check_pages(file))
    except ValueError:
        return _FingerprintSet(())


def check_pages(file: Path) -> dict[str, list[FingerprintRow]]:
    """
    Read and validate a file of fingerprints.

    Raises:
        ValueError: the file has a mistake; the message says what and where.

    """
    loaded = read_yaml(file)
    if not isinstance(loaded, dict):
        raise ValueError(f"{file}: codes with lists of fingerprints are expected")  # noqa: TRY004 - a file's fault
    for code, rows in loaded.items():
        if code not in PAGE_CODES:
            raise ValueError(
                f"{file}: '{code}' is no code of a page{did_you_mean(code, PAGE_CODES)}"
            )
        for number, row in enumerate(rows or [], 1):
            _check_row(row, f"{file}: {code}, fingerprint {number}")
    return {str(code): list(rows or []) for code, rows in loaded.items()}


def _check_row(row: object, where: str) -> None:
    if not isinstance(row, dict):
        raise ValueError(f"{where}: signals are expected")  # noqa: TRY004 - a file's fault
    unknown = {str(name) for name in row if str(name).removeprefix("and_") not in SIGNAL_NAMES}
    if unknown - _NOT_A_SIGNAL:
        raise ValueError(f"{where}: unknown signals {', '.join(sorted(unknown))}")
    signals = set(row) - _NOT_A_SIGNAL
    if len(signals) < _ENOUGH_SIGNALS or signals <= SIZES:
        raise ValueError(f"{where}: at least two signals, not of size alone")
    for name, wanted in row.items():
        for wanted_text in values_of(wanted):
            kind = KIND_OF_VALUE.get(str(name).removeprefix("and_"), str)
            # The exact type is compared, because True is an int too.
            if type(wanted_text) is not kind:
                raise ValueError(f"{where}: {name}: {wanted_text!r} is no {_KIND_WORDS[kind]}")
            if isinstance(wanted_text, str):
                _check_words(wanted_text, f"{where}: {name}")


def _check_words(wanted: str, where: str) -> None:
    if wanted.startswith("~"):
        try:
            re.compile(wanted[1:])
        except re.error as error:
            raise ValueError(f"{where}: {error}") from error
    if wanted.startswith(("@", "=@")):
        name = wanted.lstrip("=@")
        if name not in word_lists():
            raise ValueError(f"{where}: no list '{name}'{did_you_mean(name, word_lists())}")
