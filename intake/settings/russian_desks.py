"""Messages about the file of desks, in Russian."""

from __future__ import annotations

from typing import Final

DESK_MESSAGES: Final = {
    "{path}: desk '{name}': {mistake}": "{path}, деск «{name}»: {mistake}",
    "{path} can't be read ({why})": "{path} не читается ({why})",
    "{path}, line {line}: it is not YAML; look there and one line above for {what}": (
        "{path}, строка {line}: это не YAML; посмотрите эту строку и ту, что над ней: {what}"
    ),
    (
        "a line that begins in another column than its neighbours, a tab, or a quote or bracket"
        " that isn't closed"
    ): "отступ не как у соседних строк, табуляция, незакрытая кавычка или скобка",
    "{path}: write `desks:`, and below it each desk by its name": (
        "{path}: напишите `desks:`, а под ним каждый деск под своим именем"
    ),
    "{path}: {name} can't be a desk's name; write small letters, digits and dashes": (
        "{path}: {name} не подходит для имени деска; нужны строчные латинские буквы, цифры и дефисы"
    ),
    "'email' is the desk of INTAKE_DESK_EMAIL; give this one another name": (
        "именем email уже назван деск из INTAKE_DESK_EMAIL; назовите этот иначе"
    ),
    "write its keys below it, `kind` first": "напишите под ним его ключи, первым `kind`",
    "write '{right}' instead of '{wrong}'": "напишите '{right}' вместо '{wrong}'",
    "'{key}' is missing": "не хватает ключа '{key}'",
    "'{key}' is missing; these are: {names}": "не хватает ключа '{key}'; бывает такой: {names}",
    "{word} is no kind; did you mean {meant}?": "нет вида {word}; может быть, {meant}?",
    "{word} is no kind; these are: {names}": "нет вида {word}; есть такие: {names}",
    "{word} is no key; did you mean {meant}?": "нет ключа {word}; может быть, {meant}?",
    "{word} is no key; these are: {names}": "нет ключа {word}; есть такие: {names}",
    "replies by mail come from: {kinds}": "ответы письмом умеют принимать только: {kinds}",
    "webhooks with replies come from: {kinds}": "вебхуки с ответами присылают только: {kinds}",
    "'reply_secret' has less than {count} characters": (
        "в 'reply_secret' меньше знаков, чем нужно: {count}"
    ),
    "{key}: '{word}' is no fact of a ticket; did you mean {meant}?": (
        "{key}: в обращении нет '{word}'; может быть, {meant}?"
    ),
    "{key}: '{word}' is no fact of a ticket; these are: {names}": (
        "{key}: в обращении нет '{word}'; есть такие: {names}"
    ),
    "the variable {name} is not set": "переменная {name} не задана",
    "write the secret itself, {file: PATH} or {env: NAME}": (
        "укажите сам секрет, {{file: ПУТЬ}} или {{env: ИМЯ}}"
    ),
    "write the desk's address, like https://desk.example.com": (
        "укажите адрес деска, например https://desk.example.com"
    ),
    "write it with https: its key must not travel in clear text": (
        "укажите его с https: ключ не должен идти открытым текстом"
    ),
    "write it without a plus; each ticket's own part is put behind one": (
        "укажите его без плюса: после плюса у каждого обращения будет своё"
    ),
    "write true or false": "укажите true или false",
    "write names and what they are there, like {hosting: H1}": (
        "укажите имена и чем они там будут, например {{hosting: H1}}"
    ),
    "write names in brackets, like [hosting, domains]": (
        "укажите имена в скобках, например [hosting, domains]"
    ),
    "it has a sign that can't be there; see docs/desks.md": (
        "здесь есть лишний знак; как писать, сказано в docs/desks.md"
    ),
}
