"""Build the services from the settings: the one place where the parts meet."""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Engine

from diagnostics.texts import served_languages
from diagnostics.texts.translation_files import TranslationError, use_translations
from intake.accounts.api_requests import ApiRequests
from intake.accounts.api_tokens import ApiTokenStore
from intake.accounts.audit import AuditLog
from intake.accounts.sessions import SessionStore
from intake.accounts.users import UserStore
from intake.checks import (
    BanInquiries,
    BrowserViews,
    CheckService,
    CheckStorage,
    OtherVantages,
    TicketProbes,
    ViewStore,
)
from intake.database import (
    utc_now,
)
from intake.delivery import DeliveryWorker
from intake.delivery.configuration import ConfiguredDesk, desks_for
from intake.delivery.desks.receipt import RECEIPT
from intake.delivery.replies.mailbox import ReplyMailbox
from intake.delivery.replies.reply_intake import ReplyIntake
from intake.drafts import ChecklistStatistics, DraftFiles, DraftStore, read_statistics
from intake.incidents import IncidentNotices, IncidentStore
from intake.journey.checklist_paths import shipped_folder
from intake.outbox import Outbox
from intake.publishing import (
    ChecklistFolder,
    History,
    LiveChecklists,
    Publisher,
    Watcher,
    WorkingCopies,
)
from intake.replies.template_store import ReplyTemplates
from intake.settings import Settings, SettingsError, load_settings
from intake.settings.staff_token import read_link_key, read_staff_token
from intake.tickets import Ticket, TicketLinks, TicketStore
from intake.tickets.canary_mark import CanaryMark
from intake.tickets.conversation_store import ConversationStore
from intake.tickets.probe_store import ProbeStore
from intake.tickets.saved_views import SavedViews
from intake.vantages.worker_jobs import WorkerJobs
from intake.vantages.worker_store import WorkerStore
from intake.wiring.chats import ConfiguredChat, build_chat
from intake.wiring.checks import ban_inquiries, browser_views, check_service, other_vantages
from intake.wiring.database import migrated_database
from intake.wiring.desks import build_worker, configured_desks, reply_mailboxes
from intake.wiring.incidents import build_incidents
from intake.wiring.staff import oidc_provider, session_policy

if TYPE_CHECKING:
    from intake.accounts.oidc import OidcProvider

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Services:
    """Everything that pages, routes and commands use, built once for each process."""

    settings: Settings
    engine: Engine
    drafts: DraftStore
    draft_files: DraftFiles
    tickets: TicketStore
    conversations: ConversationStore
    checks: CheckService
    probe_store: ProbeStore
    probes: TicketProbes
    views: BrowserViews
    bans: BanInquiries
    other_vantages: OtherVantages
    workers: WorkerStore
    worker_jobs: WorkerJobs
    outbox: Outbox
    worker: DeliveryWorker
    desks: tuple[ConfiguredDesk, ...]
    desk_replies: ReplyIntake
    reply_mailboxes: tuple[ReplyMailbox, ...]
    checklists: LiveChecklists
    publisher: Publisher
    watcher: Watcher
    staff_token: str
    users: UserStore
    sessions: SessionStore
    audit: AuditLog
    api_tokens: ApiTokenStore
    api_requests: ApiRequests
    oidc: OidcProvider | None
    sign_in_key: bytes
    links: TicketLinks
    replies: ReplyTemplates
    views_of_inbox: SavedViews
    incidents: IncidentStore
    notices: IncidentNotices
    chat: ConfiguredChat | None
    canary_mark: CanaryMark

    def desk_names(self, ticket: Ticket) -> tuple[str, ...]:
        """Return the desks that get a ticket, without the customer's receipt."""
        return desks_for(ticket, self.desks)

    @property
    def sends_receipts(self) -> bool:
        """Whether customers get a copy by mail."""
        return any(desk.name == RECEIPT for desk in self.worker.desks)

    def statistics(self, checklist_id: str, since: datetime | None = None) -> ChecklistStatistics:
        """Return how customers get on with a checklist, step by step."""
        return read_statistics(self.engine, checklist_id, utc_now(), since=since)


