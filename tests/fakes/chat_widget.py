"""
Fake chat widgets: scripts that define the functions which each vendor documents.

Every call is stored as JSON in `data-calls` of the page's root element, the last one also in
`data-called`; an argument that is a function becomes "function".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_NOTE: Final = """
const kept = document.documentElement.dataset;
const calls = [];
const noted = (name) => (...values) => {
  calls.push([name, ...values.map((value) => typeof value === "function" ? "function" : value)]);
  kept.calls = JSON.stringify(calls);
  kept.called = JSON.stringify(calls.at(-1));
};
"""
# By the path at which the vendor serves it.
SCRIPTS: Final[Mapping[str, str]] = {
    "/widget/abc123": """
        window.jivo_api = Object.fromEntries(["setContactInfo", "setCustomData", "open"]
          .map((name) => [name, noted(name)]));
        setTimeout(() => jivo_onLoadCallback(), 50);
    """,
    "/js/client.js": """
        setTimeout(() => {
          for (const name of ["setName", "setManyPrechatFields", "showActiveWindow"])
            window.LiveTex[name] = noted(name);
        }, 50);
    """,
    "/support/support.js": """
        const waiting = window.TalkMe.q || [];
        window[window.supportAPIMethod] = (name, ...values) => noted(name)(...values);
        for (const values of waiting) window.TalkMe(...values);
    """,
    "/packs/js/sdk.js": """
        window.chatwootSDK = { run: (settings) => {
          noted("run")(settings);
          setTimeout(() => {
            window.$chatwoot = Object.fromEntries(
              ["setUser", "setConversationCustomAttributes", "toggle"]
              .map((name) => [name, noted(name)]));
            window.dispatchEvent(new Event("chatwoot:ready"));
          }, 50);
        } };
    """,
    "/property/widget": """
        window.Tawk_API.setAttributes = noted("setAttributes");
        window.Tawk_API.maximize = noted("maximize");
        setTimeout(() => Tawk_API.onLoad(), 50);
    """,
}


def widget_script(path: str) -> str | None:
    """Return the script that a vendor serves at a path, or None for an unknown path."""
    script = SCRIPTS.get(path.partition("?")[0])
    return None if script is None else f"{{{_NOTE}{script}}}"
