"""A returned letter in the wizard: pasted or attached, and what it says is shown at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from diagnostics import SentLetter
from intake.bootstrap import Services
from intake.checks import CheckService
from intake.journey import Ask, CheckRun
from intake.journey.kinds import reading_of
from intake.wizard import attachments
from intake.wizard.case import find_case
from tests.drafts.sample_pictures import png
from tests.ui.app import PageTest

pytestmark = pytest.mark.usefixtures("services")
FULL = "552 5.2.2 <boris@client.example>: mailbox full"
NOTICE = f"From: MAILER-DAEMON@mail.example\nTo: a@shop.example\nSubject: failure\n\n{FULL}\n"


@dataclass
class Upload:
    name: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content


def fail(self: CheckService, draft_id: str, step: str, text: str, **more: object) -> CheckRun:
    """A check that fails on our side: nothing is measured, and every question is asked."""
    del more
    run = CheckRun(step=step, target=text, state="failed", started_at=datetime.now(UTC))
    self._save(draft_id, run)
    return run


def find_nothing(
    self: CheckService, draft_id: str, step: str, text: str, **more: object
) -> CheckRun:
    """A check that ends without a finding."""
    del more
    run = CheckRun(step=step, target=text, state="done", started_at=datetime.now(UTC))
    self._save(draft_id, run)
    return run


def at_the_letter(monkeypatch: pytest.MonkeyPatch, state: str = "failed") -> PageTest:
    monkeypatch.setattr(CheckService, "ensure", fail if state == "failed" else find_nothing)
    page = PageTest().click("begin-mail-not-arriving")
    page.app.text_input(key="answer-mailbox").set_value("info@shop.example")
    page.click("next-mailbox")
    return page.click("choose-trouble-out-bounces")


def test_a_pasted_letter_is_explained_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page = at_the_letter(monkeypatch)
    page.app.text_area(key="answer-bounce").set_value(FULL)
    page.click("next-bounce")
    assert page.title.replace("\N{WORD JOINER}", "") == "The mailbox boris@client.example is full"
    assert "Then send the letter again" in page.text
    assert "the recipient" in page.text


RETURNED = f"""{FULL}

--- Below this line is a copy of the message.

DKIM-Signature: v=1; a=rsa-sha256; d={{domain}}; s=july; bh=x; b=y
From: Shop <info@{{domain}}>
"""


@pytest.mark.parametrize(
    ("domain", "letters"), [("shop.example", ["shop.example"]), ("client.example", [])]
)
def test_the_domains_own_letter_completes_its_mail_check(
    monkeypatch: pytest.MonkeyPatch, domain: str, letters: list[str]
) -> None:
    told: list[str] = []

    def complete(
        self: CheckService, draft_id: str, done: CheckRun, letter: SentLetter, *, client: str
    ) -> None:
        del self, draft_id, client
        assert done.state == "done"
        told.append(letter.from_domain)

    monkeypatch.setattr(CheckService, "complete", complete)
    page = at_the_letter(monkeypatch, state="done")
    page.app.text_area(key="answer-bounce").set_value(RETURNED.format(domain=domain))
    page.click("next-bounce")
    assert list(dict.fromkeys(told)) == letters
    assert page.title, "the questions go on meanwhile"


def test_it_can_help_without_a_ticket(monkeypatch: pytest.MonkeyPatch, services: Services) -> None:
    page = at_the_letter(monkeypatch)
    page.app.text_area(key="answer-bounce").set_value(FULL)
    page.click("next-bounce").click("works_now-what-the-letter-says")
    stored = services.drafts.find(page.address["case"])
    assert stored is not None
    assert stored.status == "solved"


def test_another_text_goes_on_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    page = at_the_letter(monkeypatch)
    page.app.text_area(key="answer-bounce").set_value("a red cross, then nothing")
    page.click("next-bounce")
    assert page.address["step"] == "with-whom"


def test_an_attached_letter_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    case = find_case(at_the_letter(monkeypatch).address["case"])
    assert case is not None
    step = case.checklist.by_id["bounce"]
    assert isinstance(step, Ask)
    monkeypatch.setattr(attachments.session, "next_round", lambda _: None)  # type: ignore[attr-defined]  # needs a page
    uploads = [Upload("cross.png", png()), Upload("back.eml", NOTICE.encode())]
    answer = attachments.keep_letter(case, step, {"said": "", "files": uploads})
    assert isinstance(answer, dict)
    assert len(answer["files"]) == 2  # type: ignore[arg-type]
    reading = reading_of(answer)
    assert reading is not None
    assert reading.cause == "mailbox-full"
