"""The group of settings: incidents."""

from __future__ import annotations

from pydantic import Field

from intake.settings.group import SettingsGroup
from intake.settings.incident_feeds import Feeds
from intake.settings.values import ExistingPath


class IncidentSettings(SettingsGroup):
    """When tickets are proposed as one incident, and status pages to read (docs/incidents.md)."""

    heading = "Incidents"

    incident_rules: ExistingPath | None = Field(
        default=None,
        description="A file with your own rules for proposing incidents.",
    )
    incident_feeds: Feeds = Field(
        default=(),
        description=(
            "Status pages whose incidents are shown on the start page, such as "
            "`statuspage=https://status.example.com`; also `instatus`, `cachet`, `cachet3`, "
            "`uptime-kuma`, `file`."
        ),
    )