def build_services(settings: Settings, *, with_checklists: bool = True) -> Services:
    """
    Open the database (migrating it), load the checklists, create the workers; start nothing.

    Raises:
        SettingsError: a folder, the database, the checklists or the staff token can't be used.
    """
    drafts, tickets = DraftStore(engine := _open_database(settings)), TicketStore(engine)
    links = TicketLinks(link_key := read_link_key(settings), days=settings.ticket_link_days)
    staff_token, desks = read_staff_token(settings), configured_desks(settings)
    mailboxes = reply_mailboxes(settings, desks, _key(link_key, b"desk replies"))
    worker = build_worker(settings, engine, desks, links)
    conversations = ConversationStore(engine, on_update=worker.wake)
    folder, checklists, history = _open_checklists(settings, engine, load=with_checklists)
    options, store, jobs = settings.probe_options(), ViewStore(engine), WorkerJobs()
    storage = CheckStorage(drafts, tickets, store, options, updated=worker.wake)
    vantages = other_vantages(settings, engine, jobs, store, storage)
    bans = ban_inquiries(settings, engine, drafts, store, storage)
    checks = check_service(settings, engine, storage, vantages)
    probes = TicketProbes(checks, probe_store := ProbeStore(engine), drafts, options)
    incidents, notices = build_incidents(settings, engine, worker.wake)
    return Services(
        settings=settings,
        engine=engine,
        drafts=drafts,
        draft_files=DraftFiles(engine),
        tickets=tickets,
        conversations=conversations,
        desk_replies=ReplyIntake(engine, tickets, conversations),
        reply_mailboxes=mailboxes,
        checks=checks,
        probe_store=probe_store,
        probes=probes,
        views=browser_views(settings, drafts, store, storage, bans),
        bans=bans,
        other_vantages=vantages,
        workers=WorkerStore(engine),
        worker_jobs=jobs,
        outbox=Outbox(engine),
        worker=worker,
        desks=desks,
        checklists=checklists,
        publisher=Publisher(folder, checklists, history, WorkingCopies(engine)),
        watcher=Watcher(folder, checklists.reload),
        staff_token=staff_token,
        users=UserStore(engine),
        sessions=SessionStore(engine, session_policy(settings, staff_token)),
        audit=AuditLog(engine),
        api_tokens=ApiTokenStore(engine),
        api_requests=ApiRequests(engine),
        oidc=oidc_provider(settings),
        sign_in_key=_key(link_key, b"staff sign-in"),
        links=links,
        replies=ReplyTemplates(settings.replies),
        views_of_inbox=SavedViews(engine),
        incidents=incidents,
        notices=notices,
        chat=build_chat(settings, link_key),
        canary_mark=CanaryMark(_key(link_key, b"canary")),
    )


_services_lock = threading.Lock()
_services: Services | None = None


def services() -> Services:
    """
    Return the process's one set of services, built at first use.

    Raises:
        SettingsError: see `build_services`.
    """
    global _services  # noqa: PLW0603 - one process, one set; the pages' threads share it
    # The first visitors come at once, each in a thread of their own.
    with _services_lock:
        if _services is None:
            _services = build_services(load_settings())
        return _services


def load_services() -> Services:
    """
    Return the services without checklists, for commands: they create no drafts, and start faster
    so.

    Raises:
        SettingsError: see `build_services`.
    """
    return build_services(load_settings(), with_checklists=False)


def _key(link_key: bytes, purpose: bytes) -> bytes:
    """Derive a separate key for each purpose; none reveals the others."""
    return hmac.digest(link_key, purpose, "sha256")


def _open_checklists(
    settings: Settings, engine: Engine, *, load: bool
) -> tuple[ChecklistFolder, LiveChecklists, History]:
    own, history = settings.data / "checklists", History(engine)
    folder = ChecklistFolder(settings.checklists, own=own, shipped=shipped_folder())
    checklists = LiveChecklists(folder, history)
    if load:
        _load(checklists, folder)
    return folder, checklists, history


def _open_database(settings: Settings) -> Engine:
    use_own_translations(settings)
    return migrated_database(settings)


def _load(live: LiveChecklists, folder: ChecklistFolder) -> None:
    """
    Load the checklists. The good ones are served; the watcher reports the mistakes of the others.

    If none is good, the start stops with every mistake: a service without checklists would only
    look as if it ran.
    """
    live.load()
    if live:
        return
    mistakes = "\n".join(filter(None, (file.why_not_live for file in live.files.values())))
    if not mistakes:
        raise SettingsError(
            f"INTAKE_CHECKLISTS: there is no checklist in {folder.path}. Name a folder with *.yaml."
        )
    raise SettingsError(
        f"INTAKE_CHECKLISTS: {folder.path} has mistakes; mend them, or name another folder.\n"
        f"{mistakes}"
    )


def use_own_translations(settings: Settings) -> None:
    """
    Load the operator's languages, if any are set.

    Raises:
        SettingsError: a file can't be used, or INTAKE_LANGUAGE isn't served.
    """
    try:
        use_translations(settings.translations)
    except (TranslationError, OSError) as error:
        raise SettingsError(f"INTAKE_TRANSLATIONS: {error}") from error
    if settings.language not in served_languages():
        raise SettingsError(
            f"INTAKE_LANGUAGE: {settings.language!r} is no language served here; write one of"
            f" {', '.join(served_languages())}."
        )
