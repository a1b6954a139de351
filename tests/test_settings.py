"""A setting that can't be used stops the start with one line: its name, and what to write."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import intake.settings
from diagnostics.texts.translation_files import TranslationError, use_translations
from intake.bootstrap import build_services
from intake.incidents import RuleFileError, read_rules
from intake.settings import Settings, SettingsError, load_settings, sources, unknown_variables
from intake.settings.russian import in_russian


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("INTAKE_PORT", "eighty", "write a whole number"),
        ("INTAKE_PORT", "70000", "write 65535 or less"),
        ("INTAKE_KEEP_DRAFTS_HOURS", "0", "write 1 or more"),
        ("INTAKE_RECEIPTS", "perhaps", "write yes or no"),
        ("INTAKE_METRICS", "on", "write 'off', 'loopback' or 'token'"),
        ("INTAKE_ALLOW_NETWORKS", "10.0.0.0/99", "CIDRs like 10.0.0.0/8"),
        ("INTAKE_DENY_NETWORKS", "shop.example", "CIDRs like 10.0.0.0/8"),
        ("INTAKE_RESOLVERS", "dns.example", "IP or IP:port"),
        ("INTAKE_RESOLVERS", "192.0.2.1:99999", "IP or IP:port"),
        ("INTAKE_SERVICE_PORTS", "ssh:22", "ssh=22,panel=1500"),
        ("INTAKE_HTTP_PORTS", "80,http", "80,443,8080"),
        ("INTAKE_CA_FILE", "/nowhere/ca.pem", "name a path that does"),
        ("INTAKE_CHECKLISTS", "/nowhere", "name a path that does"),
        ("INTAKE_PUBLIC_URL", "help.example.com", "https://help.example.com"),
        ("INTAKE_SMTP_URL", "mail.example.com", "smtp://user:password@"),
        ("INTAKE_DESK_EMAIL", "desk", "desk@example.com"),
        ("INTAKE_TIMEZONE", "Moscow", "Europe/Moscow"),
        ("INTAKE_TIMEZONE", "Europe", "Europe/Moscow"),
        ("INTAKE_TIMEZONE", "a" * 300, "Europe/Moscow"),
        ("INTAKE_TRUSTED_PROXIES", "*", "the proxies' own addresses"),
        ("INTAKE_TRUSTED_PROXIES", "0.0.0.0/0", "the proxies' own addresses"),
        ("INTAKE_TRUSTED_PROXIES", "10.0.0.1,::/0", "the proxies' own addresses"),
        ("INTAKE_TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1", "the proxies' own addresses"),
        ("INTAKE_TRUSTED_PROXIES", "localhost", "'localhost' is no address; write"),
        ("INTAKE_STAFF_TOKEN", "secret", "20 characters"),
        ("INTAKE_DATABASE_URL", "mysql://db", "sqlite:////"),
        ("INTAKE_PANEL", "vesta", "ispmanager, fastpanel, cpanel"),
        ("INTAKE_CONTROL", "10.0.0.1", "inside your own network"),
        ("INTAKE_CONTROL", "acme.example,open acme.example", "it is more than a host or URL"),
        ("INTAKE_PAGES", "/nowhere", "name a path that does"),
        ("INTAKE_PAGES", ".", "there is no *.yaml"),
        ("INTAKE_REMEDIES", "/nowhere", "name a path that does"),
    ],
)
def test_a_bad_setting_is_named_with_its_fix(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, fix: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert fix in message
    assert "\n" not in message


def test_a_language_without_texts_is_refused_at_the_start(tmp_path: Path) -> None:
    """Which languages there are is known once the folder of translations was read."""
    settings = Settings(data=tmp_path / "data", language="de")
    with pytest.raises(SettingsError, match=r"INTAKE_LANGUAGE: 'de' is no .* write one of en, ru"):
        build_services(settings)


def test_half_a_mail_setting_names_the_other_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SMTP_URL", "smtp://mail.example.com")
    with pytest.raises(SettingsError, match=r"^INTAKE_DESK_EMAIL: .* set it too"):
        load_settings()


def test_a_secret_comes_from_a_file_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("from-a-mounted-secret-file\n")
    monkeypatch.setenv("INTAKE_STAFF_TOKEN_FILE", str(file))
    settings = load_settings()
    assert settings.staff_token is not None
    assert settings.staff_token.get_secret_value() == "from-a-mounted-secret-file"
    assert "mounted-secret" not in repr(settings)


def test_the_toml_names_files_of_secrets_too(tmp_path: Path) -> None:
    """It was "not a setting; did you mean 'staff_token'?"."""
    (tmp_path / "token").write_text("from-a-mounted-secret-file\n")
    (tmp_path / "intake.toml").write_text(f'staff_token_file = "{tmp_path}/token"\n')
    settings = load_settings()
    assert settings.staff_token is not None
    assert settings.staff_token.get_secret_value() == "from-a-mounted-secret-file"
    (tmp_path / "intake.toml").write_text('smtp_url_file = "/nowhere/smtp"\n')
    with pytest.raises(SettingsError, match="smtp_url_file: /nowhere/smtp can't be read"):
        load_settings()


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SMTP_URL_FILE", "/nowhere/smtp")
    with pytest.raises(SettingsError, match=r"^INTAKE_SMTP_URL_FILE: /nowhere/smtp can't be read"):
        load_settings()


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "intake.toml").write_text('port = 9000\nname = "From the file"\n')
    monkeypatch.setenv("INTAKE_PORT", "9001")
    settings = load_settings()
    assert (settings.port, settings.name) == (9001, "From the file")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("prot = 9000", "'prot' is not a setting; did you mean 'port'?"),
        ("port = ", "not TOML"),
        ("name = Acme support", "texts in quotes"),
        ("name = 5", "INTAKE_NAME: write a text, in quotes."),
        ("INTAKE_PORT = 9000", "'INTAKE_PORT' is not a setting; write port."),
        ("intake_nam = 'Acme'", "did you mean 'name'?"),
        ("[intake]\nport = 9000", "take the line [intake] out"),
        ('port = "eighty"', "INTAKE_PORT: "),
        ("service_ports = {ssh = 99999}", "INTAKE_SERVICE_PORTS: 'ssh=99999' is not name=port"),
        ('rdap_servers = {com = "nowhere"}', "INTAKE_RDAP_SERVERS: 'com=nowhere' names no server"),
    ],
)
def test_a_bad_file_is_told_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "intake.toml").write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_named_file_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Only `intake.toml`, which nobody named, may be missing."""
    monkeypatch.setenv("INTAKE_CONFIG", name)
    with pytest.raises(SettingsError, match=r"^INTAKE_CONFIG: .* is not a file\. Name a TOML"):
        load_settings()


