"""
Rules about mail: the `servers` that take it, what mail programs use (`clients`), `senders`.

`states` says the same in single words.
"""

from diagnostics.findings.mail import clients, senders, servers  # each lists its rules
from diagnostics.findings.mail.seen import takes_mail
from diagnostics.findings.mail.states import (
    certificate_ends,
    count_servers,
    dmarc_state,
    has_mx,
    port_state,
    spf_state,
)

__all__ = [
    "certificate_ends",
    "clients",
    "count_servers",
    "dmarc_state",
    "has_mx",
    "port_state",
    "senders",
    "servers",
    "spf_state",
    "takes_mail",
]
