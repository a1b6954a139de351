"""Build the checks and the vantages from the settings."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Engine

from diagnostics import Options
from intake.checks import (
    BanHook,
    BanInquiries,
    BrowserViews,
    CheckBudgets,
    CheckService,
    CheckStorage,
    FamilyUrls,
    OtherVantages,
    ViewStore,
)
from intake.drafts import DraftStore
from intake.rate_limits import SharedLimiter
from intake.settings import Settings
from intake.vantages.globalping import Globalping
from intake.vantages.vantage import VantageAdapter
from intake.vantages.worker_jobs import WorkerJobs


def check_service(
    settings: Settings, engine: Engine, storage: CheckStorage, vantages: OtherVantages
) -> CheckService:
    """
    Return the service that diagnoses for drafts, within budgets shared by all processes on the
    database.
    """
    return CheckService(
        storage.save,
        settings.probe_options(),
        at_once=settings.checks_at_once,
        budgets=CheckBudgets(
            settings.checks_per_client, settings.checks_per_place, settings.checks_in_all
        ),
        engine=engine,
        measured=vantages.ask,
    )


def other_vantages(
    settings: Settings,
    engine: Engine,
    jobs: WorkerJobs,
    store: ViewStore,
    storage: CheckStorage,
) -> OtherVantages:
    """Return the operator's probe workers, and public probes if places are named."""
    options = settings.probe_options()
    return OtherVantages(
        [jobs, *_public_probes(settings, options)],
        store,
        storage,
        options,
        limiter=SharedLimiter(engine, "other-vantages"),
    )


def _public_probes(settings: Settings, options: Options) -> Iterator[VantageAdapter]:
    """Yield Globalping, if the operator named places for it."""
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
    """Return the views from customers' and friends' browsers, if that is switched on."""
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
    settings: Settings,
    engine: Engine,
    drafts: DraftStore,
    store: ViewStore,
    storage: CheckStorage,
) -> BanInquiries:
    """Return the inquiries to the operator's webhook about blocked addresses, if there is one."""
    hook = None
    if settings.unban_url is not None and settings.unban_secret is not None:
        hook = BanHook(settings.unban_url, settings.unban_secret.get_secret_value())
    may_lift = settings.unban_by_customer
    return BanInquiries(
        hook,
        drafts,
        store,
        storage,
        customers_may_lift=may_lift,
        limiter=SharedLimiter(engine, "unban"),
    )
