"""What a diagnosis of a domain's mail asks of the domain's own servers: few packets, bounded."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from diagnostics import diagnose, read_target
from tests.lab.cases_mail import GOOD, named
from tests.lab.mail import MailServer, MailWorld

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
    pytest.mark.skipif(not shutil.which("nft", path="/usr/sbin:/sbin"), reason="needs nft"),
]
_COUNTER = """
table inet count {
  counter sent { }
  chain out { type filter hook output priority 0
    ip daddr 127.93.0.0/24 counter name sent
  }
}
"""
_NAMES = [f"s{number}" for number in range(1, 9)]
_TWO_EACH = "".join(
    f"{name} IN A {{{name}}}\n{name} IN A {{{other}}}\n"
    for name, other in zip(_NAMES, reversed(_NAMES), strict=True)
)
_EIGHT = "".join(f"@ IN MX {number}0 {name}\n" for number, name in enumerate(_NAMES, 1))
_USUAL = "mail IN A {s6}\nsmtp IN A {s7}\nimap IN A {s8}\n"
DOMAINS: dict[str, str | None] = {
    "small.example": "@ IN MX 10 mail\nmail IN A {s1}\n" + GOOD,
    "large.example": _EIGHT + _TWO_EACH + _USUAL + GOOD,
}


def _server(name: str) -> MailServer:
    issue = named(f"{name}.large.example", "mail.small.example")
    return MailServer(smtp=(25, 587), secure=dict.fromkeys((465, 993), issue))


def _sent() -> int:
    command = ["nft", "list", "counter", "inet", "count", "sent"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"packets (\d+)", listed)
    assert match is not None
    return int(match[1])


def test_a_domains_servers_get_few_packets() -> None:
    """One server that does everything; and eight servers, of which five are looked at."""
    with MailWorld({name: _server(name) for name in _NAMES}, DOMAINS) as world:
        subprocess.run(["nft", "-f", "-"], input=_COUNTER.encode(), check=True)
        counts = []
        for domain in DOMAINS:
            before = _sent()
            target = read_target(domain, world.options).target
            report = diagnose(target, kind="mail", options=world.options).report
            assert report.is_complete
            counts.append(_sent() - before)
    small, large = counts
    assert 10 < small <= 60
    assert small < large <= 300
