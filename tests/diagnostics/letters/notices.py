"""Notices as mail servers write them, with the words of the refusal to be filled in."""

from __future__ import annotations

RETURNED = """\
Return-Path: <anna@shop.example>
Received: from web.shop.example (web.shop.example [192.0.2.10])
\tby mail.shop.example with ESMTPSA id 4Xk1; Mon, 23 Nov 2026 10:00:00 +0000
From: Anna <anna@shop.example>
To: boris@client.example
Subject: spam, viruses and a full mailbox
Message-ID: <order-17@shop.example>

550 5.7.1 is what we often read here.
"""

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mail.shop.example (Mail Delivery System)
To: anna@shop.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 10:00:05 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b1"

--=_b1
Content-Type: text/plain; charset=utf-8

{notice}

--=_b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.shop.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; boris@client.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.client.example
Diagnostic-Code: smtp; {diagnostic}

--=_b1
Content-Type: message/rfc822

{returned}
--=_b1--
"""

EXIM = """\
Return-path: <>
X-Failed-Recipients: boris@client.example
From: Mail Delivery System <Mailer-Daemon@mail.shop.example>
To: anna@shop.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  boris@client.example
    host mx.client.example [198.51.100.7]
    SMTP error from remote mail server after RCPT TO:<boris@client.example>:
    {refusal}

------ This is a copy of the message, including all the headers. ------

{returned}"""

QMAIL = """\
From: MAILER-DAEMON@mail.shop.example
To: anna@shop.example
Subject: failure notice

Hi. This is the qmail-send program at mail.shop.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<boris@client.example>:
198.51.100.7 does not like recipient.
Remote host said: {refusal}
Giving up on 198.51.100.7.

--- Below this line is a copy of the message.

{returned}"""

SENDMAIL = """\
From: Mail Delivery Subsystem <MAILER-DAEMON@mail.shop.example>
To: <anna@shop.example>
Subject: Returned mail: see transcript for details

The original message was received at Mon, 23 Nov 2026 10:00:00 GMT
from web.shop.example [192.0.2.10]

   ----- The following addresses had permanent fatal errors -----
<boris@client.example>
    (reason: {refusal})

   ----- Transcript of session follows -----
... while talking to mx.client.example.:
>>> DATA
<<< {refusal}

   ----- Message header follows -----

{returned}"""

EXCHANGE = """\
From: System Administrator <postmaster@shop.example>
To: anna@shop.example
Subject: Undeliverable: order

Your message did not reach some or all of the intended recipients.

      Subject:  order
      Sent:     23.11.2026 13:00

The following recipient(s) could not be reached:

      boris@client.example on 23.11.2026 13:00
            The server refused the letter
            <mx.client.example #{refusal}>
"""

OFFICE = """\
From: <postmaster@shop.example>
To: <anna@shop.example>
Subject: Undeliverable: order
X-MS-Exchange-Message-Is-Ndr:
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><style>p {{ color: red }} .spam {{ }}</style></head><body>
<p>Your message to boris@client.example couldn't be delivered.</p>
<p>If the recipient's mailbox is full, ask them to delete something.</p>
<p>Diagnostic information for administrators:</p>
<p>Generating server: EX1.shop.example</p>
<p>boris@client.example<br>mx.client.example<br>
Remote server returned '{refusal}'</p>
<p>Original message headers:</p><pre>Received: from web.shop.example</pre></body></html>
"""

GMAIL = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: anna@shop.example
X-Failed-Recipients: boris@client.example
Subject: Delivery Status Notification (Failure)

Your message wasn't delivered to boris@client.example because the other
server refused it.

The response from the remote server was:

{refusal}

----- Original message -----

{returned}"""

YANDEX = """\
От: mailer-daemon@yandex.ru
Тема: Недоставленное сообщение

Это письмо отправлено почтовым сервером yandex.ru.

К сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может
быть отправлено одному или нескольким адресатам. Причины указаны ниже.

<boris@client.example>: host mx.client.example[198.51.100.7] said:
    {refusal} (in reply to RCPT TO command)
"""

MAIL_RU = """\
Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:

boris@client.example
SMTP error from remote mail server after RCPT TO:<boris@client.example>:
host mx.client.example [198.51.100.7]: {refusal}
"""

FREE_FORMS = {
    "exim": EXIM,
    "qmail": QMAIL,
    "sendmail": SENDMAIL,
    "exchange": EXCHANGE,
    "office": OFFICE,
    "gmail": GMAIL,
    "yandex": YANDEX,
    "mail.ru": MAIL_RU,
}


def free_form(name: str, refusal: str) -> str:
    """A notice without status fields, about one refusal."""
    return FREE_FORMS[name].format(refusal=refusal, returned=RETURNED)


def report(
    diagnostic: str, *, status: str = "5.0.0", action: str = "failed", notice: str = "See below."
) -> str:
    """A report with the fields of RFC 3464."""
    return REPORT.format(
        diagnostic=diagnostic, status=status, action=action, notice=notice, returned=RETURNED
    )
