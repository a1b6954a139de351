"""
Parse one word of what a customer pasted to one host, with or without scheme, port and path.

A typed string is never passed to the system's resolver: glibc reads `127.1`, `0x7f.1`, `2130706433`
and full-width digits as addresses. What is no plain address here must be a name in A-labels.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote

import idna

from diagnostics.targets.target import HostKind, Scheme, Target, display_name

_SPECIAL_NAMES = frozenset(
    {
        *("localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home"),
        *("lan", "arpa", "onion", "i2p", "alt", "bit"),
    }
)  # RFC 6761, 6762, 8375, 9476 and names that leak from inside networks
# With underscores, which host names must not have and some have.
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DOTTED = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
_HOST_CHARACTERS = re.compile(r"[A-Za-z0-9._:\[\]-]+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_MISTYPED_SCHEME = re.compile(r"h{0,2}t{1,3}p{1,2}(s{0,2})[:;]?//?(?!/)", re.IGNORECASE)
_OTHER_SCHEMES = frozenset(
    {
        *("mailto", "javascript", "data", "file", "ftp", "ssh", "sftp", "tel", "ws", "wss"),
        "vbscript",
    }
)
_EMAIL = re.compile(r"[^@:/\s]+@[^@:/\s]+\.[^@:/\s]+")
_MAX_PORT = 65535
_MAX_NAME = 253
_DOTS = str.maketrans(dict.fromkeys("。．｡", "."))


class NotATargetError(ValueError):
    """The text is not one host; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_target(token: str) -> tuple[Target, bool]:
    """
    Return the target in a word, and whether a typing error (`htps://`) was repaired, to be
    confirmed.

    Raises:
        NotATargetError: the word is not one host in a plain spelling.
    """
    if any(_is_invisible(char) for char in token):
        raise NotATargetError("invisible_characters")
    if "\\" in token:
        raise NotATargetError("bad_characters")
    scheme, rest, is_repaired = _split_scheme(token)
    authority, path = _split_path(rest)
    _refuse_more_than_a_host(authority, has_scheme=scheme is not None)
    host_text, port = _split_port(authority)
    kind, host = _read_host(host_text)
    target = Target(
        input=token,
        kind=kind,
        host=host,
        host_display=display_name(host) if kind == "domain" else host,
        scheme=scheme,
        port=port,
        path=path,
    )
    return target, is_repaired


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def _split_scheme(token: str) -> tuple[Scheme | None, str, bool]:
    """Split the scheme off, repairing the usual typing errors."""
    if match := _SCHEME.match(token):
        name, rest = match[1].lower(), token[match.end() :]
        if name in {"http", "https"}:
            return ("https" if name == "https" else "http"), rest, False
    # htps://, http:/, hhttp// and the like; the customer confirms the repair.
    if match := _MISTYPED_SCHEME.match(token):
        return ("https" if match[1] else "http"), token[match.end() :], True
    if _SCHEME.match(token) or token.partition(":")[0].lower() in _OTHER_SCHEMES:
        raise NotATargetError("other_scheme")
    return None, token.removeprefix("//"), False


def _split_path(rest: str) -> tuple[str, str]:
    authority, tail = re.fullmatch(r"([^/?#]*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]  # matches any text
    path = tail.partition("#")[0]
    if not path.startswith("/"):
        path = "/" + path
    return authority, quote(path, safe="/%:=&?~+!$,;'@()*[]-._|")


def _refuse_more_than_a_host(authority: str, *, has_scheme: bool) -> None:
    if "@" in authority:
        is_mail = not has_scheme and _EMAIL.fullmatch(authority)
        raise NotATargetError("email_address" if is_mail else "userinfo")
    if "%" in authority:
        is_zone = authority.startswith("[") or authority.count(":") > 1
        raise NotATargetError("zone_id" if is_zone else "percent_encoding")


def _split_port(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, bracket, after = authority[1:].partition("]")
        if not bracket or (after and not after.startswith(":")):
            raise NotATargetError("not_a_host")
        return f"[{host}]", _read_port(after[1:])
    # IPv6 without its brackets, as people copy it: then there is no port.
    if authority.count(":") > 1:
        return f"[{authority}]", None
    host, _, port = authority.partition(":")
    return host, _read_port(port)


def _read_port(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) <= _MAX_PORT:
        raise NotATargetError("bad_port")
    return int(text)


def _read_host(text: str) -> tuple[HostKind, str]:
    if text.startswith("["):
        try:
            return "ipv6", str(IPv6Address(text[1:-1]))
        except ValueError:
            raise NotATargetError("not_a_host") from None
    if not text:
        raise NotATargetError("not_a_host")
    # Full-width digits and dots become plain ones only for this judgement.
    plain = unicodedata.normalize("NFKC", text).translate(_DOTS).lower()
    if _ends_in_a_number(plain):
        return "ipv4", _read_ipv4(text)
    return "domain", _read_name(text.lower().removesuffix("."))


def _ends_in_a_number(host: str) -> bool:
    """Check whether some system would read this as an IPv4 address (WHATWG URL, section 3.5)."""
    return bool(_NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]))


def _read_ipv4(text: str) -> str:
    if not _DOTTED.fullmatch(text):
        raise NotATargetError("odd_address")
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise NotATargetError("odd_address") from None


def _read_name(text: str) -> str:
    """Return a name in A-labels, by RFC 5890 to 5892 and UTS 46 without transitional mapping."""
    if text.isascii() and not _HOST_CHARACTERS.fullmatch(text):
        raise NotATargetError("bad_characters")
    try:
        name = text if text.isascii() else _to_a_labels(text)
        # An A-label that stands for nothing is no name (RFC 5891, section 5.4).
        idna.decode(name) if "xn--" in name else None
    except (idna.IDNAError, UnicodeError):
        raise NotATargetError("bad_characters") from None
    labels = name.split(".")
    if len(name) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotATargetError("not_a_host")
    if labels[-1] in _SPECIAL_NAMES:
        raise NotATargetError("special_name")
    if len(labels) == 1:
        raise NotATargetError("single_label")
    if _ends_in_a_number(name):
        raise NotATargetError("odd_address")
    return name


def _to_a_labels(text: str) -> str:
    return idna.encode(text, uts46=True, std3_rules=False, transitional=False).decode("ascii")
