"""Rules about the name: `name` itself, its `servers`, its `signature`, and its `address`."""

from diagnostics.findings.dns import address, name, servers  # each lists its rules
from diagnostics.findings.dns.address import is_behind_cdn
from diagnostics.findings.dns.name import name_failure

__all__ = ["address", "is_behind_cdn", "name", "name_failure", "servers"]
