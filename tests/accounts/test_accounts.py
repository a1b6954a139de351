"""Users, passwords, sessions and the audit, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from intake import database as db
from intake.accounts.audit import AuditLog
from intake.accounts.passwords import PasswordRefused, Passwords
from intake.accounts.rights import Account, Right, StaffRole
from intake.accounts.sessions import LINK, OIDC, USER, SessionPolicy, SessionStore, SignIn
from intake.accounts.users import UserRefused, UserStore

PASSWORD = "correct horse battery"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
LEADS = {
    "leads": frozenset({StaffRole.AUTHOR, StaffRole.AGENT}),
    "it": frozenset({StaffRole.ADMIN}),
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 29, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("accounts")
    engine = db.open_database(f"sqlite:///{path}/intake.db")
    db.migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def users(engine: Engine) -> Iterator[UserStore]:
    store = UserStore(engine, passwords=QUICK)
    yield store
    for row in store.rows():
        store.remove(row.login)


@pytest.fixture
def sessions(engine: Engine, clock: Clock) -> SessionStore:
    return SessionStore(engine, SessionPolicy(link_token="x" * 30, group_roles=LEADS), clock=clock)


def test_a_password_fits_its_user_alone(users: UserStore) -> None:
    users.add(" Olga ", "Olga  Petrova", ["agent"], PASSWORD)
    found = users.verify("OLGA", PASSWORD)
    assert found is not None
    assert (found.login, found.name) == ("olga", "Olga Petrova")
    assert found.roles == {StaffRole.AGENT}
    assert users.verify("olga", PASSWORD + " ") is None
    assert users.verify("bo", PASSWORD) is None
    assert users.verify("olga", "") is None
    assert users.verify("olga", "x" * 100_000) is None


def test_a_password_is_kept_as_a_hash_alone(users: UserStore, engine: Engine) -> None:
    users.add("olga", "Olga Petrova", ["agent"], PASSWORD)
    with db.reading(engine) as connection:
        (kept,) = connection.execute(select(db.staff_users.c.password_hash)).scalars()
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "short"),
        ("elevenchars", "short"),
        ("aaaaaaaaaaaaaaaa", "simple"),
        ("abcabcabcabcabc", "simple"),
        ("my name is Olga!", "login"),
        ("я" * 600 + "абвгдежз", "long"),
    ],
)
def test_a_password_that_could_be_guessed_is_refused(
    users: UserStore, password: str, fault: str
) -> None:
    with pytest.raises(PasswordRefused) as refusal:
        users.add("olga", "Olga Petrova", ["agent"], password)
    assert refusal.value.fault == fault
    assert users.rows() == ()


@pytest.mark.parametrize(
    ("login", "name", "roles"),
    [
        ("", "Olga Petrova", ["agent"]),
        ("-olga", "Olga Petrova", ["agent"]),
        ("ol ga", "Olga Petrova", ["agent"]),
        ("x" * 65, "Olga Petrova", ["agent"]),
        ("olga", "  ", ["agent"]),
        ("olga", "Olga Petrova", ["boss"]),
        ("olga", "Olga Petrova", []),
    ],
)
def test_a_user_who_cannot_be_one_is_refused(
    users: UserStore, login: str, name: str, roles: list[str]
) -> None:
    with pytest.raises(UserRefused):
        users.add(login, name, roles, PASSWORD)
    assert users.rows() == ()


def test_a_login_is_taken_once(users: UserStore) -> None:
    users.add("olga", "Olga Petrova", ["agent"], PASSWORD)
    with pytest.raises(UserRefused, match="already"):
        users.add("Olga", "Somebody Else", ["admin"], "another good password")
    assert users.verify("olga", PASSWORD) is not None


def test_roles_and_names_count_as_they_are_now(users: UserStore, sessions: SessionStore) -> None:
    users.add("olga", "Olga Petrova", ["agent"], PASSWORD)
    token = sessions.begin(SignIn(USER, "olga", "whoever"))
    assert sessions.account(token) == Account("olga", "Olga Petrova", frozenset({StaffRole.AGENT}))
    users.set_roles("olga", ["reader"])
    account = sessions.account(token)
    assert account is not None
    assert not account.may(Right.WORK)
    assert account.may(Right.READ)


@pytest.mark.parametrize("change", ["remove", "password"])
def test_who_is_removed_or_gets_a_new_password_is_signed_out(
    users: UserStore, sessions: SessionStore, change: str
) -> None:
    users.add("olga", "Olga Petrova", ["agent"], PASSWORD)
    token = sessions.begin(SignIn(USER, "olga"))
    if change == "remove":
        assert users.remove("olga")
        users.add("olga", "Another Olga", ["admin"], PASSWORD)
    else:
        users.set_password("olga", "another good password")
    assert sessions.account(token) is None


def test_a_session_ends_when_idle(sessions: SessionStore, clock: Clock) -> None:
    token = sessions.begin(SignIn(LINK, LINK, "Bo"))
    for _ in range(3):
        clock.wait(minutes=119)
        assert sessions.account(token) is not None
    clock.wait(minutes=121)
    assert sessions.account(token) is None


def test_a_session_ends_however_busy(sessions: SessionStore, clock: Clock) -> None:
    token = sessions.begin(SignIn(LINK, LINK, "Bo"))
    for _ in range(11):
        clock.wait(hours=1)
        assert sessions.account(token) is not None
    clock.wait(hours=1)
    assert sessions.account(token) is None


def test_sign_out_ends_one_session(sessions: SessionStore) -> None:
    ended, kept = (sessions.begin(SignIn(LINK, LINK, name)) for name in ("Bo", "Olga"))
    sessions.end(ended)
    assert sessions.account(ended) is None
    account = sessions.account(kept)
    assert account is not None
    assert account.name == "Olga"


@pytest.mark.parametrize("token", ["", "guess", "x" * 43, "\ud800"])
def test_a_guess_is_no_session(sessions: SessionStore, token: str) -> None:
    sessions.begin(SignIn(LINK, LINK))
    assert sessions.account(token) is None


def test_another_token_or_no_link_signs_out_who_came_by_it(
    engine: Engine, sessions: SessionStore, clock: Clock
) -> None:
    token = sessions.begin(SignIn(LINK, LINK))
    for policy in (SessionPolicy(link_token="y" * 30), SessionPolicy(link_token=None)):
        assert SessionStore(engine, policy, clock=clock).account(token) is None
    assert sessions.account(token) is not None


def test_groups_give_roles_by_todays_mapping(
    engine: Engine, sessions: SessionStore, clock: Clock
) -> None:
    token = sessions.begin(SignIn(OIDC, "o@acme.example (7)", "Olga", ("all", "leads")))
    account = sessions.account(token)
    assert account is not None
    assert account.roles == {StaffRole.AUTHOR, StaffRole.AGENT}
    mapped_anew = SessionStore(engine, SessionPolicy(group_roles={}), clock=clock)
    assert mapped_anew.account(token) is None


def test_each_role_may_what_it_is_for() -> None:
    rights = {
        role: {right for right in Right if Account("x", "X", frozenset({role})).may(right)}
        for role in StaffRole
    }
    assert rights == {
        StaffRole.READER: {Right.READ},
        StaffRole.AGENT: {Right.READ, Right.WORK},
        StaffRole.AUTHOR: {Right.READ, Right.WRITE},
        StaffRole.ADMIN: set(Right),
    }


def test_the_audit_is_kept_in_order_and_narrowed(engine: Engine, clock: Clock) -> None:
    audit = AuditLog(engine, clock=clock)
    audit.add("ticket.write", "H4X7PM2KB", login="olga", name="Olga\nPetrova", detail="reply")
    clock.wait(minutes=1)
    audit.add("sign-in", login="bo")
    assert [row.action for row in audit.rows()] == ["sign-in", "ticket.write"]
    (row,) = audit.rows(login="olga")
    assert "\n" not in row.name
    assert (row.about, row.detail) == ("H4X7PM2KB", "reply")
    assert audit.rows(about="H4X7PM2KB") == (row,)
    assert audit.rows(since=clock()) == audit.rows(action="sign-in")
