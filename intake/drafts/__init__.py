"""Drafts, kept: what a customer said and what was measured, stored after every step."""

from intake.drafts.files import DraftFile, FileRefused, sanitised_name
from intake.drafts.store import (
    MAX_DRAFT_BYTES,
    DraftClosed,
    DraftStore,
    DraftTooLarge,
    Status,
    StoredDraft,
    hash_token,
)

__all__ = [
    "MAX_DRAFT_BYTES",
    "DraftClosed",
    "DraftFile",
    "DraftStore",
    "DraftTooLarge",
    "FileRefused",
    "Status",
    "StoredDraft",
    "hash_token",
    "sanitised_name",
]
