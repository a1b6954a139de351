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
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from diagnostics.catalogue import read_yaml
from diagnostics.catalogue.files import load
from diagnostics.observations import HttpObservation
from diagnostics.targets import display_name, registered_domain
from diagnostics.texts import did_you_mean, yaml_files

_ENOUGH_SIGNALS = 2
_NOT_A_SIGNAL = {"source"}
_KINDS: Mapping[str, type] = {"short": int, "links": int, "status": int, "names_host": bool}
_KIND_WORDS: Mapping[type, str] = {int: "number", bool: "true or false", str: "text in quotes"}
_SIZES = {"short", "links", "status"}  # they support, and never accuse alone
PAGE_CODES = (  # the keys of pages.yaml, which is read when it is first needed
    "http.auth_required",
    *("http.blocked_by_protection", "http.cdn_origin_error", "http.suspended_page"),
    *("http.parked_page", "http.app_database_error", "http.app_error", "http.maintenance_page"),
    *("http.vhost_missing", "http.directory_listing", "http.default_page"),
)
# Most pages fail a cheap signal, so their text is seldom searched.
_CHEAP = ("short", "status", "links", "header", "cookie", "path", "title")  # asked first
_PROOFS = {"header", "cookie", "path", "loads"}  # what words can't imitate
_ARTICLE = re.compile(
    r"\b(how (to|do|i)|what (is|are|does|to|it|causes)|why (is|are|does|do|has|have|you|your|my)"
    r"|when (you|your)|fix(es|ed|ing)?|causes?|reasons|explained|understanding|troubleshoot\w*"
    r"|solv(ed|ing)|guide|tutorial|lesson|course|tips|compared|examples|instead of your|steps"
    r"|как (испр|устр|реш|поч|сдел|настр|убр|верн|избав|быть)\w*|что (делать|значит|такое|это)"
    r"|почему|причин\w*|исправ\w*|устран\w*|решение|инструкция|руководство|разбираем\w*"
    r"|советы|урок|база знаний)\b"
)
Fingerprint = Mapping[str, Any]
# Whether it says what words can't imitate, and its signals with what each looks for.
_Signals = tuple[bool, tuple[tuple[Callable[[HttpObservation, object], bool], object], ...]]
_Kinds = tuple[tuple[str, tuple[_Signals, ...]], ...]


def page_kind(page: HttpObservation, extra: tuple[Path, ...] = ()) -> str | None:
    """Give the code that names this page, or None: it may well be the site."""
    needs_proof = _is_about_it(page)
    for kinds in (*_kinds_of(extra), _own_kinds()):
        for code, fingerprints in kinds:
            for has_proof, signals in fingerprints:
                if (has_proof or not needs_proof) and all(has(page, sign) for has, sign in signals):
                    return code
    return None


def _is_about_it(page: HttpObservation) -> bool:
    """
    Whether a page that works is about such pages: an article, a manual, an answer in a forum.

    Its words may then be anybody's words, quoted, and only what a server does (headers, cookies,
    paths, what is loaded) tells.
    """
    if page.status != HTTPStatus.OK or page.text_size is None:
        return False
    return any(_ARTICLE.search(words.lower()) for words in (page.title, page.heading))


def _signals_of(fingerprint: Fingerprint) -> _Signals | None:
    """Order the signals of a fingerprint, the cheap ones first; None when they are too few."""
    wanted = {name: value for name, value in fingerprint.items() if name not in _NOT_A_SIGNAL}
    if len(wanted) < _ENOUGH_SIGNALS or set(wanted) <= _SIZES:
        return None
    ordered = sorted(wanted, key=lambda name: not name.startswith(_CHEAP))
    # `and_title` is a second signal of the kind `title`: YAML has each key once.
    signals = tuple((_SIGNALS[name.removeprefix("and_")], wanted[name]) for name in ordered)
    return bool(_PROOFS & set(fingerprint)), signals


def _prepared(catalogue: Mapping[str, list[Fingerprint]]) -> _Kinds:
    return tuple(
        (str(code), tuple(signals for row in rows if (signals := _signals_of(row)) is not None))
        for code, rows in catalogue.items()
    )


@cache
def _own_kinds() -> _Kinds:
    return _prepared(load("pages"))