def test_a_table_of_toml_is_read_like_a_list(tmp_path: Path) -> None:
    text = 'service_ports = {ssh = 2222}\nwhois_servers = {".RU" = "whois.tcinet.ru"}\n'
    (tmp_path / "intake.toml").write_text(text)
    options = load_settings().probe_options()
    assert options.service_ports == {"ssh": 2222}
    assert options.whois_servers == {"ru": "whois.tcinet.ru"}


def test_a_slip_in_a_variables_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_RESOLVER", "192.0.2.1")
    monkeypatch.setenv("INTAKE_PORT_FILE", "/x")
    assert unknown_variables() == (
        "INTAKE_RESOLVER is not a setting; did you mean 'INTAKE_RESOLVERS'?",
    )


def test_lists_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_ALLOW_NETWORKS", "127.0.0.0/8, fd00::/8")
    monkeypatch.setenv("INTAKE_RESOLVERS", "127.0.0.53, [::1]:5353,192.0.2.1:54")
    monkeypatch.setenv("INTAKE_SERVICE_PORTS", "ssh=2222,panel=1500")
    options = load_settings().probe_options()
    assert [str(network) for network in options.allow_networks] == ["127.0.0.0/8", "fd00::/8"]
    assert options.resolvers == ("127.0.0.53", "[::1]:5353", "192.0.2.1:54")
    assert options.service_ports == {"ssh": 2222, "panel": 1500}


