"""
tawk.to.

Source:
    developer.tawk.to/jsapi, "JavaScript API": `Tawk_API.onLoad`, `setAttributes` (name, email,
    hash, own keys of letters, digits and dashes, a callback), `maximize`; with secure mode `hash`
    is HMAC-SHA256 of the e-mail by the site's API key.
"""

from __future__ import annotations

import hashlib
import hmac

from intake.chats.chat import ChatAccount, ChatCall, ChatCase, ChatPlan, ChatReady, filled

_LONGEST_VALUE = 255  # of an attribute


class Tawk:
    """
    Attributes of the visitor.

    In secure mode only an address that the panel proved is signed: the hash says whose the
    conversations are. Any other goes along as an attribute.
    """

    title = "tawk.to"

    def __init__(self, account: ChatAccount) -> None:
        self._account = account

    def plan(self, case: ChatCase) -> ChatPlan:
        """See `Chat`."""
        secret, attributes = self._account.secret, dict(case.facts())
        if secret is None:
            attributes |= {"name": case.name, "email": case.email}
        elif case.email and case.email_is_proven:
            digest = hmac.new(secret.encode(), case.email.encode(), hashlib.sha256)
            attributes |= {"name": case.name, "email": case.email, "hash": digest.hexdigest()}
        else:
            attributes |= {"said-name": case.name, "said-email": case.email}
        attributes["phone"] = case.phone
        cut = {name: text[:_LONGEST_VALUE] for name, text in attributes.items()}
        return ChatPlan(
            script=f"{self._account.base}/{self._account.id}",
            ready=ChatReady("callback", "Tawk_API.onLoad"),
            calls=(
                ChatCall("Tawk_API.setAttributes", (filled(**cut),), needs_callback=True),
                ChatCall("Tawk_API.maximize"),
            ),
            values={"Tawk_API": {}},
        )
