"""
Talk-me.

Source:
    No documentation of the vendor's could be read. The snippet that its cabinet gives out, as sites
    carry it (`supportAPIMethod`, `support.js?h=`, a queue until it is loaded), and the calls
    `setClientInfo` (name, email, phone, custom) and `openSupport`.
"""

from __future__ import annotations

from intake.chats.chat import ChatAccount, ChatCall, ChatCase, ChatPlan, ChatReady, known_values


class TalkMe:
    """Passes everything in one call, our facts among its own fields."""

    title = "Talk-me"

    def __init__(self, account: ChatAccount) -> None:
        self._account = account

    def plan(self, case: ChatCase) -> ChatPlan:
        """See `Chat`."""
        client = {
            **known_values(name=case.name, email=case.email, phone=case.phone),
            "custom": dict(case.facts()),
        }
        return ChatPlan(
            script=f"{self._account.base}/support/support.js?h={self._account.id}",
            ready=ChatReady("queue", "TalkMe"),
            calls=(
                ChatCall("TalkMe", ("setClientInfo", client)),
                ChatCall("TalkMe", ("openSupport",)),
            ),
            values={"supportAPIMethod": "TalkMe"},
        )
