"""The group of settings: other places to measure from."""

from __future__ import annotations

from pydantic import Field, model_validator

from intake.settings.group import SettingsGroup
from intake.settings.sources import PREFIX
from intake.settings.values import PageUrl, Places, Secret, ServiceUrl


class VantageSettings(SettingsGroup):
    """The customer's browser, public probes, probe workers, the webhook about blocked addresses."""

    heading = "Other places to measure from"

    browser_look: bool = Field(
        default=True,
        description="Whether the customer's browser tries the site too, from a sandboxed frame.",
    )
    ipv4_url: PageUrl | None = Field(
        default=None,
        description=(
            "A page of yours at an IPv4-only name; shows whether the customer's IPv6 is broken."
        ),
    )
    ipv6_url: PageUrl | None = Field(
        default=None, description="A page of yours at an IPv6-only name."
    )
    globalping_places: Places = Field(
        default=(),
        description=(
            "Places whose public Globalping probes test sites too, such as `Germany,US`. "
            "Default: none."
        ),
    )
    globalping_token: Secret | None = Field(
        default=None, description="A token for a larger Globalping budget."
    )
    unban_url: ServiceUrl | None = Field(
        default=None,
        description="Your webhook that knows whether a server blocks the customer's address.",
    )
    unban_secret: Secret | None = Field(
        default=None, description="The secret that signs its requests, 20 characters or more."
    )
    unban_by_customer: bool = Field(
        default=False, description="Whether customers may lift the block with a button."
    )
    service_url: ServiceUrl | None = Field(
        default=None, description="For a probe worker: the https address of its service."
    )
    worker_token: Secret | None = Field(
        default=None, description="For a probe worker: the token printed by `intake workers add`."
    )

    @model_validator(mode="after")
    def _webhook_is_signed(self) -> VantageSettings:
        if self.unban_url is not None and self.unban_secret is None:
            raise ValueError(
                f"{PREFIX}UNBAN_SECRET: requests to INTAKE_UNBAN_URL are signed; set a secret of 20"
                " characters or more, or remove INTAKE_UNBAN_URL"
            )
        return self
