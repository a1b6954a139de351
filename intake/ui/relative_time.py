"""How long ago, in words short enough for a list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from diagnostics.texts import Language
from intake.ui.texts import words


def time_ago(since: datetime, language: Language) -> str:
    """From "just now" to days."""
    passed = datetime.now(UTC) - since
    if passed < timedelta(minutes=1):
        return words("just_now", language)
    if passed < timedelta(hours=1):
        return words("minutes_ago", language, count=int(passed.total_seconds() // 60))
    if passed < timedelta(days=1):
        return words("hours_ago", language, count=int(passed.total_seconds() // 3600))
    return words("days_ago", language, count=passed.days)
