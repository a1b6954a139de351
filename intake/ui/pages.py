"""
Every page that a browser can open by its path, in one place.

The script that Streamlit runs, the application's routes and its gate all read this table. A page's
room stands above this one, so it is named here and imported when it is first drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from intake.accounts.rights import Right

PageFunction = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Page:
    """
    A page: its path, who may see it, what draws it, and the text key of its title, if it has one.

    `right` is what staff need to see it; None is a page for customers. `assets` names a style
    sheet and a script that this page alone loads.

    `screens` is the module whose `draw` draws it. A customer's page may also have
    `ask_for_person`, which opens the way to a person when the page itself fails.
    """

    path: str
    right: Right | None
    screens: str
    title: str | None = None
    assets: str | None = None

    @property
    def url_path(self) -> str:
        """The path as Streamlit names it; empty for the page at the root."""
        return self.path.removeprefix("/")

    @property
    def is_for_staff(self) -> bool:
        """Whether only staff may see it."""
        return self.right is not None

    def draw(self) -> None:
        """Draw the page."""
        self._attribute("draw")()

    @property
    def ask_for_person(self) -> PageFunction | None:
        """What opens the way to a person; None on pages for staff."""
        return None if self.is_for_staff else self._attribute("ask_for_person")

    def _attribute(self, name: str) -> PageFunction:
        # Imported late: only a studio that is opened loads the workshop of the language
        # (docs/decisions/0022).
        attribute: PageFunction = getattr(import_module(self.screens), name)
        return attribute


PAGES: Final = (
    Page("/", None, "intake.wizard.screens"),
    Page("/inbox", Right.READ, "intake.inbox.screens", title="inbox_title"),
    Page("/incidents", Right.READ, "intake.inbox.incidents_page", title="incidents_title"),
    Page("/figures", Right.READ, "intake.inbox.figures_page", title="figures_title"),
    Page("/admin", Right.ADMINISTER, "intake.administration.screens", title="admin_title"),
    Page("/studio", Right.WRITE, "intake.studio.screens", title="studio_title", assets="studio"),
)
