"""
Every setting of the product, read once at start.

From the environment (`INTAKE_…`), from the file a variable names (`INTAKE_X_FILE`, for secrets
that a platform mounts), or from a TOML file (`INTAKE_CONFIG`, else `intake.toml` in the working
directory), in that order. A setting that can't be used stops the start with one line that names
it and says what to write instead.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from diagnostics import Options

PREFIX = "INTAKE_"
_DEFAULTS = Options()
# From IANA's bootstrap file (RFC 9224); these registries of country codes have no RDAP there.
_RDAP_SERVERS = {
    "com": "https://rdap.verisign.com/com/v1",
    "net": "https://rdap.verisign.com/net/v1",
    "org": "https://rdap.publicinterestregistry.org/rdap",
}
_WHOIS_SERVERS = dict.fromkeys(("ru", "su", "xn--p1ai"), "whois.tcinet.ru")
Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """A setting can't be used; the message is one line for the operator."""


class _FromNamedFiles(PydanticBaseSettingsSource):
    """`INTAKE_X_FILE=/run/secrets/x` sets X to what the file holds, without the last newline."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the library's own signature
        """Return what the file holds that the variable names, if it is set."""
        del field
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            name = f"{PREFIX}{field_name.upper()}_FILE"
            why = getattr(error, "strerror", None) or "it is not text"
            raise SettingsError(
                f"{name}: {path} can't be read ({why}). Name a file that this user may read."
            ) from error

    def __call__(self) -> dict[str, Any]:
        """Collect every field that a file sets."""
        found = {
            name: self.get_field_value(None, name)[0] for name in self.settings_cls.model_fields
        }
        return {name: value for name, value in found.items() if value is not None}


class _FromToml(PydanticBaseSettingsSource):
    """`intake.toml`: the same names in lower case, without the prefix."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the library's own signature
        """Unused: `__call__` reads the whole file at once."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Read the file, refusing names that are no setting."""
        named = os.environ.get(f"{PREFIX}CONFIG")
        path = Path(named or "intake.toml")
        if not named and not path.is_file():
            return {}
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}CONFIG: {path} can't be read ({error.strerror}). Name a TOML file."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: not TOML: {error}.") from error
        for name in values:
            if name not in self.settings_cls.model_fields:
                raise SettingsError(
                    f"{path}: '{name}' is not a setting{_did_you_mean(name, self.settings_cls)}"
                )
        return values


