"""The group of settings: how long things are kept."""

from __future__ import annotations

from pydantic import Field

from intake.settings.group import SettingsGroup


class RetentionSettings(SettingsGroup):
    """How long drafts, tickets and what belongs to them are kept (docs/operating.md#retention)."""

    heading = "How long things are kept"

    keep_drafts_hours: int = Field(
        default=24,
        ge=1,
        le=24 * 90,
        description="Drafts that were never sent, counted from the last answer.",
    )
    keep_tickets_days: int | None = Field(
        default=None,
        ge=7,
        description="Tickets with everything that belongs to them. Default: forever.",
    )
    keep_files_days: int | None = Field(
        default=None,
        ge=7,
        description="Contents of customers' files. Default: as long as the ticket.",
    )
    keep_reports_days: int | None = Field(
        default=None,
        ge=7,
        description="Measurements; the cause stays. Default: as long as the ticket.",
    )
    keep_addresses_days: int | None = Field(
        default=None,
        ge=7,
        description="Customers' network addresses. Default: as long as the ticket.",
    )
    keep_audit_days: int = Field(default=365, ge=7, description="The record of staff's actions.")
    keep_figures_days: int = Field(
        default=365, ge=30, description="Statistics of the checklists: ids and times only."
    )
