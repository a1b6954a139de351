"""What is read from a customer's own text: whose it is, since when, what shows, what changed."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from intake.free_text import TextReading, read_free_text, target_of

NOW = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)  # a Sunday, 17:00 in Moscow


def _read(text: str) -> TextReading:
    return read_free_text(text, now=NOW, zone="Europe/Moscow")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("мой сайт shop.example не открывается", "shop.example"),
        ("see https://www.shop.example/cart, it is blank", "https://www.shop.example/cart"),
        ("«кофейня.рф» лежит.", "кофейня.рф"),
        ("сайтshop.example лежит", "shop.example"),  # the space was forgotten
        ("shop точка ru не работает", "shop.ru"),
        ("shop точка ру лежит", "shop.ru"),
        ("нужен wildcard на *.shop.example", "shop.example"),
        (
            "https://anna:••••••@git.shop.example/repo.git не клонится",
            "https://git.shop.example/repo.git",
        ),
        ("wss://live.shop.example/ws fails with 400", "live.shop.example"),
        ("DATABASE_URL=postgres://a:••••••@203.0.113.9:5432/app refuses", "203.0.113.9:5432"),
        ("login: anna@shop.example, can't get mails", "shop.example"),
        ("Почта-anna@shop.example.Пароль верный", "shop.example"),
        ("письмо на bob@other.example вернулось, мой ящик anna@shop.example", "shop.example"),
        ("webmail says login failed for anna@shop.example", "shop.example"),
        ("shop.example (ip 192.0.2.40) не открывается", "shop.example"),
        ("can't reach shop.example from our office (public IP 198.51.100.66)", "shop.example"),
        ("forms don't send via smtp.shop.example", "shop.example"),
        ("mail to bob@other.example from anna@shop.example is refused", "shop.example"),
        ("shop24.ру не грузится", "shop24.ru"),  # the zone in the other layout
        ("фтп ftp.shop.example, сайт shop.example пустой", "shop.example"),
        ("I can't send: 421 4.7.0 Try again later (orders@shop.example)", "shop.example"),
        ("root@203.0.113.5: Permission denied (publickey)", "203.0.113.5"),
        ("blog.example works, shop.example doesn't open", "shop.example"),
        ("blog.example и shop.example", "blog.example"),  # of equals the first
        ("сайт shop.example, NS ns1.host.example и ns2.host.example", "shop.example"),
        ("перенесли с old.example на shop.example", "shop.example"),
        ("Сервер 203.0.113.10 не пингуется", "203.0.113.10"),
        ("2001:db8::10 is down", "2001:db8::10"),
        ("не работает почта info@shop.example", "shop.example"),
        ("скрин https://prnt.sc/abc123, проверял на check-host.net: shop.example", "shop.example"),
        ("index.php и readme.md проверил, PHP 8.1, т.е. свежий", None),
        ("написал с anna@gmail.com", None),
        ("сломалось.Помогите", None),
        ("сайт не открывается", None),
    ],
)
def test_the_target_is_found_among_other_addresses(text: str, target: str | None) -> None:
    assert target_of(_read(text), text) == target


def test_a_server_is_meant_by_its_number() -> None:
    reading = _read("сайт shop.example на сервере 203.0.113.10")
    assert (reading.target, reading.server) == ("shop.example", "203.0.113.10")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("502 с 14:20", "2026-11-29T14:20+03:00"),
        ("down since yesterday 9am, ticket 48213", "2026-11-28T09:00+03:00"),
        ("упало 20 минут назад", "2026-11-29T16:40+03:00"),
        ("не пингуется уже час", "2026-11-29T16:00+03:00"),
        ("вчера обновил плагин, сегодня с 10 утра ошибка", "2026-11-29T10:00+03:00"),
        ("down 1h ago, no ping", "2026-11-29T16:00+03:00"),
        ("too many clients since around 2am", "2026-11-29T02:00+03:00"),
        ("полчаса уже не открывается", "2026-11-29T16:30+03:00"),
        ("минут сорок назад отвалился", "2026-11-29T16:20+03:00"),
        ("server upal chas nazad, ne pinguetsya", "2026-11-29T16:00+03:00"),
        ("где-то в районе двух часов дня начались 500", "2026-11-29T14:00+03:00"),
        ("лежал с 02:10 до 02:55 мск 28.11.2026", "2026-11-28T02:10+03:00"),
        ("unreachable from 14:10 UTC+1", "2026-11-29T16:10+03:00"),
        ("лежит с 10:00 мск+2", "2026-11-29T08:00+03:00"),
        ("упал в час ночи", "2026-11-29T01:00+03:00"),
        ("С 3х ночи не отвечает", "2026-11-29T03:00+03:00"),
        ("cайт упал c 9 утpa", "2026-11-29T09:00+03:00"),  # Latin letters within
        ("critical error, ~40 minutes now", "2026-11-29T16:20+03:00"),
        ("worked before the reboot at 02:00 CET", "2026-11-29T04:00+03:00"),
        ("не грузится с часу дня где-то", "2026-11-29T13:00+03:00"),
        ("не вернулся уже часа два как", "2026-11-29T15:00+03:00"),
        ("вчера в 18-00 отвалился", "2026-11-28T18:00+03:00"),
        ("с 14.30 белый экран", "2026-11-29T14:30+03:00"),
        ("started 03:10 UTC", "2026-11-29T06:10+03:00"),
        ("down since 1:30am EST", "2026-11-29T09:30+03:00"),
        ("с 10:15 мск таймаут", "2026-11-29T10:15+03:00"),
        ("was fine 30 mins ago", "2026-11-29T16:30+03:00"),
        ("вчера обновили плагин, было нормально, сегодня в 9:00 ошибка", "2026-11-29T09:00+03:00"),
        ("it worked until 9:20 today", "2026-11-29T09:20+03:00"),
    ],
)
def test_the_time_is_when_it_began(text: str, at: str) -> None:
    since = _read(text).since
    assert since is not None
    assert since["at"] == at


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("второй день лежит", "2026-11-28"),
        ("синий экран после обновлений ночью", "2026-11-29"),
        ("sometimes 503 since lunch", "2026-11-29"),
        ("3 день никто не отвечает", "2026-11-27"),
        ("в пятницу обновили плагин, а сегодня утром критическая ошибка", "2026-11-29"),
        ("can not acces since 2 days", "2026-11-27"),
        ("down since last sunday", "2026-11-22"),  # said on a Sunday
        ("не работает уже три дня", "2026-11-26"),
        ("почта не ходит со вчерашнего дня", "2026-11-28"),
        ("лежит с сегодняшней ночи", "2026-11-29"),
        ("после работ 17 числа не грузится", "2026-11-17"),  # no hour of today
        ("началось на выходных", "2026-11-28"),
        ("с 20-го числа чужой сертификат", "2026-11-20"),
        ("oplatil vchera, balans pustoi", "2026-11-28"),
    ],
)
def test_what_lasts_began_so_many_days_ago(text: str, day: str) -> None:
    since = _read(text).since
    assert since is not None
    assert since["from"] == day


@pytest.mark.parametrize(
    "text",
    [
        *("PHP 8.1", "500 руб", "порт 22", "в 3 раза медленнее", "май", "it expires saturday"),
        *("It was working on Sunday", "restore the backup from Tuesday", "с 10-20 посетителями"),
        *("Host unavailable. Duration 00:17:03", "просрочен на 2 дня", "вчера робил"),
        "ssl кончается 5 декабря",
    ],
)
def test_a_number_is_no_time_of_its_own(text: str) -> None:
    assert _read(text).since is None


@pytest.mark.parametrize(
    ("text", "code", "symptom"),
    [
        ("ошибка 502 на сайте", "502", "error-502"),
        ("ERR_CONNECTION_TIMED_OUT", "ERR_CONNECTION_TIMED_OUT", "timed-out"),
        ("a white screen", None, "blank"),
        ("заплатил 500 руб", None, ""),
        ("550 5.1.1 пишет", "550 5.1.1", ""),
        ("SQLSTATE[HY000] [1045] Access denied for user", "1045", ""),
        ("mysql падает. Too many connections (1040)", "1040", ""),
        ("#1044 - Access denied for user 'a'@'localhost' to database", "1044", ""),
        ("Postgres: sorry, too many clients already, 53300.", "53300", ""),
        ("заказ 1045 оплачен", None, ""),
        ("mysqli_connect(): (HY000/1045): Access denied", "1045", ""),
        ("phpmyadmin: #1226 - User 'shop' has exceeded", "1226", ""),
        ("Base table or view not found: 1146 Table 'shop.a' doesn't exist", "1146", ""),
        ("GET app.js net::ERR_ABORTED 404 (Not Found)", "404", "error-404"),
        ("опять 500я на сайте", "500", "error-500"),
        ("аутлук пишет 0x800CCC0E", "0x800CCC0E", ""),
        ("рдп, ошибка 0x204", "0x204", ""),
        ("pool at 0x7f12ab34 is fine", None, ""),
        ("сайт упал\n+7 (495) 502-50-04 доб. 403", None, ""),
        ("my phone is (404) 555-0199, site is down", None, ""),
        ("телефон 8(495)5000504 сайт лежит", None, ""),
        ("офис 404, сайт не грузится", None, ""),
        ("у меня пятьсот вторая ошибка", "502", "error-502"),
        ("it says four oh four", "404", "error-404"),
        ("пришли пятьсот два человека", None, ""),
        ("ошибка 1020 на сайте", "1020", ""),
        ("nginx отдаёт 499/502", "502", "error-502"),
        ("DNS problem: NXDOMAIN looking up A", "NXDOMAIN", ""),
    ],
)
def test_the_error_is_read_and_a_sum_is_none(text: str, code: str | None, symptom: str) -> None:
    reading = _read(text)
    assert (reading.code, reading.symptom or "") == (code, symptom)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("после обновления плагина лежит", "update"),
        ("перенес сайт на новый сервер", "moved"),
        ("I changed the A record last night", "domain"),
        ("программист залил новый код", "files"),
        ("поменяли версию php вчера", "settings"),
        ("nothing was changed", "nothing"),
        ("Как поменять версию PHP?", None),
        ("please update php", None),
        ("deployed an hour ago, the code gives an error", "files"),
        ("the config is not updated yet", None),
        ("прописал ваши ns1 и ns2", "domain"),
        ("после включения https пропали стили", "settings"),
        ("switched on a proxy yesterday", "settings"),
        ("переустановил убунту утром", "update"),
    ],
)
def test_what_was_changed_is_told_from_what_is_wished(text: str, change: str | None) -> None:
    assert _read(text).change == change


def test_words_about_a_returned_letter_are_read_as_others_are() -> None:
    reading = _read(
        "Письма с info@shop.example возвращаются с 14:20 после смены MX записи: 550 5.7.1 rejected"
    )
    assert reading.letter is not None
    assert reading.since is not None
    assert reading.since["at"] == "2026-11-29T14:20+03:00"
    assert reading.change == "domain"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "The following address(es) failed:\n  a@shopp.example\n    Unrouteable address",
            "domain-unknown",
        ),
        ("<info@shop.example>: mail for shop.example loops back to myself", "mail-loop"),
        (
            "<a@b.example>: connect to mx.b.example[192.0.2.5]:25: Connection timed out",
            "unreachable",
        ),
        ("письма на a@b.example не доходят, connection timed out", None),
        ("I can't deliver the site to client a@b.example, it timed out", None),
    ],
)
def test_a_returned_letter_without_a_code_is_one_by_its_servers_words(
    text: str, cause: str | None
) -> None:
    letter = _read(text).letter
    assert (letter.cause if letter else None) == cause


def test_an_error_of_a_site_above_a_signature_is_no_returned_letter() -> None:
    reading = _read("cart.shop.example: error 500, payment failed\n-- \nAnna\nanna@shop.example")
    assert reading.letter is None
    assert reading.target == "cart.shop.example"


def test_what_is_quoted_tells_neither_target_nor_time() -> None:
    reading = _read(
        "On Tue, Nov 24, 2026 at 9:02 AM Help <help@host.example> wrote:\n"
        "> Look at https://host.example/status\n\nStill 522, rover.example"
    )
    assert (reading.target, reading.since) == ("rover.example", None)


def test_a_quotation_alone_is_the_matter() -> None:
    assert _read("see below\n\n> shop.example gives 502").target == "shop.example"


def test_a_returned_letter_is_known_and_names_no_site() -> None:
    reading = _read(
        "Undelivered Mail Returned to Sender\nThis is the mail system at host mx.shop.example.\n"
        "<anna@client.example>: host mx.client.example said: 554 5.7.1 blocked\n\n"
        "from info@shop.example"
    )
    assert reading.letter is not None
    assert reading.letter.cause == "sender-refused"
    assert (reading.target, reading.mailbox) == (None, "info@shop.example")


@pytest.mark.parametrize(
    "hostile",
    [
        "a." * 10_000,
        "1.1." * 5_000,
        "a@" * 10_000,
        "с 14:20 " * 3_000,
        "уже " * 5_000,
        "http://" * 3_000,
        "[.]" * 7_000,
        ":" * 20_000,
        "после " * 4_000,
        "err_" * 5_000,
        "\ud800\x00\u202e" * 3_000,
        "550 5.1.1 " * 2_000,
        "550 5.1.1 a@b.example " + "." * 19_000 + "x",
        "On " * 6_000 + "wrote:",
    ],
    ids=lambda text: text[:8].encode("ascii", "replace").decode(),
)
def test_hostile_text_is_read_in_bounded_time(hostile: str) -> None:
    """Twice the text takes at most about twice the time: nothing is tried again from each place."""
    _read("x")  # whatever is loaded once
    started = process_time()
    _read(hostile)
    assert process_time() - started < 2.0
