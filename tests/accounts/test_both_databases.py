"""What must happen once happens once on either database, and sessions end on both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from intake import database as db
from intake.accounts.api_requests import ApiRequests
from intake.accounts.api_tokens import ApiScope, ApiTokenStore
from intake.accounts.audit import AuditLog
from intake.accounts.panel_link import PanelLinks, PanelRefused
from intake.accounts.sessions import LINK, USER, SessionPolicy, SessionStore, SignIn
from intake.accounts.users import UserRefused, UserStore
from tests.accounts.test_accounts import PASSWORD, QUICK
from tests.accounts.test_panel_link import AUDIENCE, KEYS, NOW, signed


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = db.open_database(database_url)
    db.migrate(engine)
    yield engine
    engine.dispose()


def test_a_login_a_link_and_a_key_are_taken_once(engine: Engine) -> None:
    users = UserStore(engine, passwords=QUICK)
    users.add("olga", "Olga Petrova", ["agent"], PASSWORD)
    with pytest.raises(UserRefused, match="already"):
        users.add("olga", "Somebody Else", ["admin"], PASSWORD)
    links, token = PanelLinks(engine, KEYS, AUDIENCE, clock=lambda: NOW), signed()
    visit = links.find(links.keep(links.enter(token)))
    assert visit is not None
    with pytest.raises(PanelRefused, match="used"):
        links.enter(token)
    requests = ApiRequests(engine)
    states = [requests.begin("panel", "key", body).state for body in ("a", "a", "b")]
    assert states == ["new", "running", "other"]
    requests.forget("panel", "key")
    assert requests.begin("panel", "key", "b").state == "new"


def test_sessions_tokens_and_the_audit_are_kept(engine: Engine) -> None:
    users, now = UserStore(engine, passwords=QUICK), [datetime.now(UTC)]
    users.add("olga", "Olga Petrova", ["agent"], PASSWORD)
    sessions = SessionStore(engine, SessionPolicy(link_token="x" * 30), clock=lambda: now[0])
    olgas, links = sessions.begin(SignIn(USER, "olga")), sessions.begin(SignIn(LINK, LINK, "Bo"))
    now[0] += timedelta(minutes=5)
    assert sessions.account(olgas) is not None
    sessions.rename(links, "Ivan Kim")
    account = sessions.account(links)
    assert account is not None
    assert account.name == "Ivan Kim"
    assert set(sessions.open_logins()) == {"olga", LINK}
    assert users.remove("olga")
    assert sessions.account(olgas) is None
    tokens = ApiTokenStore(engine)
    found = tokens.find(tokens.add("panel", [ApiScope.SEND]))
    assert found is not None
    assert found.may(ApiScope.SEND)
    audit = AuditLog(engine)
    audit.add("sign-in", "link", login="olga")
    assert [row.login for row in audit.rows(action="sign-in")] == ["olga"]
