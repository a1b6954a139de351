"""The attacks: each says what it measured, and whether the product held."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import yaml

from diagnostics import read_target
from diagnostics.probes.page import facts_of, unpack
from diagnostics.texts.text_safety import drop_hidden
from intake.journey.vagueness import emptiness
from intake.redaction import redact
from tests.attack.wire import Hoard, Target, unfinished_frame

_LETTERS = Path(__file__).parents[1] / "redaction"
_FORGED = "http://evil.example"
_MB = 1_000_000


@dataclass(frozen=True)
class Outcome:
    """What one attack came to."""

    held: bool
    measured: str


Attack = Callable[[Target], Outcome]


def cookies_of_backslashes(target: Target) -> Outcome:
    """CVE-2024-7592: the interpreter's cookie parser takes the square of their number."""
    before = target.cpu_s
    cookie = 'a="' + "\\" * 60_000 + '"'
    statuses = {target.ask("GET", "/inbox", Cookie=cookie)[0] for _ in range(5)}
    spent = target.cpu_s - before
    return Outcome(statuses == {431} and spent < 2, f"{spent:.2f} s CPU, status {statuses}")


def frames_without_an_end(target: Target) -> Outcome:
    """Eight sockets that announce 150 MB and send some of it."""
    before = target.memory_mb
    with Hoard() as hoard:
        for _ in range(8):
            status, held = target.handshake(origin=target.product.url)
            if status != 101:  # Switching Protocols
                break
            hoard.sockets.append(held)
            try:
                held.sendall(unfinished_frame(150 * _MB, 20 * _MB))
            except OSError:
                continue
        grown = target.memory_mb - before
    return Outcome(grown < 150, f"{grown:+.0f} MB")


def files_that_nobody_asked_for(target: Target) -> Outcome:
    """Uploads from the start page."""
    path = "/_stcore/upload_file/abc/def"
    statuses = {target.ask("PUT", path, bytes(_MB))[0] for _ in range(10)}
    return Outcome(not statuses & {200, 204}, f"status {statuses}")


