"""A simulated customer in a real browser: reads the current screen, answers, presses Next."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

SCREEN = re.compile(r"st-key-screen-(\S+)-lang-(en|ru)")
CHANGED = """before => {
  const element = document.querySelector('[class*="st-key-screen-"]');
  const match = element && /st-key-screen-(\\S+)-lang-(en|ru)/.exec(element.className);
  return match !== null && match !== undefined && match[1] !== before;
}"""
# While Streamlit draws a page, parts of the previous screen remain.
DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return !app || app.getAttribute("data-test-script-state") !== "running";
}"""
ANSWER = re.compile(r"st-key-answer-(\S+)")
MAX_SCREENS = 60


@dataclass
class Customer:
    """
    Walks through the wizard. `answers` are by step id: a choice's position or label, a text, or
    "?" for "I don't know"; True confirms a measured answer.
    """

    page: Page
    language: str
    answers: dict[str, object]
    seen: list[str] = field(default_factory=list)

    def screen(self) -> str:
        marker = self.page.locator('[class*="st-key-screen-"]').first
        match = SCREEN.search(marker.get_attribute("class") or "")
        assert match, "no screen is on"
        return match[1]

    def arrive(self, before: str) -> str:
        self.page.wait_for_function(CHANGED, arg=before)
        self.page.wait_for_function(DRAWN)
        return self.screen()

    def open(self, url: str) -> None:
        self.page.goto(url)
        expect(self.page.locator('[class*="st-key-screen-"]').first).to_be_visible()

    def choose(self, checklist: str) -> str:
        choice = self.page.locator(f".st-key-begin-{checklist} button")
        expect(choice).to_be_attached()
        self.page.wait_for_function(DRAWN)
        if not choice.is_visible():  # six checklists are visible, the rest are folded
            self.page.locator(".st-key-problems summary").click()
        choice.click()
        return self.arrive("landing")

    def walk(self, until: str) -> str:
        """Answer screens until the named one is displayed; if that is the review, fill it in."""
        screen = self.screen()
        for _ in range(MAX_SCREENS):
            if screen == until:
                if screen == "review":
                    self.fill_review()
                return screen
            screen = self.answer_current(screen)
        raise AssertionError(f"{until!r} was not reached; seen: {self.seen}")

    def fill_review(self) -> None:
        """Answer the questions of the last screen, also folded ones, that have answers."""
        expect(self.page.locator(".st-key-send button")).to_be_visible()
        asked = [step for step in self._questions("") if step in self.answers]
        hidden = self.page.locator('[data-testid="stForm"] summary')
        for step in asked:
            box = self.page.locator(f".st-key-answer-{step}")
            if not box.is_visible() and hidden.count():
                hidden.first.click()
            expect(box).to_be_visible()
            self._fill(step, self.answers[step])

    def answer_current(self, screen: str) -> str:
        assert screen.startswith("step-"), f"expected a question, got {screen!r}; seen {self.seen}"
        step = screen.removeprefix("step-")
        self.seen.append(step)
        self._answer(step)
        return self.arrive(screen)

    def _answer(self, step: str) -> None:
        ways_on = ("still_broken", "go_on", "confirm_yes", "next")
        drawn = ", ".join(f".st-key-{name}-{step} button:not([disabled])" for name in ways_on)
        tapped = f"{self._choices_of(step)}:not([disabled])"
        expect(self.page.locator(f"{drawn}, {tapped}").first).to_be_visible()
        if self._button("still_broken", step).count():
            self._button("still_broken", step).click()
        elif self._button("go_on", step).count():
            self._button("go_on", step).click()
        elif self._button("confirm_yes", step).count():
            answer = self.answers.get(step, True)
            name = "confirm_yes" if answer is True else "confirm_cant"
            self._button(name, step).click()
        elif self.page.locator(self._choices_of(step)).count():
            self._pick(self.page.locator(self._choices_of(step)), self.answers.get(step, "?"))
        else:
            self._answer_questions(step)

    def _answer_questions(self, step: str) -> None:
        drawn = self.page.locator(f".st-key-answer-{step}").locator("input, textarea, button")
        expect(drawn.first).to_be_attached()
        self.page.wait_for_function(DRAWN)
        asked = self._questions(step)
        is_page = len(asked) > 1
        if not is_page and self._is_left_open(step):
            self._leave(step)
            return
        for question in asked:
            # A question of the previous screen may have been listed just before its removal.
            if question != step and not self.page.locator(f".st-key-answer-{question}").count():
                continue
            if question != step:
                self.seen.append(question)
            self._fill(question, self.answers.get(question, "?"))
        self._button("next", step).click()

    def _is_left_open(self, step: str) -> bool:
        """Check whether the answer is "I don't know" and the field has a button for it."""
        box = self.page.locator(f".st-key-answer-{step}")
        is_typed = box.locator("input:not([type=radio]), textarea").count()
        return bool(is_typed) and self.answers.get(step, "?") == "?"

    def _questions(self, step: str) -> list[str]:
        """Return the questions on this screen: one, or those of a page."""
        boxes = self.page.locator('[class*="st-key-answer-"]')
        classes = [box.get_attribute("class") or "" for box in boxes.all()]
        found = [match[1] for name in classes if (match := ANSWER.search(name))]
        return found or [step]

    def _choices_of(self, step: str) -> str:
        return f".st-key-choices-{step} button"

    def _fill(self, step: str, answer: object) -> None:
        field_box = self.page.locator(f".st-key-answer-{step}")
        expect(field_box.locator("input, textarea, button").first).to_be_attached()
        radios = field_box.locator("label:has(input[type=radio])")
        pills = field_box.locator("button")
        unknown = self.page.locator(f".st-key-unknown-{step} label")
        if radios.count():
            self._pick(radios, answer)
        elif field_box.locator('input[type="file"]').count():
            field_box.locator('input[type="file"]').set_input_files(answer)  # type: ignore[arg-type]
            expect(field_box.locator('[data-testid="stFileChip"]')).to_be_visible()
        elif field_box.locator("input, textarea").count():
            if answer != "?":
                field_box.locator("input, textarea").first.fill(str(answer))
            elif unknown.count():
                unknown.first.click()
        elif self.page.locator(f".st-key-exact-{step}").count():
            self._moment(step, pills, answer)
        else:
            self._pick(pills, answer)

    def _moment(self, step: str, pills: Locator, answer: object) -> None:
        if answer == "?":
            pills.last.click()
        elif isinstance(answer, int):
            pills.nth(answer).click()
        else:
            self.page.locator(f".st-key-exact-{step} input").fill(str(answer))

    def _pick(self, options: Locator, answer: object) -> None:
        if isinstance(answer, int):
            option = options.nth(answer)
        elif answer == "?":
            option = options.last
        else:
            option = options.filter(has_text=str(answer)).first
        # A check that ends late adds a question to a partly answered page: a second tap on a chosen
        # option would deselect it.
        if option.get_attribute("data-selected") != "true":
            option.click()

    def _leave(self, step: str) -> None:
        for name in ("dont_know", "skip", "next"):
            if self._button(name, step).count():
                self._button(name, step).click()
                return
        raise AssertionError(f"step {step!r} can't be left without an answer")

    def _button(self, name: str, step: str) -> Locator:
        return self.page.locator(f".st-key-{name}-{step} button")
