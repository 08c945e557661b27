"""The first lines of every function that takes tensors: what came is what was expected, or an error that says so."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def floating(**tensors: Tensor) -> None:
    """Each tensor is a float tensor. Raises TypeError naming the argument."""
    for name, tensor in tensors.items():
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name} must be a tensor, not {type(tensor).__name__}")
        if not tensor.is_floating_point():
            raise TypeError(f"{name} must be a floating tensor, not {tensor.dtype}")


def trailing(shape: tuple[int, ...], **tensors: Tensor) -> None:
    """Each tensor ends in `shape`; any dimensions before it are independent runs. Raises ValueError naming both."""
    for name, tensor in tensors.items():
        if tuple(tensor.shape[tensor.ndim - len(shape) :]) != shape or tensor.ndim < len(shape):
            raise ValueError(f"{name} must end in {list(shape)}, but its shape is {list(tensor.shape)}")


def rank(least: int, **tensors: Tensor) -> None:
    """Each tensor has at least `least` dimensions. Raises ValueError naming the argument."""
    for name, tensor in tensors.items():
        if tensor.ndim < least:
            raise ValueError(f"{name} must have at least {least} dimensions, but its shape is {list(tensor.shape)}")


def broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that these shapes broadcast to. Raises ValueError if they do not."""
    return np.broadcast_shapes(*shapes)


def runs(**shapes: tuple[int, ...]) -> None:
    """The leading dimensions of all arguments broadcast. Raises ValueError naming those that have any."""
    try:
        broadcast(*shapes.values())
    except ValueError:
        found = ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items() if shape)
        raise ValueError(f"the runs before the batch must broadcast, but they are: {found}") from None


def zero_one(**tensors: Tensor) -> None:
    """Each tensor is boolean or holds only 0 and 1. Raises ValueError naming the argument."""
    for name, tensor in tensors.items():
        if tensor.dtype != torch.bool and not bool(((tensor == 0) | (tensor == 1)).all()):
            raise ValueError(f"{name} must hold only 0 and 1, but its values go from {tensor.min()} to {tensor.max()}")


def finite(where: Tensor | None = None, **tensors: Tensor) -> None:
    """Each tensor is finite (only `where` the mask is set, if given). Raises ValueError naming the argument."""
    for name, tensor in tensors.items():
        good = torch.isfinite(tensor)
        if where is not None:
            good = good | ~where
        if not bool(good.all()):
            raise ValueError(f"{name} must be finite, but {int((~good).sum())} of its values are not")


def masked(mask: Tensor, **tensors: Tensor) -> None:
    """Each tensor is a float tensor [B, T], and mask [B, T] says which of its entries count."""
    floating(**tensors)
    for name, tensor in tensors.items():
        rank(2, **{name: tensor})
        trailing(tuple(tensor.shape[-2:]), mask=mask)
    zero_one(mask=mask)


def labels(**tensors: Tensor) -> None:
    """Each tensor holds integer labels, at least one. Raises TypeError or ValueError naming the argument."""
    for name, tensor in tensors.items():
        if tensor.is_floating_point() or tensor.dtype == torch.bool:
            raise TypeError(f"{name} must be an integer tensor, not {tensor.dtype}")
        if tensor.numel() == 0:
            raise ValueError(f"{name} must label at least one answer, but its shape is {list(tensor.shape)}")


def choice(allowed: tuple[str, ...], **words: str) -> None:
    """Each word is one of those allowed. Raises ValueError naming the argument."""
    for name, word in words.items():
        if word not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {word!r}")


def at_least(least: float, **numbers: float) -> None:
    """Each number is `least` or more. Raises ValueError naming the argument."""
    for name, number in numbers.items():
        if not number >= least:
            raise ValueError(f"{name} must be at least {least}, not {number!r}")


def share(**numbers: float | Tensor) -> None:
    """Each number, or each entry of a tensor, lies in [0, 1]. Raises ValueError naming the argument."""
    for name, number in numbers.items():
        low, high = (number.min(), number.max()) if isinstance(number, Tensor) else (number, number)
        if not (low >= 0 and high <= 1):
            raise ValueError(f"{name} must be between 0 and 1, not {float(low if low < 0 else high):g}")
