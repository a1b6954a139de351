"""Rules about the name: `name` itself, its `servers`, its `signature`, and its `address`."""

from diagnostics.rules.dns import address, name, servers  # each lists its rules
from diagnostics.rules.dns.address import is_behind_cdn
from diagnostics.rules.dns.name import name_failure

__all__ = ["address", "is_behind_cdn", "name", "name_failure", "servers"]