def test_a_bad_fingerprint_is_named_by_file_code_and_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "pages.yaml"
    good = "{title: ours, text: ours}"
    file.write_text(f"http.parked_page: [{good}, {{title: '~(', text: x}}]", encoding="utf-8")
    monkeypatch.setenv("INTAKE_PAGES", str(tmp_path))
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(
        f"INTAKE_PAGES: {file}: http.parked_page, fingerprint 2: title: "
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{title: a}", "at least two signals"),
        ("{short: 10, links: 2}", "at least two signals, not of size alone"),
        ("{title: a, shorter: 10}", "unknown signals shorter"),
        ("{title: a, short: ten}", "short: 'ten' is no number"),
        ("{title: 404, text: a}", "title: 404 is no text in quotes"),
        ("{title: a, status: [200, ok]}", "status: 'ok' is no number"),
        ("{title: a, names_host: 1}", "names_host: 1 is no true or false"),
        ("a", "signals are expected"),
    ],
)
def test_what_is_wrong_with_a_fingerprint_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, row: str, why: str
) -> None:
    file = tmp_path / "pages.yaml"
    file.write_text(f"http.parked_page: [{row}]", encoding="utf-8")
    monkeypatch.setenv("INTAKE_PAGES", str(file))
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"http.parked_page, fingerprint 1: {why}" in str(caught.value)


def test_a_bad_remedy_is_named_by_file_and_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text("remedies: [{codes: [http.bad_getaway], en: [Wait.]}]", encoding="utf-8")
    monkeypatch.setenv("INTAKE_REMEDIES", str(file))
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        f"INTAKE_REMEDIES: {file}: remedy 1: 'http.bad_getaway' is no code; did you mean"
        " 'http.bad_gateway'?"
    )


def test_an_operators_data_reaches_a_diagnosis(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text("remedies: [{codes: [http.bad_gateway], ru: [Позвоните.]}]", encoding="utf-8")
    monkeypatch.setenv("INTAKE_PANEL", "cpanel")
    monkeypatch.setenv("INTAKE_REMEDIES", str(file))
    options = load_settings().probe_options()
    assert options.remedies["http.bad_gateway"] == {"ru": ("Позвоните.",)}
    assert "MultiPHP" in options.remedies["http.gateway_timeout"]["en"][2]


def test_a_job_queue_without_postgresql_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_JOB_QUEUE", "procrastinate")
    with pytest.raises(SettingsError, match="INTAKE_JOB_QUEUE: procrastinate works on PostgreSQL"):
        load_settings()
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql://intake@db.example/intake")
    assert load_settings().job_queue == "procrastinate"


@pytest.mark.parametrize("name", ["INTAKE_CA_FILE", "INTAKE_LOGO", "INTAKE_CONFIG"])
def test_a_path_that_this_user_may_not_reach_is_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Root may reach all, so the system's refusal is made."""
    there = "/closed/file.svg"
    real = Path.stat

    def refuse(self: Path, **more: bool) -> object:
        if str(self) == there:
            raise PermissionError(13, "Permission denied", there)
        return real(self, **more)

    monkeypatch.setenv(name, there)
    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(SettingsError, match=there):
        load_settings()


def _refusals() -> Iterator[str]:
    """Each message that our code refuses a setting with, as `raise` composes it."""
    room = Path(intake.settings.__file__).parent
    above = [room.parent / "bootstrap.py", *room.parent.glob("wiring/*.py")]
    above += [*room.parent.glob("web/server.py"), *room.parent.glob("web/running/*.py")]
    for file in [*room.glob("*.py"), *above]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name(id="ValueError" | "SettingsError"))):
                    yield _composed(node.exc.args[0])


