"""How a customer goes through each wizard: what is set and clicked for one answered step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.bench.session import Session, Trouble

Step = Callable[[Awaitable[None]], Awaitable[None]]

BARE = {
    "answer-Site": "shop.example",
    "answer-Scope": "Some",
    "answer-Since": "Yesterday",
    "answer-Changed": "a plugin was updated",
    "answer-Error": "Timeout",
    "answer-Contact": "customer@example.com",
}
TEXTS = {
    "answer-what": "The shop shows 502 since 14:20 on every page",
    "answer-site": "shop.example",
    "answer-changed": "a plugin was updated",
    "answer-email": "customer@example.com",
}
OURS = "site-down"
ONCE = {"file_uploader"}
LEFT_OPEN = {"answer-other-sites"}  # optional; each site named there would be diagnosed


async def walk_bare(session: Session, step: Step) -> None:
    """Six steps and the restart; the restart isn't counted."""
    for key, value in BARE.items():
        await step(_answer(session, key, value, "next"))
    await session.click("restart")


async def walk_ours(session: Session, step: Step) -> None:
    """From the start page through every question of a checklist to its review, then anew."""
    await session.click(f"begin-{OURS}")
    while (asked := _question(session)) is not None:
        await step(_answer_ours(session, asked))
    if "send" not in session.widgets:
        raise Trouble(f"no review after all questions; widgets: {sorted(session.widgets)}")
    await session.go_to("")


async def answer_next(session: Session) -> None:
    """Answer the screen that is on; nothing where the questions have ended."""
    if (asked := _question(session)) is not None:
        await _answer_ours(session, asked)


def _question(session: Session) -> str | None:
    if "send" in session.widgets:  # the last screen asks too, and sends
        return None
    names = ("answer-", "choose-", "confirm_yes-", "go_on-", "still_broken-")
    return next((key for key in session.widgets if key.startswith(names)), None)


async def _answer_ours(session: Session, key: str) -> None:
    if key.startswith("choose-"):  # the tap is the answer; not the first, which leads nowhere
        choices = [name for name in session.widgets if name.startswith("choose-")]
        await session.click(choices[1 if len(choices) > 1 else 0])
        return
    if not key.startswith("answer-"):
        await session.click(key)
        return
    for asked in [name for name in session.widgets if name.startswith("answer-")]:
        value = _value(session, asked)
        if value is not None:
            await session.set(asked, value)
    await session.click(next(name for name in session.widgets if name.startswith("next-")))


def _value(session: Session, key: str) -> Any:
    if key in LEFT_OPEN:
        return None
    widget = session.widgets[key]
    if widget.kind in {"radio", "button_group"}:
        options = [getattr(option, "content", option) for option in widget.proto.options]
        return options[1 if len(options) > 1 else 0]
    return (
        TEXTS.get(key, "nothing that I know of, since 14:20") if widget.kind not in ONCE else None
    )


async def _answer(session: Session, key: str, value: Any, button: str) -> None:
    if value is not None:
        await session.set(key, value)
    await session.click(button)
