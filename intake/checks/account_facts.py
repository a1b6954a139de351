"""
The operator's webhook about accounts: balance, suspension, notices and services of a customer.

Asked when a customer comes from the panel by a link that doesn't say them; two seconds at most,
and an answer, or none, serves for a minute. Without one the customer is asked, as everybody is.
"""

from __future__ import annotations

import secrets
import threading
import time
from typing import Final

from pydantic import ValidationError

from intake.accounts.panel_link import AccountFacts, PanelVisit
from intake.checks.signed_hook import SignedHook

LIMIT_S: Final = 2.0
_KEPT_S: Final = 60.0
_MOST_KEPT: Final = 1_000
_MAX_ANSWER_BYTES: Final = 64 * 1024


class AccountHook:
    """The webhook at `url`; usable from any thread."""

    def __init__(self, url: str, secret: str, *, limit_s: float = LIMIT_S) -> None:
        self._hook = SignedHook(url, secret, limit_s=limit_s, max_answer_bytes=_MAX_ANSWER_BYTES)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, AccountFacts]] = {}

    def complete(self, visit: PanelVisit) -> PanelVisit:
        """The visit with what its link left out; what the link says counts."""
        names = AccountFacts.model_fields
        lacking = [name for name in names if getattr(visit, name) is None]
        if not lacking:
            return visit
        facts = self._facts_of(visit.sub)
        return visit.model_copy(update={name: getattr(facts, name) for name in lacking})

    def _facts_of(self, account: str) -> AccountFacts:
        now = time.monotonic()
        with self._lock:
            asked_at, facts = self._known.get(account, (-_KEPT_S, AccountFacts()))
        if now - asked_at < _KEPT_S:
            return facts
        answer = self._hook.ask(
            {"type": "account.facts", "account": account}, secrets.token_hex(16)
        )
        try:
            facts = AccountFacts.model_validate(answer or {})
        except ValidationError:
            facts = AccountFacts()
        with self._lock:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[account] = (time.monotonic(), facts)
        return facts
