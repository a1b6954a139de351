"""Generates docs/findings.md: each code with its texts, rule, source, and who can fix it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diagnostics import CODES, FINDING_LAYERS, CodeInfo, fixer_text
from diagnostics.catalogue.codes import code_row
from diagnostics.catalogue.files import load_pages
from diagnostics.rules.declaration import Concluder, concluders, own_codes
from diagnostics.rules.pages.page_code import STATUS_CODES
from diagnostics.rules.rank_order import CLIENT_RULES, RULES
from diagnostics.rules.ranking import reachable
from diagnostics.rules.vantages.regional import (
    only_others_reach,
    some_places_fail,
    some_places_lose,
)

_ABOUT = """\
# Findings

The conclusions that a diagnosis can reach. A code never changes its meaning, because tickets,
checklists (`finding: dns.nxdomain`) and statistics contain it. The first finding of a report is
the root cause: the lowest broken layer that explains what the customer sees. Its consequences are
listed below it. If causes can't be told apart, the result is called inconclusive.

Severities below are the usual ones: *critical* explains an outage, *warning* does harm without
stopping the service, *info* is worth knowing. If only some visitors are affected (one address of
several, a redirect that browsers don't follow), a critical finding becomes a warning. A finding
about one address of several names it, says that the others work and who is affected, and what to
do about its DNS record. Names in ‹ › are placeholders.
"""
_LAYERS = {
    "dns": "The name",
    "net": "The way to the server",
    "tcp": "Ports",
    "tls": "The secure connection",
    "mail": "Mail",
    "http": "The page",
    "client": "The customer's own side",
    "ok": "Nothing is wrong from here",
}
_OTHERS = (only_others_reach, some_places_fail, some_places_lose, *CLIENT_RULES)
_STATUS_SOURCES = {  # RFC 9110 has a section for each status
    401: "RFC 9110, section 15.5.2",
    403: "RFC 9110, section 15.5.4",
    404: "RFC 9110, section 15.5.5",
    405: "RFC 9110, section 15.5.6",
    408: "RFC 9110, section 15.5.9",
    410: "RFC 9110, section 15.5.11",
    421: "RFC 9110, section 15.5.20",
    426: "RFC 9110, section 15.5.22",
    429: "RFC 6585, section 4",
    431: "RFC 6585, section 5",
    451: "RFC 7725, section 3",
    502: "RFC 9110, section 15.6.3",
    503: "RFC 9110, section 15.6.4",
    504: "RFC 9110, section 15.6.5",
}
SOURCE = re.compile(r"RFC \d{3,4}(?:, section \d+(?:\.\d+)*)?|diagnostics/catalogue/pages\b")


def findings_page() -> str:
    """Return the page: every code by layer, then the fingerprints of known pages."""
    parts = [_ABOUT]
    for layer in FINDING_LAYERS:
        codes = {code: info for code, info in CODES.items() if info.layer == layer}
        parts.append(f"## {_LAYERS[layer]}\n")
        parts.append("\n".join(_index(codes)) + "\n")
        parts += ["\n".join(_entry(code, info)) + "\n" for code, info in codes.items()]
    return "\n".join([*parts, *_fingerprints()])


def _index(codes: Mapping[str, CodeInfo]) -> Iterator[str]:
    yield "| code | severity | in short |"
    yield "| --- | --- | --- |"
    for code, info in codes.items():
        anchor = code.replace(".", "")
        title = _with_placeholders(_row(code)["title"])
        yield f"| [`{code}`](#{anchor}) | {info.severity} | {title} |"


def _entry(code: str, info: CodeInfo) -> Iterator[str]:
    row = _row(code)
    yield f"### {code}"
    yield ""
    yield f"**{_with_placeholders(row['title'])}.** {_with_placeholders(row['explanation'])}"
    yield ""
    yield f"- What to do: {_with_placeholders(row['remedy'])}"
    yield f"- Who can fix it: {fixer_text(info.fixer, 'anybody')}."
    first, *others = _detections(code)
    if others:
        yield "- How it is told apart, in either of these ways:"
        yield from (f"  - {way}" for way in (first, *others))
    else:
        yield f"- How it is told apart: {first}"
    yield f"- Source: {'; '.join(_sources(code))}."
    variants = row.get("variants", {})
    if variants:
        yield "- Where more is known, it is said so:"
        for variant in variants.values():
            yield f"  - {_variant(variant)}"


def _concluders(code: str) -> Iterator[Concluder]:
    """Return the rules that conclude a code; their docstrings say how."""
    rules = concluders([*RULES, *_OTHERS, reachable])
    return (rule for rule in rules if code in own_codes(rule))


def _detections(code: str) -> Iterator[str]:
    statuses = " or ".join(str(status) for status, own in STATUS_CODES.items() if own == code)
    for concluder in _concluders(code):
        text = " ".join((inspect.getdoc(concluder) or "").split())
        # One rule concludes many codes by HTTP status, so its text is completed with the status.
        is_by_status = statuses and concluder.__name__ == "_code_of_status"
        yield f"Status {statuses}. {text}" if is_by_status else text


def _sources(code: str) -> Iterable[str]:
    statuses = [status for status, own in STATUS_CODES.items() if own == code]
    sources = {_STATUS_SOURCES[status]: None for status in statuses}
    for concluder in _concluders(code):
        if not (statuses and concluder.__name__ == "_code_of_status"):
            sources |= dict.fromkeys(SOURCE.findall(_docstring_line(concluder)))
    return [f"`{source}`" if "/" in source else source for source in sources]


def _docstring_line(concluder: Any) -> str:  # noqa: ANN401 - any function with a docstring
    return " ".join((inspect.getdoc(concluder) or "").split()).replace("`", "")


def _variant(row: Mapping[str, str]) -> str:
    title = f"**{_with_placeholders(row['title'])}.** " if "title" in row else ""
    remedy = f" What to do: {_with_placeholders(row['remedy'])}" if "remedy" in row else ""
    return f"{title}{_with_placeholders(row.get('explanation', ''))}{remedy}".strip()


def _row(code: str) -> Mapping[str, Any]:
    """Return the English texts of a code by their names, and those of its variants."""
    return _in_english(code_row(code))


def _in_english(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        part: text["en"] if "en" in text else {name: _in_english(own) for name, own in text.items()}
        for part, text in row.items()
        if isinstance(text, Mapping)
    }


def _with_placeholders(text: str) -> str:
    """Return a text with its parameters as ‹names› for a reader."""
    return re.sub(r"\{(\w+)\}", lambda gap: f"‹{gap[1].replace('_', ' ')}›", text)


def _fingerprints() -> Iterator[str]:
    pages = load_pages()
    total = sum(len(rows) for rows in pages.values())
    yield "## Known pages\n"
    yield f"{total} fingerprints of pages that are not the site, each of at least two signals:"
    yield "`diagnostics/catalogue/pages`. More can be added with the setting"
    yield "`INTAKE_PAGES`, in files of the same form.\n"
    yield "| code | fingerprints |"
    yield "| --- | --- |"
    yield from (f"| `{code}` | {len(rows)} |" for code, rows in pages.items())
    yield ""
