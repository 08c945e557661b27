"""A torch module as a function of one flat vector of parameters, so that seeds and grid points are only more rows."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap

from objectives import checks


class Network:
    """`module` with its parameters taken out: theta [..., D] in, the module's outputs with the same runs in front.

    The module's own parameters are never written to. Its forward must be made of operations that `torch.func.vmap`
    knows (no fused recurrent layers, no data-dependent control flow).
    """

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.shapes = {name: parameter.shape for name, parameter in module.named_parameters()}
        self.sizes = [math.prod(shape) for shape in self.shapes.values()]

    @property
    def size(self) -> int:
        """Number of parameters, D."""
        return sum(self.sizes)

    def start(self) -> Tensor:
        """The module's parameters as it stands, [D]."""
        return torch.cat([parameter.detach().flatten() for parameter in self.module.parameters()])

    def unflatten(self, theta: Tensor) -> dict[str, Tensor]:
        """Parameters by name, [..., *shape], as views of theta [..., D]."""
        checks.floating(theta=theta)
        checks.trailing((self.size,), theta=theta)
        ends = [sum(self.sizes[: k + 1]) for k in range(len(self.sizes))]
        parts = [theta[..., end - size : end] for size, end in zip(self.sizes, ends, strict=True)]
        return {
            name: part.reshape(*theta.shape[:-1], *shape)
            for (name, shape), part in zip(self.shapes.items(), parts, strict=True)
        }

    def span(self, prefix: str) -> Tensor:
        """Which entries of theta belong to parameters whose name begins with `prefix`, [D] bool."""
        return torch.cat(
            [torch.full((size,), name.startswith(prefix)) for name, size in zip(self.shapes, self.sizes, strict=True)]
        )

    def __call__(self, theta: Tensor, *inputs: Tensor, chunk: int | None = None) -> Any:
        """Run every row of theta [P, D] on its own inputs [P, ...], or all on shared inputs with one row, [1, ...].

        Args:
            theta: [P, D].
            inputs: tensors whose first dimension is P, or 1 to share them.
            chunk: rows that go through at a time, which bounds the memory; all if None.
        """

        def run(row: dict[str, Tensor], *arguments: Tensor) -> Any:
            return functional_call(self.module, row, arguments)

        shared = tuple(None if len(x) == 1 and len(theta) > 1 else 0 for x in inputs)
        arguments = [x[0] if axis is None else x for x, axis in zip(inputs, shared, strict=True)]
        return vmap(run, in_dims=(0, *shared), chunk_size=chunk)(self.unflatten(theta), *arguments)
