"""The settings of the host's panel: its signing keys, and whether customers must come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, SecretStr, model_validator

from intake.settings.group import SettingsGroup
from intake.settings.sources import PREFIX
from intake.settings.values import PageUrl, Secret, ServiceUrl, pairs

if TYPE_CHECKING:
    from intake.accounts.panel_link import PanelKey

_MAX_KEYS = 2


def _keys(value: SecretStr) -> SecretStr:
    keys = list(read_panel_keys(value))
    if not 0 < len(keys) <= _MAX_KEYS:
        raise ValueError("write one key, or two while one takes over: id=secret,other=secret")
    return value


def read_panel_keys(value: SecretStr) -> tuple[PanelKey, ...]:
    """
    Return the keys of the setting.

    Raises:
        ValueError: one can't be a key; the message names it.
    """
    # Slow: it imports the database's library, which is not needed without a panel's key.
    from intake.accounts.panel_link import read_panel_key  # noqa: PLC0415

    return tuple(read_panel_key(name, key) for _, name, key in pairs(value.get_secret_value()))


PanelKeys = Annotated[SecretStr, AfterValidator(_keys)]


class PanelSettings(SettingsGroup):
    """What an operator chooses about customers who come from the panel (docs/panel-link.md)."""

    heading = "Customers from your panel"

    panel_keys: PanelKeys | None = Field(
        default=None,
        description=(
            "Keys with which your panel signs customers' links, `id=secret` (HS256) or "
            "`id=ed25519:PUBLIC`; two while you rotate them."
        ),
    )
    panel_required: bool = Field(
        default=False,
        description=(
            "Whether customers can start only from the panel; a person can be reached anyway."
        ),
    )
    panel_url: PageUrl | None = Field(
        default=None, description="Where customers sign in to your panel."
    )

    account_url: ServiceUrl | None = Field(
        default=None,
        description="Your webhook that knows an account's balance, suspension and services.",
    )
    account_secret: Secret | None = Field(
        default=None, description="The secret that signs its requests, 20 characters or more."
    )

    vmmanager_url: ServiceUrl | None = Field(
        default=None,
        description="Your VMmanager 6, to find out whether a signed-in customer's server is off.",
    )
    vmmanager_token: Secret | None = Field(
        default=None, description="A permanent API token of a user who may see the servers."
    )

    @model_validator(mode="after")
    def _vmmanager_is_whole(self) -> PanelSettings:
        if self.vmmanager_url is not None and self.vmmanager_token is None:
            raise ValueError(
                f"{PREFIX}VMMANAGER_TOKEN: INTAKE_VMMANAGER_URL answers nobody without; set a token"
            )
        return self

    @model_validator(mode="after")
    def _account_is_signed(self) -> PanelSettings:
        if self.account_url is not None and self.account_secret is None:
            raise ValueError(
                f"{PREFIX}ACCOUNT_SECRET: requests to INTAKE_ACCOUNT_URL are signed; set a secret"
            )
        return self

    @model_validator(mode="after")
    def _panel_is_whole(self) -> PanelSettings:
        if self.panel_required and self.panel_keys is None:
            raise ValueError(
                f"{PREFIX}PANEL_KEYS: INTAKE_PANEL_REQUIRED lets nobody begin without; set a key"
            )
        return self

    @property
    def panel_signing_keys(self) -> tuple[PanelKey, ...]:
        """The panel's keys; empty if none are set."""
        return read_panel_keys(self.panel_keys) if self.panel_keys is not None else ()
