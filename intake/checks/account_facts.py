"""
The operator's webhook about a customer's account.

It returns balance, suspension, notices and services. It is queried when a customer comes from the
panel by a link without them; for two seconds at most, and the answer, or its absence, is cached for
a minute. Without an answer the customer is asked, like everybody.
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
_MAX_CACHED: Final = 1_000
_MAX_ANSWER_BYTES: Final = 64 * 1024


class AccountHook:
    """The webhook at `url`; thread-safe."""

    def __init__(self, url: str, secret: str, *, limit_s: float = LIMIT_S) -> None:
        self._hook = SignedHook(url, secret, limit_s=limit_s, max_answer_bytes=_MAX_ANSWER_BYTES)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, AccountFacts]] = {}

    def complete(self, visit: PanelVisit) -> PanelVisit:
        """Return the visit with missing data filled in; data of the link has precedence."""
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
            if len(self._known) >= _MAX_CACHED:
                self._known.clear()
            self._known[account] = (time.monotonic(), facts)
        return facts
