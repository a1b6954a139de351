"""`intake users`, `tokens` and `audit`: what they do, what they refuse, what they never print."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import intake.cli
from intake.accounts.api_tokens import ApiScope
from intake.bootstrap import Services, load_services
from intake.cli import app
from intake.cli.russian_words import SPOKEN
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
    assert shell.ok("users", "role", "olga", "reader", "author") == "olga is now: reader, author\n"
    assert "author, reader" in shell.ok("users", "list")
    shell.ok("users", "password", "OLGA", typed="another long enough phrase\n")
    assert services().users.verify("olga", PASSWORD) is None
    assert services().users.verify("olga", "another long enough phrase") is not None
    assert "olga is removed" in shell.ok("users", "remove", "olga")
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


def test_a_token_of_a_name_that_is_taken_is_not_replaced_by_chance(shell: Shell) -> None:
    first = shell.ok("tokens", "add", "panel", "--scope", "tickets:send").strip()
    refused = shell.run("tokens", "add", "panel", "--scope", "tickets:read")
    assert refused.exit_code == 2
    assert "tickets:send" in refused.output
    assert "--replace" in refused.output
    assert services().api_tokens.find(first) is not None
    replaced = shell.run("tokens", "add", "panel", "--scope", "tickets:read", "--replace")
    assert replaced.exit_code == 0
    assert "the token panel with tickets:send is revoked" in replaced.stderr
    second = services().api_tokens.find(replaced.stdout.strip())
    assert second is not None
    assert second.scopes == {ApiScope("tickets:read")}
    assert services().api_tokens.find(first) is None


def test_commands_speak_the_terminals_language(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert shell.ok("users", "list").startswith("Пользователей нет.")
    assert shell.ok("tokens", "list").startswith("Токенов нет.")
    assert shell.ok("workers", "list").startswith("Узлов проверки нет.")
    assert "Записей нет, за 21 день" in shell.ok("audit", "--days", "21")
    assert "Удалено:\n" in shell.ok("purge")
    add = ("users", "add", "olga", "--name", "Ольга Петрова", "--role", "agent")
    assert "нужно 12 знаков или больше" in shell.run(*add, typed="short\n").output
    assert shell.ok(*add, typed=PASSWORD + "\n") == "olga: теперь можно войти\n"
    assert shell.ok("users", "role", "olga", "reader") == "olga, теперь: reader\n"
    assert shell.ok("users", "remove", "olga") == "olga: удалено, все входы закрыты\n"
    assert "командная строка" in shell.ok("audit")


@pytest.mark.parametrize(
    ("typed", "english", "russian"),
    [
        (["tickts"], "Did you mean 'tickets'?", "Команды 'tickts' нет. Может быть, 'tickets'?"),
        (["users", "lst"], "Did you mean 'list'?", "Команды 'lst' нет. Может быть, 'list'?"),
        (["audit", "--days", "x"], "write a whole number.", "'--days': укажите целое число."),
        (["audit", "--days", "0"], "write 1 or more.", "'--days': укажите не меньше 1."),
        (
            ["audit", "--day", "1"],
            "Did you mean --days?",
            "Параметра --day нет. Может быть, --days",
        ),
        (["audit", "x"], "this is too much: x.", "лишнее: x."),
        (["erase", "--email"], "'--email' needs a value.", "параметру '--email' нужно значение."),
        (["tokens", "revoke"], "this is missing: 'name'.", "не хватает: 'name'."),
        (["--nothing"], "--nothing: there is no such option.", "Параметра --nothing нет"),
        (
            ["tickets", "list", "--language", "fr"],
            "'fr' is not one of 'en', 'ru'.",
            "'fr' не подходит, бывает 'en', 'ru'.",
        ),
    ],
)
def test_wrong_words_are_refused_in_ours(
    typed: list[str], english: str, russian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for locale, words_then in (("C.UTF-8", english), ("ru_RU.UTF-8", russian)):
        monkeypatch.setenv("LC_ALL", locale)
        result = CliRunner().invoke(app, typed)
        assert result.exit_code == 2
        assert words_then in result.output


def test_whatever_a_command_says_has_its_russian() -> None:
    """The first argument of `say` is a key of the table, wherever it is composed."""
    said = set()
    for file in Path(intake.cli.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "command_words import" in text:
            said |= {
                node.value
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant) and node.value in SPOKEN
            }
            for call in ast.walk(ast.parse(text)):
                match call:
                    case ast.Call(
                        func=ast.Name(id="say" | "fail_saying"),
                        args=[ast.Constant(value=words_said)],
                    ):
                        assert words_said in SPOKEN
    # What only the rooms below say is told by `explain`; most of the table is said here.
    assert len(said) > len(SPOKEN) // 2


def test_the_russian_has_the_same_places() -> None:
    for english, russian in SPOKEN.items():
        assert set(re.findall(r"{\w+}", russian)) <= set(re.findall(r"{\w+}", english))


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
    assert shell.ok("audit", "--who", "nobody", "--json") == ""
    assert "Nothing is written down" in shell.ok("audit", "--who", "nobody")
    assert shell.run("audit", "--days", "0").exit_code == 2
