"""A page's Content-Security-Policy: whether it lets the page load a part of its own host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from diagnostics.probes.page_tags import tags_of

_MAX_POLICIES, _MAX_DIRECTIVES = 8, 60
# The directives that count for a kind of part, the first that is there (CSP 3, section 6.8.3).
_DIRECTIVES = {
    "script": ("script-src-elem", "script-src", "default-src"),
    "style": ("style-src-elem", "style-src", "default-src"),
}
# With these the place of a part isn't what counts.
_BY_OTHER_MEANS = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class ContentPolicy:
    """Every policy of a page: a part must be allowed by each (CSP 3, section 8.1)."""

    policies: tuple[Mapping[str, tuple[str, ...]], ...] = ()

    @property
    def upgrades(self) -> bool:
        """Whether http becomes https for whatever the page loads."""
        return any("upgrade-insecure-requests" in policy for policy in self.policies)

    def allows(self, kind: Literal["script", "style"], place: str, url: str) -> bool:
        """
        Whether a script or a style sheet at this place may be loaded by the page at `url`.

        Where a nonce or a hash decides it is taken for allowed.
        """
        for policy in self.policies:
            name = next((name for name in _DIRECTIVES[kind] if name in policy), None)
            if name is not None and not _fits_any(policy[name], place, url):
                return False
        return True


def read_policy(header: str, markup: str) -> ContentPolicy:
    """Read the policies of the header, joined by commas, and those of the page itself."""
    texts = header.split(",") if header else []
    for meta in tags_of(markup, {"meta"}):
        if meta.get("http-equiv").lower() == "content-security-policy":
            texts.append(meta.get("content"))
    return ContentPolicy(tuple(_directives(text) for text in texts[:_MAX_POLICIES]))


def _directives(text: str) -> Mapping[str, tuple[str, ...]]:
    """Split a policy (CSP 3, section 2.2.1); of a directive that is repeated the first counts."""
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.split(";")[:_MAX_DIRECTIVES]:
        words = part.split()
        if words:
            directives.setdefault(words[0].lower(), tuple(words[1:]))
    return directives


def _fits_any(sources: tuple[str, ...], place: str, url: str) -> bool:
    asked, own = urlsplit(place), urlsplit(url)
    return any(
        source.lower().startswith(_BY_OTHER_MEANS) or _fits(source.lower(), asked, own)
        for source in sources
    )


def _fits(source: str, asked: SplitResult, own: SplitResult) -> bool:
    """Compare one source with a place (CSP 3, section 6.7.2.8); https does for http."""
    if source in {"*", "'self'"}:
        return source == "*" or asked.hostname == own.hostname
    if source.startswith("'"):
        return False
    if source.endswith(":"):
        return source[:-1] == asked.scheme or (source, asked.scheme) == ("http:", "https")
    scheme, _, rest = source.rpartition("://")
    host, _, port = rest.partition("/")[0].partition(":")
    if scheme and scheme != asked.scheme and (scheme, asked.scheme) != ("http", "https"):
        return False
    if port not in {"", "*", str(asked.port or _PORTS.get(asked.scheme))}:
        return False
    name = asked.hostname or ""
    return name.endswith(host[1:]) if host.startswith("*.") else host in {name, "*"}
