"""Parse what a customer pasted to one target, and judge which addresses may be contacted."""

from diagnostics.targets.address_policy import AddressPolicy, Refusal
from diagnostics.targets.https_only import https_only_ending
from diagnostics.targets.pasted_text import TargetReading, read_target
from diagnostics.targets.public_suffixes import has_public_suffix, registered_domain
from diagnostics.targets.target import (
    DEFAULT_PORTS,
    HostKind,
    Scheme,
    Target,
    TargetKind,
    as_address,
    display_name,
    port_of,
    url_of,
    without_www,
)
from diagnostics.targets.target_parsing import NotATargetError, parse_target

__all__ = [
    "DEFAULT_PORTS",
    "AddressPolicy",
    "HostKind",
    "NotATargetError",
    "Refusal",
    "Scheme",
    "Target",
    "TargetKind",
    "TargetReading",
    "as_address",
    "display_name",
    "has_public_suffix",
    "https_only_ending",
    "parse_target",
    "port_of",
    "read_target",
    "registered_domain",
    "url_of",
    "without_www",
]
