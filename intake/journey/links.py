"""Links in an author's texts: to a page, a mailbox or a telephone."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field

from intake.journey.model import Model, Text, TextLine

MAX_ADDRESS: Final = 500  # characters
_PLAIN: Final = re.compile(r"[^\s\\<>\"'`{}|^]+")
_MAIL: Final = re.compile(r"mailto:[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?:\?[\w=&%.-]*)?", re.ASCII)
# RFC 3966, section 3: digits, with visual separators between them.
_NUMBER: Final = re.compile(r"tel:\+?[0-9][0-9().-]{2,30}")


class Link(Model):
    """A link under a text: its address and its label."""

    to: TextLine = Field(description="where it leads: `https://…`, `mailto:…` or `tel:…`")
    label: Text = Field(description="its words, beginning with a verb")

    @property
    def is_safe(self) -> bool:
        """Whether a customer's browser may follow it."""
        return is_safe_address(self.to)


def is_safe_address(to: str) -> bool:
    """Check for a complete https, mailto or tel link without hidden characters."""
    if len(to) > MAX_ADDRESS or not to.isprintable() or not _PLAIN.fullmatch(to):
        return False
    if to.startswith("https://"):
        return _is_page(to)
    return bool(_MAIL.fullmatch(to) or _NUMBER.fullmatch(to))


def _is_page(to: str) -> bool:
    try:
        parts = urlsplit(to)
        # Accessing `port` validates it. A user name before the host would disguise the real host.
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def nearest_address(to: str) -> str | None:
    """Return the address that was probably meant, such as one without its scheme, or None."""
    bare = to.strip()
    if not re.sub(r"^[a-z]*:?/*", "", bare, flags=re.IGNORECASE):
        return None  # a scheme and nothing behind it
    candidates = [
        re.sub(r"^(?:http|htps|htpps|https?):?/*", "https://", bare, flags=re.IGNORECASE),
        f"mailto:{bare.removeprefix('mailto:').lstrip('/ ')}",
        f"tel:{re.sub(r'[^0-9+]', '', bare)}",
        f"https://{bare}",
    ]
    if "@" in bare:
        candidates = candidates[1:2]
    elif not re.search(r"[a-zа-яё]", bare.removeprefix("tel:"), re.IGNORECASE):
        candidates = candidates[2:3]
    elif not re.match(r"ht", bare, re.IGNORECASE):
        is_host = re.match(r"[\w-]+(?:\.[\w-]+)+(?:[:/?#]|$)", bare)
        candidates = candidates[3:] if is_host else []
    return next((address for address in candidates if is_safe_address(address)), None)
