"""One step of TRPO: the natural direction by conjugate gradients, its length by the KL, and a line search.

Parameters are [..., D]; the dimensions before D are independent runs that step together, each with its own Fisher
matrix, length and line search (Schulman et al. 2015, 1502.05477, appendix C).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from objectives import checks

Function = Callable[[Tensor], Tensor]


def fisher_vector_product(kl: Function, at: Tensor, vector: Tensor, damping: float = 0.0) -> Tensor:
    """(F + damping I) v, where F is the Hessian of `kl` at `at`, by two backward passes; F is never formed.

    Args:
        kl: parameters [..., D] -> KL(pi_at || pi) [...].
        at, vector: [..., D].
    """
    _vectors(at=at, vector=vector)
    checks.finite(at=at, vector=vector)
    return fisher_vector_products(kl, at, damping)(vector)


def fisher_vector_products(kl: Function, at: Tensor, damping: float = 0.0) -> Function:
    """v -> (F + damping I) v, as `fisher_vector_product`; the slope of `kl` is taken once for all v."""
    _vectors(at=at)
    checks.finite(at=at)
    checks.at_least(0.0, damping=damping)
    theta = at.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(kl(theta).sum(), theta, create_graph=True)

    def product(vector: Tensor) -> Tensor:
        (curved,) = torch.autograd.grad((slope * vector).sum(), theta, retain_graph=True)
        return curved + damping * vector

    return product


def conjugate_gradient(apply: Function, b: Tensor, iterations: int, tolerance: float = 1e-20) -> Tensor:
    """Solve A x = b for a symmetric positive A known only by its products, from x = 0.

    A run stops where its squared residual has fallen below `tolerance` times |b|^2; a zero b gives a zero x.
    """
    _vectors(b=b)
    checks.finite(b=b)
    checks.whole(1, iterations=iterations)
    checks.at_least(0.0, tolerance=tolerance)
    x, r = torch.zeros_like(b), b.clone()
    p, rr = r.clone(), _dot(r, r)
    goal = tolerance * rr
    for _ in range(iterations):
        going = rr > goal
        if not bool(going.any()):
            break
        product = apply(p)
        curvature = _dot(p, product)
        going = going & (curvature > 0)
        alpha = torch.where(going, rr / torch.where(going, curvature, torch.ones_like(curvature)), 0.0)
        x, r = x + alpha * p, r - alpha * product
        next_rr = _dot(r, r)
        beta = torch.where(going, next_rr / torch.where(going, rr, torch.ones_like(rr)), 0.0)
        p, rr = r + beta * p, torch.where(going, next_rr, torch.zeros_like(rr))
    return x


def scale_to_radius(direction: Tensor, product: Tensor, delta: float) -> Tensor:
    """Stretch x until the quadratic model of the KL, x'Fx / 2, is `delta`: sqrt(2 delta / x'Fx) x. 0 stays 0."""
    _vectors(direction=direction, product=product)
    checks.finite(direction=direction, product=product)
    checks.above(0.0, delta=delta)
    curvature = _dot(direction, product)
    good = curvature > 0
    length = torch.where(good, 2 * delta / torch.where(good, curvature, torch.ones_like(curvature)), 0.0).sqrt()
    return length * direction


def line_search(
    surrogate: Function, kl: Function, start: Tensor, step: Tensor, delta: float, backtrack: float, backtracks: int
) -> Tensor:
    """The longest of step, backtrack step, backtrack^2 step, ... that improves the surrogate with KL <= delta.

    Args:
        surrogate: parameters [..., D] -> value to be maximised [...].
        kl: parameters [..., D] -> KL(pi_start || pi) [...].

    Returns:
        the new parameters; a run for which no length will do stays where it is.
    """
    _vectors(start=start, step=step)
    checks.finite(start=start)  # a step to nowhere fails the search
    checks.above(0.0, delta=delta, backtrack=backtrack)
    checks.share(backtrack=backtrack)
    checks.whole(0, backtracks=backtracks)
    with torch.no_grad():
        before = surrogate(start)
        result, open_ = start.clone(), torch.ones_like(before, dtype=torch.bool)
        for attempt in range(backtracks + 1):
            candidate = start + backtrack**attempt * step
            good = open_ & (surrogate(candidate) > before) & (kl(candidate) <= delta)
            result = torch.where(good.unsqueeze(-1), candidate, result)
            open_ = open_ & ~good
            if not bool(open_.any()):
                break
    return result


def step(
    surrogate: Function,
    kl: Function,
    start: Tensor,
    *,
    delta: float,
    damping: float,
    iterations: int,
    backtrack: float,
    backtracks: int,
    metric: Function | None = None,
    anew: bool = False,
) -> Tensor:
    """One TRPO step from `start` [..., D]: F x = g, stretch to the radius, search back along the line.

    F is the Hessian of `metric`, a KL on fewer answers say, or else of `kl`, which the line search keeps in any case.
    Its slope is taken once and kept for all products; `anew` takes it for each, which asks for less memory.
    """
    _vectors(start=start)
    checks.finite(start=start)
    theta = start.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(surrogate(theta).sum(), theta)

    def each(vector: Tensor) -> Tensor:
        return fisher_vector_product(metric or kl, start, vector, damping)

    apply = each if anew else fisher_vector_products(metric or kl, start, damping)
    direction = conjugate_gradient(apply, gradient, iterations)
    full = scale_to_radius(direction, apply(direction), delta)
    return line_search(surrogate, kl, start.detach(), full, delta, backtrack, backtracks)


def _vectors(**tensors: Tensor) -> None:
    """Refuse what is not float vectors [..., D] of one length."""
    checks.floating(**tensors)
    checks.rank(1, **tensors)
    first, *_ = tensors.values()
    checks.trailing(tuple(first.shape[-1:]), "", **tensors)


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum(-1, keepdim=True)
