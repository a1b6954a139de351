"""
JivoSite (Jivo).

Source:
    jivochat.com/docs/widget, "Widget API": `jivo_onLoadCallback`, `setContactInfo` (name, email,
    phone, description), `setCustomData` (rows of title, content, link), `open`.
"""

from __future__ import annotations

from intake.chats.chat import (
    ChatAccount,
    ChatCall,
    ChatCase,
    ChatPlan,
    ChatReady,
    JsonData,
    known_values,
)

_LABELS = {"ticket": "Intake", "cause": "Cause", "about": "About", "contact": "Contact"}


class JivoSite:
    """Sets the contact, then rows beside the conversation; the ticket's row has its link."""

    title = "Jivo"

    def __init__(self, account: ChatAccount) -> None:
        self._account = account

    def plan(self, case: ChatCase) -> ChatPlan:
        """See `Chat`."""
        contact = known_values(
            name=case.name, email=case.email, phone=case.phone, description=case.about
        )
        return ChatPlan(
            script=f"{self._account.base}/widget/{self._account.id}",
            ready=ChatReady("callback", "jivo_onLoadCallback"),
            calls=(
                ChatCall("jivo_api.setContactInfo", (contact,)),
                ChatCall("jivo_api.setCustomData", (_rows(case),)),
                ChatCall("jivo_api.open"),
            ),
            values={},
        )


def _rows(case: ChatCase) -> list[JsonData]:
    facts = dict(case.facts())
    link = facts.pop("link", "")
    rows: list[JsonData] = []
    for name, text in facts.items():
        row: dict[str, JsonData] = {"title": _LABELS[name], "content": text}
        if name == "ticket" and link:
            row["link"] = link
        rows.append(row)
    return rows
