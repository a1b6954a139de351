"""Build the live chat from the settings; nothing is loaded before a customer asks for it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from intake.chats.chat import Chat, ChatAccount
from intake.chats.sealed_case import SealedCases
from intake.chats.vendors import CHATS
from intake.settings import Settings

# Where the vendors serve their widgets; Chatwoot and Mibew run where the operator says.
_VENDOR_URLS: Final = {
    "jivosite": "https://code.jivosite.com",
    "livetex": "https://cs15.livetex.ru",
    "talk-me": "https://lcab.talk-me.ru",
    "tawk": "https://embed.tawk.to",
}


@dataclass(frozen=True, slots=True)
class ConfiguredChat:
    """
    The chat, the maker of its pages' tokens, the allowed origins, and the queue with its working
    hours.
    """

    chat: Chat
    cases: SealedCases
    origins: tuple[str, ...]
    queue: str


def build_chat(settings: Settings, link_key: bytes) -> ConfiguredChat | None:
    """
    Return the chat that is set up; None without one. Its tokens are signed with a key
    of their own.
    """
    if settings.chat is None:
        return None
    secret = settings.chat_secret
    account = ChatAccount(
        id=settings.chat_id,
        base=settings.chat_url or _VENDOR_URLS[settings.chat],
        secret=secret.get_secret_value() if secret else None,
    )
    return ConfiguredChat(
        CHATS[settings.chat](account),
        SealedCases(hmac.digest(link_key, b"chat pages", "sha256")),
        settings.chat_origins,
        settings.chat_queue,
    )
