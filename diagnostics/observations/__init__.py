"""
Observations, the results of probes: frozen facts with times, without judgement.

None is not zero: what was not measured is None. Text from the network is already safe to show (cut,
hidden characters escaped). `kinds` is the registry.
"""

from diagnostics.observations.http import (
    HttpObservation,
    LoadTimeObservation,
    PagePart,
    PagePartObservation,
    PartKind,
    Phase,
)
from diagnostics.observations.kinds import OBSERVATION_KINDS, Observation, for_every_kind
from diagnostics.observations.mail import (
    DeliveryObservation,
    Exchanger,
    MxObservation,
    PolicyObservation,
    ServiceRecordObservation,
    SmtpStep,
    TlsaObservation,
    TlsaRecord,
)
from diagnostics.observations.names import (
    AuthorityObservation,
    CaaObservation,
    DelegationObservation,
    DnsObservation,
    HttpsRecordObservation,
    NameCheckObservation,
    Purpose,
    RegistrationObservation,
    SignatureObservation,
)
from diagnostics.observations.network import (
    ControlObservation,
    Hop,
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
    SignatureTag,
)
from diagnostics.observations.tls import (
    Certificate,
    CertificateStatusObservation,
    IssuerObservation,
    TlsObservation,
)
from diagnostics.observations.vantages import (
    BanObservation,
    Vantage,
    VantageObservation,
    VantageQuestion,
)

__all__ = [
    "OBSERVATION_KINDS",
    "AuthorityObservation",
    "BanObservation",
    "BlockListObservation",
    "CaaObservation",
    "Certificate",
    "CertificateStatusObservation",
    "ControlObservation",
    "DelegationObservation",
    "DeliveryObservation",
    "DkimObservation",
    "DnsObservation",
    "Exchanger",
    "Hop",
    "HttpObservation",
    "HttpsRecordObservation",
    "IssuerObservation",
    "LoadTimeObservation",
    "MtaStsObservation",
    "MxObservation",
    "NameCheckObservation",
    "Observation",
    "PagePart",
    "PagePartObservation",
    "PartKind",
    "Phase",
    "PingObservation",
    "PolicyObservation",
    "Purpose",
    "RegistrationObservation",
    "RouteObservation",
    "SenderObservation",
    "SentLetterObservation",
    "ServiceRecordObservation",
    "SignatureObservation",
    "SignatureTag",
    "SmtpStep",
    "TcpObservation",
    "TlsObservation",
    "TlsaObservation",
    "TlsaRecord",
    "Vantage",
    "VantageObservation",
    "VantageQuestion",
    "for_every_kind",
]
