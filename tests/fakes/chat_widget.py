"""
A vendor's chat widget as our page meets it: a script that makes the published functions.

Every call is kept, as JSON, in the `data-calls` of the page's root, the last one in `data-called`;
a function that was given is "function".
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
    """What the vendor serves at a path, in a block of its own; None for any other."""
    script = SCRIPTS.get(path.partition("?")[0])
    return None if script is None else f"{{{_NOTE}{script}}}"
