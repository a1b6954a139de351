"""Attacks by what is sent to be read: pages, pictures, letters, addresses."""

from __future__ import annotations

import gzip
import io
import time
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import yaml
from PIL import Image

from diagnostics import read_target
from diagnostics.probes.page import facts_of, unpack
from diagnostics.spf_dmarc import read_spf
from diagnostics.texts.text_safety import drop_hidden
from intake.delivery.replies.mailbox import ReplyMailbox, read_mailed_reply
from intake.drafts.pictures import PictureUnreadable, reencode_picture
from intake.free_text import read_free_text
from intake.journey.vagueness import emptiness
from intake.redaction import redact
from tests.attack.outcome import Outcome
from tests.attack.wire import Target

_LETTERS = Path(__file__).parents[1] / "redaction"


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
        b"<div>",
        b"<b c=d>",
    ):
        body = gzip.compress(piece * (512 * 1024 // len(piece)))
        plain, _whole = unpack(body, "gzip", is_whole=True)
        facts_of(plain.decode("latin-1"), "http://shop.example/")
    spent = time.process_time() - began
    return Outcome(spent < 6, f"{spent:.2f} s CPU for eight pages")


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


def pictures_of_many_scans(_: Target) -> Outcome:
    """A photo that costs its decoder milliseconds for each 75 bytes."""
    written = io.BytesIO()
    Image.new("L", (6000, 6000), 128).save(written, "JPEG", progressive=True)
    content = written.getvalue()
    scan = content[content.rindex(b"\xff\xda") : -2]
    began = time.process_time()
    try:
        reencode_picture("photo.jpg", content[:-2] + scan * 500 + content[-2:])
    except PictureUnreadable as refusal:
        said = f"refused ({refusal})"
    else:
        said = "decoded"
    spent = time.process_time() - began
    return Outcome(spent < 3, f"{said}, {spent:.2f} s CPU")


def texts_of_one_long_word(_: Target) -> Outcome:
    """Records, letters and words of strangers, made for expressions that try every way."""
    began = time.process_time()
    for letter in ("a", "A", "-", "_", "%{", "."):
        for term in ("include:", "a:", "redirect=", "exists:"):
            read_spf(
                "v=spf1 " + term + letter * (2_000 // len(letter)) + "!", "x.example", "x.example"
            )
    for piece in (" ", "\n", "адресата", "1.1.1.1 ", "пароль: ", "password "):
        text = "a " + piece * (20_000 // len(piece)) + " b"
        redact(text)
        read_free_text(text, now=datetime.now(UTC))
    spent = time.process_time() - began
    return Outcome(spent < 8, f"{spent:.2f} s CPU for 30 texts")


def mails_that_break_parsers(_: Target) -> Outcome:
    """Mails nested deeper than Python's stack, and senders that its parser breaks on."""
    mailbox = ReplyMailbox("bounces@hoster.example", "rt", b"a secret of ours")
    to = f"To: {mailbox.address('H4X-7PM-2KP')}\nMessage-ID: <1@shop.example>\n"
    parts = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    mails = [to + "".join(parts)]
    mails += [f"{to}From: {sender}\n\nhello" for sender in ("-@", ";9] \t=", "(" * 20_000)]
    began = time.process_time()
    read = [read_mailed_reply(mail.encode(), [mailbox]) for mail in mails]
    spent = time.process_time() - began
    is_read = all(mailed is not None for mailed in read)
    return Outcome(is_read and spent < 4, f"{len(mails)} mails read, {spent:.2f} s CPU")


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
