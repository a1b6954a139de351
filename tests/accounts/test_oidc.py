"""Sign-in at a provider: a real one, and one that answers what must not be believed."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pytest_httpserver import HTTPServer

from intake.accounts.oidc import OidcError, OidcProvider, OidcSettings, SignInRequest
from tests.daemons.glewlwyd import CLIENT, CLIENT_SECRET, GLEWLWYD, Glewlwyd

BACK = "http://localhost:8501/staff/oidc/back"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})


def settings(issuer: str) -> OidcSettings:
    return OidcSettings(issuer, CLIENT, CLIENT_SECRET, BACK)


@pytest.fixture(scope="module")
def real() -> Iterator[Glewlwyd]:
    if GLEWLWYD is None:
        pytest.skip("glewlwyd is not installed")
    with Glewlwyd(BACK) as provider:
        provider.add_user("olga", "Olga Petrova", ["support", "all"])
        yield provider


def returned(place: str, begun: SignInRequest) -> str:
    """The code with which the browser comes back, with the state that it took along."""
    query = parse_qs(urlsplit(place).query)
    assert query["state"] == [begun.state]
    return query["code"][0]


def test_a_person_comes_with_name_and_groups(real: Glewlwyd) -> None:
    provider = OidcProvider(settings(real.issuer))
    begun = provider.begin()
    assert "code_challenge_method=S256" in begun.url
    code = returned(real.sign_in("olga", begun.url), begun)
    sign_in = provider.finish(code, nonce=begun.nonce, code_verifier=begun.code_verifier)
    assert sign_in.name == "Olga Petrova"
    assert sign_in.groups == ("support", "all")
    assert sign_in.login.startswith("olga@acme.example (")
    with pytest.raises(OidcError):  # the code is spent
        provider.finish(code, nonce=begun.nonce, code_verifier=begun.code_verifier)


@pytest.mark.parametrize("stolen", ["code_verifier", "nonce"])
def test_a_stolen_code_is_worth_nothing(real: Glewlwyd, stolen: str) -> None:
    """Who has the code but didn't begin the sign-in knows neither."""
    provider = OidcProvider(settings(real.issuer))
    begun = provider.begin()
    code = returned(real.sign_in("olga", begun.url), begun)
    kept = {"nonce": begun.nonce, "code_verifier": begun.code_verifier}
    with pytest.raises(OidcError):
        provider.finish(code, **{**kept, stolen: "x" * 50})


class Answers:
    """A provider whose token is what a test says."""

    def __init__(self, server: HTTPServer) -> None:
        self.issuer = server.url_for("/id").rstrip("/")
        self.server = server
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        self.describe()
        server.expect_request("/id/jwks").respond_with_json({"keys": [KEY.as_dict(private=False)]})

    def describe(self) -> None:
        self.server.expect_request("/id/.well-known/openid-configuration").respond_with_json(
            self.metadata
        )

    def token(self, id_token: str | None) -> None:
        answer = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 60}
        self.server.expect_request("/id/token", method="POST").respond_with_json(
            answer | ({"id_token": id_token} if id_token else {})
        )

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(time.time())
        whole = {
            "iss": self.issuer,
            "sub": "7",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": "the-nonce",
            "name": "Olga Petrova",
            "groups": ["support"],
        } | changed
        return {name: value for name, value in whole.items() if value is not None}

    def signed(self, key: RSAKey = KEY, **changed: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, self.claims(**changed), key)

    def finish(self) -> Any:
        provider = OidcProvider(settings(self.issuer))
        return provider.finish("a-code", nonce="the-nonce", code_verifier="v" * 43)


def signed_with_secret(claims: dict[str, Any], secret: bytes) -> str:
    """By hand: the library refuses a public key as a secret, as an attacker's doesn't."""
    parts = [{"alg": "HS256", "kid": "one"}, claims]
    head = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    signature = urlsafe_b64encode(hmac.digest(secret, head, "sha256")).rstrip(b"=")
    return b".".join((head, signature)).decode()


@pytest.fixture
def answers(httpserver: HTTPServer) -> Answers:
    return Answers(httpserver)


def test_a_token_that_is_as_it_should_be(answers: Answers) -> None:
    answers.token(answers.signed(groups="support all"))
    assert answers.finish().groups == ("support", "all")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"], "azp": CLIENT},
        {"aud": None},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
    ],
)
def test_a_token_for_others_or_another_time_is_refused(
    answers: Answers, changed: dict[str, Any]
) -> None:
    answers.token(answers.signed(**changed))
    with pytest.raises(OidcError):
        answers.finish()


def test_a_token_of_another_key_is_refused(answers: Answers) -> None:
    answers.token(answers.signed(OTHER))
    with pytest.raises(OidcError):
        answers.finish()


def test_the_public_key_and_the_clients_secret_sign_nothing(answers: Answers) -> None:
    """Both are known to others; the provider offers HS256 and "none" itself."""
    for secret in (KEY.as_pem(private=False), CLIENT_SECRET.encode()):
        answers.server.clear()
        again = Answers(answers.server)
        again.token(signed_with_secret(again.claims(), secret))
        with pytest.raises(OidcError):
            again.finish()


def test_an_unsigned_token_is_refused(answers: Answers) -> None:
    _, payload, _ = answers.signed().split(".")
    answers.token(f"eyJhbGciOiJub25lIn0.{payload}.")
    with pytest.raises(OidcError):
        answers.finish()


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "a.b.c.d.e"])
def test_no_token_is_refused(answers: Answers, token: str | None) -> None:
    answers.token(token)
    with pytest.raises(OidcError):
        answers.finish()


def test_userinfo_of_another_person_is_refused(answers: Answers) -> None:
    answers.server.expect_request("/id/userinfo").respond_with_json(
        {"sub": "8", "groups": ["admins"]}
    )
    answers.token(answers.signed(groups=None))
    with pytest.raises(OidcError, match="another person"):
        answers.finish()


def test_groups_come_from_userinfo_where_the_token_has_none(answers: Answers) -> None:
    answers.server.expect_request("/id/userinfo").respond_with_json(
        {"sub": "7", "groups": ["support"]}
    )
    answers.token(answers.signed(groups=None))
    assert answers.finish().groups == ("support",)


def test_a_provider_that_calls_itself_otherwise_is_not_asked(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/id/.well-known/openid-configuration").respond_with_json(
        {"issuer": "https://evil.example", "authorization_endpoint": "https://evil.example/"}
    )
    with pytest.raises(OidcError, match="calls itself"):
        OidcProvider(settings(httpserver.url_for("/id"))).begin()


@pytest.mark.parametrize("answer", ["", "[]", "<html>", "null"])
def test_a_provider_that_makes_no_sense_is_an_error_in_words(
    httpserver: HTTPServer, answer: str
) -> None:
    httpserver.expect_request("/id/.well-known/openid-configuration").respond_with_data(answer)
    with pytest.raises(OidcError):
        OidcProvider(settings(httpserver.url_for("/id"))).begin()
