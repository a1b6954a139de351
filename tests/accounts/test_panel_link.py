"""Signed links of the panel: forty that aren't believed, and the ones that are."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey
from sqlalchemy import Engine

from intake import database as db
from intake.accounts.panel_link import PanelLinks, PanelRefused, read_panel_key
from intake.settings import SettingsError, load_settings

AUDIENCE = "https://help.example.com"
SECRET, OLD_SECRET = "s" * 40, "o" * 40
ED25519 = OKPKey.generate_key("Ed25519")
KEYS = [
    read_panel_key("now", SECRET),
    read_panel_key("eddsa", f"ed25519:{ED25519.as_dict(private=False)['x']}"),
]
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("panel")
    engine = db.open_database(f"sqlite:///{path}/intake.db")
    db.migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def links(engine: Engine) -> PanelLinks:
    return PanelLinks(engine, KEYS, AUDIENCE, clock=lambda: NOW)


_number = iter(range(10_000))


def claims(**changed: Any) -> dict[str, Any]:
    whole = {
        "aud": AUDIENCE,
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(minutes=2)).timestamp()),
        "jti": f"random-{next(_number)}",
        "sub": "4711",
        "name": "Anna Kim",
        "email": "anna@mail.example",
        "services": [{"id": "1", "hosts": ["shop.example"], "addresses": ["192.0.2.7"]}],
    } | changed
    return {name: value for name, value in whole.items() if value is not None}


def signed(secret: str = SECRET, head: dict[str, Any] | None = None, **changed: Any) -> str:
    key = OctKey.import_key(secret)
    return jwt.encode({"alg": "HS256", **(head or {})}, claims(**changed), key)


def unsigned(algorithm: object, signature: str = "") -> str:
    head, body = (
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": algorithm}, claims())
    )
    return f"{head}.{body}.{signature}"


def at(**delta: float) -> int:
    return int((NOW + timedelta(**delta)).timestamp())


def with_public_key_as_secret() -> str:
    """The public key is known to everybody."""
    public = ED25519.as_dict(private=False)["x"]
    return signed(str(public).ljust(40, "="), {"kid": "eddsa"})


FORGED = {
    "nothing": "",
    "a word": "token",
    "two dots": "..",
    "five parts": "a.b.c.d.e",
    "not base64": "!.!.!",
    "not ASCII": "ключ.ключ.ключ",
    "too long": "x" * 20_000,
    "another secret": signed("x" * 40),
    "another secret, our key's name": signed("x" * 40, {"kid": "now"}),
    "the other key's name": signed(SECRET, {"kid": "eddsa"}),
    "no algorithm": unsigned("none"),
    "no algorithm, in capitals": unsigned("NONE"),
    "an algorithm of zero": unsigned(0),
    "no signature": unsigned("HS256"),
    "a foreign signature": unsigned("HS256", "c2lnbmF0dXJl"),
    "a public key as secret": with_public_key_as_secret(),
    "a foreign Ed25519 key": jwt.encode(
        {"alg": "EdDSA"}, claims(), OKPKey.generate_key("Ed25519"), algorithms=["EdDSA"]
    ),
    "RSA": jwt.encode({"alg": "RS256"}, claims(), RSAKey.generate_key(2048)),
    "a changed payload": signed().replace(".e", ".f", 1),
    "a cut signature": signed()[:-4],
    "a must-understand head": signed(SECRET, {"crit": ["b64"], "b64": False}),
    "old": signed(iat=at(minutes=-10), exp=at(minutes=-8)),
    "just over": signed(iat=at(minutes=-3), exp=at(seconds=-31)),
    "of the future": signed(iat=at(seconds=31), exp=at(minutes=2)),
    "too long a life": signed(exp=at(minutes=6)),
    "a life of years": signed(exp=at(days=3650)),
    "an end before the beginning": signed(iat=at(seconds=20), exp=at(seconds=10)),
    "no end": signed(exp=None),
    "no beginning": signed(iat=None),
    "an end as text": signed(exp=str(at(minutes=2))),
    "a beginning that is true": signed(iat=True),
    "an end beyond all times": signed(iat=1e20, exp=1e20 + 1),
    "for nobody": signed(aud=None),
    "for others": signed(aud="https://other.example"),
    "for us and others": signed(aud=[AUDIENCE, "https://other.example"]),
    "for a like name": signed(aud=AUDIENCE + "/"),
    "no id": signed(jti=None),
    "a short id": signed(jti="1"),
    "an id as number": signed(jti=12345678),
    "an endless id": signed(jti="x" * 201),
    "nobody": signed(sub=None),
    "an empty name of nobody": signed(sub=" "),
    "a subject as list": signed(sub=["4711"]),
    "a balance that is none": signed(balance="much"),
    "services that are none": signed(services="shop.example"),
    "too many services": signed(services=[{"id": str(n)} for n in range(300)]),
}


def test_there_are_forty() -> None:
    assert len(FORGED) >= 40


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_or_stale_token_is_refused(links: PanelLinks, name: str) -> None:
    with pytest.raises(PanelRefused):
        links.enter(FORGED[name])


@pytest.mark.parametrize(
    ("name", "reason", "detail"),
    [
        ("for a like name", "other", f"aud is '{AUDIENCE}/', write '{AUDIENCE}'"),
        ("a short id", "unreadable", "jti must be"),
        ("nobody", "unreadable", "sub has another form"),
        ("a balance that is none", "unreadable", "balance has another form"),
        ("services that are none", "unreadable", "services has another form"),
    ],
)
def test_the_log_names_the_claim(links: PanelLinks, name: str, reason: str, detail: str) -> None:
    with pytest.raises(PanelRefused) as refusal:
        links.enter(FORGED[name])
    assert refusal.value.reason == reason
    assert detail in refusal.value.detail


def test_the_log_tells_a_wrong_clock_from_a_long_link(links: PanelLinks) -> None:
    stamp = int(NOW.timestamp())
    with pytest.raises(PanelRefused, match="600 s after iat"):
        links.enter(signed(iat=stamp, exp=stamp + 600))
    with pytest.raises(PanelRefused, match="by our clock"):
        links.enter(signed(iat=stamp - 400, exp=stamp - 200))


@pytest.mark.parametrize(
    ("shift_s", "reason"), [(0, ""), (20, ""), (-3600, ""), (60, "old"), (10**12, "unreadable")]
)
def test_a_token_is_not_taken_before_its_time(links: PanelLinks, shift_s: int, reason: str) -> None:
    """RFC 7519, section 4.1.5; a few seconds are two clocks' difference."""
    token = signed(nbf=int(NOW.timestamp()) + shift_s)
    if not reason:
        assert links.enter(token).sub == "4711"
        return
    with pytest.raises(PanelRefused) as refusal:
        links.enter(token)
    assert refusal.value.reason == reason


