"""How long each kind of data is kept, according to the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from intake.settings import Settings


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long to keep each kind; None means as long as the ticket, and for tickets forever."""

    drafts: timedelta
    tickets: timedelta | None
    files: timedelta | None
    reports: timedelta | None
    addresses: timedelta | None
    audit: timedelta
    visits: timedelta


def retention_policy(settings: Settings) -> RetentionPolicy:
    """Return the policy of these settings."""
    return RetentionPolicy(
        drafts=timedelta(hours=settings.keep_drafts_hours),
        tickets=_days(settings.keep_tickets_days),
        files=_days(settings.keep_files_days),
        reports=_days(settings.keep_reports_days),
        addresses=_days(settings.keep_addresses_days),
        audit=timedelta(days=settings.keep_audit_days),
        visits=timedelta(days=settings.keep_figures_days),
    )


def _days(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(days=count)
