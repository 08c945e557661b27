"""The first lines of every function that takes tensors: what came is what was expected, or an error that says so.

A batch is looked at once, when it becomes `Rollouts`. The loss of a rule then runs `settled`: what its parts are handed
has been checked, and is not looked at again.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from torch import Tensor

_SETTLED: ContextVar[dict[Any, Any] | None] = ContextVar("settled", default=None)


@contextmanager
def settled() -> Iterator[None]:
    """Within it, no tensor is checked again: whoever opens it answers for what comes in."""
    token = _SETTLED.set({})
    try:
        yield
    finally:
        _SETTLED.reset(token)


def known_in_this_loss() -> dict[Any, Any] | None:
    """What has been computed once for all parts of a loss, while it runs; None outside of one."""
    return _SETTLED.get()


def _unless_settled(check: Callable[..., None]) -> Callable[..., None]:
    @wraps(check)
    def checked(*args: Any, **tensors: Any) -> None:
        if _SETTLED.get() is None:
            check(*args, **tensors)

    return checked


@_unless_settled
def dense(**tensors: Tensor) -> None:
    """Each is a tensor, stored in full. Raises TypeError naming the argument."""
    for name, tensor in tensors.items():
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name} must be a tensor, not {type(tensor).__name__}")
        if tensor.layout != torch.strided:
            raise TypeError(f"{name} must be a dense tensor, not one of layout {tensor.layout}")


@_unless_settled
def together(**tensors: Tensor) -> None:
    """All tensors are on one device that holds numbers. Raises ValueError naming those that are elsewhere."""
    first, *_ = tensors
    for name, tensor in tensors.items():
        if tensor.device != tensors[first].device or tensor.is_meta:
            raise ValueError(f"{name} must be where {first} is, on {tensors[first].device}, not on {tensor.device}")


@_unless_settled
def floating(**tensors: Tensor) -> None:
    """Each tensor is a float tensor. Raises TypeError naming the argument."""
    dense(**tensors)
    for name, tensor in tensors.items():
        if not tensor.is_floating_point():
            raise TypeError(f"{name} must be a floating tensor, not {tensor.dtype}")


@_unless_settled
def trailing(shape: tuple[int, ...], like: str = "", /, **tensors: Tensor) -> None:
    """Each tensor ends in `shape`, that of `like`; dimensions before it are independent runs. Raises ValueError."""
    where = f" as {like} does" if like else ""
    for name, tensor in tensors.items():
        if tuple(tensor.shape[tensor.ndim - len(shape) :]) != shape or tensor.ndim < len(shape):
            raise ValueError(f"{name} must end in {list(shape)}{where}, but its shape is {list(tensor.shape)}")


@_unless_settled
def rank(least: int, **tensors: Tensor) -> None:
    """Each tensor has at least `least` dimensions. Raises ValueError naming the argument."""
    for name, tensor in tensors.items():
        if tensor.ndim < least:
            many = "one dimension" if least == 1 else f"{least} dimensions"
            raise ValueError(f"{name} must have at least {many}, but its shape is {list(tensor.shape)}")


def broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that these shapes broadcast to. Raises ValueError if they do not."""
    return shapes[0] if all(shape == shapes[0] for shape in shapes) else _broadcast(*shapes)


_broadcast = lru_cache(maxsize=4096)(np.broadcast_shapes)  # the same few shapes, many thousand times


@_unless_settled
def fit(**tensors: Tensor) -> None:
    """The shapes of all tensors broadcast. Raises ValueError naming them."""
    try:
        broadcast(*(tensor.shape for tensor in tensors.values()))
    except ValueError:
        found = ", ".join(f"{name} {list(tensor.shape)}" for name, tensor in tensors.items())
        raise ValueError(f"the shapes must broadcast, but they are: {found}") from None


@_unless_settled
def tokenwise(**tensors: Tensor) -> None:
    """None is [B], one number per answer, where another is [B, T] with B = T: it would be read as one per position."""
    for name, tensor in tensors.items():
        if tensor.ndim == 1 and any(other.shape[-2:] == 2 * tensor.shape for other in tensors.values()):
            raise ValueError(
                f"{name} must be [B, T], or [B, 1] for one number per answer, but its shape is {list(tensor.shape)}: "
                f"hand over {name}.unsqueeze(-1)"
            )


def constant(**tensors: Tensor | None) -> None:
    """None carries a gradient. Raises ValueError naming the argument."""
    for name, tensor in tensors.items():
        if tensor is not None and tensor.requires_grad:
            raise ValueError(f"{name} must be a constant, but it carries a gradient: hand over {name}.detach()")


@_unless_settled
def runs(**shapes: tuple[int, ...]) -> None:
    """The leading dimensions of all arguments broadcast. Raises ValueError naming those that have any."""
    try:
        broadcast(*shapes.values())
    except ValueError:
        found = ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items() if shape)
        raise ValueError(f"the runs before the batch must broadcast, but they are: {found}") from None


