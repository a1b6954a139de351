"""
Rules about mail: the `servers` that take it, what mail programs use (`clients`), `senders`.

`states` says the same in single words.
"""

from diagnostics.rules.mail import clients, senders, servers  # each lists its rules
from diagnostics.rules.mail.mail_evidence import takes_mail
from diagnostics.rules.mail.mail_facts import (
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
