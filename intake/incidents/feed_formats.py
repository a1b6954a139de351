"""
What status pages say, read: each format's incidents that go on, as notices.

Statuspage and Instatus publish a summary without a key; Cachet and Uptime Kuma have the interface
that their own pages use. A file is for whoever has none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from diagnostics.texts import drop_hidden
from intake.incidents.incident import Notice

LONGEST: Final = 300  # characters of somebody else's headline
_CACHET_FIXED: Final = 4  # of its statuses 0 to 4
_OVER: Final = frozenset({"resolved", "postmortem", "completed"})

Parse = Callable[[Any, str], Iterator[Notice]]


def statuspage(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - a stranger's JSON
    """Of `/api/v2/incidents/unresolved.json`."""
    for entry in _dicts(_of(answer, "incidents")):
        if entry.get("status") not in _OVER:
            yield from _notice(entry.get("name"), url)


def instatus(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """Of `/summary.json`; a page on which all is well has no such list."""
    for entry in _dicts(_of(answer, "activeIncidents")):
        yield from _notice(entry.get("name"), url)


def cachet(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """Of `/api/v1/incidents` (version 2) and `/api/incidents` (version 3)."""
    for entry in _dicts(_of(answer, "data")):
        attributes = entry.get("attributes")
        known: Mapping[str, Any] = attributes if isinstance(attributes, dict) else entry
        status = known.get("latest_status", known.get("status"))
        if isinstance(status, dict):
            status = status.get("value")
        if str(status) != str(_CACHET_FIXED):
            yield from _notice(known.get("name"), url)


def uptime_kuma(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """Of `/api/status-page/<slug>`: what is pinned there, one or, in later versions, several."""
    several = _of(answer, "incidents")
    entries = several if isinstance(several, list) else [_of(answer, "incident")]
    for entry in _dicts(entries):
        yield from _notice(entry.get("title"), url)


def own_file(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """A list of texts, or of `{text: …, link: …}`; an empty file says all is well."""
    del url
    for entry in answer if isinstance(answer, list) else []:
        if isinstance(entry, str):
            yield from _notice(entry, "")
        elif isinstance(entry, dict):
            link = str(entry.get("link") or "")
            link = link if link.startswith("https://") else ""
            yield from _notice(entry.get("text"), link)


# The path below the page's address, and what reads the answer.
FORMATS: Final[Mapping[str, tuple[str, Parse]]] = {
    "statuspage": ("/api/v2/incidents/unresolved.json", statuspage),
    "instatus": ("/summary.json", instatus),
    "cachet": ("/api/v1/incidents?sort=id&order=desc&per_page=20", cachet),
    "cachet3": ("/api/incidents?sort=-id&per_page=20", cachet),
    "uptime-kuma": ("", uptime_kuma),
    "file": ("", own_file),
}


def page_of(kind: str, url: str) -> tuple[str, str]:
    """The address that is asked, and the page that a person opens."""
    base = url.rstrip("/")
    if kind == "uptime-kuma":  # people open /status/<slug>
        host, _, slug = base.rpartition("/status/")
        return f"{host}/api/status-page/{slug}", base
    return f"{base}{FORMATS[kind][0]}", base


def _of(answer: Any, key: str) -> Any:  # noqa: ANN401 - see above
    return answer.get(key) if isinstance(answer, dict) else None


def _dicts(entries: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - see above
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield entry


def _notice(text: object, link: str) -> Iterator[Notice]:
    headline = drop_hidden(text, keep_lines=False).strip() if isinstance(text, str) else ""
    if headline:
        yield Notice(text=headline[:LONGEST], link=link)
