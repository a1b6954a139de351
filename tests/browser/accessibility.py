"""Audits screens for accessibility: axe's rules, size of targets, sideways scrolling."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Look = Literal["light", "dark", "contrast"]
LOOKS: Final[tuple[Look, ...]] = ("light", "dark", "contrast")
WIDTHS: Final = {"phone": 360, "desktop": 1280}
_RUN = "axe.run(document, {resultTypes: ['violations']})"
# Targets must be 44 px high and wide, or links within a sentence (WCAG 2.2, 2.5.8 and 2.5.5).
_SMALL = (Path(__file__).parent / "small_targets.js").read_text(encoding="utf-8")
_SIDEWAYS = """() => [document.scrollingElement, document.querySelector('[data-testid="stMain"]')]
  .some(element => element && element.scrollWidth > element.clientWidth + 1)"""
# Streamlit rebuilds its theme when the colour scheme changes: wait for its headings too.
_DRAWN_IN = """dark => {
  const channels = colour => (colour.match(/[\\d.]+/g) ?? []).slice(0, 3).map(Number);
  const isLight = colour => channels(colour).reduce((sum, each) => sum + each, 0) > 382;
  const app = document.querySelector(".stApp");
  if (!app) return true;
  // What is folded away is drawn anew only when it unfolds.
  const seen = [...app.querySelectorAll("h2, h3, strong")].filter(each => each.checkVisibility());
  const inks = [app, ...seen];
  return inks.every(ink => isLight(getComputedStyle(ink).color) === dark)
    && isLight(getComputedStyle(app).backgroundColor) !== dark;
}"""

# A colour in transition would be measured wrongly: wait for every animation, also those that the
# next frame starts.
_SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const passing = document.getAnimations()
    .filter(each => each.effect?.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(passing.map(each => each.finished));
}"""


@dataclass
class Audit:
    """Audits screens in several colour schemes, and collects each defect with its screens."""

    page: Page
    looks: tuple[Look, ...] = LOOKS
    found: dict[str, set[str]] = field(default_factory=dict)
    screens: list[str] = field(default_factory=list)

    def look_at(self, screen: str) -> None:
        """Audit the current screen in each colour scheme, at its current size."""
        self.screens.append(screen)
        for look in self.looks:
            emulate(self.page, look)
            for violation in self._violations():
                for node in violation["nodes"]:
                    target = " ".join(map(str, node["target"]))
                    self._note(screen, f"{look}: {violation['id']}: {target[-160:]} {_why(node)}")
        emulate(self.page, "light")
        for small in self.page.evaluate(_SMALL):
            self._note(screen, f"small: {small}")
        if self.page.evaluate(_SIDEWAYS):
            self._note(screen, "scrolls sideways")

    def _violations(self) -> list[dict[str, Any]]:
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE_SCRIPT)
        violations: list[dict[str, Any]] = self.page.evaluate(_RUN)["violations"]
        return violations

    def _note(self, screen: str, what: str) -> None:
        self.found.setdefault(what, set()).add(screen)

    @property
    def report(self) -> str:
        """The defects, a line for each, with the screens that have it."""
        return "\n".join(
            f"{what}  [{', '.join(sorted(screens))}]"
            for what, screens in sorted(self.found.items())
        )


def emulate(page: Page, look: Look) -> None:
    """Switch the page to a light, dark or high-contrast scheme, and wait until it is drawn."""
    contrast = look == "contrast"
    if contrast:
        emulate(page, "light")
    page.emulate_media(
        color_scheme="dark" if look == "dark" else "light",
        forced_colors="active" if contrast else "none",
        reduced_motion="reduce",
    )
    if not contrast:  # in forced colours the browser draws its own
        page.wait_for_function(_DRAWN_IN, arg=look == "dark")
    page.evaluate(_SETTLED)


def _why(node: dict[str, Any]) -> str:
    checks = [*node.get("any", ()), *node.get("all", ()), *node.get("none", ())]
    for check in checks:
        data = check.get("data")
        if isinstance(data, dict) and "contrastRatio" in data:
            return f"({data['fgColor']} on {data['bgColor']}, {data['contrastRatio']})"
    return ""
