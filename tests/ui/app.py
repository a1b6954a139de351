"""Pages in this process, without a browser: Streamlit's own test of an app, on our script."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button
from streamlit.util import calc_hash

SCRIPT = Path(__file__).parents[2] / "intake" / "ui" / "main.py"


class PageTest:
    """One tab: what is on screen, and clicks by the key of a button."""

    def __init__(self, path: str = "", **address: str) -> None:
        self.app = AppTest.from_file(str(SCRIPT), default_timeout=120)
        self.app._page_hash = calc_hash(path)
        for name, value in address.items():
            self.app.query_params[name] = value
        self.app.run()

    @property
    def title(self) -> str:
        """The first heading, unescaped."""
        return self.app.header[0].value.replace("\\", "")

    @property
    def address(self) -> dict[str, str]:
        """The address, as after the last run."""
        return {
            name: value if isinstance(value, str) else value[0]
            for name, value in self.app.query_params.items()
        }

    @property
    def text(self) -> str:
        """Everything that is written on the page, unescaped."""
        kinds = ("header", "markdown", "caption", "text", "error", "warning", "info", "subheader")
        written = [element.value for kind in kinds for element in self.app.get(kind)]
        return "\n".join(str(value) for value in written).replace("\\", "")

    @property
    def keys(self) -> set[str]:
        """The keys of the buttons on screen."""
        return {str(button.key) for button in self.app.button}

    def button(self, key: str) -> Button:
        """The button with this key."""
        return self.app.button(key=key)

    def click(self, key: str) -> PageTest:
        """Click a button and wait until the page is drawn."""
        self.button(key).click().run()
        return self

    def click_after_restart(self, key: str) -> PageTest:
        """
        Click a button in a session that doesn't know its callback.

        The browser sends what its widgets hold to a server that never drew them.
        """
        self.button(key).click()
        states = self.app.get_widget_states() if hasattr(self.app, "get_widget_states") else None
        states = states or self.app._tree.get_widget_states()
        restarted = PageTest.__new__(PageTest)
        restarted.app = AppTest.from_file(str(SCRIPT), default_timeout=120)
        restarted.app._page_hash = self.app._page_hash
        for name, value in self.address.items():
            restarted.app.query_params[name] = value
        restarted.app._run(states)
        return restarted
