"""
The settings of the operator's live chat: the vendor, and the origins that its page may
load from.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from intake.settings.group import SettingsGroup
from intake.settings.sources import PREFIX
from intake.settings.values import ServiceUrl, split

ChatVendor = Literal["chatwoot", "jivosite", "livetex", "mibew", "talk-me", "tawk"]
# A source of CSP (W3C, section 2.3.1): scheme and host, perhaps `*.` before it, perhaps a port.
_SOURCE: Final = re.compile(
    r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?"
)
_OWN_SERVERS: Final = frozenset({"chatwoot", "mibew"})


def _origins(value: object) -> tuple[str, ...]:
    """Check origins for a Content-Security-Policy: nothing may end a directive."""
    origins = []
    for word in map(str, split(value)):
        if not _SOURCE.fullmatch(word.lower().rstrip("/")):
            raise ValueError(
                f"{word!r} is no origin; write like https://code.jivosite.com,https://*.jivosite.com"
            )
        origins.append(word.lower().rstrip("/"))
    return tuple(origins)


class ChatSettings(SettingsGroup):
    """What an operator chooses about the live chat (docs/chats.md)."""

    heading = "Live chat"

    chat: ChatVendor | None = Field(
        default=None,
        description=(
            "Your live chat: `chatwoot`, `jivosite`, `livetex`, `mibew`, `talk-me` or `tawk`."
        ),
    )
    chat_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._/-]*$",
        max_length=200,
        description=(
            "The vendor's id of your site: the widget's id, Chatwoot's website token, "
            "tawk.to's `property/widget`."
        ),
    )
    chat_url: ServiceUrl | None = Field(
        default=None,
        description=(
            "The address of your Chatwoot or Mibew; for others only if it isn't the vendor's."
        ),
    )
    chat_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = Field(
        default=(),
        description=(
            "The only origins from which the chat's page may load anything, such as "
            "`https://*.jivosite.com`."
        ),
    )
    chat_secret: SecretStr | None = Field(
        default=None,
        description="Chatwoot's or tawk.to's key for verified visitors, if you use that.",
    )
    chat_queue: str = Field(
        default="",
        max_length=64,
        description=(
            "The queue of `desk.yaml` whose hours apply to the chat. Default: the case's own."
        ),
    )

    @model_validator(mode="after")
    def _chat_is_whole(self) -> ChatSettings:
        if self.chat is None:
            return self
        if self.chat in _OWN_SERVERS and self.chat_url is None:
            raise ValueError(f"{PREFIX}CHAT_URL: write where your {self.chat} answers")
        if self.chat != "mibew" and not self.chat_id:
            raise ValueError(f"{PREFIX}CHAT_ID: write what {self.chat} calls your site")
        if self.chat != "mibew" and not self.chat_origins:
            raise ValueError(
                f"{PREFIX}CHAT_ORIGINS: nothing is loaded from an origin that you haven't named;"
                " docs/chats.md has those of each vendor"
            )
        return self
