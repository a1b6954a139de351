"""Diagnoses for drafts: one run per target with many readers, within budgets; other vantages."""

from intake.checks.ban_hook import BanHook
from intake.checks.ban_inquiries import BanInquiries
from intake.checks.browser_requests import FamilyUrls
from intake.checks.browser_views import BrowserViews
from intake.checks.other_vantages import OtherVantages
from intake.checks.run_pool import CheckBudgets
from intake.checks.service import CheckService, Progress
from intake.checks.shared_run import CheckRequest
from intake.checks.storage import CheckStorage
from intake.checks.ticket_probes import TicketProbes
from intake.checks.view_store import FriendLink, ViewStore

__all__ = [
    "BanHook",
    "BanInquiries",
    "BrowserViews",
    "CheckBudgets",
    "CheckRequest",
    "CheckService",
    "CheckStorage",
    "FamilyUrls",
    "FriendLink",
    "OtherVantages",
    "Progress",
    "TicketProbes",
    "ViewStore",
]
