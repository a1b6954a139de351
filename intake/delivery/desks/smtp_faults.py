"""Why a mail server didn't let us in, and what the operator should change."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Final

from diagnostics.texts import BilingualText
from intake.delivery.desks.smtp_url import SmtpServer

_TLS_PORT: Final = 465  # RFC 8314, section 7.3: TLS from the first byte
_WORDS: Final = {
    "plain-port": BilingualText(
        en="speaks no TLS at once there. Write smtp+starttls://{place}, or smtp://{place}"
        " where it has no TLS at all; smtps:// is mostly for port 465",
        ru="не шифрует там с самого начала. Напишите smtp+starttls://{place}, а если TLS нет"
        " вовсе — smtp://{place}; smtps:// чаще всего на порту 465",
    ),
    "tls-port": BilingualText(
        en="didn't greet us: port 465 waits for TLS at once. Write smtps://{place}",
        ru="не поздоровался: порт 465 ждёт шифрования с самого начала. Напишите smtps://{place}",
    ),
    "no-starttls": BilingualText(
        en="offers no STARTTLS there. Write smtps://{host}:465 if it has that port, or"
        " smtp://{place} to send without encryption",
        ru="не предлагает там STARTTLS. Напишите smtps://{host}:465, если такой порт есть,"
        " или smtp://{place}, чтобы отправлять без шифрования",
    ),
    "no-login-in-the-open": BilingualText(
        en="takes no login there without encryption. Write smtp+starttls://{place}, or leave"
        " out the user and password if it needs none",
        ru="не принимает там вход без шифрования. Напишите smtp+starttls://{place} или"
        " уберите логин и пароль, если они не нужны",
    ),
    "no-login": BilingualText(
        en="takes no login there that we know. Leave out the user and password if it needs"
        " none, or name its port for logins, mostly 587 or 465",
        ru="не принимает там вход известным нам способом. Уберите логин и пароль, если они"
        " не нужны, или укажите порт для входа, обычно 587 или 465",
    ),
    "certificate": BilingualText(
        en="has a certificate that we don't trust ({why}). Write the name that stands in it,"
        " or have it renewed",
        ru="показывает сертификат, которому мы не доверяем ({why}). Укажите имя, на которое"
        " он выдан, или обновите его",
    ),
    "refused": BilingualText(
        en="refused the connection: nothing listens there, or a firewall says no. Check the"
        " host and port (587, 465 or 25), and whether the server runs",
        ru="отказал в соединении: там никто не слушает или отказывает файрвол. Проверьте имя"
        " и порт (587, 465 или 25) и работает ли сервер",
    ),
    "no-name": BilingualText(
        en="is a name that can't be resolved. Check how it is written, and the resolver",
        ru="— такое имя не находится в DNS. Проверьте, как оно написано, и резолвер",
    ),
    "silent": BilingualText(
        en="did not answer in time. Check the host and port, and whether a firewall lets"
        " this machine through",
        ru="не ответил вовремя. Проверьте имя и порт и пропускает ли эту машину файрвол",
    ),
    "login-refused": BilingualText(
        en="refused the login ({why}). Check the user and password",
        ru="отклонил вход ({why}). Проверьте логин и пароль",
    ),
}


def smtp_fault(error: Exception, server: SmtpServer) -> BilingualText | None:
    """
    Return the advice for a failed greeting, encryption or login; None if the error itself says
    enough.
    """
    code = _fault_code(error, server)
    if code is None:
        return None
    place = f"{server.host}:{server.port}"
    why = getattr(error, "verify_message", None) or getattr(error, "smtp_code", "")
    return _WORDS[code].format(place=place, host=server.host, why=why)


def _fault_code(error: Exception, server: SmtpServer) -> str | None:  # noqa: PLR0911 - a table
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "login-refused"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, socket.gaierror):
        return "no-name"
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return "no-starttls"
    # smtplib: no AUTH at all, or none of the ways that it knows.
    if isinstance(error, smtplib.SMTPNotSupportedError) or "authentication method" in str(error):
        return "no-login-in-the-open" if server.scheme == "smtp" else "no-login"
    is_quiet = isinstance(error, TimeoutError | smtplib.SMTPServerDisconnected)
    if is_quiet and server.port == _TLS_PORT and server.scheme != "smtps":
        return "tls-port"
    if isinstance(error, TimeoutError):
        return "silent"
    return "plain-port" if isinstance(error, ssl.SSLError) and server.scheme == "smtps" else None


def reason_words(why: object) -> str:
    """Return what went wrong, in one line for staff."""
    if isinstance(why, smtplib.SMTPResponseException):
        reply = why.smtp_error
        words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
        return f"answered {why.smtp_code} {' '.join(words.split())}"[:300]
    if isinstance(why, TimeoutError):
        return "did not answer in time"
    if isinstance(why, ConnectionRefusedError):
        return "refused the connection"
    if isinstance(why, Exception):
        return f"failed: {' '.join(str(why).split())[:300] or type(why).__name__}"
    return str(why)
