"""
The table of all pages that a browser can open by path.

The script that Streamlit runs, the application's routes and its gate read this table. The modules
of the pages are above this one in the import order, so they are named here and imported when first
drawn.
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
    A page: its path, the required right, its module, and the text key of its title, if any.

    `right` is the right that staff need; None is a page for customers. `assets` names a style
    sheet and a script that only this page loads.

    `screens` is the module whose `draw` draws it. A customer's page may also have
    `ask_for_person`, which opens the form to a person when the page itself fails.
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
        """The function that opens the form to a person; None on pages for staff."""
        return None if self.is_for_staff else self._attribute("ask_for_person")

    def _attribute(self, name: str) -> PageFunction:
        # Imported late: only an opened studio loads the authoring modules (docs/decisions/0022).
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
