"""The group of settings: monitoring by the canary, and the webhook for alarms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from intake.settings.group import SettingsGroup
from intake.settings.sources import PREFIX
from intake.settings.values import PageUrl, Secret, ServiceUrl


class MonitoringSettings(SettingsGroup):
    """What an operator chooses about alarms (docs/alarms.md)."""

    heading = "Metrics and alarms"

    metrics: Literal["off", "loopback", "token"] = Field(
        default="off",
        description=(
            "Who may read `/metrics`: nobody, programs on this machine, or whoever has the token."
        ),
    )
    metrics_token: Secret | None = Field(
        default=None, description="The token for `token`, sent as `Authorization: Bearer …`."
    )
    alarm_url: ServiceUrl | None = Field(
        default=None,
        description="Your webhook that is told when a fault begins and ends, in addition to mail.",
    )
    alarm_secret: Secret | None = Field(
        default=None, description="The secret that signs its requests, 20 characters or more."
    )
    tracing: bool = Field(
        default=False,
        description=(
            "Whether each request becomes an OpenTelemetry span (the extra `tracing`); "
            "`OTEL_…` variables set the destination."
        ),
    )
    canary_url: PageUrl | None = Field(
        default=None,
        description="The address that `intake canary` uses. Default: the customers' address.",
    )
    canary_ping_url: ServiceUrl | None = Field(
        default=None,
        description=(
            "A check at Healthchecks or a similar service that is told of the canary's "
            "start, success and failure, and alerts when the canary stops."
        ),
    )
    canary_within_minutes: int = Field(
        default=30,
        ge=5,
        le=7 * 24 * 60,
        description="How old the canary's last run may be, once there was one.",
    )
    canary_desks_hours: int = Field(
        default=24,
        ge=0,
        le=7 * 24,
        description="How often the canary sends each desk a test ticket; 0 means never.",
    )

    @model_validator(mode="after")
    def _alarms_are_signed(self) -> MonitoringSettings:
        if self.alarm_url is not None and self.alarm_secret is None:
            raise ValueError(
                f"{PREFIX}ALARM_SECRET: requests to INTAKE_ALARM_URL are signed; set a secret of 20"
                " characters or more"
            )
        return self

    @model_validator(mode="after")
    def _metrics_have_a_token(self) -> MonitoringSettings:
        if self.metrics == "token" and self.metrics_token is None:
            raise ValueError(
                f"{PREFIX}METRICS_TOKEN: metrics are open to whoever has a token; set one of 20"
                " characters or more, or set INTAKE_METRICS to loopback or off"
            )
        return self