def pages_that_unpack(_: Target) -> Outcome:
    """A few hundred bytes that unpack to 256 KB of unclosed elements, and other such pages."""
    began = time.process_time()
    for piece in (
        b"<head>",
        b"<!--",
        b"<a href=x",
        b"<link rel=stylesheet href=",
        b"&#1;",
        b"<h1>",
    ):
        body = gzip.compress(piece * (512 * 1024 // len(piece)))
        plain, _whole = unpack(body, "gzip", is_whole=True)
        facts_of(plain.decode("latin-1"), "http://shop.example/")
    spent = time.process_time() - began
    return Outcome(spent < 6, f"{spent:.2f} s CPU for six pages")


def sockets_of_foreign_pages(target: Target) -> Outcome:
    """Another origin's handshake, which the framework once looked up in public."""
    began = time.monotonic()
    statuses = set()
    for origin in (_FORGED, "http://localhost:3000", "null", "file://", "http://["):
        status, held = target.handshake(origin=origin)
        held.close()
        statuses.add(status)
    spent = time.monotonic() - began
    return Outcome(statuses == {403}, f"status {statuses}, {spent:.2f} s")


def forbidden_addresses(_: Target) -> Outcome:
    """Own, private, metadata and other special addresses, in every spelling."""
    spellings = """
        127.0.0.1 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 168.63.129.16
        100.100.100.200 192.0.0.192 255.255.255.255 224.0.0.1 [::1] [::] [fd00::1] [fe80::1]
        [::ffff:127.0.0.1] [::ffff:169.254.169.254] [64:ff9b::7f00:1] [2002:7f00:1::] [ff02::1]
        http://127.1/ http://2130706433/ http://0x7f000001/ http://017700000001/ http://127.0.0.1.:80/
        http://[::1]:80/ localhost http://localhost/ http://user@127.0.0.1/ http://①②⑦.0.0.1/
    """.split()  # noqa: SIM905 - a list
    taken = [text for text in spellings if _is_taken(text)]
    return Outcome(not taken, f"{len(spellings) - len(taken)} of {len(spellings)} refused {taken}")


def _is_taken(text: str) -> bool:
    """Whether anything would be dialled for it."""
    reading = read_target(text)
    if not reading.accepted:
        return False
    try:
        return not ip_address(reading.host or "").is_global
    except ValueError:
        return reading.host == "localhost"


def believed_proxies(target: Target) -> Outcome:
    """Each guess of the staff's token claims to come from another address."""
    statuses = [
        target.ask(
            "POST", "/staff", b"token=guess", source="127.0.0.31", X_Forwarded_For=f"203.0.113.{n}"
        )[0]
        for n in range(15)
    ]
    return Outcome(429 in statuses, f"{statuses.count(403)} guesses, then 429")


def idle_sockets(target: Target) -> Outcome:
    """One address opens 400 sockets, of which 300 are its share; another one's customer comes."""
    with Hoard() as hoard:
        taken = 0
        for _ in range(400):
            status, held = target.handshake(origin=target.product.url, source="127.0.0.41")
            hoard.sockets.append(held)
            taken += status == 101
        status, held = target.handshake(origin=target.product.url, source="127.0.0.42")
        held.close()
        is_served = status == 101 and target.is_open()
    return Outcome(taken <= 300 and is_served, f"{taken} of 400 taken, another's: {status}")


def heads_without_an_end(target: Target) -> Outcome:
    """100 MB of request head, and 300 requests that never come to their end."""
    before = target.memory_mb
    sent = 0
    with target.dial() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        try:
            while sent < 100 * _MB:
                sent += connection.send(b"a" * 65536)
        except OSError:
            pass
    with Hoard() as hoard:
        for _ in range(300):
            held = target.dial("127.0.0.51")
            held.sendall(b"GET / HTTP/1.1\r\nHost: ")
            hoard.sockets.append(held)
        is_served = target.is_open()
        closed = sum(_is_closed(held) for held in hoard.sockets)
    grown = target.memory_mb - before
    is_cut = sent < 5 * _MB and grown < 100  # the system's own buffers
    measured = f"{sent / _MB:.1f} MB taken, {closed} of 300 half requests ended, {grown:+.0f} MB"
    return Outcome(is_cut and is_served and closed == len(hoard.sockets), measured)


def _is_closed(held: socket.socket) -> bool:
    """Whether the server ends it, within a minute."""
    held.settimeout(60)
    try:
        while held.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def hidden_characters(_: Target) -> Outcome:
    """Tag characters, fillers, direction marks: what is read differs from what is there."""
    hidden = "\U000e0041\U000e007f\u3164\u202e\u2066\u200b\ufe0f\u115f"
    left = [
        f"U+{ord(each):04X}"
        for each in hidden
        if each in drop_hidden(f"a{each}b", keep_lines=False)
    ]
    return Outcome(not left, f"{len(hidden) - len(left)} of {len(hidden)} taken out {left}")


def pasted_secrets(_: Target) -> Outcome:
    """Passwords, keys and cards in letters, and letters that only look so."""
    letters = yaml.safe_load((_LETTERS / "letters_with_secrets.yaml").read_text(encoding="utf-8"))
    clear = yaml.safe_load((_LETTERS / "letters_without_secrets.yaml").read_text(encoding="utf-8"))
    told = [(each["text"], str(secret)) for each in letters for secret in each["secrets"]]
    shown = [secret for text, secret in told if secret in redact(text).text]
    touched = [text for text in clear if redact(text).secrets]
    measured = (
        f"{len(told) - len(shown)} of {len(told)} masked, {len(touched)} of {len(clear)} touched"
    )
    return Outcome(not shown and not touched, measured)


def texts_of_nothing(_: Target) -> Outcome:
    """What says nothing gets a hint, what says little passes."""
    empty = ("help asap", "не пашет ничё", "см. скрин", "qweqwe", "вам виднее", "idk", "спасибо")
    telling = ("502 after an update", "пинг есть, сайта нет", "slow", "верните деньги")
    missed = [text for text in empty if emptiness(text) is None]
    refused = [text for text in telling if emptiness(text) is not None]
    return Outcome(not missed and not refused, f"{len(missed)} missed, {len(refused)} refused")


def foreign_tickets(target: Target) -> Outcome:
    """Links that were guessed, and ways out of the folder of files."""
    paths = """
        /t/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA /t/../inbox /t/%2e%2e/%2e%2e/etc/passwd
        /static/../../etc/passwd /static/%2e%2e/%2e%2e/etc/passwd /..%2f..%2fetc/passwd
        /staff/tickets/AAA-AAA-AAA.json /staff/checklists/../../intake.db.yaml
        /api/v1/tickets/AAA-AAA-AAA /chat/AAAA /friend/AAAA
    """.split()  # noqa: SIM905 - a list
    opened = [path for path in paths if target.ask("GET", path)[0] == 200]
    return Outcome(not opened, f"{len(paths) - len(opened)} of {len(paths)} refused {opened}")


def ways_out(target: Target) -> Outcome:
    """Answers that would lead a visitor to another host, or carry a header of the attacker's."""
    paths = """
        /staff?next=//evil.example/ /staff?next=https://evil.example/ //evil.example/%2e%2e
        /?lang=en%0d%0aSet-Cookie:%20a=b /staff/leave?next=//evil.example
    """.split()  # noqa: SIM905 - a list
    led = []
    for path in paths:
        _, _, headers = target.ask("GET", path, X_Forwarded_Host="evil.example")
        if "evil.example" in headers.get("location", "") or headers.get("set-cookie") == "a=b":
            led.append(path)
    return Outcome(not led, f"{len(paths) - len(led)} of {len(paths)} stay here {led}")


def nested_bodies(target: Target) -> Outcome:
    """Deep JSON, large bodies and wrong methods at the API and the forms."""
    before = target.cpu_s
    deep = b"[" * 200_000
    statuses = {
        target.ask("POST", "/api/v1/tickets", deep, Authorization="Bearer x")[0],
        target.ask("POST", "/api/v1/diagnoses", json.dumps({"a": "x" * _MB}).encode())[0],
        target.ask("POST", "/begin", b"a=" * 500_000, Origin=target.product.url)[0],
        target.ask("TRACE", "/")[0],
        target.ask("PROPFIND", "/inbox")[0],
    }
    spent = target.cpu_s - before
    is_refused = all(400 <= status < 500 for status in statuses)
    return Outcome(is_refused and spent < 3, f"status {sorted(statuses)}, {spent:.2f} s CPU")


ATTACKS: tuple[Attack, ...] = (
    cookies_of_backslashes,
    frames_without_an_end,
    files_that_nobody_asked_for,
    pages_that_unpack,
    sockets_of_foreign_pages,
    forbidden_addresses,
    believed_proxies,
    idle_sockets,
    heads_without_an_end,
    hidden_characters,
    pasted_secrets,
    texts_of_nothing,
    foreign_tickets,
    ways_out,
    nested_bodies,
)
