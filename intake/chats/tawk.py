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

from intake.chats.chat import ChatAccount, ChatCall, ChatCase, ChatPlan, ChatReady, known_values

_MAX_VALUE_LENGTH = 255  # of an attribute


class Tawk:
    """
    Sets attributes of the visitor.

    In secure mode only an address that the panel proved is signed, because the hash says whose the
    conversations are. Any other address is passed as an attribute.
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
        shortened = {name: text[:_MAX_VALUE_LENGTH] for name, text in attributes.items()}
        return ChatPlan(
            script=f"{self._account.base}/{self._account.id}",
            ready=ChatReady("callback", "Tawk_API.onLoad"),
            calls=(
                ChatCall(
                    "Tawk_API.setAttributes", (known_values(**shortened),), needs_callback=True
                ),
                ChatCall("Tawk_API.maximize"),
            ),
            values={"Tawk_API": {}},
        )
