"""A customer whose effort is counted: screens, questions, taps, waiting time, items."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from intake.authoring.required_items import RECORDS
from intake.journey.checklist_paths import shipped_folder
from tests.browser.walker import Customer

# `questions` excludes the contact, which is on the last screen and has its own column.
HEAD = (
    f"{'journey':<28}{'screens':>9}{'questions':>11}{'contact':>9}{'taps':>6}{'waiting':>9}"
    f"{'items':>10}"
)
CONTACTS = {"email", "phone", "customer"}
ADVICE = {
    step
    for path in shipped_folder().rglob("*.yaml")
    for step in re.findall(r"^  - tell: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
}
COUNT_TAPS = """() => {
  window.intakeTaps = 0;
  document.addEventListener("click", event => { window.intakeTaps += event.isTrusted }, true);
}"""


@dataclass
class CountedCustomer(Customer):
    """A customer whose screens, questions and taps are counted; typing into a field is one tap."""

    screens: list[str] = field(default_factory=list)
    waited_s: float = 0.0
    typed: int = 0
    on_review: int = 0
    contacts: int = 0

    def begin(self, url: str, checklist: str) -> None:
        """Choose a checklist on the landing page, and start counting."""
        self.open(url)
        self.start_counting()
        self.choose(checklist)

    def begin_with(self, url: str, own_words: str) -> None:
        """Describe the problem on the landing page instead of choosing, and start counting."""
        self.open(url)
        self.start_counting()
        self.page.locator(".st-key-own-words textarea").fill(own_words)
        self.typed += 1
        self.page.locator(".st-key-own-words-next button").click()
        self.arrive("landing")

    def start_counting(self) -> None:
        """Start counting, with the landing page as the first screen."""
        self.page.evaluate(COUNT_TAPS)
        self.screens = ["landing"]

    def arrive(self, before: str) -> str:
        started = time.monotonic()
        screen = super().arrive(before)
        self.waited_s += time.monotonic() - started
        self.screens.append(screen)
        return screen

    def fill_review(self) -> None:
        super().fill_review()
        asked = [step for step in self._questions("") if step in self.answers]
        self.contacts = sum(step in CONTACTS for step in asked)
        self.on_review = len(asked) - self.contacts

    def _fill(self, step: str, answer: object) -> None:
        before = self.taps
        super()._fill(step, answer)
        self.typed += self.taps == before

    @property
    def taps(self) -> int:
        taps: int = self.page.evaluate("window.intakeTaps")
        return taps

    @property
    def questions(self) -> int:
        """The number of questions asked, without the contact and without advice."""
        return sum(step not in ADVICE for step in self.seen) + self.on_review

    def row(self, name: str, ticket: dict[str, object] | None, checklist: str) -> str:
        """Return the journey's line in the table."""
        items = items_of(ticket, checklist) if ticket else "-"
        taps = self.taps + self.typed
        screens = [screen for screen in self.screens if screen not in {"sent", "solved"}]
        asked = f"{len(screens):>9}{self.questions:>11}{self.contacts:>9}"
        return f"{name:<28}{asked}{taps:>6}{self.waited_s:>7.1f} s{items:>10}"


@dataclass(frozen=True)
class Journey:
    """A journey, and the maximum of screens, questions and taps that it may take."""

    name: str
    checklist: str
    answers: dict[str, object]
    screens: int
    questions: int
    taps: int


def items_of(ticket: dict[str, object], checklist: str) -> str:
    """Return how many items of the record the ticket has: "13 of 14"; "-" without a record."""
    if checklist not in RECORDS:
        return "-"
    record = RECORDS[checklist]
    filled = {
        name
        for item in ticket["items"]  # type: ignore[attr-defined]
        if item["answer"] not in (None, "", [])
        for name in item["record"]
    }
    needed = [item.id for item in record if item.follows is None]
    return f"{sum(name in filled for name in needed)} of {len(needed)}"
