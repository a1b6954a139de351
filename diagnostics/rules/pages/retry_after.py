"""
When a server that turns a request away wants to be asked again (RFC 9110, section 10.2.3).

The words of these parameters stand in `diagnostics/catalogue/retry_after.yaml`.
"""

from __future__ import annotations

from contextlib import suppress
from email.utils import parsedate_to_datetime

from diagnostics.observations import HttpObservation

_TURNED_AWAY = {429, 503}
_MINUTE_S, _HOUR_S, _LONGEST_S = 60, 3600, 7 * 86_400


def retry_parameters(page: HttpObservation) -> dict[str, str | int]:
    """
    Return what a finding says of `Retry-After`; nothing where the page tells no time to come.

    More than a week is no time that anybody waits for.
    """
    if page.status not in _TURNED_AWAY:
        return {}
    seconds = _seconds(page)
    if seconds is None or not 0 < seconds <= _LONGEST_S:
        return {}
    for unit, length_s in (("hours", _HOUR_S), ("minutes", _MINUTE_S)):
        # 90 minutes are no round number of hours, and 100 seconds none of minutes.
        if seconds >= 2 * length_s or seconds == length_s:
            return {"retry_unit": unit, "retry_in": round(seconds / length_s)}
    return {"retry_unit": "seconds", "retry_in": seconds}


def _seconds(page: HttpObservation) -> int | None:
    """Read the header, a number of seconds or a date."""
    text = page.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return int(text[:9])
    with suppress(ValueError, TypeError):
        return round((parsedate_to_datetime(text) - page.started_at).total_seconds())
    return None
