"""Finds what a customer changed before the problem began: the kind, and their words."""

from __future__ import annotations

import re
from typing import Final

from intake.journey.word_stems import MAX_READ

_LONGEST: Final = 160  # characters of the quoted words


def _any_of(beginnings: str) -> re.Pattern[str]:
    """Return a pattern for words with any of these beginnings; `_` is a space within one."""
    words = (re.escape(word).replace("_", r"\s") for word in beginnings.split())
    return re.compile(rf"\b(?:{'|'.join(words)})")


_NOTHING: Final = _any_of(
    """
    nothing_changed nothing_was_changed nothing_has_changed nothing_has_been_changed no_changes
    didn't_change didn't_touch did_not_change did_not_touch haven't_changed haven't_touched
    hadn't_changed have_not_changed not_changed_anything without_any_change without_changes
    ничего_не_мен ничего_не_трог ничего_не_дел ничего_не_измен ничего_не_обнов не_меняли не_менял
    не_трогали не_трогал изменений_не никаких_изменений
    """
)
_DOING: Final = _any_of(
    """
    updat upgrad install chang mov migrat transfer switch edit upload replac renam delet remov
    restor deploy set_up added adding modif reconfigur pointed reinstall enabl disabl activat
    turned_on turned_off turning_on turning_off switched put_ включ отключил выключил подключ
    переустан поставил ставил обнов апдейт обнавл установ постав
    смен измен помен менял перенес перенос переех переезд переезжа мигр переключ правил отредакт
    редактир залил заливал загрузил выкат задепло удалил добавил прописал настроил подключил
    восстанов переписал накатил перевел перевод
    """
)
# The first match counts: a move implies a change of the DNS.
_KINDS: Final = tuple(
    (kind, _any_of(beginnings))
    for kind, beginnings in (
        (
            "moved",
            """
            moved moving_to moving_the moving_my moving_our moving_from migrat transfer new_server
            new_host another_server another_host перенес перенос переех переезд переезжа мигр
            на_другой_сервер на_другой_хостинг на_другой_тариф новый_сервер новый_хостинг на_новом
            """,
        ),
        (
            "domain",
            """
            dns nameserver name_server ns- ns_ a-record a_record mx-record mx_record domain днс
            записи запись записей домен делегир ns1 ns2 нсы нс_ неймсервер
            """,
        ),
        (
            "settings",
            """
            setting config php version firewall panel .htaccess htaccess redirect ssl certificate
            https cloudflare proxy cdn permalink cach password tariff plan cron permission антивирус
            настро конфиг версию_php верси пхп файрвол фаервол панел редирект сертификат прокси
            клаудфл пароль пароли тариф кеш кэш права_ ссылки_чпу
            """,
        ),
        (
            "update",
            """
            updat upgrad plugin theme wordpress woocommerce cms system module обнов обнавл апдейт
            плагин тему тема темы модул вордпресс битрикс джумл opencart систем ubuntu debian centos
            windows kernel убунт дебиан винд ядро extension расширен php_8 компонент
            """,
        ),
        (
            "files",
            """
            file code script upload deploy edit template git_ commit release релиз
            файл код скрипт залил заливал загрузил
            выкат деплой задепло правил шаблон редактир
            """,
        ),
    )
)
_CLAUSE: Final = re.compile(r"(?:[^.!?\n;,]|\.(?=\w)){1,400}")
_PAST: Final = _any_of(
    """
    after since once when because i've we've i_ we_ they_ my_ our_ yesterday today после когда
    как_только я_ мы_ вчера сегодня недавно вечером утром перенес перевез админ программист
    разработчик developer
    """
)
_WISH: Final = _any_of(
    """
    how_do how_can how_to want_to need_to would_like please could_you can_you help_me хочу хотим
    нужно можно как_ прошу надо необходимо помогите подскажите
    """
)
# Past participles without a subject: "Deployed an hour ago", but not "not updated", "be moved".
_ENGLISH_PAST: Final = re.compile(
    r"(?<!\bbe )(?<!\bnot )(?<!\bget )(?<!n't )\b(?:updat|upgrad|install|reinstall|chang|migrat"
    r"|switch|edit|upload|replac|renam|delet|remov|restor|deploy|enabl|disabl|activat|mov)ed\b"
)
_RUSSIAN_PAST: Final = re.compile(r"\b\w{3,20}(?:л|ли|ла|лся|лись)\b")


def mentions_change(clause: str) -> bool:
    """Check whether a lower-case clause is about something that was changed, not wished."""
    is_past = any(past.search(clause) for past in (_PAST, _RUSSIAN_PAST, _ENGLISH_PAST))
    return bool(is_past and _DOING.search(clause) and not _WISH.search(clause))


def change_in(text: str) -> tuple[str, str] | None:
    """
    Return the kind of a change and the words about it, or None if the text mentions none.

    The kinds are those of the checklists: moved, domain, settings, update, files, nothing.
    """
    plain = text[:MAX_READ].casefold().replace("ё", "е").replace("’", "'")
    if _NOTHING.search(plain):
        return "nothing", ""
    for match in _CLAUSE.finditer(plain):
        clause = match[0]
        if not mentions_change(clause):
            continue
        for kind, pattern in _KINDS:
            if pattern.search(clause):
                return kind, text[match.start() : match.end()].strip()[:_LONGEST]
    return None
