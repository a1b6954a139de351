"""
LiveTex.

Source:
    No documentation of the vendor's could be read. These are the calls that sites make of its
    `client.js`: `liveTexID`, `setName`, `setManyPrechatFields`, `showActiveWindow`. Some builds
    never call `onLiveTexReady`, so we wait for the function itself.
"""

from __future__ import annotations

from intake.chats.chat import ChatAccount, ChatCall, ChatCase, ChatPlan, ChatReady, known_values


class LiveTex:
    """Sets the name, then the fields, as a form before the chat would."""

    title = "LiveTex"

    def __init__(self, account: ChatAccount) -> None:
        self._account = account

    def plan(self, case: ChatCase) -> ChatPlan:
        """See `Chat`."""
        number = self._account.id
        fields = {**known_values(email=case.email, phone=case.phone), **case.facts()}
        name_calls = (ChatCall("LiveTex.setName", (case.name,)),) if case.name else ()
        return ChatPlan(
            script=f"{self._account.base}/js/client.js",
            ready=ChatReady("method", "LiveTex.showActiveWindow"),
            calls=(
                *name_calls,
                ChatCall("LiveTex.setManyPrechatFields", (fields,)),
                ChatCall("LiveTex.showActiveWindow"),
            ),
            values={
                "liveTex": True,
                "liveTexID": int(number) if number.isdigit() else number,
                "liveTex_object": True,
                "LiveTex": {},
            },
        )
