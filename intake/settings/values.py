"""Types of settings' values. A value that can't be used is refused with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr

import diagnostics
from diagnostics import PANELS, Network
from diagnostics.texts import yaml_files

# From IANA's bootstrap file (RFC 9224); these registries of country codes have no RDAP there.
RDAP_SERVERS = {zone: f"https://rdap.verisign.com/{zone}/v1" for zone in ("com", "net")}
RDAP_SERVERS["org"] = "https://rdap.publicinterestregistry.org/rdap"
WHOIS_SERVERS = dict.fromkeys(("ru", "su", "xn--p1ai"), "whois.tcinet.ru")
_LOCAL_HOST = re.compile(r"localhost|::1|127(\.\d{1,3}){3}")
_LAST_PORT = 65535  # RFC 9293, section 3.1
_MIN_PROXY_PREFIX = 7  # bits of the prefix: fc00::/7, RFC 4193, is the widest private network
_MAX_PLACES = 10
_MIN_SECRET_LENGTH = 20  # characters of base 32 are 100 bits


def split(value: object) -> tuple[Any, ...]:
    """
    Return the words of a value that are separated by commas, or the items of a TOML list.

    Raises:
        ValueError: the value is neither.
    """
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(value)
    raise ValueError("write the values separated by commas")


def _networks(value: object) -> tuple[Network, ...]:
    networks = []
    for word in split(value):
        try:
            networks.append(ip_network(word, strict=False))
        except ValueError:
            raise ValueError(
                f"{word!r} is not a network; write CIDRs like 10.0.0.0/8, separated by commas"
            ) from None
    return tuple(networks)


def _is_port(word: object) -> bool:
    return str(word).isdigit() and 0 < int(str(word)) <= _LAST_PORT


def _ports(value: object) -> frozenset[int]:
    for word in (words := split(value)):
        if not _is_port(word):
            raise ValueError(f"{word!r} is not a port; write numbers like 80,443,8080")
    return frozenset(int(word) for word in words)


def pairs(value: object) -> Iterator[tuple[str, str, str]]:
    """
    Yield each `name=value` as it was written, then its two parts; a TOML table works as well.

    Raises:
        ValueError: the value is neither.
    """
    if isinstance(value, Mapping):
        value = [f"{name}={part}" for name, part in value.items()]
    for word in split(value):
        name, _, part = (part.strip() for part in str(word).partition("="))
        yield word, name, part


def _named_ports(value: object) -> Mapping[str, int]:
    ports = {}
    for word, name, port in pairs(value):
        if not name or not _is_port(port):
            raise ValueError(f"{word!r} is not name=port; write like ssh=22,panel=1500")
        ports[name] = int(port)
    return ports


def _registries(value: object, example: str) -> Mapping[str, str]:
    wants_url = "://" in example
    servers = {}
    for word, ending, server in pairs(value):
        parts = urlsplit(server)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname)
        # WHOIS (RFC 3912) has no URLs: a server is named by its host.
        is_valid = is_url if wants_url else "/" not in server
        if not ending or not server or not is_valid:
            raise ValueError(f"{word!r} names no server; write like {example}")
        servers[ending.lower().strip(".")] = server
    return servers


def _rdap(value: object) -> Mapping[str, str]:
    return _registries(value, "com=https://rdap.verisign.com/com/v1")


def _whois(value: object) -> Mapping[str, str]:
    return _registries(value, "ru=whois.tcinet.ru")


def _resolvers(value: object) -> tuple[str, ...]:
    for word in (words := split(value)):
        if not _is_resolver(word):
            raise ValueError(
                f"{word!r} is not a resolver; write IP or IP:port, like 192.0.2.53:5353"
            )
    return words


def _is_resolver(word: str) -> bool:
    host, port = word, "53"
    if word.startswith("["):
        host, _, port = word[1:].partition("]")
        port = port.removeprefix(":") or "53"
    # More colons without brackets are an IPv6 address, which can't have a port.
    elif word.count(":") == 1:
        host, _, port = word.partition(":")
    try:
        ip_address(host)
    except ValueError:
        return False
    return _is_port(port)


def _page_files(value: object) -> tuple[Path, ...]:
    paths = _paths(value)
    for file in yaml_files(paths):
        diagnostics.check_pages(file)
    return paths


def _remedy_files(value: object) -> tuple[Path, ...]:
    paths = _paths(value)
    if paths:
        diagnostics.read_remedies(None, paths)
    return paths


def _paths(value: object) -> tuple[Path, ...]:
    words = (value,) if isinstance(value, Path) else split(value)
    paths = tuple(_existing(Path(word).absolute()) for word in words)
    for path in paths:
        if not yaml_files([path]):
            raise ValueError(f"there is no *.yaml in {path}; name a folder that has some")
    return paths


def _places(value: object) -> tuple[str, ...]:
    places = tuple(str(word) for word in split(value))
    if len(places) == 1 or len(places) > _MAX_PLACES:
        raise ValueError(f"write two to {_MAX_PLACES} places like Germany,Latvia,US: they compare")
    return places


def _panel(value: object) -> str:
    if value not in PANELS:
        raise ValueError(f"{value!r} is no panel known here; write one of {', '.join(PANELS)}")
    return str(value)


def _existing(value: Path) -> Path:
    try:
        value.stat()
    except PermissionError:
        raise ValueError(f"this user may not read {value}") from None
    except OSError:
        raise ValueError(f"{value} does not exist; name a path that does") from None
    return value


def _database(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if url.startswith("sqlite:///"):
        return value
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme == "postgresql" and len(parts.path) > 1 and parts.port != 0
    except ValueError:  # a port that is no number
        is_whole = False
    if not is_whole or parts.fragment:
        raise ValueError(
            "write like postgresql://user:password@db.example/intake, with # / : @ in a password as"
            " %23 %2F %3A %40, or like sqlite:////var/lib/intake/intake.db"
        )
    return value


def _page(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ValueError(
            "write an address with http or https and no “?”, like https://help.example.com"
        )
    return value.rstrip("/")


def check_service_url(value: str) -> str:
    """
    Return a page's address. It must use https unless it is on this machine, because tokens are sent
    to it.

    Raises:
        ValueError: it is no such address.
    """
    parts = urlsplit(_page(value))
    if parts.scheme != "https" and not _LOCAL_HOST.fullmatch(parts.hostname or ""):
        raise ValueError("write the service's address with https, like https://help.example.com")
    return value.rstrip("/")


def _mail_server(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError("write like smtp://user:password@mail.example.com:587")
    return value


def _mailbox(value: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - slow to import

    try:
        validated = validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("write one e-mail address, like desk@example.com") from None
    return validated.normalized


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of the database: "Europe"
        raise ValueError(f"{value!r} is not a time zone; write like Europe/Moscow") from None
    return value


def _check_secret_length(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < _MIN_SECRET_LENGTH:
        raise ValueError("it is short enough to be guessed; use 20 characters or more")
    return value


def _proxies(value: object) -> tuple[Network, ...]:
    """Return the proxies. A proxy says who the client is, so the whole internet must not be one."""
    networks = []
    for word in split(value):
        try:
            network = ip_network(word, strict=False)
        except ValueError:
            raise ValueError(
                f"{word!r} is no address; write the proxies' own addresses or networks, like"
                " 127.0.0.1,10.0.0.0/8"
            ) from None
        if network.prefixlen < _MIN_PROXY_PREFIX:
            raise ValueError(
                f"{word!r} would let anybody pretend to be anybody; write the proxies' own"
                " addresses or networks, like 192.0.2.10,10.0.0.0/8"
            )
        networks.append(network)
    return tuple(networks)


CommaSeparated = Annotated[tuple[str, ...], BeforeValidator(split)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(_networks)]
Proxies = Annotated[tuple[Network, ...], BeforeValidator(_proxies)]
Resolvers = Annotated[tuple[str, ...], BeforeValidator(_resolvers)]
Ports = Annotated[frozenset[int], BeforeValidator(_ports)]
NamedPorts = Annotated[Mapping[str, int], BeforeValidator(_named_ports)]
RdapServers = Annotated[Mapping[str, str], BeforeValidator(_rdap)]
WhoisServers = Annotated[Mapping[str, str], BeforeValidator(_whois)]
PageFiles = Annotated[tuple[Path, ...], BeforeValidator(_page_files)]
RemedyFiles = Annotated[tuple[Path, ...], BeforeValidator(_remedy_files)]
Places = Annotated[tuple[str, ...], BeforeValidator(_places)]
Panel = Annotated[str, BeforeValidator(_panel)]
ExistingPath = Annotated[Path, AfterValidator(_existing)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
PageUrl = Annotated[str, AfterValidator(_page)]
ServiceUrl = Annotated[str, AfterValidator(check_service_url)]
MailServerUrl = Annotated[SecretStr, AfterValidator(_mail_server)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
ZoneName = Annotated[str, AfterValidator(_zone)]
Secret = Annotated[SecretStr, AfterValidator(_check_secret_length)]
