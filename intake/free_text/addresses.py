"""
Finds the site, server and mailbox that a text is about, among all its addresses.

Texts contain other addresses too: mail providers, screenshots, name servers, a site that works. An
address next to "site" or "server" ranks before one that stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Final

from diagnostics import TargetReading
from intake.journey.kinds import ReadTarget

_MOST_CHUNKS: Final = 3_000  # of a text; each may contain an address
_MOST_ADDRESSES: Final = 40
_LONGEST: Final = 300  # characters of a chunk that is examined
_CHUNK: Final = re.compile(r"[^\s,;|<>()\[\]{}\"'`«»“”„‘’]+")
_ENDS: Final = ".!?:…*_-=~/\\"
_LABELLED: Final = re.compile(r"[\w-]{1,20}[:=](?=[\w-]{1,63}\.)(?!//)")
_LATIN_HOST: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){1,6}", re.IGNORECASE)
_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_IPV6: Final = re.compile(r"(?=[0-9a-fA-F:.]{6,45}$)[0-9a-fA-F]{1,4}:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
_IPV4: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_MAIL: Final = re.compile(
    r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-zа-я][\w-]{1,62}", re.IGNORECASE
)
# A limited number of blanks: an unlimited one would take quadratic time on a line of blanks.
_HIDDEN_DOT: Final = re.compile(
    r"\s{0,3}(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|\(точка\)|\[точка\])\s{0,3}", re.IGNORECASE
)
_SPELT_DOT: Final = re.compile(
    r"(?<=\w) (?:точка|dot) (?=(?:ru|com|net|org|рф|su|shop|online|site|ру|ком|нет|орг|су)\b)",
    re.IGNORECASE,
)
# «shop.example.Пароль верный»: the space after a sentence was forgotten.
_NEXT_SENTENCE: Final = re.compile(r"(?<=[A-Za-z0-9])\.(?=[А-ЯЁ][а-яё])")
# Latin zones as they are spoken, or typed in the wrong layout: "shop.ру".
_SPOKEN_ZONES: Final = {"ру": "ru", "ком": "com", "нет": "net", "орг": "org", "су": "su"}
_SPOKEN_ZONE: Final = re.compile(
    rf"(?<=[a-z0-9]\.)(?:{'|'.join(_SPOKEN_ZONES)})(?![\w-])", re.IGNORECASE
)
_CUT_SCHEME: Final = re.compile(r"(https?://)\s+(?=\w)", re.IGNORECASE)
# File extensions that are also top-level domains, such as those of Moldova, Paraguay, Saint
# Helena, Poland, Serbia and Somalia.
_FILE_ZONES: Final = frozenset({"md", "py", "sh", "pl", "rs", "so", "zip", "mov", "ps", "cc"})
_PROGRAMS: Final = frozenset({"asp.net", "node.js", "vue.js", "socket.io", "draw.io", "ads.txt"})
# Mail providers, image hosts and testing tools, which are never the customer's own site.
_PUBLIC_SERVICES: Final = frozenset(
    """
    gmail.com googlemail.com google.com google.ru youtube.com yandex.ru yandex.com ya.ru mail.ru
    bk.ru list.ru inbox.ru internet.ru rambler.ru yahoo.com hotmail.com outlook.com live.com msn.com
    icloud.com me.com aol.com proton.me protonmail.com ukr.net tut.by gmx.de gmx.net web.de
    office365.com microsoft.com office.com facebook.com instagram.com vk.com vk.ru ok.ru t.me
    telegram.org whatsapp.com twitter.com x.com linkedin.com github.com gitlab.com
    stackoverflow.com wordpress.org joomla.org letsencrypt.org cloudflare.com 2ip.ru 2ip.io
    check-host.net downforeveryoneorjustme.com isitdownrightnow.com mxtoolbox.com whatsmydns.net
    dnschecker.org intodns.com ssllabs.com web.dev gtmetrix.com pingdom.com uptimerobot.com
    mail-tester.com spamhaus.org imgur.com prnt.sc joxi.ru ibb.co postimg.cc postimg.org gyazo.com
    skr.sh snipboard.io dropbox.com wetransfer.com pastebin.com apple.com mozilla.org php.net
    nginx.org apache.org ubuntu.com debian.org amazonaws.com sentry.io jivosite.com
    """.split()  # noqa: SIM905 - a list of names
)
_OWN_WORD: Final = re.compile(
    r"^(?:(?:web)?site|website|domain|url|address|blog|shop|store|server|vps|vds|host|page|"
    r"сайт|домен|адрес|магазин|сервер|впс|хост|страниц|портал|лендинг|блог|проект|ссылк|урл)"
)
_OTHERS_WORD: Final = re.compile(
    r"^(?:ns|nameservers?|dns|mx|gateway|client|upstream|via|through|example|другой|другие|other|"
    r"another|скрин\w*|screenshots?|картинк\w*|шлюз|например|пример|registrar|регистратор\w*|"
    r"у|by|competitor\w*|конкурент\w*|partner\w*|from|moved|перен\w+|старо\w*|old)$"
)
_WORKS: Final = re.compile(
    r"^(?:works?|opens?|loads?|fine|ok|ок|работает|открывается|нормально|норм)$"
)
_LOGIN: Final = re.compile(r"[a-z][\w.-]{0,31}@((?:\d{1,3}\.){3}\d{1,3}):?", re.IGNORECASE)
_VISITOR: Final = frozenset(
    """
    my our public external office home your мой моего наш нашего внешний внешнего белый офиса дома
    домашний
    """.split()  # noqa: SIM905 - a list of words
)
_USER_INFO: Final = re.compile(r"(://)[^/@]{0,200}@")  # RFC 3986, section 3.2.1
_OTHER_SCHEME: Final = re.compile(
    r"(?<![a-z])(?:wss?|s?ftp|ssh|mysql|mariadb|postgres(?:ql)?|mongodb|redis|amqps?|imaps?|smtps?)"
    r"(?:\+\w{1,12})?://",
    re.IGNORECASE,
)
_NOT: Final = frozenset(
    {"not", "не", "doesn", "doesnt", "isn", "no", "нет", "won", "never", "cannot", "t"}
)
# Hosts of a service that a site also has, but which aren't the site.
# Words before a mailbox: whose it is.
_OF_RECIPIENT: Final = re.compile(r"^(?:to|на|кому|получател\w+|адресат\w+|клиент\w+)$")
_OF_WRITER: Final = re.compile(
    r"^(?:my|our|from|box|mailbox|account|с|мой|наш\w*|ящик\w*|почт\w+)$"
)
_GLUED_LABEL: Final = re.compile(r"^.*[а-яё][:=.-]{1,3}(?=[a-z0-9])", re.IGNORECASE)
_NAME_SERVER: Final = re.compile(
    r"^(?:ns|dns|pdns)\d{0,2}[.-]|^mx\d*\.|^(?:smtp|imap|pop3?|s?ftp|autodiscover)\."
)


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """
    An address in a text: as written, its host, and a score of how likely it is meant.

    `is_number`: it is an IP address rather than a name.
    """

    written: str
    host: str
    points: int
    is_number: bool = False


def addresses_in(text: str, read: ReadTarget) -> tuple[FoundAddress, ...]:
    """Return the hosts that a text may be about, the likeliest first; of equals the first named."""
    chunks = _chunks(text)
    by_host: dict[str, FoundAddress] = {}
    for place, chunk in enumerate(chunks):
        if len(by_host) >= _MOST_ADDRESSES:
            break
        for candidate in _candidates(chunk):
            reading = read(f"- {candidate}" if not _IPV6.fullmatch(candidate) else candidate)
            if reading.host is None or _is_public_service(reading.host):
                continue
            address = _scored_address(chunks, place, candidate, reading)
            key = reading.host.removeprefix("www.")
            before = by_host.get(key)
            by_host[key] = address if before is None else _merged(before, address)
            break
    return tuple(sorted(by_host.values(), key=lambda address: -address.points))


def mailboxes_in(text: str) -> tuple[str, ...]:
    """Return the mail addresses in a text in order; recipients and public services last."""
    boxes: dict[str, int] = {}  # 0 the writer's own, 2 only a recipient: "my letter to anna@…"
    before = ""
    for chunk in _chunks(text):
        if "@" in chunk and (match := _MAIL.search(chunk)):
            box = _GLUED_LABEL.sub("", match[0].rstrip(".-")).lower()
            rank = 2 if _OF_RECIPIENT.match(before) else int(not _OF_WRITER.match(before))
            boxes[box] = min(boxes.get(box, rank), rank)
        before = chunk.lower().rstrip(":-")
    return tuple(sorted(boxes, key=lambda box: (is_at_mail_service(box), boxes[box])))


def is_at_mail_service(mailbox: str) -> bool:
    """Check whether a mailbox is at a public mail service rather than on a domain of its own."""
    return _registered(mailbox.rpartition("@")[2]) in _PUBLIC_SERVICES


def _chunks(text: str) -> list[str]:
    plain = _CUT_SCHEME.sub(r"\1", _SPELT_DOT.sub(".", _HIDDEN_DOT.sub(".", text)))
    plain = _NEXT_SENTENCE.sub(". ", plain)
    plain = _SPOKEN_ZONE.sub(lambda zone: _SPOKEN_ZONES[zone[0].lower()], plain)
    matches = islice(_CHUNK.finditer(plain), _MOST_CHUNKS)
    return [match[0].rstrip(_ENDS) for match in matches]


def _candidates(chunk: str) -> Iterator[str]:
    """Yield the possible addresses in a chunk: all of it, or the part behind a label."""
    if len(chunk) > _LONGEST and "://" not in chunk:
        return
    chunk = chunk[:2_000].lstrip("*-=~_/.")
    chunk = _USER_INFO.sub(r"\1", chunk)
    if login := _LOGIN.fullmatch(chunk):  # root@203.0.113.5: where somebody signs in
        yield login[1]
        return
    if "@" in chunk or not (("." in chunk and chunk != ".") or _IPV6.fullmatch(chunk)):
        return
    if scheme := _OTHER_SCHEME.search(chunk):  # wss://…, postgres://…: the host alone
        chunk = chunk[scheme.end() :].partition("/")[0]
    chunk = _LABELLED.sub("", chunk) if "://" not in chunk else chunk[chunk.find("http") :]
    if _is_file(chunk):
        return
    # «сайтshop.example»: the space was forgotten.
    if "://" not in chunk and _CYRILLIC.search(chunk) and (match := _LATIN_HOST.search(chunk)):
        yield match[0]
        return
    yield chunk


def _is_file(chunk: str) -> bool:
    name = chunk.lower()
    if "://" in name or "/" in name.strip("/"):
        return False
    return name in _PROGRAMS or name.rpartition(".")[2] in _FILE_ZONES


def _is_public_service(host: str) -> bool:
    if host in {"8.8.8.8", "8.8.4.4", "1.1.1.1", "9.9.9.9", "77.88.8.8", "127.0.0.1"}:
        return True
    return _registered(host) in _PUBLIC_SERVICES


def _registered(host: str) -> str:
    return ".".join(host.lower().split(".")[-2:])


def _scored_address(
    chunks: list[str], place: int, written: str, reading: TargetReading
) -> FoundAddress:
    host = reading.host or ""
    before = [chunk.lower() for chunk in chunks[max(0, place - 3) : place]]
    rest = takewhile(lambda chunk: "." not in chunk, chunks[place + 1 : place + 5])
    after = [chunk.lower() for chunk in rest]
    is_number = _IPV4.fullmatch(host) is not None or ":" in host
    points = 2 * ("://" in written) + (not is_number) + 2 * reading.accepted
    points += 4 * any("." not in word and _OWN_WORD.match(word) for word in before)
    points -= 3 * any(map(_OTHERS_WORD.match, before[-2:]))
    points -= 4 * bool(_NAME_SERVER.match(host))
    points -= 9 * (is_number and _is_of_visitor(before))
    works = next((at for at, word in enumerate(after) if _WORKS.match(word)), None)
    if works is not None and not _NOT & set(after[:works]):
        points -= 5
    return FoundAddress(written, host, points, is_number)


def _is_of_visitor(before: list[str]) -> bool:
    """Check for "my IP", «внешний ip»: where the writer is, not what fails."""
    at = next((at for at, word in enumerate(before) if word in {"ip", "ip-адрес", "айпи"}), None)
    return at is not None and not _VISITOR.isdisjoint(before[:at])


def _merged(first: FoundAddress, again: FoundAddress) -> FoundAddress:
    """Merge two mentions of an address: a higher score, and the more complete spelling."""
    fuller = again if "://" in again.written and "://" not in first.written else first
    return replace(fuller, points=max(first.points, again.points) + 1)
