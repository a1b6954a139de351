"""
Pages that are not the site, recognised by at least two signals from the catalogue.

A signal looks at one place of the answer: title, first heading, visible text, markup, a header, a
cookie, what is loaded, the path, the status, how short the page is, how few links it has. Words
alone never accuse: an article may quote any of them, so it takes a second signal, and one of them
must be more than the page's size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from diagnostics.findings.model import CODES
from diagnostics.observations import HttpObservation
from diagnostics.targets import display_name, registered_domain
from diagnostics.texts import load_yaml

_ENOUGH_SIGNALS = 2
_MAX_FILE_BYTES = 256 * 1024
_NOT_A_SIGNAL = {"source"}
_SIZES = {"short", "links", "status"}  # they support, and never accuse alone
_CHEAP = ("short", "status", "links", "header", "cookie", "path", "title")  # asked first
Fingerprint = Mapping[str, Any]
_Signals = tuple[tuple[Callable[[HttpObservation, object], bool], object], ...]
_Kinds = tuple[tuple[str, tuple[_Signals, ...]], ...]


def page_kind(page: HttpObservation, extra: tuple[Path, ...] = ()) -> str | None:
    """Give the code that names this page, or None: it may well be the site."""
    for kinds in (*map(_kinds_of, extra), _own_kinds()):
        for code, fingerprints in kinds:
            if any(all(has(page, wanted) for has, wanted in one) for one in fingerprints):
                return code
    return None


def _signals_of(fingerprint: Fingerprint) -> _Signals | None:
    """Order the signals of a fingerprint, the cheap ones first; None when they are too few."""
    wanted = {name: value for name, value in fingerprint.items() if name not in _NOT_A_SIGNAL}
    if len(wanted) < _ENOUGH_SIGNALS or set(wanted) <= _SIZES:
        return None
    ordered = sorted(wanted, key=lambda name: not name.startswith(_CHEAP))
    return tuple((_SIGNALS[name.removeprefix("and_")], wanted[name]) for name in ordered)


def _prepared(catalogue: Mapping[str, list[Fingerprint]]) -> _Kinds:
    return tuple(
        (str(code), tuple(one for row in rows if (one := _signals_of(row)) is not None))
        for code, rows in catalogue.items()
    )


@cache
def _own_kinds() -> _Kinds:
    return _prepared(load_yaml("findings/catalogue/pages.yaml"))


def _kinds_of(extra: Path) -> _Kinds:
    """Give the kinds of an operator's file, or of every file of a folder, as they are now."""
    return tuple(kind for file in _files(extra) for kind in _read(file, file.stat().st_mtime_ns))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob("*.yaml"))
    return [path] if path.is_file() else []


@lru_cache(maxsize=64)
def _read(file: Path, _changed_at: int) -> _Kinds:
    """
    Read an operator's own fingerprints; a file that can't be read as such adds nothing.

    `check_pages` says what is wrong with it.
    """
    try:
        return _prepared(check_pages(file))
    except (OSError, ValueError):
        return ()


def check_pages(file: Path) -> dict[str, list[Fingerprint]]:
    """
    Read a file of fingerprints strictly.

    Raises:
        ValueError: what is wrong, and where.

    """
    if file.stat().st_size > _MAX_FILE_BYTES:
        raise ValueError(f"{file}: more than 256 KB")
    try:
        loaded = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeError) as error:
        raise ValueError(f"{file}: {error}") from error
    if not isinstance(loaded, dict):
        raise ValueError(f"{file}: codes with lists of fingerprints are expected")  # noqa: TRY004 - a file's fault
    for code, rows in loaded.items():
        if code not in CODES or not str(code).startswith("http."):
            raise ValueError(f"{file}: '{code}' is no code of a page")
        for number, row in enumerate(rows or [], 1):
            _check_row(row, f"{file}: {code}, fingerprint {number}")
    return {str(code): list(rows or []) for code, rows in loaded.items()}


def _check_row(row: object, where: str) -> None:
    if not isinstance(row, dict):
        raise ValueError(f"{where}: signals are expected")  # noqa: TRY004 - a file's fault
    unknown = {str(name) for name in row if str(name).removeprefix("and_") not in _SIGNALS}
    if unknown - _NOT_A_SIGNAL:
        raise ValueError(f"{where}: unknown signals {', '.join(sorted(unknown))}")
    signals = set(row) - _NOT_A_SIGNAL
    if len(signals) < _ENOUGH_SIGNALS or signals <= _SIZES:
        raise ValueError(f"{where}: at least two signals, not of size alone")
    for name, wanted in row.items():
        for one in _each(wanted):
            if isinstance(one, str) and one.startswith("~"):
                try:
                    re.compile(one[1:])
                except re.error as error:
                    raise ValueError(f"{where}: {name}: {error}") from error


def _each(wanted: object) -> Iterable[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def says(text: str, wanted: object) -> bool:
    """
    Whether a text says any of the wanted: contains it, or is it (=), begins (^) or matches (~).

    Both in lower case.
    """
    if not text:
        return False
    text = text.lower()
    if isinstance(wanted, str):
        return _says(text, wanted)
    return any(_says(text, str(one)) for one in _each(wanted))


def _says(text: str, wanted: str) -> bool:
    mark, rest = wanted[:1], wanted[1:]
    if mark == "=":
        return text.strip(" .!…") == rest
    if mark == "^":
        return text.startswith(rest)
    if mark == "~":
        return _pattern(rest).search(text) is not None
    return wanted in text


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _has_header(page: HttpObservation, wanted: object) -> bool:
    """Tell by "name: words"; with no words the header itself is enough."""
    for one in _each(wanted):
        name, _, words = str(one).partition(":")
        value = page.headers.get(name.strip())
        if value is not None and words.strip() in value.lower():
            return True
    return False


def _has_cookie(page: HttpObservation, wanted: object) -> bool:
    return any(
        cookie.lower().startswith(str(one)) for cookie in page.cookies for one in _each(wanted)
    )


def _loads(page: HttpObservation, wanted: object) -> bool:
    return any(says(one, wanted) for one in page.loads)


def _path(page: HttpObservation, wanted: object) -> bool:
    return says(urlsplit(page.url).path, wanted) or says(page.headers.get("location", ""), wanted)


def _is_short(page: HttpObservation, wanted: object) -> bool:
    return page.text_size is not None and page.text_size <= int(str(wanted))


def _has_few_links(page: HttpObservation, wanted: object) -> bool:
    return page.links is not None and page.links <= int(str(wanted))


def _names_host(page: HttpObservation, wanted: object) -> bool:
    """Whether the page names the very host that was asked for, as parking pages do."""
    host = registered_domain(page.host)
    shown = f"{page.title} {page.heading} {page.text_start}".lower()
    return (host in shown or display_name(host) in shown) is bool(wanted)


_SIGNALS: Mapping[str, Callable[[HttpObservation, object], bool]] = {
    "title": lambda page, wanted: says(page.title, wanted),
    "heading": lambda page, wanted: says(page.heading, wanted),
    "text": lambda page, wanted: says(page.text_start, wanted),
    "html": lambda page, wanted: says(page.body_start, wanted),
    "header": _has_header,
    "cookie": _has_cookie,
    "loads": _loads,
    "path": _path,
    "status": lambda page, wanted: page.status in _each(wanted),
    "short": _is_short,
    "links": _has_few_links,
    "names_host": _names_host,
}
