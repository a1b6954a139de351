"""Builds what measures and who else looks, from the settings."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics import Options
from intake.checks import (
    BanHook,
    BanInquiries,
    BrowserViews,
    CheckService,
    CheckStorage,
    FamilyUrls,
    OtherVantages,
    ViewStore,
)
from intake.drafts import DraftStore
from intake.settings import Settings
from intake.vantages.globalping import Globalping
from intake.vantages.vantage import VantageAdapter


def check_service(
    settings: Settings, storage: CheckStorage, vantages: OtherVantages
) -> CheckService:
    """All diagnoses of this process; nothing is measured yet."""
    return CheckService(
        storage.save,
        settings.probe_options(),
        at_once=settings.checks_at_once,
        per_client=settings.checks_per_client,
        measured=vantages.ask,
    )


def public_probes(settings: Settings, options: Options) -> Iterator[VantageAdapter]:
    """Globalping, where the operator named places for it."""
    if settings.globalping_places:
        secret = settings.globalping_token
        token = secret.get_secret_value() if secret else None
        yield Globalping(settings.globalping_places, options, token=token)


def browser_views(
    settings: Settings,
    drafts: DraftStore,
    store: ViewStore,
    storage: CheckStorage,
    bans: BanInquiries,
) -> BrowserViews:
    """What customers' browsers see."""
    return BrowserViews(
        drafts,
        store,
        storage,
        settings.probe_options(),
        families=FamilyUrls(settings.ipv4_url, settings.ipv6_url),
        page_scheme=settings.base_url.partition(":")[0],
        is_on=settings.browser_look,
        looked=bans.consider,
    )


def ban_inquiries(
    settings: Settings, drafts: DraftStore, store: ViewStore, storage: CheckStorage
) -> BanInquiries:
    """Whether the host's firewall shut a customer out; nobody is asked where no hook is set."""
    hook = None
    if settings.unban_url is not None and settings.unban_secret is not None:
        hook = BanHook(settings.unban_url, settings.unban_secret.get_secret_value())
    may_lift = settings.unban_by_customer
    return BanInquiries(hook, drafts, store, storage, customers_may_lift=may_lift)
