"""
Customers who come from the host's panel: a signed token says who they are and what they have.

A JSON Web Token (RFC 7519), HS256 or EdDSA, valid for at most five minutes, for us alone, used
once. Its contents are stored for two hours under a key of their own, until the customer begins.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal, get_args

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from sqlalchemy import Engine, delete, insert, select

from diagnostics.texts import drop_hidden, one_line
from intake import database as db

MAX_LIFETIME: Final = timedelta(minutes=5)
LEEWAY: Final = timedelta(seconds=30)  # of two clocks
_KEEP_FOR: Final = timedelta(hours=2)
_MAX_TOKEN: Final = 16_000
_MAX_ID: Final = 200
RefusedToken = Literal["off", "unreadable", "signature", "other", "old", "used"]


class PanelRefused(Exception):  # noqa: N818 - it says what happened
    """
    A token was refused; the customer is asked to come again from the panel.

    `reason` and `detail` are logged for the link's developer: which claim, and what it must be.
    """

    def __init__(self, reason: RefusedToken, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class PanelKey:
    """One of the keys that the panel signs with; two at a time during a change of keys."""

    id: str
    algorithm: Literal["HS256", "EdDSA"]
    key: OctKey | OKPKey


def read_panel_key(key_id: str, text: str) -> PanelKey:
    """
    Read a key as an operator writes it: a secret, or `ed25519:` and the public key in base64url.

    Raises:
        ValueError: it is neither, or a secret that could be guessed.
    """
    kind, _, public = text.partition(":")
    if kind == "ed25519":
        jwk: dict[str, Any] = {"kty": "OKP", "crv": "Ed25519", "x": public.rstrip("=")}
        try:
            return PanelKey(key_id, "EdDSA", OKPKey.import_key(jwk))
        except (JoseError, ValueError) as error:
            raise ValueError(f"{key_id}: write ed25519: and the public key in base64url") from error
    if len(text) < 32:  # noqa: PLR2004 - RFC 7518, section 3.2: as long as the hash
        raise ValueError(f"{key_id}: a secret has 32 characters or more")
    return PanelKey(key_id, "HS256", OctKey.import_key(text))


def _shortened(value: object) -> object:
    # Customers choose their own names in the panel, and a lone surrogate can't be stored.
    if isinstance(value, str):
        return " ".join(drop_hidden(value, keep_lines=False).split())[:_MAX_ID]
    return value


ShortText = Annotated[str, BeforeValidator(_shortened)]


ConsoleState = Literal["works", "hangs", "off"]


def _known_console(value: object) -> object:
    return value if value in get_args(ConsoleState) else None


class PanelService(BaseModel):
    """
    One service of the customer's.

    `console`: its state as its console shows it; None if the panel doesn't say.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: ShortText = ""
    name: ShortText = ""
    hosts: Annotated[tuple[ShortText, ...], Field(max_length=200)] = ()
    addresses: Annotated[tuple[ShortText, ...], Field(max_length=200)] = ()
    suspended: bool = False
    console: Annotated[ConsoleState | None, BeforeValidator(_known_console)] = None


class AccountFacts(BaseModel):
    """What the panel knows of an account; None where it didn't say."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    balance: float | None = Field(default=None, allow_inf_nan=False)
    unpaid: bool | None = None  # where a bill tells more than a balance
    suspended: bool | None = None
    # "block" and "planned-work"; empty: there is none.
    notices: Annotated[tuple[ShortText, ...], Field(max_length=20)] | None = None
    services: Annotated[tuple[PanelService, ...], Field(max_length=200)] | None = None


class PanelVisit(AccountFacts):
    """Who the customer is, and what they came for."""

    sub: ShortText
    name: ShortText = ""
    email: ShortText = ""
    phone: ShortText = ""
    account: ShortText = ""
    lang: ShortText = ""
    checklist: ShortText = ""
    target: ShortText = ""

    @property
    def sites(self) -> tuple[str, ...]:
        """The names and addresses of all services, without duplicates."""
        named = (
            place
            for service in self.services or ()
            for place in (*service.hosts, *service.addresses)
        )
        return tuple(dict.fromkeys(filter(None, named)))

    def is_suspended(self, site: str) -> bool | None:
        """Check whether the service of a site is suspended; None if the panel doesn't say."""
        for service in self.services or ():
            if site in (*service.hosts, *service.addresses):
                return service.suspended or bool(self.suspended)
        return self.suspended

    def console(self, site: str) -> ConsoleState | None:
        """Return the console's state for the service of a site; None if the panel doesn't say."""
        for service in self.services or ():
            if site in (*service.hosts, *service.addresses):
                return service.console
        return None


