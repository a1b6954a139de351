"""The settings of staff's sign-in: the printed link, how long sessions last, the OIDC provider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from intake.accounts.rights import StaffRole, read_roles
from intake.settings.group import SettingsGroup
from intake.settings.sources import PREFIX
from intake.settings.values import ExistingPath, Secret, check_service_url, pairs


def _group_roles(value: object) -> Mapping[str, frozenset[StaffRole]]:
    """Read `role=group` pairs, or a TOML table with a list for each role; return roles by group."""
    if isinstance(value, Mapping):
        value = [
            f"{role}={group}"
            for role, groups in value.items()
            for group in ([groups] if isinstance(groups, str) else groups)
        ]
    roles: dict[str, frozenset[StaffRole]] = {}
    for word, role, group in pairs(value):
        if not group:
            raise ValueError(f"{word!r} is not role=group; write like agent=support,admin=it-leads")
        roles[group] = roles.get(group, frozenset()) | read_roles([role])
    return roles


def _issuer(value: str) -> str:
    """
    Check the issuer and return it unchanged: with and without a slash at the end are
    two issuers.
    """
    check_service_url(value)
    return value


IssuerUrl = Annotated[str, AfterValidator(_issuer)]
GroupRoles = Annotated[Mapping[str, frozenset[StaffRole]], BeforeValidator(_group_roles)]


class StaffSettings(SettingsGroup):
    """What an operator chooses about staff (docs/staff.md)."""

    heading = "Staff"

    staff_token: Secret | None = Field(
        default=None,
        description=(
            "The token of the printed sign-in link, 20 characters or more. Default: "
            "generated once and stored."
        ),
    )
    staff_link: bool = Field(
        default=True,
        description=(
            "Whether the printed link signs people in as administrators; turn it off once "
            "people have accounts."
        ),
    )
    replies: ExistingPath | None = Field(
        default=None,
        description=(
            "A folder with your own reply templates (docs/replies.md), in addition to the "
            "included ones."
        ),
    )
    staff_idle_minutes: int = Field(
        default=120,
        ge=5,
        le=24 * 60,
        description="Minutes without a click after which staff sign in again.",
    )
    staff_session_hours: int = Field(
        default=12, ge=1, le=72, description="Hours after which staff sign in again in any case."
    )
    oidc_issuer: IssuerUrl | None = Field(
        default=None,
        description=(
            "Your OpenID Connect provider's issuer, exactly as it states it, such as "
            "`https://id.example.com`."
        ),
    )
    oidc_client_id: str = Field(default="", description="Intake's client id there.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Intake's client secret there; empty for a public client."
    )
    oidc_roles: GroupRoles = Field(
        default={},
        description=(
            "Roles of the provider's groups, `role=group`: reader, agent, author, admin, "
            "such as `agent=support,admin=it-leads`."
        ),
    )
    oidc_groups_claim: str = Field(
        default="groups", description="The claim with a person's groups."
    )
    oidc_scope: str = Field(
        default="openid profile email", description="The scope that is requested there."
    )

    @model_validator(mode="after")
    def _provider_is_whole(self) -> StaffSettings:
        if self.oidc_issuer is not None and not self.oidc_client_id:
            raise ValueError(f"{PREFIX}OIDC_CLIENT_ID: set what INTAKE_OIDC_ISSUER calls us")
        if self.oidc_issuer is not None and not self.oidc_roles:
            raise ValueError(
                f"{PREFIX}OIDC_ROLES: nobody of INTAKE_OIDC_ISSUER has a role yet; write like"
                " agent=support,admin=it-leads"
            )
        return self

    @property
    def staff_idle(self) -> timedelta:
        """The time without a click after which a session ends."""
        return timedelta(minutes=self.staff_idle_minutes)

    @property
    def staff_longest(self) -> timedelta:
        """The time after which a session ends in any case."""
        return timedelta(hours=self.staff_session_hours)
