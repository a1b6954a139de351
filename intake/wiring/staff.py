"""Build staff's sign-in and the panel's links from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Engine

from intake.accounts.panel_link import PanelLinks
from intake.accounts.sessions import SessionPolicy
from intake.settings import Settings

if TYPE_CHECKING:
    from intake.accounts.oidc import OidcProvider


def session_policy(settings: Settings, staff_token: str) -> SessionPolicy:
    """Return when sessions end, and which roles groups have."""
    return SessionPolicy(
        idle=settings.staff_idle,
        longest=settings.staff_longest,
        link_token=staff_token if settings.staff_link else None,
        group_roles=settings.oidc_roles,
    )


def oidc_provider(settings: Settings) -> OidcProvider | None:
    """Return the operator's identity provider; None if none is set."""
    if settings.oidc_issuer is None:
        return None
    from intake.accounts.oidc import OidcProvider, OidcSettings  # noqa: PLC0415 - slow to import

    secret = settings.oidc_client_secret
    return OidcProvider(
        OidcSettings(
            settings.oidc_issuer,
            settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            f"{settings.base_url}/staff/oidc/back",
            settings.oidc_scope,
            settings.oidc_groups_claim,
        )
    )


def panel_links(settings: Settings, engine: Engine) -> PanelLinks:
    """Return the signed links of the host's panel; without a key every token is refused."""
    return PanelLinks(engine, settings.panel_signing_keys, settings.base_url)
