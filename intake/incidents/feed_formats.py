"""
Read status pages: the ongoing incidents of each format, as notices.

Statuspage and Instatus publish a summary without a key; Cachet and Uptime Kuma have the API that
their own pages use. A file is for operators who have none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from diagnostics.texts import drop_hidden
from intake.incidents.incident import Notice

MAX_LENGTH: Final = 300  # characters of somebody else's headline
_CACHET_FIXED: Final = 4  # of its statuses 0 to 4
_OVER_STATUSES: Final = frozenset({"resolved", "postmortem", "completed"})

Parse = Callable[[Any, str], Iterator[Notice]]


def statuspage(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - a stranger's JSON
    """Read the answer of `/api/v2/incidents/unresolved.json`."""
    for entry in _dicts(_get(answer, "incidents")):
        if entry.get("status") not in _OVER_STATUSES:
            yield from _notice(entry.get("name"), url)


def instatus(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """Read the answer of `/summary.json`; without incidents it has no such list."""
    for entry in _dicts(_get(answer, "activeIncidents")):
        yield from _notice(entry.get("name"), url)


def cachet(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """Read the answer of `/api/v1/incidents` (version 2) or `/api/incidents` (version 3)."""
    for entry in _dicts(_get(answer, "data")):
        attributes = entry.get("attributes")
        known: Mapping[str, Any] = attributes if isinstance(attributes, dict) else entry
        status = known.get("latest_status", known.get("status"))
        if isinstance(status, dict):
            status = status.get("value")
        if str(status) != str(_CACHET_FIXED):
            yield from _notice(known.get("name"), url)


def uptime_kuma(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """
    Read the answer of `/api/status-page/<slug>`: the pinned incident, or several in
    later versions.
    """
    several = _get(answer, "incidents")
    entries = several if isinstance(several, list) else [_get(answer, "incident")]
    for entry in _dicts(entries):
        yield from _notice(entry.get("title"), url)


def own_file(answer: Any, url: str) -> Iterator[Notice]:  # noqa: ANN401 - see above
    """Read a list of texts, or of `{text: …, link: …}`; an empty file means no incidents."""
    del url
    for entry in answer if isinstance(answer, list) else []:
        if isinstance(entry, str):
            yield from _notice(entry, "")
        elif isinstance(entry, dict):
            link = str(entry.get("link") or "")
            link = link if link.startswith("https://") else ""
            yield from _notice(entry.get("text"), link)


# The path below the page's address, and the parser of the answer.
FORMATS: Final[Mapping[str, tuple[str, Parse]]] = {
    "statuspage": ("/api/v2/incidents/unresolved.json", statuspage),
    "instatus": ("/summary.json", instatus),
    "cachet": ("/api/v1/incidents?sort=id&order=desc&per_page=20", cachet),
    "cachet3": ("/api/incidents?sort=-id&per_page=20", cachet),
    "uptime-kuma": ("", uptime_kuma),
    "file": ("", own_file),
}


def page_of(kind: str, url: str) -> tuple[str, str]:
    """Return the address of the API, and the page that a person opens."""
    base = url.rstrip("/")
    if kind == "uptime-kuma":  # people open /status/<slug>
        host, _, slug = base.rpartition("/status/")
        return f"{host}/api/status-page/{slug}", base
    return f"{base}{FORMATS[kind][0]}", base


def _get(answer: Any, key: str) -> Any:  # noqa: ANN401 - see above
    return answer.get(key) if isinstance(answer, dict) else None


def _dicts(entries: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - see above
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield entry


def _notice(text: object, link: str) -> Iterator[Notice]:
    headline = drop_hidden(text, keep_lines=False).strip() if isinstance(text, str) else ""
    if headline:
        yield Notice(text=headline[:MAX_LENGTH], link=link)
