"""
The actions of staff, the right that each needs, and whether it is recorded.

The only place where actions are authorised: `staff_action` checks the account at the click, not
when the button is drawn, writes the audit log, and then runs the callback. A button on a staff
page whose callback is in neither table is refused when it is drawn, so that none is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Final

from intake.accounts.rights import Account, NotPermittedError, Right
from intake.bootstrap import services
from intake.ui import visitor

ActionCallback = Callable[..., Any]
_NAME: Final = "staff_action"


@dataclass(frozen=True, slots=True)
class StaffAction:
    """The right that an action needs; edits of a text, keystroke by keystroke, aren't recorded."""

    right: Right
    is_recorded: bool = True


STAFF_ACTIONS: Final[Mapping[str, StaffAction]] = {
    "ticket.write": StaffAction(Right.WORK),  # a reply, a question back, a note
    "ticket.change": StaffAction(Right.WORK),  # its state or owner
    "ticket.join": StaffAction(Right.WORK),
    "ticket.probe": StaffAction(Right.WORK),  # its target is measured again
    "incident.open": StaffAction(Right.WORK),
    "incident.decline": StaffAction(Right.WORK),
    "incident.reword": StaffAction(Right.WORK),
    "incident.close": StaffAction(Right.WORK),
    "view.save": StaffAction(Right.READ),  # of the list of tickets
    "view.remove": StaffAction(Right.READ),
    "ticket.deliver": StaffAction(Right.ADMINISTER),
    "user.role": StaffAction(Right.ADMINISTER),
    "user.remove": StaffAction(Right.ADMINISTER),
    "user.sign-out": StaffAction(Right.ADMINISTER),
    "checklist.begin": StaffAction(Right.WRITE),
    "checklist.edit": StaffAction(Right.WRITE, is_recorded=False),
    "checklist.publish": StaffAction(Right.WRITE),
    "checklist.roll-back": StaffAction(Right.WRITE),
}
# They change only what this tab shows, nothing stored. They need the right of their page.
VIEW_ACTIONS: Final = frozenset(
    {
        "intake.inbox.bulk_close._ask",
        "intake.inbox.bulk_close._ask_not",
        "intake.inbox.bulk_close._begin",
        "intake.inbox.bulk_close._choose_all",
        "intake.inbox.bulk_close._end",
        "intake.inbox.bulk_close._solve",  # each goes through `ticket.change`
        "intake.inbox.bulk_close._undo",  # see `_solve`
        "intake.inbox.filters._choose",
        "intake.inbox.reply_help._take_template",
        "intake.inbox.ticket_list._more",
        "intake.inbox.ticket_work._send",  # reminds; what it sends goes through `ticket.write`
        "intake.inbox.ticket_work._take_question",
        "intake.studio.companions._choose",
        "intake.studio.companions._open",
        "intake.studio.editor._show_stored",
        "intake.studio.file_list._open_desk",
        "intake.studio.preview._choose",
        "intake.studio.preview._choose_page",
        "intake.studio.preview_session.go_back",
        "intake.studio.preview_session.restart",
        "intake.studio.side_panel._choose",
        "intake.studio.versions._compare",
        "intake.ui.address.choose",
        "intake.ui.address.choose_all",
        "intake.ui.address.open_file",
        "intake.ui.address.open_ticket",
        "intake.ui.address.set_language",
        "intake.ui.session.clear_trouble",
    }
)

_page_right: ContextVar[Right | None] = ContextVar("page_right", default=None)


class UndeclaredActionError(Exception):
    """A button of a staff page has a callback that is in neither table."""


@contextmanager
def drawing(right: Right | None) -> Iterator[None]:
    """Set the right of the page that is being drawn; None for customers' pages."""
    token = _page_right.set(right)
    try:
        yield
    finally:
        _page_right.reset(token)


def staff_action(
    name: str,
    *,
    about: Callable[..., str] = lambda *_: "",
    detail: Callable[..., str] = lambda *_: "",
) -> Callable[[ActionCallback], ActionCallback]:
    """
    Make a callback an action of `STAFF_ACTIONS`.

    `about` and `detail` compute from the callback's arguments what the audit log stores
    (`AuditLog.add`).
    """
    action = STAFF_ACTIONS[name]

    def decorate(callback: ActionCallback) -> ActionCallback:
        @wraps(callback)
        def guarded(*args: Any) -> Any:  # noqa: ANN401 - whatever the callback takes
            account = _require(action.right)
            if action.is_recorded:
                services().audit.add(
                    name,
                    about(*args),
                    login=account.login,
                    name=account.name,
                    detail=detail(*args),
                )
            return callback(*args)

        setattr(guarded, _NAME, name)
        return guarded

    return decorate


def guard_callback(callback: ActionCallback) -> ActionCallback:
    """
    Return the callback for a button, guarded by the page's right on staff pages.

    Raises:
        UndeclaredActionError: the page is for staff, and the callback is in neither table.
    """
    right = _page_right.get()
    innermost = _innermost(callback)
    if right is None or hasattr(innermost, _NAME):
        return callback
    path = f"{innermost.__module__}.{innermost.__qualname__}"
    if path not in VIEW_ACTIONS:
        raise UndeclaredActionError(f"{path} is in neither STAFF_ACTIONS nor VIEW_ACTIONS")

    def guarded(*args: Any) -> Any:  # noqa: ANN401 - whatever the callback takes
        _require(right)
        return callback(*args)

    setattr(guarded, _NAME, "view")
    return guarded


def _require(right: Right) -> Account:
    account = visitor.account()
    if account is None or not account.may(right):
        raise NotPermittedError(right)
    return account


def _innermost(callback: ActionCallback) -> Any:  # noqa: ANN401 - a function, or what is called like one
    while isinstance(callback, partial):
        callback = callback.func
    return getattr(callback, "__func__", callback)