def test_a_believed_token_says_who_and_what(links: PanelLinks) -> None:
    visit = links.enter(signed(balance="12.5", services=None, target="shop.example"))
    assert (visit.sub, visit.name, visit.balance) == ("4711", "Anna Kim", 12.5)
    visit = links.enter(signed(aud=[AUDIENCE]))
    assert visit.sites == ("shop.example", "192.0.2.7")


def test_a_replay_is_refused(links: PanelLinks) -> None:
    token = signed()
    links.enter(token)
    with pytest.raises(PanelRefused, match="used"):
        links.enter(token)
    with pytest.raises(PanelRefused, match="used"):  # by another process
        PanelLinks(links._engine, KEYS, AUDIENCE, clock=lambda: NOW).enter(token)


def test_ed25519_is_believed(links: PanelLinks) -> None:
    token = jwt.encode({"alg": "EdDSA", "kid": "eddsa"}, claims(), ED25519, algorithms=["EdDSA"])
    assert links.enter(token).sub == "4711"


def test_a_rotation_refuses_no_customer(engine: Engine) -> None:
    """Old key, both, new key: whoever the panel signs with meanwhile is let in."""
    old, new = read_panel_key("old", OLD_SECRET), read_panel_key("now", SECRET)
    steps = [([old], [OLD_SECRET]), ([old, new], [OLD_SECRET, SECRET]), ([new], [SECRET])]
    for keys, secrets in steps:
        links = PanelLinks(engine, keys, AUDIENCE, clock=lambda: NOW)
        for secret in secrets:
            name = "old" if secret is OLD_SECRET else "now"
            assert links.enter(signed(secret)).sub == "4711"  # without the key's name
            assert links.enter(signed(secret, {"kid": name})).sub == "4711"
    with pytest.raises(PanelRefused):
        PanelLinks(engine, [new], AUDIENCE, clock=lambda: NOW).enter(signed(OLD_SECRET))


def test_without_a_key_nobody_enters(engine: Engine) -> None:
    with pytest.raises(PanelRefused, match="off"):
        PanelLinks(engine, [], AUDIENCE, clock=lambda: NOW).enter(signed())


def test_a_visit_is_kept_for_two_hours(engine: Engine) -> None:
    now = [NOW]
    links = PanelLinks(engine, KEYS, AUDIENCE, clock=lambda: now[0])
    key = links.keep(links.enter(signed()))
    now[0] += timedelta(minutes=119)
    visit = links.find(key)
    assert visit is not None
    assert visit.name == "Anna Kim"
    now[0] += timedelta(minutes=2)
    assert links.find(key) is None
    assert links.find("guess") is None


@pytest.mark.parametrize(
    "value", ["", "now", "now=short", "a=ed25519:!", f"a={SECRET},b={SECRET},c={SECRET}"]
)
def test_keys_that_are_none_stop_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("INTAKE_PANEL_KEYS", value)
    with pytest.raises(SettingsError, match="INTAKE_PANEL_KEYS") as refusal:
        load_settings()
    assert SECRET not in str(refusal.value)
