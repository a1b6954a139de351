"""A mistake in the file of desks is told in the operator's language, with what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.delivery.configuration import KINDS
from intake.settings import Settings, SettingsError
from intake.settings.russian import in_russian
from intake.wiring.desks import configured_desks

_RT = "kind: request-tracker, url: 'https://rt.example', token: t"
_MAIL = "kind: email, smtp_url: 'smtp://mail.example', to: desk@hoster.example"
_KINDS = ", ".join(sorted(KINDS))

MISTAKES = {
    "type: request-tracker": (
        "write 'kind: request-tracker' instead of 'type: request-tracker'",
        "напишите 'kind: request-tracker' вместо 'type: request-tracker'",
    ),
    "url: 'https://rt.example'": (
        f"'kind' is missing; these are: {_KINDS}",
        f"не хватает ключа 'kind'; бывает такой: {_KINDS}",
    ),
    "kind: redmin": (
        "'redmin' is no kind; did you mean 'redmine'?",
        "нет вида 'redmin'; может быть, 'redmine'?",
    ),
    "kind: request-tracker, url: 'https://rt.example'": (
        "'token' is missing",
        "не хватает ключа 'token'",
    ),
    _RT.replace("token", "tokn"): (
        "'tokn' is no key; did you mean 'token'?",
        "нет ключа 'tokn'; может быть, 'token'?",
    ),
    _RT.replace("https", "http"): (
        "url: write it with https: its key must not travel in clear text",
        "url: укажите его с https: ключ не должен идти открытым текстом",
    ),
    _RT.replace("token: t", "token: {env: NOBODY_SET_IT}"): (
        "token: the variable NOBODY_SET_IT is not set",
        "token: переменная NOBODY_SET_IT не задана",
    ),
    _RT.replace("token: t", "token: {file: /nowhere/token}"): (
        "token: /nowhere/token can't be read (No such file or directory)",
        "token: /nowhere/token не читается (такого файла нет)",
    ),
    _RT.replace("token: t", "token: 12345"): (
        "token: write a text, in quotes",
        "token: укажите текст в кавычках",
    ),
    f"{_RT}, queues: H1": (
        "queues: write names and what they are there, like {hosting: H1}",
        "queues: укажите имена и чем они там будут, например {hosting: H1}",
    ),
    f"{_RT}, takes: {{hosting: H1}}": (
        "takes: write names in brackets, like [hosting, domains]",
        "takes: укажите имена в скобках, например [hosting, domains]",
    ),
    f"{_RT}, fields: {{caus: Cause}}": (
        "fields: 'caus' is no fact of a ticket; did you mean 'cause'?",
        "fields: в обращении нет 'caus'; может быть, 'cause'?",
    ),
    f"{_RT}, timeout_s: soon": ("timeout_s: write a number", "timeout_s: укажите число"),
    f"{_RT}, timeout_s: 500": ("timeout_s: write 120 or less", "timeout_s: укажите не больше 120"),
    f"{_MAIL}, headers_of: rt": (
        "headers_of: write '', 'znuny' or 'zammad'",
        "headers_of: укажите '', 'znuny' или 'zammad'",
    ),
    _MAIL.replace("desk@", "desk at "): (
        "to: write one e-mail address, like desk@example.com",
        "to: укажите один адрес почты, например desk@example.com",
    ),
    f"{_MAIL}, bounces_to: back+all@hoster.example": (
        "bounces_to: write it without a plus; each ticket's own part is put behind one",
        "bounces_to: укажите его без плюса: после плюса у каждого обращения будет своё",
    ),
    "kind: redmine, url: 'https://r.example', key: k, replies_by_mail: true": (
        "replies by mail come from: email, request-tracker",
        "ответы письмом умеют принимать только: email, request-tracker",
    ),
}

FILES = {
    "support: {kind: email}": (
        "{path}: write `desks:`, and below it each desk by its name",
        "{path}: напишите `desks:`, а под ним каждый деск под своим именем",
    ),
    "desks:\n  Support Team: {kind: email}": (
        "{path}: 'Support Team' can't be a desk's name; write small letters, digits and dashes",
        (
            "{path}: 'Support Team' не подходит для имени деска; нужны строчные латинские буквы,"
            " цифры и дефисы"
        ),
    ),
    "desks:\n  rt: [": (
        (
            "{path}, line 2: it is not YAML; look there and one line above for a line that"
            " begins in another column than its neighbours, a tab, or a quote or"
            " bracket that isn't closed"
        ),
        (
            "{path}, строка 2: это не YAML; посмотрите эту строку и ту, что над ней: отступ не"
            " как у соседних строк, табуляция, незакрытая кавычка или скобка"
        ),
    ),
    "desks:\n  rt: request-tracker": (
        "{path}: desk 'rt': write its keys below it, `kind` first",
        "{path}, деск «rt»: напишите под ним его ключи, первым `kind`",
    ),
}


def told(tmp_path: Path, written: str) -> str:
    path = tmp_path / "desks.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        configured_desks(Settings(data=tmp_path / "data", desks=path))
    return str(refused.value)


@pytest.mark.parametrize("written", MISTAKES)
def test_a_wrong_desk(tmp_path: Path, written: str) -> None:
    english, russian = MISTAKES[written]
    message = told(tmp_path, f"desks:\n  main: {{{written}}}\n")
    path = tmp_path / "desks.yaml"
    end = "" if english.endswith("?") else "."
    assert message == f"INTAKE_DESKS: {path}: desk 'main': {english}{end}"
    assert in_russian(message) == f"INTAKE_DESKS: {path}, деск «main»: {russian}{end}"


@pytest.mark.parametrize("written", FILES)
def test_a_wrong_file(tmp_path: Path, written: str) -> None:
    english, russian = (words.format(path=tmp_path / "desks.yaml") for words in FILES[written])
    message = told(tmp_path, written)
    assert message == f"INTAKE_DESKS: {english}."
    assert in_russian(message) == f"INTAKE_DESKS: {russian}."