class PanelLinks:
    """Verifies tokens, marks them as used, stores visits; for any threads and processes."""

    def __init__(
        self,
        engine: Engine,
        keys: Sequence[PanelKey],
        audience: str,
        *,
        clock: db.Clock = db.utc_now,
    ) -> None:
        self._engine, self._keys, self._audience = engine, tuple(keys), audience
        self._clock = clock

    @property
    def is_on(self) -> bool:
        """Whether the operator set a key."""
        return bool(self._keys)

    def enter(self, token: str) -> PanelVisit:
        """
        Verify a token, and mark it as used.

        Raises:
            PanelRefused: it isn't signed by the panel, isn't for us, is old, or was used.
        """
        claims = self._verify(token.strip())
        until = self._check_times(claims)
        if claims.get("aud") not in (self._audience, [self._audience]):
            audience = one_line(str(claims.get("aud")), _MAX_ID)
            raise PanelRefused("other", f"aud is {audience!r}, write {self._audience!r}")
        token_id = claims.get("jti")
        if not isinstance(token_id, str) or not 8 <= len(token_id) <= _MAX_ID:  # noqa: PLR2004 - or it is no random id
            raise PanelRefused("unreadable", "jti must be a random text of 8 to 200 characters")
        try:
            visit = PanelVisit.model_validate(claims)
        except ValidationError as error:
            raise PanelRefused(
                "unreadable", f"{_first_invalid_claim(error)} has another form"
            ) from error
        if not visit.sub:
            raise PanelRefused("unreadable", "sub is empty")
        self._mark_used(token_id, until)
        return visit

    def keep(self, visit: PanelVisit) -> str:
        """
        Store a visit until the customer begins; returns its key, of which only the hash
        is stored.
        """
        key, now = secrets.token_urlsafe(32), self._clock()
        columns = db.panel_visits.c
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.panel_visits).where(columns.created_at < db.stamp(now - _KEEP_FOR))
            )
            connection.execute(
                insert(db.panel_visits),
                {
                    "key_hash": _hash(key),
                    "document": visit.model_dump_json(),
                    "created_at": db.stamp(now),
                },
            )
        return key

    def find(self, key: str) -> PanelVisit | None:
        """Return a visit by its key; None once it has expired."""
        columns = db.panel_visits.c
        with db.reading(self._engine) as connection:
            document = connection.execute(
                select(columns.document).where(
                    columns.key_hash == _hash(key),
                    columns.created_at >= db.stamp(self._clock() - _KEEP_FOR),
                )
            ).scalar()
        return PanelVisit.model_validate_json(document) if document else None

    def _verify(self, token: str) -> Mapping[str, Any]:
        if not self._keys:
            raise PanelRefused("off", "INTAKE_PANEL_KEYS is not set")
        if not 0 < len(token) <= _MAX_TOKEN or not token.isascii():
            raise PanelRefused("unreadable", f"a token has 1 to {_MAX_TOKEN} characters of ASCII")
        try:
            key_id = jws.extract_compact(token.encode()).headers().get("kid")
        except (JoseError, ValueError, TypeError) as error:
            raise PanelRefused("unreadable", "it is no JSON Web Token") from error
        keys_by_id = [key for key in self._keys if key.id == key_id]
        for key in keys_by_id or self._keys:
            try:
                # The algorithm is the key's, whatever the token's head says (RFC 8725, 3.1).
                return jwt.decode(token, key.key, algorithms=[key.algorithm]).claims
            except (JoseError, ValueError, TypeError):
                continue
        algorithms = sorted({key.algorithm for key in keys_by_id or self._keys})
        detail = f"signed by none of the keys of INTAKE_PANEL_KEYS ({', '.join(algorithms)})"
        raise PanelRefused("signature", detail)

    def _check_times(self, claims: Mapping[str, Any]) -> datetime:
        """Return when the token expires; it must say when it began, and be short-lived."""
        now = self._clock()
        try:
            begun, until = (_moment(claims[name]) for name in ("iat", "exp"))
            not_before = _moment(claims.get("nbf", claims["iat"]))
        except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
            raise PanelRefused("unreadable", "iat and exp must be seconds since 1970") from error
        if not begun < until <= begun + MAX_LIFETIME:
            lasts_s = (until - begun).total_seconds()
            raise PanelRefused("old", f"exp is {lasts_s:.0f} s after iat, 1 to 300 are allowed")
        # RFC 7519, section 4.1.5: nbf is optional.
        if not max(begun, not_before) - LEEWAY <= now < until + LEEWAY:
            ours = f"{now:%Y-%m-%d %H:%M:%S} UTC by our clock"
            raise PanelRefused("old", f"now is not between iat (nbf) and exp: it is {ours}")
        return until

    def _mark_used(self, token_id: str, until: datetime) -> None:
        expires_at = db.stamp(until + LEEWAY)
        columns = db.panel_tokens.c
        with db.writing(self._engine) as connection:
            connection.execute(
                delete(db.panel_tokens).where(columns.until < db.stamp(self._clock()))
            )
            row = {"token_hash": _hash(token_id), "until": expires_at}
            spend = db.insert_if_missing(self._engine, db.panel_tokens)
            if not db.insert_row(connection, spend, row):
                raise PanelRefused("used", "a token with this jti has let somebody in")


def _first_invalid_claim(error: ValidationError) -> str:
    """Return the first claim that can't be read, such as `services.0.hosts`."""
    return ".".join(str(part)[:40] for part in error.errors(include_input=False)[0]["loc"])


def _moment(value: object) -> datetime:
    """Return the time of a NumericDate (RFC 7519, section 2)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a time is a number of seconds")
    return datetime.fromtimestamp(value, UTC)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
