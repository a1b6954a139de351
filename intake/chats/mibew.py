"""
Mibew, on the operator's own server: a page of its own, so none of its scripts runs in ours.

Source:
    Mibew 3, `UserChatController::startAction` behind `/chat` (configs/routing.yml): it takes
    `name`, `email`, `info` and `url` from the address, also if it shows its form because nobody
    is there.
"""

from __future__ import annotations

from urllib.parse import urlencode

from intake.chats.chat import ChatAccount, ChatCase, known_values

_MAX_INFO_LENGTH = 600  # the address as a whole has to pass proxies


class Mibew:
    """
    Builds an address with the case in it; staff see `url` as the page that the visitor
    came from.
    """

    title = "Mibew"

    def __init__(self, account: ChatAccount) -> None:
        self._account = account

    def plan(self, case: ChatCase) -> str:
        """See `Chat`."""
        facts = {key: text for key, text in case.facts().items() if key != "link"}
        info = "\n".join((*facts.values(), *filter(None, (case.phone,))))[:_MAX_INFO_LENGTH]
        query = known_values(name=case.name, email=case.email, info=info, url=case.link)
        return f"{self._account.base}/chat?{urlencode({'locale': case.language, **query})}"
