"""The group of settings: what may be probed, and how."""

from __future__ import annotations

from pydantic import Field, model_validator

import diagnostics
from diagnostics import PANELS, Options, RemedyTexts
from intake.settings.controls import check_controls
from intake.settings.group import SettingsGroup
from intake.settings.values import (
    RDAP_SERVERS,
    WHOIS_SERVERS,
    CommaSeparated,
    ExistingPath,
    NamedPorts,
    Networks,
    PageFiles,
    Panel,
    Ports,
    RdapServers,
    RemedyFiles,
    Resolvers,
    WhoisServers,
)

_DEFAULTS = Options()


class ProbingSettings(SettingsGroup):
    """Which targets may be probed, how, and how often (docs/probing.md)."""

    heading = "What may be probed, and how"

    allow_networks: Networks = Field(
        default=(),
        description="Networks (CIDR) that may be probed although they are not globally routable.",
    )
    deny_networks: Networks = Field(
        default=(), description="Networks (CIDR) that are never probed, whatever else is set."
    )
    resolvers: Resolvers = Field(
        default=(), description="Resolvers to use, `IP` or `IP:port`. Default: the system's."
    )
    ca_file: ExistingPath | None = Field(
        default=None, description="A PEM bundle with additional root certificates to trust."
    )
    service_ports: NamedPorts = Field(
        default=_DEFAULTS.service_ports,
        description="The services that are probed on a server, `name=port`. "
        "`mysql=3306` adds a database.",
    )
    http_ports: Ports = Field(
        default=_DEFAULTS.http_ports, description="The only ports on which HTTP is spoken."
    )
    control: CommaSeparated = Field(
        default=(),
        description=(
            "Hosts or URLs known to work, such as your own site. They are tried when a "
            "target doesn't answer or is slow, to recognise a fault of our own network."
        ),
    )
    mail_dialogue: bool = Field(
        default=True,
        description=(
            "Whether mail servers are asked if they would accept a letter; none is ever sent."
        ),
    )
    mail_name: str = Field(
        default="",
        pattern=r"^$|^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        max_length=253,
        description=(
            "The name that this machine gives to mail servers; best its PTR name. Default: "
            "its address."
        ),
    )
    block_lists: CommaSeparated = Field(
        default=(), description="Block lists (DNS zones) to check for addresses that send mail."
    )
    dkim_selectors: CommaSeparated = Field(
        default=(),
        description="Selectors that your mail servers sign with, to find customers' DKIM keys.",
    )
    registration: bool = Field(
        default=True,
        description="Whether the registry is asked about a domain that fails (RDAP, WHOIS).",
    )
    rdap_servers: RdapServers = Field(
        default=RDAP_SERVERS, description="RDAP servers by top-level domain, `com=https://…`."
    )
    whois_servers: WhoisServers = Field(
        default=WHOIS_SERVERS,
        description="WHOIS servers by top-level domain, `ru=whois.tcinet.ru`.",
    )
    pages: PageFiles = Field(
        default=(),
        description=(
            "Files, or folders of files, with fingerprints of your own stub pages "
            "(docs/probing.md)."
        ),
    )
    panel: Panel | None = Field(
        default=None,
        description=f"The customers' control panel, for remedies: {', '.join(PANELS)}.",
    )
    remedies: RemedyFiles = Field(
        default=(),
        description=(
            "Files, or folders of files, with your own remedies; they replace the included ones."
        ),
    )
    checks_per_client: int = Field(
        default=30, ge=1, description="Diagnoses in ten minutes for one client's address."
    )
    checks_per_place: int = Field(
        default=1000,
        ge=12,
        le=10_000,
        description=(
            "Diagnoses in ten minutes that may go to one address (IPv6: one /64) or domain, "
            "under any names. Raise it if more customers share a server."
        ),
    )
    checks_in_all: int = Field(
        default=3000,
        ge=10,
        le=10_000,
        description="Diagnoses in ten minutes in total, in all processes.",
    )
    checks_at_once: int = Field(
        default=20, ge=1, le=200, description="Diagnoses at the same time in one process."
    )

    @model_validator(mode="after")
    def _controls_may_be_probed(self) -> ProbingSettings:
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
