"""A browser tab as far as the server can tell: Streamlit's own protocol, without a browser."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

TIMEOUT_S = 120
BUTTONS = {"button"}


class Trouble(Exception):  # noqa: N818 - what a customer would call it
    """The page showed an error, or nothing."""


@dataclass
class Widget:
    kind: str
    proto: Any

    @property
    def key(self) -> str:
        """The key that the page gave the widget; part of its id."""
        return str(self.proto.id).split("-", 2)[-1]


@dataclass
class Session:
    """One tab: open it, set widgets by key, click buttons by key."""

    url: str
    socket: ClientConnection | None = None
    page_hash: str = ""
    query: str = ""
    cookie: str = ""
    address: str = ""  # of this machine, to come from
    widgets: dict[str, Widget] = field(default_factory=dict)
    values: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _drawn: dict[tuple[int, ...], Widget] = field(default_factory=dict)
    _trouble: str = ""

    async def open(self) -> float:
        """Connect and draw the first page; returns the seconds that took."""
        started = time.perf_counter()
        self.socket = await connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]
            origin=self.url,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=TIMEOUT_S,
            proxy=None,
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            local_addr=(self.address, 0) if self.address else None,
        )
        await self._rerun()
        return time.perf_counter() - started

    async def close(self) -> None:
        if self.socket:
            await self.socket.close()

    async def set(self, key: str, value: Any) -> None:
        """Change a widget: a rerun by itself unless it stands in a form."""
        widget = self.widgets[key]
        if widget.kind == "button_group":
            self.values[widget.proto.id] = ("string_array_value", [value])
        else:
            self.values[widget.proto.id] = ("string_value", value)
        if not widget.proto.form_id:
            await self._rerun()

    async def click(self, key: str) -> None:
        await self._rerun(self.widgets[key].proto.id)

    async def go_to(self, query: str) -> None:
        """Open another address of the same page."""
        self.query = query
        await self._rerun()

    async def _rerun(self, clicked: str = "") -> None:
        assert self.socket is not None
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self.page_hash
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        state.context_info.url = self.url + "/"
        for name, (kind, value) in self.values.items():
            one = state.widget_states.widgets.add()
            one.id = name
            if kind == "string_array_value":
                one.string_array_value.data.extend(value)
            else:
                setattr(one, kind, value)
        if clicked:
            one = state.widget_states.widgets.add()
            one.id, one.trigger_value = clicked, True
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(TIMEOUT_S):
            await self._read_until_finished()
        if self._trouble:
            raise Trouble(self._trouble)

    async def _read_until_finished(self) -> None:
        assert self.socket is not None
        async for data in self.socket:
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = message.new_session.page_script_hash
                self._drawn = {}
            elif kind == "navigation":
                self.page_hash = message.navigation.page_script_hash or self.page_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                self._draw(message)
            elif (
                kind == "script_finished"
                and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                self.widgets = {one.key: one for one in self._drawn.values()}
                ids = {one.proto.id for one in self.widgets.values()}
                self.values = {name: value for name, value in self.values.items() if name in ids}
                return
        raise Trouble("the server closed the connection")

    def _draw(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        self._drawn.pop(path, None)
        if message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        kind = str(element.WhichOneof("type"))
        proto = getattr(element, kind)
        if kind == "exception":
            self._trouble = f"{proto.type}: {proto.message}"
        elif getattr(proto, "id", ""):
            self._drawn[path] = Widget(kind, proto)
