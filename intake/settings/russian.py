"""
Messages about settings, in Russian.

A message is written once, in English, where a value is refused; its Russian form is here. The
values in a message, in braces here, are copied, and translated too if they are messages themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Final

from intake.settings.russian_desks import DESK_MESSAGES
from intake.settings.russian_files import FILE_MESSAGES
from intake.settings.russian_service import SERVICE_MESSAGES

_SETTING_MESSAGE: Final = re.compile(r"(INTAKE_[A-Z0-9_]+: )(.+)", re.DOTALL)
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")

RUSSIAN: Final = {
    # A value of the wrong kind
    "write a whole number": "укажите целое число",
    "write a number": "укажите число",
    "write yes or no": "укажите yes или no",
    "write a text, in quotes": "укажите текст в кавычках",
    "write more than {limit}": "укажите больше {limit}",
    "write {limit} or more": "укажите не меньше {limit}",
    "write less than {limit}": "укажите меньше {limit}",
    "write {limit} or less": "укажите не больше {limit}",
    "write at least {limit} characters": "слишком коротко, наименьшая длина {limit}",
    "write at most {limit} characters": "слишком длинно, наибольшая длина {limit}",
    "it has a sign that can't be there; see docs/settings.md": (
        "здесь есть лишний знак; как писать, сказано в docs/settings.md"
    ),
    "write the path of a file or folder": "укажите путь к файлу или папке",
    "write the values separated by commas": "перечислите значения через запятую",
    # Networks, ports, places
    "{word} is not a network; write CIDRs like 10.0.0.0/8, separated by commas": (
        "{word} не похоже на сеть; укажите сети через запятую, например 10.0.0.0/8"
    ),
    "{word} is not a port; write numbers like 80,443,8080": (
        "{word} не похоже на порт; укажите числа, например 80,443,8080"
    ),
    "{word} is not name=port; write like ssh=22,panel=1500": (
        "{word} не в виде «имя=порт»; укажите, например, ssh=22,panel=1500"
    ),
    "{word} names no server; write like {example}": (
        "{word} не называет сервера; укажите, например, {example}"
    ),
    "{word} is not a resolver; write IP or IP:port, like 192.0.2.53:5353": (
        "{word} не похоже на резолвер; укажите IP или IP:порт, например 192.0.2.53:5353"
    ),
    "write two to {most} places like Germany,Latvia,US: they compare": (
        "укажите от 2 до {most} мест, например Germany,Latvia,US: их сравнивают"
    ),
    "{word} is no panel known here; write one of {names}": (
        "панели {word} здесь не знают; укажите одну из этих: {names}"
    ),
    (
        "{word} would let anybody pretend to be anybody; write the proxies' own addresses or"
        " networks, like 192.0.2.10,10.0.0.0/8"
    ): (
        "с {word} кто угодно выдаст себя за кого угодно; укажите адреса или сети самих прокси,"
        " например 192.0.2.10,10.0.0.0/8"
    ),
    (
        "{word} is no address; write the proxies' own addresses or networks, like"
        " 127.0.0.1,10.0.0.0/8"
    ): (
        "{word} не похоже на адрес; укажите адреса или сети самих прокси, например"
        " 127.0.0.1,10.0.0.0/8"
    ),
    (
        "{text} can't be a control ({why}); write hosts or URLs like https://www.acme.example,"
        " separated by commas"
    ): (
        "с {text} сравнивать нельзя ({why}); укажите хосты или адреса через запятую, например"
        " https://www.acme.example"
    ),
    "it is more than a host or URL": "здесь не только хост или адрес",
    # Files and folders
    "there is no *.yaml in {path}; name a folder that has some": (
        "в {path} нет *.yaml; укажите папку, где они есть"
    ),
    "this user may not read {path}": "у этого пользователя нет прав читать {path}",
    "{path} does not exist; name a path that does": (
        "{path} не существует; укажите путь, который есть"
    ),
    "{path}: a setting names it, and this user may not look there": (
        "{path}: так сказано в настройке, но у этого пользователя нет прав туда заглянуть"
    ),
    "{path} is not a file. Name a TOML file": "{path} не файл. Укажите файл TOML",
    "{path} can't be read ({why}). Name a TOML file": (
        "{path} не читается ({why}). Укажите файл TOML"
    ),
    "{path} can't be read ({why}). Name a file that this user may read": (
        "{path} не читается ({why}). Укажите файл, который этот пользователь может читать"
    ),
    '{path}: not TOML: {why}. A line looks like name = "Acme support", texts in quotes': (
        '{path}: это не TOML: {why}. Строка выглядит так: name = "Поддержка Acme", тексты в'
        " кавычках"
    ),
    "it is not text": "это не текст",
    "it is no text": "это не текст",
    "No such file or directory": "такого файла нет",
    "Permission denied": "нет прав",
    "Is a directory": "это папка",
    "Not a directory": "на пути стоит файл, а не папка",
    "File exists": "там уже есть файл",
    "No space left on device": "на диске нет места",
    "Read-only file system": "диск только для чтения",
    "Address already in use": "адрес уже занят",
    "Cannot assign requested address": "на этой машине такого адреса нет",
    # Addresses
    (
        "write like postgresql://user:password@db.example/intake, with # / : @ in a password as"
        " %23 %2F %3A %40, or like sqlite:////var/lib/intake/intake.db"
    ): (
        "укажите, например, postgresql://user:password@db.example/intake (знаки # / : @ в пароле"
        " пишут как %23 %2F %3A %40) или sqlite:////var/lib/intake/intake.db"
    ),
    "write an address with http or https and no “?”, like https://help.example.com": (
        "укажите адрес с http или https и без «?», например https://help.example.com"
    ),
    "write the service's address with https, like https://help.example.com": (
        "укажите адрес сервиса с https, например https://help.example.com"
    ),
    "write like smtp://user:password@mail.example.com:587": (
        "укажите, например, smtp://user:password@mail.example.com:587"
    ),
    "write one e-mail address, like desk@example.com": (
        "укажите один адрес почты, например desk@example.com"
    ),
    "{word} is not a time zone; write like Europe/Moscow": (
        "{word} не похоже на часовой пояс; укажите, например, Europe/Moscow"
    ),
    "{word} is no origin; write like {example}": (
        "{word} не похоже на адрес сайта без пути; укажите, например, {example}"
    ),
    "{word} is not label=address; write like {example}": (
        "{word} не в виде «название=адрес»; укажите, например, {example}"
    ),
    "{word} is not role=group; write like {example}": (
        "{word} не в виде «роль=группа»; укажите, например, {example}"
    ),
    "a role is one of {names}": "роль бывает такая: {names}",
    "{word} is no source; write {kinds}, then = and its address, like {example}": (
        "{word} не похоже на источник; укажите {kinds}, затем = и адрес, например {example}"
    ),
    "{word} is no page; write its address with https": (
        "{word} не похоже на страницу; укажите её адрес с https"
    ),
    "{word} lacks its page's name: write it up to /status/name": (
        "в {word} нет имени страницы: укажите адрес до /status/имя"
    ),
    # Looks
    "there is no file {path}": "нет файла {path}",
    "{name} is no picture; use {kinds}": "{name} не картинка; подойдут {kinds}",
    "{name} is larger than {size} KiB; make it smaller": (
        "{name} больше {size} КиБ; сделайте меньше"
    ),
    "write a colour like #1a5fd0": "укажите цвет, например #1a5fd0",
    (
        "{colour} on white has a contrast of {ratio}:1, and words need {needed}:1;"
        " choose a darker one"
    ): ("у {colour} на белом контраст {ratio}:1, а тексту нужно {needed}:1; выберите темнее"),
    "{count} links are more than fit; name at most {most}": (
        "ссылок {count}, все не поместятся; самое большее {most}"
    ),
    # Secrets and keys
    "it is short enough to be guessed; use 20 characters or more": (
        "слишком коротко, можно подобрать; нужно 20 знаков или больше"
    ),
    (
        "{where}: the staff's token has {count} characters and could be guessed. Use {least} or"
        " more, or remove it and have one made"
    ): (
        "{where}: слишком короткий токен сотрудников ({count}), его можно подобрать. Нужно знаков:"
        " {least} или больше; или уберите его, и будет создан новый"
    ),
    "the staff's token {path} can't be kept ({why}). Make room or rights for it, or set {name}": (
        "токен сотрудников {path} не сохраняется ({why}). Освободите место, дайте права или"
        " задайте {name}"
    ),
    "the key {path} can't be kept. Make room or rights for it": (
        "ключ {path} не сохраняется. Освободите место или дайте права"
    ),
    "one is no key; `intake encryption new-key` prints one": (
        "здесь есть не ключ; ключ выведет `intake encryption new-key`"
    ),
    "write one key, or two while one takes over: id=secret,other=secret": (
        "укажите один ключ, а на время замены два: id=secret,other=secret"
    ),
    (
        "what is stored was encrypted with {keys}, which isn't among the keys; add it behind the"
        " newest"
    ): "сохранённое зашифровано ключом {keys}, а здесь его нет; добавьте его после нового",
    **DESK_MESSAGES,
    **FILE_MESSAGES,
    **SERVICE_MESSAGES,
    "write '{words}' or '{last}'": "укажите '{words}' или '{last}'",
    # A name that is no setting
    "{path}: {what}; take the line [{name}] out: settings stand below no heading": (
        "{path}: {what}; уберите строку [{name}]: настройки стоят без заголовков"
    ),
    "{path}: {what}; write {name}": "{path}: {what}; укажите {name}",
    "{what}; did you mean {name}?": "{what}; может быть, {name}?",
    "{what}. See docs/settings.md for all of them": "{what}. Все настройки: docs/settings.md",
    "{path}: '{name}' is not a setting": "{path}: нет такой настройки: {name}",
    "'{name}' is not a setting": "нет такой настройки: {name}",
    "{name} is not a setting": "{name}: такой настройки нет",
    # What isn't known as a whole, by its parts: a key, and what is wrong with its value
    "{key}: {mistake}": "{key}: {mistake}",
}


def in_russian(message: str, more: Mapping[str, str] = MappingProxyType({})) -> str:
    """
    Return a message about a setting in Russian; an unknown one is returned as it is.

    `more` are messages that are tried first.
    """
    if setting_match := _SETTING_MESSAGE.fullmatch(message):
        return setting_match[1] + in_russian(setting_match[2], more)
    end = "." if message.endswith(".") else ""
    without_period = message.removesuffix(".")
    for english, russian in chain(more.items(), RUSSIAN.items()):
        if (parts := parts_of(english, without_period)) is not None:
            return russian.format_map({k: in_russian(v, more) for k, v in parts.items()}) + end
    return message


def parts_of(template: str, message: str) -> dict[str, str] | None:
    """
    Return the values in a message that fit a template's braces; None if it is another
    message.
    """
    match = _pattern(template).fullmatch(message)
    return match.groupdict() if match else None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """
    Return a pattern for a template. It ignores case, because a setting's name may precede the
    message.
    """
    text, seen_names = "", set[str]()
    for index, part in enumerate(_PLACEHOLDER.split(template)):
        if index % 2 == 0:
            text += re.escape(part)
        else:
            text += f"(?P={part})" if part in seen_names else f"(?P<{part}>.+?)"
            seen_names.add(part)
    return re.compile(text, re.DOTALL | re.IGNORECASE)