def _kinds_of(extra: tuple[Path, ...]) -> Iterable[_Kinds]:
    """Give the kinds of an operator's files, as they are now."""
    files = (file for file in yaml_files(extra) if file.is_file())
    # The time of change is part of the cache's key: an operator edits while we run.
    return (_read(file, file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=64)
def _read(file: Path, _changed_at: int) -> _Kinds:
    """
    Read an operator's own fingerprints; a file that can't be read as such adds nothing.

    `check_pages` says what is wrong with it.
    """
    try:
        return _prepared(check_pages(file))
    except ValueError:
        return ()


def check_pages(file: Path) -> dict[str, list[Fingerprint]]:
    """
    Read a file of fingerprints strictly.

    Raises:
        ValueError: what is wrong, and where.

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
    unknown = {str(name) for name in row if str(name).removeprefix("and_") not in _SIGNALS}
    if unknown - _NOT_A_SIGNAL:
        raise ValueError(f"{where}: unknown signals {', '.join(sorted(unknown))}")
    signals = set(row) - _NOT_A_SIGNAL
    if len(signals) < _ENOUGH_SIGNALS or signals <= _SIZES:
        raise ValueError(f"{where}: at least two signals, not of size alone")
    for name, wanted in row.items():
        for wanted_text in _each(wanted):
            kind = _KINDS.get(str(name).removeprefix("and_"), str)
            # Exactly: True is an int, too.
            if type(wanted_text) is not kind:
                raise ValueError(f"{where}: {name}: {wanted_text!r} is no {_KIND_WORDS[kind]}")
            if isinstance(wanted_text, str) and wanted_text.startswith("~"):
                try:
                    re.compile(wanted_text[1:])
                except re.error as error:
                    raise ValueError(f"{where}: {name}: {error}") from error


def _each(wanted: object) -> Iterable[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def says(text: str, wanted: object) -> bool:
    """
    Whether a text says any of the wanted: contains it, or is it (=), begins (^) or matches (~).

    Both in lower case.
    """
    text = text.lower()
    if isinstance(wanted, str):
        return _says(text, wanted)
    return any(_says(text, str(wanted_text)) for wanted_text in _each(wanted))


def _says(text: str, wanted: str) -> bool:
    mark, rest = wanted[:1], wanted[1:]
    if mark == "=":
        return text.strip(" .!…") == rest
    if mark == "^":
        return text.startswith(rest)
    if mark == "~":
        return _pattern(rest).search(text) is not None
    return wanted in text


@cache
def compile_patterns() -> None:
    """Compile the patterns of our own fingerprints, 0.05 s, before the first page asks for them."""
    for _, fingerprints in _own_kinds():
        for _, signals in fingerprints:
            for _, wanted in signals:
                for words in map(str, _each(wanted)):
                    if words.startswith("~"):
                        _pattern(words[1:])


@lru_cache(maxsize=4096)  # more than there are, for operators have files of their own
def _pattern(text: str) -> re.Pattern[str]:
    """Read a pattern; in it `[^.]{…}` stays within a sentence, which shop.example doesn't end."""
    return re.compile(text.replace("[^.]{", r"(?:[^.]|\.(?=\S)){"))


def _has_header(page: HttpObservation, wanted: object) -> bool:
    """Tell by "name: words"; with no words the header itself is enough."""
    for wanted_text in _each(wanted):
        name, _, words = str(wanted_text).partition(":")
        value = page.headers.get(name.strip())
        if value is not None and words.strip() in value.lower():
            return True
    return False


def _has_cookie(page: HttpObservation, wanted: object) -> bool:
    return any(
        cookie.lower().startswith(str(wanted_text))
        for cookie in page.cookies
        for wanted_text in _each(wanted)
    )


def _loads(page: HttpObservation, wanted: object) -> bool:
    return any(says(url, wanted) for url in page.loads)


def _path(page: HttpObservation, wanted: object) -> bool:
    return says(urlsplit(page.url).path, wanted) or says(page.headers.get("location", ""), wanted)


def _is_short(page: HttpObservation, wanted: object) -> bool:
    return page.text_size is not None and page.text_size <= int(str(wanted))


def _has_few_links(page: HttpObservation, wanted: object) -> bool:
    return page.links is not None and page.links <= int(str(wanted))


def _names_host(page: HttpObservation, wanted: object) -> bool:
    """Whether the page names the very host that was asked for, as parking pages do."""
    host = registered_domain(page.host)
    text = f"{page.title} {page.heading} {page.text_start}".lower()
    return (host in text or display_name(host) in text) is bool(wanted)


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
