"""What a customer pasted, parsed to one target; and which addresses may be dialled at all."""

from diagnostics.targets.address_policy import AddressPolicy, Refusal
from diagnostics.targets.pasted_text import Reading, read_target
from diagnostics.targets.target_parsing import (
    HostKind,
    NotATargetError,
    Scheme,
    Target,
    display_name,
    parse_target,
    registered_domain,
    without_www,
)

__all__ = [
    "AddressPolicy",
    "HostKind",
    "NotATargetError",
    "Reading",
    "Refusal",
    "Scheme",
    "Target",
    "display_name",
    "parse_target",
    "read_target",
    "registered_domain",
    "without_www",
]
