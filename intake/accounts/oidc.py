"""
Sign-in of staff through the operator's identity provider (OpenID Connect Core 1.0).

Authorization code flow with PKCE (RFC 7636), `state` and `nonce`. The ID token's signature, issuer,
audience and times are checked by Authlib; what Authlib leaves to its caller is checked here: the
algorithm must be one with a public key, the issuer the configured one, the audience ourselves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from requests import RequestException

from intake.accounts.sessions import OIDC, SignIn, clean_person_name

# With a symmetric algorithm whoever knows the client's secret could make tokens; with "none"
# anybody.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS512", "ES256", "ES384", "EdDSA")
_TIMEOUT_S: Final = 5.0
_METADATA_CACHE_S: Final = 3600.0  # of the provider's own description and keys
_LEEWAY_S: Final = 60
_MAX_GROUPS: Final = 200
# What Authlib raises for a failed request, or for an answer of an unexpected form.
_UNUSABLE: Final = (
    AuthlibBaseError,
    JoseError,
    RequestException,
    KeyError,
    RuntimeError,
    TypeError,
    ValueError,
)


class OidcError(Exception):
    """The provider can't be reached, or its answer can't be trusted."""


@dataclass(frozen=True)
class OidcSettings:
    """The provider, our registration there, and the claim that holds a person's groups."""

    issuer: str
    client_id: str
    client_secret: str | None
    redirect_uri: str
    scope: str = "openid profile email"
    groups_claim: str = "groups"


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """The address for the browser, and what must be remembered until it comes back."""

    url: str
    state: str
    nonce: str
    code_verifier: str


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]  # Authlib has no types
    client_cls = OAuth2Session


class OidcProvider:
    """The operator's identity provider; blocking, and safe to share between threads."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._client: Any = None
        self._since = 0.0

    def begin(self) -> SignInRequest:
        """
        Create the request that the browser takes to the provider.

        Raises:
            OidcError: the provider doesn't answer, or describes another issuer.
        """
        try:
            request = self._current_client().create_authorization_url(self._settings.redirect_uri)
        except _UNUSABLE as error:
            raise OidcError(f"the provider can't be asked ({_why(error)})") from error
        return SignInRequest(
            request["url"], request["state"], request["nonce"], request["code_verifier"]
        )

    def finish(self, code: str, *, nonce: str, code_verifier: str) -> SignIn:
        """
        Exchange the code for the person's identity.

        Raises:
            OidcError: the provider refuses the code, or its token can't be trusted.
        """
        client = self._current_client()
        try:
            token = client.fetch_access_token(
                self._settings.redirect_uri, code=code, code_verifier=code_verifier
            )
            claims = client.parse_id_token(
                token,
                nonce=nonce,
                claims_options={
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "sub": {"essential": True},
                },
                leeway=_LEEWAY_S,
            )
            if claims is None:
                raise OidcError("the provider sent no ID token")
            return self._person(client, token, dict(claims))
        except _UNUSABLE as error:
            raise OidcError(f"the sign-in can't be believed ({_why(error)})") from error

    def _person(self, client: Any, token: Any, claims: dict[str, Any]) -> SignIn:  # noqa: ANN401 - Authlib's
        subject = claims["sub"]
        if self._settings.groups_claim not in claims and "userinfo_endpoint" in (
            client.server_metadata
        ):
            more = dict(client.userinfo(token=token))
            if more.get("sub") != subject:  # OpenID Connect Core 1.0, section 5.3.2
                raise OidcError("the provider's userinfo is about another person")
            claims = {**more, **claims}
        return SignIn(
            OIDC,
            login=_login(claims),
            name=_name(claims),
            groups=_groups(claims.get(self._settings.groups_claim)),
        )

    def _current_client(self) -> Any:  # noqa: ANN401 - Authlib has no types
        with self._lock:
            if self._client is None or time.monotonic() - self._since > _METADATA_CACHE_S:
                self._client, self._since = self._new_client(), time.monotonic()
            return self._client

    def _new_client(self) -> _Client:
        settings = self._settings
        client = _Client(
            None,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.scope,
                "code_challenge_method": "S256",
                "default_timeout": _TIMEOUT_S,
                "leeway": 0,  # the token is used at once, if at all
                # Without a secret we are a public client; PKCE alone binds the code to us.
                "token_endpoint_auth_method": "client_secret_basic"
                if settings.client_secret
                else "none",
            },
        )
        try:
            metadata = client.load_server_metadata()
        except _UNUSABLE as error:
            raise OidcError(f"the provider can't be asked ({_why(error)})") from error
        if metadata.get("issuer") != settings.issuer:
            # OpenID Connect Discovery 1.0, section 4.3: they must be the same to the letter.
            raise OidcError(f"the provider calls itself {metadata.get('issuer')!r:.200}")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        safe = [name for name in _ALGORITHMS if name in offered]
        if not safe:
            raise OidcError("the provider signs with no algorithm that has a public key")
        metadata["id_token_signing_alg_values_supported"] = safe
        return client


def _login(claims: Mapping[str, Any]) -> str:
    """
    Return the issuer's own id of the person: the only one that is never given to somebody else.

    OpenID Connect Core 1.0, section 5.7; the e-mail is put before it for readers of the audit.
    """
    email = claims.get("email")
    readable = f"{email} " if isinstance(email, str) else ""
    return f"{readable}({claims['sub']})"


def _name(claims: Mapping[str, Any]) -> str:
    parts = f"{claims.get('given_name') or ''} {claims.get('family_name') or ''}"
    for name in (claims.get("name"), parts, claims.get("preferred_username"), claims.get("email")):
        if isinstance(name, str) and (clean := clean_person_name(name)):
            return clean
    return clean_person_name(str(claims["sub"]))


def _groups(claim: object) -> tuple[str, ...]:
    """Return the groups, which the provider sends as a list or as words."""
    words = claim.split() if isinstance(claim, str) else claim
    if not isinstance(words, list):
        return ()
    return tuple(word for word in words[:_MAX_GROUPS] if isinstance(word, str))


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
