"""How far a run is: told to whoever listens, and to nobody otherwise. What a run computes does not depend on it.

with progress.listening(print):
    for name in progress.whole(SIX):            # 0 to 1, in six parts
        for batch in progress.parts(batches):   # each of them in its own parts
            ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
Listener = Callable[[float], None]

NOTHING = (0.0, 0.0)
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
_span: ContextVar[tuple[float, float]] = ContextVar("span", default=NOTHING)
"""Where the part begins that is being done, and how wide it is; no wider than nothing outside of `whole`."""


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """In this block `listener` is told the share that is done, 0 to 1, never less than before."""
    most = 0.0

    def rising(share: float) -> None:
        nonlocal most
        if share > most:
            most = share
            listener(share)

    token, around = _listener.set(rising), _span.set(NOTHING)  # what failed half-way before has left its span behind
    try:
        yield
    finally:
        _listener.reset(token)
        _span.reset(around)


def whole(items: Iterable[T]) -> Iterator[T]:
    """These items, one after the other, are all that there is to do."""
    return _told(list(items), 0.0, 1.0)


def parts(items: Iterable[T]) -> Iterator[T]:
    """These items are what is done of the part that is being done; of nothing if there is no `whole` around it."""
    return _told(list(items), *_span.get())


def _told(items: list[T], begin: float, width: float) -> Iterator[T]:
    around = _span.get()
    for number, item in enumerate(items):
        _span.set((begin + width * number / len(items), width / len(items)))
        yield item
        listener = _listener.get()
        if listener:
            listener(begin + width * (number + 1) / len(items))
    _span.set(around)
