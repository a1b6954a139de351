"""A world of the lab that is built step by step, and taken down whole, also when half built."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import ExitStack
from types import TracebackType
from typing import Self


class BuiltWorld(ABC):
    """Whatever is to be taken down again is put onto `_stack`."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    @abstractmethod
    def _build(self) -> None:
        """Start everything."""

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()
