"""`intake users`, `tokens` and `audit`: what they do, what they refuse, what they never print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake.accounts.api_tokens import ApiScope
from intake.bootstrap import Services, load_services
from intake.cli import app
from intake.ui.texts import words

PASSWORD = "correct horse battery staple"


class Shell:
    """The command on a data folder of its own, its database as after a first start."""

    def __init__(self, data: Path) -> None:
        self.environment = {"INTAKE_DATA": str(data)}

    def run(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, words, input=typed, env=self.environment)

    def ok(self, *words: str, typed: str = "") -> str:
        result = self.run(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def shell(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    data = tmp_path / "data"
    data.mkdir()
    (data / "intake.db").write_bytes(migrated_sqlite.read_bytes())
    monkeypatch.setenv("INTAKE_DATA", str(data))
    return Shell(data)


def services() -> Services:
    return load_services()


def test_a_user_is_made_changed_and_removed(shell: Shell) -> None:
    assert "There is no user" in shell.ok("users", "list")
    made = shell.ok(
        "users", "add", "Olga", "--name", "Olga Petrova", "--role", "agent", typed=PASSWORD + "\n"
    )
    assert PASSWORD not in made
    listed = shell.ok("users", "list")
    assert "olga  agent  Olga Petrova" in listed
    shell.ok("users", "role", "olga", "reader", "author")
    assert "author, reader" in shell.ok("users", "list")
    shell.ok("users", "password", "OLGA", typed="another long enough phrase\n")
    assert services().users.verify("olga", PASSWORD) is None
    assert services().users.verify("olga", "another long enough phrase") is not None
    shell.ok("users", "remove", "olga")
    assert "There is no user" in shell.ok("users", "list")
    rows = [json.loads(line) for line in shell.ok("audit", "--json").splitlines()]
    assert [row["action"] for row in rows] == [
        "user.remove", "user.password", "user.role", "user.add",
    ]  # fmt: skip
    assert {(row["login"], row["about"]) for row in rows} == {("command line", "olga")}
    assert "phrase" not in str(rows)


def test_every_command_that_changes_who_may_do_what_is_recorded(shell: Shell) -> None:
    """A probe worker's token is a secret as any other: who made it, and when, is kept."""
    shell.ok("workers", "add", "oslo", "--place", "Oslo")
    shell.ok("workers", "remove", "oslo")
    assert [(row.action, row.about, row.detail, row.login) for row in services().audit.rows()] == [
        ("worker.remove", "oslo", "", "command line"),
        ("worker.add", "oslo", "Oslo", "command line"),
    ]
    for action in ("worker_add", "worker_remove", "data_erase"):
        assert words(f"audit_{action}", "ru") != words(f"audit_{action}", "en")


@pytest.mark.parametrize(
    ("typed_words", "typed"),
    [
        (("users", "add", "olga", "--name", "Olga Petrova", "--role", "agent"), "short"),
        (("users", "add", "olga", "--name", "Olga Petrova", "--role", "agent"), ""),
        (("users", "add", "olga", "--name", " ", "--role", "agent"), PASSWORD),
        (("users", "add", "olga", "--name", "Olga Petrova", "--role", "boss"), PASSWORD),
        (("users", "add", "no login", "--name", "Olga Petrova", "--role", "agent"), PASSWORD),
        (("users", "role", "nobody", "agent"), ""),
        (("users", "password", "nobody"), PASSWORD),
        (("users", "remove", "nobody"), ""),
        (("tokens", "add", "a program", "--scope", "tickets:send"), ""),
        (("tokens", "add", "panel", "--scope", "everything"), ""),
        (("tokens", "revoke", "nobody"), ""),
    ],
)
def test_what_can_not_be_is_said_and_not_done(
    shell: Shell, typed_words: tuple[str, ...], typed: str
) -> None:
    result = shell.run(*typed_words, typed=f"{typed}\n")
    assert result.exit_code == 2, result.output
    assert result.output.strip()
    assert "Traceback" not in result.output
    assert services().audit.rows() == ()
    assert services().users.rows() == ()


def test_a_token_is_printed_once_and_revoked(shell: Shell) -> None:
    assert "There is no token" in shell.ok("tokens", "list")
    token = shell.ok(
        "tokens", "add", "panel", "--scope", "tickets:send", "--per-minute", "5"
    ).strip()
    known = services().api_tokens.find(token)
    assert known is not None
    assert known.may(ApiScope("tickets:send"))
    listed = shell.ok("tokens", "list")
    assert listed.startswith("panel  tickets:send  5/min  ")
    assert token not in listed
    shell.ok("tokens", "revoke", "panel")
    assert services().api_tokens.find(token) is None
    assert [row.action for row in services().audit.rows()] == ["token.revoke", "token.add"]
    assert token not in str(services().audit.rows())


def test_the_audit_is_narrowed(shell: Shell) -> None:
    audit = services().audit
    audit.add("ticket.write", "H4X-7PM-2KP", login="olga", name="Olga Petrova", detail="reply")
    audit.add("ticket.change", "H4X-7PM-2KP", login="ivan", detail="solved")
    audit.add("sign-in", "user", login="ivan")
    assert len(shell.ok("audit").splitlines()) == 3
    (line,) = shell.ok("audit", "--who", "olga").splitlines()
    assert line.endswith("ticket.write  H4X-7PM-2KP  reply  Olga Petrova (olga)")
    assert len(shell.ok("audit", "--about", "H4X-7PM-2KP").splitlines()) == 2
    assert len(shell.ok("audit", "--action", "sign-in").splitlines()) == 1
    assert len(shell.ok("audit", "--limit", "1").splitlines()) == 1
    assert shell.ok("audit", "--who", "nobody") == ""
    assert shell.run("audit", "--days", "0").exit_code == 2
