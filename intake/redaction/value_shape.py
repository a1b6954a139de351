"""
Classifies a single word by its characters: password, placeholder, or ordinary word.

A word is judged by itself here; the callers decide by its context how much evidence is required.
"""

from __future__ import annotations

import re
from typing import Final

_SYMBOLS: Final = frozenset("!@#$%^&*+?~=|§±№")
_PLACEHOLDER: Final = re.compile(
    r"[*•●·█xXхХ.…_#?-]+"  # masked already
    r"|<[^<>]*>|\[[^\[\]]*\]|\{\{?.*\}?\}|%\w+%?|%\(\w+\)s"  # of a template
    r"|\$\{.*|\$\(.*|\$_[A-Z]+\b.*|\$[A-Za-z_]+(?:\[.*|->.*|[;)]*)"  # a variable
    r"|(?:your|my|new|the|some|enter|change)[-_]?\w*(?:password|passwd|pass|token|key|secret"
    r"|here|me)\w*"
    r"|(?:password|passwd|pass|token|key|passphrase|пароль|токен)[_-]?(?:here)?"
    r"|database_name_here|username_here|put your unique phrase here|(?:example|changeme)"
)
_CODE: Final = re.compile(
    r"[A-Za-z_]\w*(?:(?:\.|->|::)\w+)+\(?.*"  # process.env.X, config->x
    r"|[A-Za-z_][\w.]*\(.*"  # a call
    r"|[({\[].*"
)
_NOT_ALONE: Final = re.compile(
    # Addresses, hosts, e-mail addresses, paths, dates, times, versions, ranges, fingerprints.
    r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/\d+)?"
    r"|[a-z][a-z0-9+.-]*://\S*"
    r"|[\w.+-]+@[\w-]+(?:(?:\.[\w-]+)+[:.]?|:)"
    r"|(?:[a-zа-яё0-9_-]+\.)+[a-zа-яё]{2,}(?::\d+)?(?:/\S*)?"
    r"|(?:~|\.{0,2})/[\w./~-]*|[A-Za-z]:\\\S*"
    r"|\d{1,4}[-./:]\d{1,4}(?:[-./:T]\d{1,4})*(?:[T ]?\d\d:\d\d\S*)?"
    r"|v?\d+(?:\.\d+)+\S*|\d+-\d+|\d+(?:x|х|шт|мб|гб|mb|gb|ms|мс|s|с|k|%)+"
    r"|(?:SHA256|MD5|SHA1):\S*|AAAA[BCE]3Nza\S*"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|0x[0-9a-f]+"
    r"|(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:]*|::1?",
    re.IGNORECASE,
)
_PRODUCT: Final = re.compile(
    r"(?:i?phone|ipad|windows|win|php|mysql|mariadb|postgre\w*|ubuntu|debian|centos|almalinux|rocky"
    r"|python|node(?:js)?|ipv|https?|tls|ssl|utf|bitrix|joomla|drupal|wp|wordpress|opencart|chrome"
    r"|firefox|safari|android|office|outlook|samsung|galaxy|redmi|ispmanager|vmmanager|openssh"
    r"|nginx"
    r"|apache|fastpanel|hestia\w*|vesta\w*|plesk|cpanel|directadmin|openssl|kernel|linux|el|deb|rev"
    r"|sha|md|rfc|cve|kb|error|code|http|port|ssh|ftp|smtp|imap|pop|eth|ens|enp|sda|nvme)"
    r"[_-]?v?\d[\w.+~-]*",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(r"#?[A-Z0-9]{1,6}(?:-[A-Z0-9]{1,8})+")
_ATTRIBUTE: Final = re.compile(r"[\w-]{1,40}=[\"'&]")
_FILE_ENDING: Final = re.compile(
    r"\.(?:deb|rpm|zip|gz|tar|log|conf|cfg|php|html?|js|css|png|jpe?g|gif|ini|sql|txt|py|sh|ya?ml|json)$"
)
_HEX: Final = re.compile(r"[0-9a-f]{7,}|[0-9A-F]{7,}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:[-'’_][^\W\d_]+)*")


def is_placeholder(value: str) -> bool:
    """Check for a placeholder or an already masked value: ***, <password>, ${DB_PASSWORD}."""
    return any(_PLACEHOLDER.fullmatch(spelling) for spelling in (value, value.lower()))


def is_code(value: str) -> bool:
    """Check for an expression of a program, which refers to the secret but doesn't contain it."""
    # Names of attributes don't begin with a digit, such as 203 or 99x.
    has_number = any(part[:1].isdecimal() for part in value.split("."))
    return _CODE.fullmatch(value) is not None and not has_number


def is_plain_word(value: str) -> bool:
    """Check for letters only, without capitals in the middle: `qwerty`, `Access`, `ключ-карта`."""
    return _LETTERS.fullmatch(value) is not None and (
        value[1:] == value[1:].lower() or value == value.upper()
    )


def is_known_form(value: str) -> bool:
    """Check for an address, host, path, date, version or fingerprint: not a password."""
    return _NOT_ALONE.fullmatch(value) is not None


def is_uuid(value: str) -> bool:
    """Check for a UUID (RFC 9562); some services use them as keys."""
    return _UUID.fullmatch(value.lower()) is not None


def is_product(value: str) -> bool:
    """Check for a name with a number (PHP8, iPhone15, eth0), or a ticket's or order's number."""
    return _PRODUCT.fullmatch(value) is not None or _REFERENCE.fullmatch(value) is not None


def count_classes(value: str) -> int:
    """Return how many of lower case, upper case, digits and symbols occur."""
    return sum(
        (
            any(character.islower() for character in value),
            any(character.isupper() for character in value),
            any(character.isdigit() for character in value),
            any(character in _SYMBOLS for character in value),
        )
    )


def has_letter_and_digit(value: str) -> bool:
    """Check whether letters and digits are mixed."""
    return any(c.isalpha() for c in value) and any(c.isdigit() for c in value)


def is_mixed(value: str) -> bool:
    """Check whether lower case, upper case and symbols are mixed unlike in any word."""
    kinds = count_classes(value)
    if kinds != 2:  # noqa: PLR2004
        return kinds > 2  # noqa: PLR2004
    return not is_plain_word(value.strip("!?()")) and "/" not in value


def looks_like_password(value: str) -> bool:
    """Check whether the word alone is evidently a password: three classes, no known form."""
    return (
        6 <= len(value) <= 128  # noqa: PLR2004  shorter ones are abbreviations, longer ones data
        and count_classes(value) >= 3  # noqa: PLR2004
        and any(c.isalpha() for c in value)
        and any(c.isdigit() or c in _SYMBOLS for c in value[:-1])
        and not is_known_form(value)
        and not is_product(value)
        and not is_placeholder(value)
        and not is_code(value)
        and not _FILE_ENDING.search(value)
        and not re.search(r"\d\.\d|://|^[^\w!@#$%^&*]|\(\)|[A-Za-z]+=|[<>\u00a0]", value[:64])
    )


def looks_like_token(value: str) -> bool:
    """Check whether a word may be a key or a token of a program."""
    if len(value) < 8 or is_known_form(value) or is_placeholder(value) or is_code(value):  # noqa: PLR2004
        return False
    return has_letter_and_digit(value) or (len(value) >= 16 and not is_plain_word(value))  # noqa: PLR2004


def is_attribute(value: str) -> bool:
    """Check for an HTML attribute, such as name="password"."""
    return _ATTRIBUTE.match(value) is not None


def is_hex(value: str) -> bool:
    """Check for a checksum, a commit or another hexadecimal identifier."""
    return _HEX.fullmatch(value) is not None
