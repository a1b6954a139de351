"""Parse a page's Content-Security-Policy, and decide whether it permits a script or style sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from diagnostics.probes.page_tags import tags_of

_MAX_POLICIES, _MAX_DIRECTIVES = 8, 60
# The directives for a kind of file; the first that is there counts (CSP 3, section 6.8.3).
_DIRECTIVES = {
    "script": ("script-src-elem", "script-src", "default-src"),
    "style": ("style-src-elem", "style-src", "default-src"),
}
# With these sources, something other than the URL decides.
_BY_OTHER_MEANS = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class ContentPolicy:
    """All policies of a page; each must permit a file (CSP 3, section 8.1)."""

    policies: tuple[Mapping[str, tuple[str, ...]], ...] = ()

    @property
    def upgrades(self) -> bool:
        """Whether browsers load the page's http files by https."""
        return any("upgrade-insecure-requests" in policy for policy in self.policies)

    def allows(self, kind: Literal["script", "style"], place: str, url: str) -> bool:
        """
        Check whether the page at `url` may load a script or a style sheet from `place`.

        If a nonce or a hash decides, True is returned.
        """
        for policy in self.policies:
            name = next((name for name in _DIRECTIVES[kind] if name in policy), None)
            if name is not None and not _fits_any(policy[name], place, url):
                return False
        return True


def read_policy(header: str, markup: str) -> ContentPolicy:
    """Parse the policies of the header, separated by commas, and those of the page's markup."""
    texts = header.split(",") if header else []
    for meta in tags_of(markup, {"meta"}):
        if meta.get("http-equiv").lower() == "content-security-policy":
            texts.append(meta.get("content"))
    return ContentPolicy(tuple(_directives(text) for text in texts[:_MAX_POLICIES]))


def _directives(text: str) -> Mapping[str, tuple[str, ...]]:
    """Parse a policy (CSP 3, section 2.2.1); of a repeated directive the first counts."""
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
    """Check whether a source matches a URL (CSP 3, section 6.7.2.8); http matches https too."""
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
