"""The model of all settings: each with its default, its type, and what it is for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, ValidationError, model_validator

import diagnostics
from diagnostics import PANELS, Options, RemedyTexts
from diagnostics.texts import Language
from intake.settings.controls import check_controls
from intake.settings.foreign_path import require_own_path
from intake.settings.incident_feeds import Feeds
from intake.settings.scale import ScaleSettings
from intake.settings.sources import (
    PREFIX,
    SettingsError,
    did_you_mean,
    read_values,
    settings_error,
)
from intake.settings.values import (
    RDAP_SERVERS,
    WHOIS_SERVERS,
    CommaSeparated,
    ExistingPath,
    Mailbox,
    MailServerUrl,
    NamedPorts,
    Networks,
    PageFiles,
    PageUrl,
    Panel,
    Places,
    Ports,
    Proxies,
    RdapServers,
    RemedyFiles,
    Resolvers,
    Secret,
    ServiceUrl,
    WhoisServers,
    ZoneName,
)

_DEFAULTS = Options()


class Settings(ScaleSettings):
    """The settings of an operator. `load_settings` reads them: every field is `INTAKE_<NAME>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
    address: str = Field(
        default="127.0.0.1", description="The address to listen on; a proxy with TLS stands before."
    )
    port: int = Field(default=8501, ge=1, le=65535, description="The port to listen on.")
    public_url: PageUrl | None = Field(
        default=None,
        description=(
            "The address customers open, for links, with its path if it has one; by default"
            " `http://localhost:PORT`."
        ),
    )
    trusted_proxies: Proxies = Field(
        default=(),
        description=(
            "Proxies whose X-Forwarded-For is believed, addresses or networks; by default none,"
            " not even on this machine."
        ),
    )
    checklists: ExistingPath | None = Field(
        default=None, description="A folder of checklists instead of those that come along."
    )
    translations: ExistingPath | None = Field(
        default=None,
        description="A folder of texts in more languages, as `de.yaml` (docs/languages.md).",
    )
    language: Language = Field(
        default="en", description="For readers whose browser asks for no language that is served."
    )
    timezone: ZoneName = Field(
        default="UTC", description="For customers whose browser doesn't tell theirs."
    )
    answer_within_minutes: int | None = Field(
        default=None,
        ge=1,
        le=7 * 24 * 60,
        description="What customers are promised (“we answer by 15:10”); nothing by default.",
    )
    customers_at_once: int = Field(
        default=200,
        ge=10,
        le=2_000,
        description=(
            "Customers who answer questions at the same time in one process, fewer while its pages"
            " are slow; more read their number in line, with the form to a person."
        ),
    )
    sessions_per_client: int = Field(
        default=300, ge=1, description="Open pages from one address (IPv6: one /64)."
    )
    metrics: Literal["off", "loopback", "token"] = Field(
        default="off",
        description=(
            "Who may read `/metrics`: nobody, programs on this machine, or whoever has the token."
        ),
    )
    metrics_token: Secret | None = Field(
        default=None, description="For `token`: sent as `Authorization: Bearer …`."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is told on standard error."
    )

    # How long things are kept
    keep_drafts_hours: int = Field(
        default=24, ge=1, le=24 * 90, description="Drafts that nobody sent, since the last answer."
    )
    keep_tickets_days: int | None = Field(
        default=None,
        ge=7,
        description="Tickets with all that belongs to them; by default for good.",
    )
    keep_files_days: int | None = Field(
        default=None, ge=7, description="Customers' files; by default as long as the ticket."
    )
    keep_reports_days: int | None = Field(
        default=None,
        ge=7,
        description="What was measured; the cause stays. By default as long as the ticket.",
    )
    keep_addresses_days: int | None = Field(
        default=None,
        ge=7,
        description="Customers' own network addresses; by default as long as the ticket.",
    )
    keep_audit_days: int = Field(default=365, ge=7, description="What staff did.")
    keep_figures_days: int = Field(
        default=365, ge=30, description="How customers got on: ids and times alone."
    )

    # What may be probed, and how
    allow_networks: Networks = Field(
        default=(),
        description="CIDRs that may be probed though they are not globally routable.",
    )
    deny_networks: Networks = Field(
        default=(), description="CIDRs that are never probed, whatever else is said."
    )
    resolvers: Resolvers = Field(
        default=(), description="Resolvers to ask, `IP` or `IP:port`; the system's by default."
    )
    ca_file: ExistingPath | None = Field(
        default=None, description="A PEM bundle of more root certificates to trust."
    )
    service_ports: NamedPorts = Field(
        default=_DEFAULTS.service_ports, description="The services probed on a server, `name=port`."
    )
    http_ports: Ports = Field(
        default=_DEFAULTS.http_ports, description="The only ports that HTTP is spoken to."
    )
    control: CommaSeparated = Field(
        default=(),
        description=(
            "Hosts or URLs known to work, like your own site: tried when nothing answers or a page"
            " is slow, so that our own outage accuses nobody."
        ),
    )
    mail_dialogue: bool = Field(
        default=True,
        description="Whether mail servers are asked if they take letters; none is ever sent.",
    )
    mail_name: str = Field(
        default="",
        pattern=r"^$|^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        max_length=253,
        description=(
            "What mail servers are told as this machine's name; best the one that its address has"
            " (PTR). By default the address itself."
        ),
    )
    block_lists: CommaSeparated = Field(
        default=(), description="Block lists (DNS zones) asked about addresses that send mail."
    )
    dkim_selectors: CommaSeparated = Field(
        default=(),
        description="Selectors that your own mail servers sign with, to find customers' DKIM keys.",
    )
    registration: bool = Field(
        default=True,
        description="Whether the registry is asked about a domain that fails (RDAP, WHOIS).",
    )
    rdap_servers: RdapServers = Field(
        default=RDAP_SERVERS, description="RDAP servers by ending, `com=https://…`."
    )
    whois_servers: WhoisServers = Field(
        default=WHOIS_SERVERS, description="WHOIS servers by ending, `ru=whois.tcinet.ru`."
    )
    pages: PageFiles = Field(
        default=(),
        description="Files, or folders, of fingerprints that add to the known pages.",
    )
    panel: Panel | None = Field(
        default=None,
        description=f"The customers' control panel, for remedies: {', '.join(PANELS)}.",
    )
    remedies: RemedyFiles = Field(
        default=(), description="Files, or folders, of remedies of your own; they win."
    )
    checks_per_client: int = Field(
        default=30, ge=1, description="Diagnoses for one address in ten minutes."
    )
    checks_per_place: int = Field(
        default=1000,
        ge=12,
        le=10_000,
        description=(
            "Diagnoses in ten minutes that may go to one address (IPv6: one /64) or domain, by"
            " whatever names; more where many customers share a server."
        ),
    )
    checks_in_all: int = Field(
        default=3000,
        ge=10,
        le=10_000,
        description="Diagnoses in ten minutes of everybody together, in all processes.",
    )
    checks_at_once: int = Field(
        default=20, ge=1, le=200, description="Diagnoses at the same time in this process."
    )
    browser_look: bool = Field(
        default=True,
        description="Whether the customer's own browser tries the site too, from a closed frame.",
    )
    ipv4_url: PageUrl | None = Field(
        default=None,
        description="A page of yours at a name with IPv4 alone; it tells broken IPv6 at home.",
    )
    ipv6_url: PageUrl | None = Field(
        default=None, description="A page of yours at a name with IPv6 alone."
    )

    globalping_places: Places = Field(
        default=(),
        description="Places whose public Globalping probes look too, like `Germany,US`; none.",
    )
    globalping_token: Secret | None = Field(default=None, description="For a larger budget there.")

    # Your webhook about blocked addresses
    unban_url: ServiceUrl | None = Field(
        default=None,
        description="Your webhook that knows whether a server blocks the customer's address.",
    )
    unban_secret: Secret | None = Field(
        default=None, description="What its requests are signed with, 20 characters or more."
    )
    unban_by_customer: bool = Field(
        default=False, description="Whether a customer may have the block lifted by a button."
    )

    # A probe worker (`intake probe-worker`), on another machine
    service_url: ServiceUrl | None = Field(
        default=None, description="For a probe worker: the service that it works for, by https."
    )
    worker_token: Secret | None = Field(default=None, description="From `intake workers add`.")

    # One outage, many tickets
    incident_rules: ExistingPath | None = Field(
        default=None,
        description="A file of your own that says when tickets are proposed as one incident.",
    )
    incident_feeds: Feeds = Field(
        default=(),
        description=(
            "Status pages whose incidents customers read at the start, like"
            " `statuspage=https://status.example.com`; also `instatus`, `cachet`, `cachet3`,"
            " `uptime-kuma`, `file`."
        ),
    )

    # Where tickets go
    desks: ExistingPath | None = Field(
        default=None,
        description="A file of desks, by queue: helpdesks, panels, webhooks (docs/desks.md).",
    )
    operator_email: Mailbox | None = Field(
        default=None,
        description="Who is mailed when a ticket can't be handed over, once a day for one cause.",
    )
    smtp_url: MailServerUrl | None = Field(
        default=None,
        description="The mail server, like `smtp+starttls://user:password@mail.example.com:587`.",
    )
    desk_email: Mailbox | None = Field(
        default=None, description="The mailbox that the helpdesk reads; each ticket goes there."
    )
    mail_from: Mailbox | None = Field(
        default=None, description="The sender of these mails; by default the desk's own mailbox."
    )
    bounce_address: Mailbox | None = Field(
        default=None,
        description=(
            "The mailbox that mails come back to, each to an address of its own, `box+KEY@…`;"
            " pipe it into `intake bounce -`."
        ),
    )
    desk_replies_by_mail: bool = Field(
        default=False,
        description=(
            "Whether INTAKE_DESK_EMAIL gets an address in that mailbox for each ticket, as a Cc,"
            " to copy agents' replies to."
        ),
    )
    reply_to_without_email: Mailbox | None = Field(
        default=None,
        description="Who stands for customers without e-mail; by default nobody's address.",
    )
    receipts: bool = Field(
        default=True,
        description=(
            "Mail customers a copy of what they sent, with its number and a link; at most three a"
            " day to one address."
        ),
    )
    ticket_link_days: int = Field(
        default=90, ge=1, description="How long a customer's link opens the ticket."
    )

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Settings:
        if (self.smtp_url is None) != (self.desk_email is None):
            missing = "desk_email" if self.desk_email is None else "smtp_url"
            raise ValueError(
                f"{PREFIX}{missing.upper()}: tickets are mailed when both INTAKE_SMTP_URL and"
                " INTAKE_DESK_EMAIL are set; set it too, or remove the other"
            )
        return self

    @model_validator(mode="after")
    def _webhook_is_signed(self) -> Settings:
        if self.unban_url is not None and self.unban_secret is None:
            raise ValueError(
                f"{PREFIX}UNBAN_SECRET: requests to INTAKE_UNBAN_URL are signed; set a secret of 20"
                " characters or more, or remove INTAKE_UNBAN_URL"
            )
        return self

    @model_validator(mode="after")
    def _metrics_have_a_token(self) -> Settings:
        if self.metrics == "token" and self.metrics_token is None:
            raise ValueError(
                f"{PREFIX}METRICS_TOKEN: metrics are open to whoever has a token; set one of 20"
                " characters or more, or set INTAKE_METRICS to loopback or off"
            )
        return self

    @model_validator(mode="after")
    def _controls_may_be_probed(self) -> Settings:
        check_controls(self.control, self.probe_options())
        return self

    def probe_options(self) -> Options:
        """Return the options of diagnoses that the operator set."""
        return Options(
            allow_networks=self.allow_networks,
            deny_networks=self.deny_networks,
            resolvers=self.resolvers,
            ca_file=self.ca_file,
            service_ports=self.service_ports,
            controls=self.control,
            extra_pages=self.pages,
            remedies=self._remedies(),
            http_ports=self.http_ports,
            mail_dialogue=self.mail_dialogue,
            mail_name=self.mail_name,
            block_lists=self.block_lists,
            dkim_selectors=self.dkim_selectors,
            # A registry without a server is never asked.
            rdap_servers=self.rdap_servers if self.registration else {},
            whois_servers=self.whois_servers if self.registration else {},
        )

    def _remedies(self) -> RemedyTexts:
        """Return the remedies of the named panel and files; without any, no catalogue is loaded."""
        is_named = self.panel is not None or self.remedies
        return diagnostics.read_remedies(self.panel, self.remedies) if is_named else {}

    @property
    def path_prefix(self) -> str:
        """The path at which customers open the product; "" at the root of a site."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def base_url(self) -> str:
        """The address at which customers open the product, without a slash at the end."""
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
        return Settings.model_validate(read_values(Settings.model_fields))
    except ValidationError as error:
        raise settings_error(error) from None
    except PermissionError as error:  # of a folder on the way to a setting's path
        require_own_path(Path(str(error.filename)), os.R_OK)
        raise SettingsError(
            f"{error.filename}: a setting names it, and this user may not look there."
        ) from None


def unknown_variables() -> tuple[str, ...]:
    """
    Return a message about each `INTAKE_…` variable that is no setting: most likely a typing
    mistake.
    """
    fields = Settings.model_fields
    known = {f"{PREFIX}{name.upper()}" for name in fields}
    known |= {f"{name}_FILE" for name in known} | {f"{PREFIX}CONFIG"}
    return tuple(
        f"{name} is not a setting"
        f"{did_you_mean(name.removeprefix(PREFIX).lower(), fields, prefix=PREFIX)}"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    )