@_unless_settled
def zero_one(**tensors: Tensor) -> None:
    """Each tensor is boolean or holds only 0 and 1. Raises TypeError or ValueError naming the argument."""
    dense(**tensors)
    for name, tensor in tensors.items():
        if tensor.is_complex():
            raise TypeError(f"{name} must hold real numbers, not complex ones")
        if tensor.dtype != torch.bool and not torch.equal((tensor != 0).to(tensor.dtype), tensor):
            raise ValueError(f"{name} must hold only 0 and 1, but its values go from {tensor.min()} to {tensor.max()}")


@_unless_settled
def finite(where: Tensor | None = None, **tensors: Tensor) -> None:
    """Each tensor is finite (only `where` the mask is set, if given). Raises ValueError naming the argument."""
    for name, tensor in tensors.items():
        if sums_up(tensor):
            continue
        good = torch.isfinite(tensor)
        if where is not None:
            good = good | ~where
        if not bool(good.all()):
            raise ValueError(f"{name} must be finite, but {int((~good).sum())} of its values are not")


def sums_up(tensor: Tensor) -> bool:
    """Whether the sum of all entries is finite, and with it each of them; far cheaper than to look at each."""
    return math.isfinite(float(tensor.detach().sum(dtype=torch.promote_types(tensor.dtype, torch.float32))))


@_unless_settled
def masked(mask: Tensor, **tensors: Tensor) -> None:
    """Each tensor is a float tensor [B, T], finite where mask [B, T] says that its entries count."""
    floating(**tensors)
    dense(mask=mask)
    for name, tensor in tensors.items():
        rank(2, **{name: tensor})
        if mask.shape[-2:] != tensor.shape[-2:]:
            shapes = f"{list(mask.shape)} and {list(tensor.shape)}"
            raise ValueError(f"mask and {name} must end in the same [B, T], but their shapes are {shapes}")
    zero_one(mask=mask)
    finite(mask.bool(), **tensors)


@_unless_settled
def numbers(**tensors: Tensor) -> None:
    """No entry of a float tensor is NaN; infinite ones may be meant. Raises ValueError naming the argument."""
    for name, tensor in tensors.items():
        if bool(torch.isnan(tensor).any()):
            raise ValueError(f"{name} must hold numbers, but {int(torch.isnan(tensor).sum())} of its values are NaN")


@_unless_settled
def labels(**tensors: Tensor) -> None:
    """Each tensor holds integer labels, at least one. Raises TypeError or ValueError naming the argument."""
    dense(**tensors)
    for name, tensor in tensors.items():
        rank(1, **{name: tensor})
        if tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool:
            raise TypeError(f"{name} must be an integer tensor, not {tensor.dtype}")
        if tensor.numel() == 0:
            raise ValueError(f"{name} must label at least one answer, but its shape is {list(tensor.shape)}")


def choice(allowed: tuple[str, ...], **words: str) -> None:
    """Each word is one of those allowed. Raises ValueError naming the argument."""
    for name, word in words.items():
        if word not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {word!r}")


def at_least(least: float, **numbers: Any) -> None:
    """Each is a finite number, `least` or more. Raises TypeError or ValueError naming the argument."""
    for name, number in numbers.items():
        if not isinstance(number, Real):
            raise TypeError(f"{name} must be a number, not {number!r}")
        if not float(number) >= least:
            raise ValueError(f"{name} must be at least {least}, not {number!r}")
        if math.isinf(float(number)):
            raise ValueError(f"{name} must be finite, not {number!r}")


def above(least: float, **numbers: Any) -> None:
    """Each is a finite number above `least`. Raises TypeError or ValueError naming the argument."""
    at_least(least, **numbers)
    for name, number in numbers.items():
        if number == least:
            raise ValueError(f"{name} must be above {least}, not {number!r}")


def whole(least: int, **numbers: Any) -> None:
    """Each is a whole number, `least` or more. Raises TypeError or ValueError naming the argument."""
    for name, number in numbers.items():
        if not isinstance(number, Integral):
            raise TypeError(f"{name} must be a whole number, not {number!r}")
        at_least(least, **{name: number})


def degrees(**numbers: Any) -> None:
    """Each is 0 or 1, what is taken from a count under a variance. Raises TypeError or ValueError naming it."""
    whole(0, **numbers)
    for name, number in numbers.items():
        if number > 1:
            raise ValueError(f"{name} must be 0 (population variance) or 1 (sample variance), not {number!r}")


def known(what: str, names: Iterable[str], given: Iterable[str]) -> None:
    """Each name given is one of `names`. Raises TypeError that says which is nearest."""
    names = list(names)
    for name in set(given).difference(names):
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise TypeError(f"{what} has no field {name!r}{hint} There are: {', '.join(names)}")


def share(**numbers: Any) -> None:
    """Each number, or each entry of a tensor, lies in [0, 1]. Raises ValueError naming the argument."""
    for name, number in numbers.items():
        if not isinstance(number, (Real, Tensor)):
            raise TypeError(f"{name} must be a number, not {number!r}")
        low, high = (
            float(x) for x in ((number.min(), number.max()) if isinstance(number, Tensor) else (number, number))
        )
        if not (low >= 0 and high <= 1):
            raise ValueError(f"{name} must be between 0 and 1, not {low if low < 0 else high:g}")
