"""
Parameters from `Retry-After`: when a server that refuses a request permits the next one.

RFC 9110, section 10.2.3. The texts are in `diagnostics/catalogue/retry_after.yaml`.
"""

from __future__ import annotations

from contextlib import suppress
from email.utils import parsedate_to_datetime

from diagnostics.observations import HttpObservation

_TURNED_AWAY = {429, 503}
_MINUTE_S, _HOUR_S, _LONGEST_S = 60, 3600, 7 * 86_400


def retry_parameters(page: HttpObservation) -> dict[str, str | int]:
    """
    Return a finding's parameters about `Retry-After`; {} if it names no future time.

    A time of more than a week is ignored, because nobody waits so long.
    """
    if page.status not in _TURNED_AWAY:
        return {}
    seconds = _seconds(page)
    if seconds is None or not 0 < seconds <= _LONGEST_S:
        return {}
    for unit, length_s in (("hours", _HOUR_S), ("minutes", _MINUTE_S)):
        # 90 minutes aren't a whole number of hours, and 100 seconds not one of minutes.
        if seconds >= 2 * length_s or seconds == length_s:
            return {"retry_unit": unit, "retry_in": round(seconds / length_s)}
    return {"retry_unit": "seconds", "retry_in": seconds}


def _seconds(page: HttpObservation) -> int | None:
    """Return the header's number or date in seconds from the answer; None if it is invalid."""
    text = page.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return int(text[:9])
    with suppress(ValueError, TypeError):
        return round((parsedate_to_datetime(text) - page.started_at).total_seconds())
    return None
