"""
Chatwoot, hosted or on the operator's own server.

Source:
    Chatwoot, "Widget SDK": `packs/js/sdk.js`, `chatwootSDK.run`, the event `chatwoot:ready`, then
    `setUser`, `setConversationCustomAttributes`, `toggle`; "Identity validation": `identifier_hash`
    is HMAC-SHA256 of the identifier. `setUser` before `ready` is lost (discussion 9085).
"""

from __future__ import annotations

import hashlib
import hmac

from intake.chats.chat import ChatAccount, ChatCall, ChatCase, ChatPlan, ChatReady, known_values


class Chatwoot:
    """
    Chatwoot, with a separate visitor for each case.

    The identifier is ours, never the typed address: whoever types somebody else's would be shown
    that person's conversations. With signed visitors, an address that nobody proved is passed as an
    attribute only.
    """

    title = "Chatwoot"

    def __init__(self, account: ChatAccount) -> None:
        self._account = account

    def plan(self, case: ChatCase) -> ChatPlan:
        """See `Chat`."""
        secret, identifier = self._account.secret, f"intake-{case.id}"
        is_trusted = secret is None or case.email_is_proven
        user = known_values(name=case.name, email=case.email if is_trusted else "")
        if secret is not None:
            digest = hmac.new(secret.encode(), identifier.encode(), hashlib.sha256)
            user["identifier_hash"] = digest.hexdigest()
        attributes = {
            **known_values(phone=case.phone, email="" if is_trusted else case.email),
            **case.facts(),
        }
        return ChatPlan(
            script=f"{self._account.base}/packs/js/sdk.js",
            after_script=(
                ChatCall(
                    "chatwootSDK.run",
                    ({"websiteToken": self._account.id, "baseUrl": self._account.base},),
                ),
            ),
            ready=ChatReady("event", "chatwoot:ready"),
            calls=(
                ChatCall("$chatwoot.setUser", (identifier, user)),
                ChatCall("$chatwoot.setConversationCustomAttributes", (attributes,)),
                ChatCall("$chatwoot.toggle", ("open",)),
            ),
            values={"chatwootSettings": {"locale": case.language}},
        )
