"""The registry of observation kinds: a report may hold the kinds in `Observation`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar, get_args

from pydantic import Field

from diagnostics.observations.http import (
    HttpObservation,
    LoadTimeObservation,
    PagePartObservation,
)
from diagnostics.observations.mail import (
    DeliveryObservation,
    MxObservation,
    PolicyObservation,
    ServiceRecordObservation,
    TlsaObservation,
)
from diagnostics.observations.names import (
    AuthorityObservation,
    CaaObservation,
    DelegationObservation,
    DnsObservation,
    HttpsRecordObservation,
    NameCheckObservation,
    RegistrationObservation,
    SignatureObservation,
)
from diagnostics.observations.network import (
    ControlObservation,
    PingObservation,
    RouteObservation,
    TcpObservation,
)
from diagnostics.observations.outgoing_mail import (
    BlockListObservation,
    DkimObservation,
    MtaStsObservation,
    SenderObservation,
    SentLetterObservation,
)
from diagnostics.observations.tls import (
    CertificateStatusObservation,
    IssuerObservation,
    TlsObservation,
)
from diagnostics.observations.vantages import BanObservation, VantageObservation

TableRow = TypeVar("TableRow")

# In the order in which a report lists them: from the name up to the page.
Observation = Annotated[
    DnsObservation
    | HttpsRecordObservation
    | NameCheckObservation
    | DelegationObservation
    | AuthorityObservation
    | SignatureObservation
    | RegistrationObservation
    | MxObservation
    | PolicyObservation
    | ServiceRecordObservation
    | MtaStsObservation
    | TlsaObservation
    | DkimObservation
    | SentLetterObservation
    | SenderObservation
    | BlockListObservation
    | PingObservation
    | RouteObservation
    | TcpObservation
    | TlsObservation
    | IssuerObservation
    | CertificateStatusObservation
    | CaaObservation
    | DeliveryObservation
    | HttpObservation
    | PagePartObservation
    | LoadTimeObservation
    | ControlObservation
    | VantageObservation
    | BanObservation,
    Field(discriminator="probe"),
]

# The names by which a kind is stored, in the order above.
OBSERVATION_KINDS: tuple[str, ...] = tuple(
    kind.model_fields["probe"].default for kind in get_args(get_args(Observation)[0])
)


def for_every_kind(table: Mapping[str, TableRow]) -> Mapping[str, TableRow]:
    """
    Return a table by kind unchanged, if it is complete.

    Raises:
        TypeError: a kind has no row, or a row has no kind. It is raised at the table's definition,
            when its module is imported.
    """
    missing, unknown = set(OBSERVATION_KINDS) - set(table), set(table) - set(OBSERVATION_KINDS)
    if missing or unknown:
        raise TypeError(f"rows missing for {sorted(missing)}, unknown rows {sorted(unknown)}")
    return table
