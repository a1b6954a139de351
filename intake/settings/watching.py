"""The settings of monitoring: the canary, and the webhook for alarms."""

from __future__ import annotations

from pydantic import Field, model_validator

from intake.settings.chat import ChatSettings
from intake.settings.sources import PREFIX
from intake.settings.values import PageUrl, Secret, ServiceUrl


class WatchSettings(ChatSettings):
    """What an operator chooses about alarms (docs/alarms.md)."""

    alarm_url: ServiceUrl | None = Field(
        default=None,
        description="Your webhook that is told of each fault and of its end, beside the mail.",
    )
    alarm_secret: Secret | None = Field(
        default=None, description="What its requests are signed with, 20 characters or more."
    )
    tracing: bool = Field(
        default=False,
        description=(
            "Whether each request is a span of OpenTelemetry (the extra `tracing`); `OTEL_…`"
            " variables say where they go."
        ),
    )
    canary_url: PageUrl | None = Field(
        default=None,
        description="Where `intake canary` walks; by default where customers do.",
    )
    canary_ping_url: ServiceUrl | None = Field(
        default=None,
        description=(
            "The check at Healthchecks or alike that `intake canary` tells of its start, success"
            " and failure; it alarms when the canary stops."
        ),
    )
    canary_within_minutes: int = Field(
        default=30,
        ge=5,
        le=7 * 24 * 60,
        description="How old the last walk of the canary may be, once there was one.",
    )
    canary_desks_hours: int = Field(
        default=24,
        ge=0,
        le=7 * 24,
        description="How often the canary sends each desk a test ticket; 0 for never.",
    )

    @model_validator(mode="after")
    def _alarms_are_signed(self) -> WatchSettings:
        if self.alarm_url is not None and self.alarm_secret is None:
            raise ValueError(
                f"{PREFIX}ALARM_SECRET: requests to INTAKE_ALARM_URL are signed; set a secret of 20"
                " characters or more"
            )
        return self
