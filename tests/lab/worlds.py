"""Lists every world and every case."""

from __future__ import annotations

from tests.lab import (
    cases_browsers,
    cases_customer,
    cases_dane,
    cases_dns,
    cases_forum,
    cases_http,
    cases_issuance,
    cases_looks,
    cases_mail,
    cases_outgoing,
    cases_pages,
    cases_parts,
    cases_path,
    cases_regions,
    cases_reloads,
    cases_reported,
    cases_server,
    cases_slow,
    cases_tls,
    cases_wire,
    customer,
    dns,
    mail,
    path,
    regions,
    server,
    slow,
    web,
)
from tests.lab.model import Case, WorldFactory

SITES = (
    cases_http.SITES
    | cases_wire.SITES
    | cases_tls.SITES
    | cases_browsers.SITES
    | cases_looks.SITES
    | cases_reported.SITES
    | cases_parts.SITES
    | cases_issuance.SITES
    | cases_forum.SITES
    | cases_reloads.SITES
)
WORLDS: dict[str, WorldFactory] = {
    "customer": lambda: customer.CustomerWorld(cases_customer.HOMES),
    "dane": cases_dane.build_world,
    "dns": dns.DnsWorld,
    "mail": lambda: mail.MailWorld(cases_mail.SERVERS, cases_mail.DOMAINS),
    "outgoing": cases_outgoing.build_world,
    "pages": cases_pages.PagesWorld,
    "path": path.PathWorld,
    "regions": regions.RegionWorld,
    "server": lambda: server.ServerWorld(cases_server.SERVERS),
    "slow": lambda: slow.SlowWorld(cases_slow.SITES),
    "web": lambda: web.WebWorld(SITES),
}
CASES: tuple[Case, ...] = (
    *cases_dns.CASES,
    *cases_http.CASES,
    *cases_wire.CASES,
    *cases_tls.CASES,
    *cases_browsers.CASES,
    *cases_looks.CASES,
    *cases_reported.CASES,
    *cases_parts.CASES,
    *cases_issuance.CASES,
    *cases_forum.CASES,
    *cases_reloads.CASES,
    *cases_slow.CASES,
    *cases_path.CASES,
    *cases_regions.CASES,
    *cases_server.CASES,
    *cases_pages.CASES,
    *cases_mail.CASES,
    *cases_outgoing.CASES,
    *cases_dane.CASES,
    *cases_customer.CASES,
)