class Settings(BaseSettings):
    """What an operator may choose. Every field is also `INTAKE_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    # The service
    name: str = Field(
        default="Support",
        min_length=1,
        max_length=60,
        description="Whose support this is; stands on every page.",
    )
    data: Path = Field(
        default=Path("data"), description="The folder of the database and the staff's token."
    )
    database_url: SecretStr | None = Field(
        default=None, description="Another place for the SQLite file, like `sqlite:////srv/i.db`."
    )
    address: str = Field(
        default="127.0.0.1", description="The address to listen on; a proxy with TLS stands before."
    )
    port: int = Field(default=8501, ge=1, le=65535, description="The port to listen on.")
    public_url: str | None = Field(
        default=None,
        description="The address customers open, for links; by default `http://localhost:PORT`.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Proxies whose X-Forwarded-For is believed, separated by commas."
    )
    checklists: Path | None = Field(
        default=None, description="A folder of checklists instead of those that come along."
    )
    language: Literal["en", "ru"] = Field(
        default="en", description="For readers whose browser asks for neither English nor Russian."
    )
    timezone: str = Field(
        default="UTC", description="For customers whose browser doesn't tell theirs."
    )
    answer_within_minutes: int | None = Field(
        default=None,
        ge=1,
        le=7 * 24 * 60,
        description="What customers are promised (“we answer by 15:10”); nothing by default.",
    )
    staff_token: SecretStr | None = Field(
        default=None,
        description="The staff's sign-in, 20 characters or more; by default made once and kept.",
    )
    sessions_per_client: int = Field(
        default=300, ge=1, description="Open pages from one address (IPv6: one /64)."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is told on standard error."
    )

    # What may be probed, and how
    allow_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(),
        description="CIDRs that may be probed though they are not globally routable.",
    )
    deny_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(), description="CIDRs that are never probed, whatever else is said."
    )
    resolvers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Resolvers to ask, `IP` or `IP:port`; the system's by default."
    )
    ca_file: Path | None = Field(
        default=None, description="A PEM bundle of more root certificates to trust."
    )
    service_ports: Annotated[Mapping[str, int], NoDecode] = Field(
        default=_DEFAULTS.service_ports, description="The services probed on a server, `name=port`."
    )
    http_ports: Annotated[frozenset[int], NoDecode] = Field(
        default=_DEFAULTS.http_ports, description="The only ports that HTTP is spoken to."
    )
    registration: bool = Field(
        default=True,
        description="Whether the registry is asked about a domain that fails (RDAP, WHOIS).",
    )
    rdap_servers: Annotated[Mapping[str, str], NoDecode] = Field(
        default=_RDAP_SERVERS, description="RDAP servers by ending, `com=https://…`."
    )
    whois_servers: Annotated[Mapping[str, str], NoDecode] = Field(
        default=_WHOIS_SERVERS, description="WHOIS servers by ending, `ru=whois.tcinet.ru`."
    )
    checks_per_client: int = Field(
        default=30, ge=1, description="Diagnoses for one address in ten minutes."
    )
    checks_at_once: int = Field(
        default=20, ge=1, le=200, description="Diagnoses at the same time in this process."
    )

    # Where tickets go
    smtp_url: SecretStr | None = Field(
        default=None,
        description="The mail server, like `smtp+starttls://user:password@mail.example.com:587`.",
    )
    desk_email: str | None = Field(
        default=None, description="The mailbox that the helpdesk reads; each ticket goes there."
    )
    mail_from: str | None = Field(
        default=None, description="The sender of these mails; by default the desk's own mailbox."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then named files, then TOML."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, _FromNamedFiles(settings_cls), _FromToml(settings_cls)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return _split(value)

    @field_validator("resolvers", mode="before")
    @classmethod
    def _resolver_addresses(cls, value: object) -> object:
        for word in (words := _split(value)):
            _check_resolver(word)
        return words

    @field_validator("allow_networks", "deny_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        networks = []
        for word in _split(value):
            try:
                networks.append(ip_network(word, strict=False))
            except ValueError:
                raise ValueError(
                    f"{word!r} is not a network; write CIDRs like 10.0.0.0/8, separated by commas"
                ) from None
        return tuple(networks)

    @field_validator("service_ports", mode="before")
    @classmethod
    def _named_ports(cls, value: object) -> object:
        if isinstance(value, Mapping):
            return value
        ports = {}
        for word in _split(value):
            name, _, port = word.partition("=")
            if not name.strip() or not port.strip().isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004 - the port range of RFC 9293
                raise ValueError(f"{word!r} is not name=port; write like ssh=22,panel=1500")
            ports[name.strip()] = int(port)
        return ports

    @field_validator("rdap_servers", "whois_servers", mode="before")
    @classmethod
    def _registries(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, Mapping):
            return value
        example = "com=https://rdap.verisign.com/com/v1"
        if info.field_name == "whois_servers":
            example = "ru=whois.tcinet.ru"
        servers = {}
        for word in _split(value):
            ending, _, place = (part.strip() for part in word.partition("="))
            is_url = urlsplit(place).scheme in {"http", "https"} and urlsplit(place).hostname
            fits = bool(is_url) if info.field_name == "rdap_servers" else "/" not in place
            if not ending or not place or not fits:
                raise ValueError(f"{word!r} names no server; write like {example}")
            servers[ending.lower().strip(".")] = place
        return servers

    @field_validator("http_ports", mode="before")
    @classmethod
    def _ports(cls, value: object) -> object:
        words = _split(value)
        for word in words:
            if not str(word).isdigit() or not 0 < int(word) < 65536:  # noqa: PLR2004 - see above
                raise ValueError(f"{word!r} is not a port; write numbers like 80,443,8080")
        return frozenset(int(word) for word in words)

    @field_validator("ca_file", "checklists")
    @classmethod
    def _exists(cls, value: Path | None) -> Path | None:
        if value is not None and not value.exists():
            raise ValueError(f"{value} does not exist; name a path that does")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("sqlite:///"):
            raise ValueError("write like sqlite:////var/lib/intake/intake.db")
        return value

    @field_validator("public_url")
    @classmethod
    def _http_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("write the address customers open, like https://help.example.com")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
            raise ValueError("write like smtp://user:password@mail.example.com:587")
        return value

    @field_validator("desk_email", "mail_from")
    @classmethod
    def _mailbox(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return validate_email(
                value, check_deliverability=False, test_environment=True
            ).normalized
        except EmailNotValidError:
            raise ValueError("write one e-mail address, like desk@example.com") from None

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is not a time zone; write like Europe/Moscow") from None
        return value

    @field_validator("staff_token")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 20:  # noqa: PLR2004 - 20 characters of base 32 are 100 bits
            raise ValueError("it is short enough to be guessed; use 20 characters or more")
        return value

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Settings:
        if (self.smtp_url is None) != (self.desk_email is None):
            missing = "desk_email" if self.desk_email is None else "smtp_url"
            raise ValueError(
                f"{PREFIX}{missing.upper()}: tickets are mailed when both INTAKE_SMTP_URL and"
                " INTAKE_DESK_EMAIL are set; set it too, or remove the other"
            )
        return self

    def probe_options(self) -> Options:
        """What the operator lets a diagnosis do."""
        return Options(
            allow_networks=self.allow_networks,
            deny_networks=self.deny_networks,
            resolvers=self.resolvers,
            ca_file=self.ca_file,
            service_ports=self.service_ports,
            http_ports=self.http_ports,
            rdap_servers=self.rdap_servers if self.registration else {},
            whois_servers=self.whois_servers if self.registration else {},
        )

    @property
    def base_url(self) -> str:
        """Where customers open the product, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def database(self) -> str:
        """The database's URL; by default one SQLite file in the data folder."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data / 'intake.db').absolute()}"


def load_settings() -> Settings:
    """
    Read all settings.

    Raises:
        SettingsError: one can't be used; the message is one line naming it and the fix.

    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ").rstrip(".")
        if not first["loc"]:
            raise SettingsError(f"{message}.") from None
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise SettingsError(f"{name}: {message[:1].lower() + message[1:]}.") from None


def unknown_variables() -> tuple[str, ...]:
    """Words about each `INTAKE_…` variable that is no setting: most likely a slip of the pen."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | {f"{PREFIX}CONFIG"}
    return tuple(
        f"{name} is not a setting{_did_you_mean(name.removeprefix(PREFIX).lower(), Settings)}"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    )


@lru_cache(maxsize=256)
def _closest(name: str, known: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def _did_you_mean(name: str, of: type[BaseSettings]) -> str:
    match = _closest(name, tuple(of.model_fields))
    return f"; did you mean '{match}'?" if match else ". See docs/settings.md for all of them."


def _split(value: object) -> tuple[Any, ...]:
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(value)
    raise ValueError("write the values separated by commas")


def _check_resolver(word: str) -> None:
    host, port = word, "53"
    if word.startswith("["):
        host, _, port = word[1:].partition("]")
        port = port.removeprefix(":") or "53"
    elif word.count(":") == 1:
        host, _, port = word.partition(":")
    try:
        ip_address(host)
        is_usable = 0 < int(port) < 65536  # noqa: PLR2004 - the port range of RFC 9293
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ValueError(f"{word!r} is not a resolver; write IP or IP:port, like 192.0.2.53:5353")
