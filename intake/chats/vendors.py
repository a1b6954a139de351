"""Every chat by its name in the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from intake.chats.chat import Chat, ChatAccount
from intake.chats.chatwoot import Chatwoot
from intake.chats.jivosite import JivoSite
from intake.chats.livetex import LiveTex
from intake.chats.mibew import Mibew
from intake.chats.talk_me import TalkMe
from intake.chats.tawk import Tawk

CHATS: Final[Mapping[str, Callable[[ChatAccount], Chat]]] = {
    "chatwoot": Chatwoot,
    "jivosite": JivoSite,
    "livetex": LiveTex,
    "mibew": Mibew,
    "talk-me": TalkMe,
    "tawk": Tawk,
}