def _composed(message: ast.expr) -> str:
    match message:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(_composed, parts))
        case ast.FormattedValue(value=ast.Name(id="PREFIX")):
            return "INTAKE_"
    return "7"


@pytest.mark.parametrize(
    ("text", "russian"),
    [
        ("- [", "строка 1: это не читается как YAML; сравните с примером в docs/incidents.md."),
        ("same: dns", "напишите правила списком, каждое начните с '- '."),
        ("- {same: adress, customers: 3, minutes: 60}", "правило 1: в 'same' бывает одно из"),
        ("- {same: dns, customers: 1, minutes: 60}", "'customers' — целое число от 2 до 1000."),
    ],
)
def test_a_slip_in_a_file_of_rules_is_told_in_russian(
    tmp_path: Path, text: str, russian: str
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError) as refused:
        read_rules(file)
    assert russian in in_russian(f"INTAKE_INCIDENT_RULES: {refused.value}.")


@pytest.mark.parametrize(
    ("text", "russian"),
    [
        ("a: [", "строка 1: это не читается как YAML; возьмите оба текста в двойные кавычки"),
        ('"Back": "x"\n"Back": "y"', "строка 2: этот английский текст стоит дважды"),
        ("- Back", "пишите по тексту в строке"),
        ('"{site} is slow": "langsam"', "и перевод различаются: {site} стоит"),
    ],
)
def test_a_slip_in_a_file_of_translations_is_told_in_russian(
    tmp_path: Path, text: str, russian: str
) -> None:
    (tmp_path / "de.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(TranslationError) as refused:
        use_translations(tmp_path)
    assert russian in in_russian(f"INTAKE_TRANSLATIONS: {refused.value}")


def test_whatever_is_wrong_with_a_setting_has_its_russian() -> None:
    values = defaultdict(lambda: "7", expected="'7' or '7'")
    plain = (words.format_map(values) for words in sources._CORRECTIONS.values())
    # What another room says of its own file is in that room's words.
    untranslated = {"INTAKE_TRANSLATIONS: 7", "INTAKE_DESKS: 77", "INTAKE_INCIDENT_RULES: 7."}
    messages = {re.sub(r"^7: (?=the database)", "INTAKE_DATA: ", text) for text in _refusals()}
    for composed in sorted((messages | set(plain)) - untranslated):
        message = re.sub("a setting7$", "a setting", composed)
        assert in_russian(message) != message


@pytest.mark.parametrize(
    ("name", "value", "russian"),
    [
        ("PORT", "70000", "INTAKE_PORT: укажите не больше 65535."),
        ("PORT", "x", "INTAKE_PORT: укажите целое число."),
        ("METRICS", "on", "INTAKE_METRICS: укажите 'off', 'loopback' или 'token'."),
        ("NAME", "", "INTAKE_NAME: слишком коротко, наименьшая длина 1."),
        ("MAIL_NAME", "-", "INTAKE_MAIL_NAME: здесь есть лишний знак; как писать, сказано в"),
        ("CA_FILE", "/nowhere", "INTAKE_CA_FILE: /nowhere не существует; укажите путь, который"),
        ("CONFIG", "/nowhere", "INTAKE_CONFIG: /nowhere не файл. Укажите файл TOML."),
        ("STAFF_TOKEN_FILE", "/nowhere", "INTAKE_STAFF_TOKEN_FILE: /nowhere не читается (такого"),
    ],
)
def test_a_bad_setting_is_told_in_russian(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, russian: str
) -> None:
    monkeypatch.setenv(f"INTAKE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.words("ru").startswith(russian)


def test_an_unknown_setting_is_told_in_russian() -> None:
    ru = SettingsError("INTAKE_PROT is not a setting; did you mean 'INTAKE_PORT'?").words("ru")
    assert ru == "INTAKE_PROT: такой настройки нет; может быть, 'INTAKE_PORT'?"
