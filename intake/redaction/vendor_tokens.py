"""Finds secrets with a distinctive form: tokens of services, JWTs, hashes, logins in URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from intake.redaction.linear_patterns import compile_linear
from intake.redaction.model import SecretKind, SecretSpan

# One expression per service; `$` isn't needed, because a token ends where its alphabet does.
_TOKENS: Final = (
    r"(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}",  # AWS: the id
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}",
    r"gl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent|oas)-[\w-]{20,}",  # GitLab
    r"(?:live|test)_[A-Za-z0-9_-]{30,60}",  # YooKassa
    r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,128}",  # Stripe
    r"xox[abeoprsd]-[\w-]{10,}|xapp-\d-[\w-]{10,}",  # Slack
    r"SG\.[\w-]{16,32}\.[\w-]{16,64}|key-[0-9a-f]{32}",  # SendGrid, Mailgun
    r"AIza[\w-]{35}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{20,40}|1//0[\w-]{20,}",  # Google
    (
        r"(?:npm|hf|nfp|rubygems|dckr_pat|glsa|sntrys|ntn|figd|lin_api|shpat|shpca|shppa|shpss"
        r"|tskey)[_-]"
        r"[\w-]{20,}"
    ),
    r"pypi-[\w-]{16,}|do[opr]_v1_[a-f0-9]{64}|hv[sb]\.[\w-]{20,}|sq0(?:atp|csp)-[\w-]{22,64}",
    r"sk-(?:proj-|ant-|svcacct-|admin-|or-v1-)?[A-Za-z0-9][\w-]{19,}",  # language models
    r"PMAK-[\w-]{40,80}|ATATT3[\w=-]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{40,80}",
    r"y[0-4]_[A-Za-z]\w[\w-]{30,}|AQVN[\w-]{30,60}|t1\.[\w-]{20,}={0,2}|vk1\.a\.[\w-]{30,}",
    r"[0-9]{8,10}:A[A-Za-z0-9_-]{34}",  # Telegram
    r"v1\.0-[0-9a-f]{16,40}-[0-9a-f]{16,200}",  # Cloudflare, for certificates of an origin
    r"xprv[A-HJ-NP-Za-km-z1-9]{100,112}|EAA[A-Za-z0-9]{80,}",
    r"eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]{8,}",  # JWT, RFC 7519
)
_HASHES: Final = (
    # crypt(5), PHP and LDAP hashes: the passwords behind them can be guessed.
    r"\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2(?:id|i|d)|P|H|S)\$[./A-Za-z0-9$=,+-]{13,}"
    r"|\{S?SHA(?:256|512)?\}[A-Za-z0-9+/=]{20,}"
)
_HOOKS: Final = (
    r"hooks\.slack\.com/services/(T\w+/B\w+/\w{16,40})"
    r"|discord(?:app)?\.com/api/webhooks/[0-9]{10,25}/([\w-]{40,100})"
    r"|api\.telegram\.org/bot([0-9]+:[\w-]{30,50})"
)
# The secret key of an AWS id has no mark of its own: 40 characters, unlike a SHA-1 not hexadecimal.
_AWS_ID: Final = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}")
_AWS_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9/+])(?=[^\n]{0,39}[G-Zg-z/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
)
_TOKEN: Final = compile_linear(rf"(?:^|[^A-Za-z0-9_])({'|'.join(_TOKENS)})")
_HASH: Final = compile_linear(_HASHES)
_HOOK: Final = compile_linear(_HOOKS)
# RFC 3986, section 3.2.1; browsers and clients take an "@" in the password, and so does this.
_LOGIN: Final = compile_linear(
    r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/@:?#'\"<>]{0,100}:([^\s/?#'\"<>]{1,})@"
)
_QUERY: Final = compile_linear(
    r"(?i)[?&;](?:access_token|refresh_token|id_token|auth_?token|token|api_?key|apikey|key|sig"
    r"|signature"
    r"|x-amz-signature|x-amz-security-token|password|passwd|pass|pwd|secret|client_secret|auth|code"
    r"|sid|session|sess|phpsessid|reset|hash)=([^&;\s#'\"<>]{6,})"
)
_WELL_MIXED: Final = 16
_SURE: Final = re.compile(
    r"(?i).?(?:\w*token|api_?key|\w*secret|pass\w*|pwd|x-amz-\S+?|sig|signature)="
)


def find_tokens(text: str) -> Iterator[SecretSpan]:
    """Find tokens, hashes and webhook URLs by their form."""
    for match in _TOKEN.finditer(text):
        yield SecretSpan(match.start(1), match.end(1), SecretKind.TOKEN)
    if _AWS_ID.search(text):
        for match in _AWS_KEY.finditer(text):
            yield SecretSpan(match.start(), match.end(), SecretKind.TOKEN)
    for match in _HASH.finditer(text):
        yield SecretSpan(match.start(), match.end(), SecretKind.PASSWORD)
    for match in _HOOK.finditer(text):
        group = next(number for number in (1, 2, 3) if match.group(number))
        yield SecretSpan(match.start(group), match.end(group), SecretKind.TOKEN)


def find_in_addresses(text: str) -> Iterator[SecretSpan]:
    """Find passwords and tokens in web addresses and connection strings."""
    for match in _LOGIN.finditer(text):
        if not _is_template(match.group(1)):
            yield SecretSpan(match.start(1), match.end(1), SecretKind.PASSWORD)
    for match in _QUERY.finditer(text):
        value = match.group(1)
        sure = _SURE.match(match.group()) is not None
        mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
        if not _is_template(value) and ((sure and mixed) or (mixed and len(value) >= _WELL_MIXED)):
            yield SecretSpan(match.start(1), match.end(1), SecretKind.TOKEN)


def _is_template(value: str) -> bool:
    return value[0] in "<{[$%*•" or value.lower() in {"password", "pass", "пароль", "pwd", "xxx"}
