"""One loop for all objectives: draw answers, look at them through a rule, move.

All seeds advance together as the first dimension of every tensor. Two runs that share their random numbers see the
same answers as long as their policies agree; in the first batch they always do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from objectives import checks, progress, sampling
from objectives.estimators.aggregate import token_mean
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms
from objectives.training import equal_kl, refill, trust_region
from objectives.worlds import Episodes, World
from objectives.worlds.tabular import Reading

NAME = "training"


@dataclass(frozen=True)
class Params(Checked):
    """How far a gradient moves the policy and the critic; the same for every objective."""

    learning_rate: float = hyper(
        0.5, low=0.0, high=100.0, unit="logit", source="chosen for the picture", doc="policy step per unit of gradient"
    )
    critic_rate: float = hyper(
        0.5, low=0.0, high=1.0, source="chosen for the picture", doc="critic step per unit of gradient"
    )
    critic_fitted: bool = hyper(
        True,
        source="value pre-training: VAPO (2504.05118) section 4.1",
        doc="the critic begins as the exact value of the start policy; if not, at 0",
    )


class Record(NamedTuple):
    """One iteration of all runs: what was known before it, what was drawn, and where it led.

    | field    | shape            | meaning                                               |
    |----------|------------------|-------------------------------------------------------|
    | before   | [S, D]           | parameters that drew the answers                      |
    | after    | [S, D]           | parameters after all updates on them                  |
    | critic   | [S, states]      | the critic's forecast when the answers were drawn     |
    | episodes | [S, B, T]        | the answers                                           |
    | terms    | [S], [S, B, T]   | the loss as the last update saw it                    |
    | drawn    | [S]              | answers drawn for the batch, with those not kept      |
    """

    before: Tensor
    after: Tensor
    critic: Tensor
    episodes: Episodes
    terms: Terms
    drawn: Tensor


def train(
    objective: Objective,
    params: Any,
    world: World,
    settings: Params,
    uniforms: Tensor,
    group: Tensor,
    updates: int | None = None,
    *,
    step_kl: float | None = None,
    reach: float = 20.0,
    exact_critic: bool = False,
    max_norm: float | None = None,
    rests: Callable[[Tensor], Tensor] | None = None,
) -> Iterator[Record]:
    """Train from the world's start policy, one batch per iteration; yields a record after each.

    Args:
        objective, params: the rule and its settings.
        world: what is played.
        settings: learning rates.
        uniforms: numbers in [0, 1), [S, iterations, B, T].
        group: [B], labels of the groups.
        updates: steps on each batch; by default the rule's own `params.updates`, or 1.
        step_kl: if given, the change over each batch is scaled so that KL(old || new), its tokens' mean, is this
            (`equal_kl.scale_to_kl`, and there `reach`).
        exact_critic: every batch begins with the exact value of the policy that draws it as its critic.
        max_norm: if given, a longer gradient is shortened to this before a step (Pascanu et al. 2013, 1211.5063).
        rests: theta [S, D] -> the runs that are done, [S] bool: they stay where they are and draw nothing.

    Raises:
        ValueError: a rule that refills its batch cannot (`refill.full_batch`).
    """
    updates = getattr(params, "updates", 1) if updates is None else updates
    theta = world.start.expand(uniforms.shape[0], -1)
    critic = world.true_values(theta) if settings.critic_fitted else torch.zeros_like(world.true_values(theta))
    for iteration in progress.parts(range(uniforms.shape[1])):
        critic = world.true_values(theta) if exact_critic else critic
        old_theta, old_critic = theta, critic
        idle = torch.zeros(len(theta), dtype=torch.bool) if rests is None else rests(theta)
        episodes, count = draw(objective, params, world, old_theta, uniforms[:, iteration], group, idle)
        drawn = rollouts(world, episodes, group, old_theta, old_theta, old_critic, old_critic)
        for _ in range(updates):
            theta = theta.detach().requires_grad_(True)
            critic = critic.detach().requires_grad_(True)
            batch = seen(drawn, world.policy.look(theta, critic, episodes))
            terms = objective.loss(batch, params)
            slope, critic_slope = torch.autograd.grad(
                terms.total.sum(), (theta, critic), allow_unused=True, materialize_grads=True
            )
            slope = slope if max_norm is None else shortened(slope, max_norm)
            critic = (critic - settings.critic_rate * critic_slope).detach()
            if objective.step == "gradient":
                theta = (theta - settings.learning_rate * slope).detach()
            else:
                head = world.policy.critic_part
                theta = trust_region_step(objective, params, world, episodes, drawn, theta.detach())
                if head is not None:
                    theta = torch.where(head, theta - settings.learning_rate * slope, theta).detach()
        if step_kl is not None:
            away = token_divergence(world, old_theta, episodes)
            theta = equal_kl.scale_to_kl(away, old_theta, theta, step_kl, reach)
        theta = torch.where(idle.unsqueeze(-1), old_theta, theta)
        yield Record(old_theta, theta, old_critic, episodes, Terms(*(term.detach() for term in terms)), count)


def seen(drawn: Rollouts, reading: Reading) -> Rollouts:
    """A batch that has been checked, with what a policy says of it now: only that can be wrong."""
    good = all(checks.sums_up(x) for x in reading if x is not None)
    return replace(drawn, check=not good, **reading._asdict())


def shortened(slope: Tensor, longest: float) -> Tensor:
    """Gradients [..., D], those that are longer than `longest` scaled to that length."""
    norm = slope.norm(dim=-1, keepdim=True)
    factor: Tensor = longest / norm.clamp(min=longest)
    return slope * factor


def draw(
    objective: Objective, params: Any, world: World, theta: Tensor, uniforms: Tensor, group: Tensor, idle: Tensor
) -> tuple[Episodes, Tensor]:
    """The answers of a batch, and how many were drawn for it, [S]: more than it holds where the rule refills it."""
    keeps = objective.kept
    if keeps is None or not params.refill or params.filter == "off":
        return world.play(theta, uniforms), torch.where(idle, 0, uniforms.shape[-2])
    return refill.full_batch(
        lambda again: world.play(theta, sampling.more(uniforms, again)),
        lambda episodes: keeps(episodes.rewards, episodes.correct, group, params),
        group,
        params.max_draws,
        idle,
    )


def rollouts(
    world: World,
    episodes: Episodes,
    group: Tensor,
    theta: Tensor,
    old_theta: Tensor,
    critic: Tensor | None = None,
    old_critic: Tensor | None = None,
) -> Rollouts:
    """Ask the policies how likely the answers are: the batch as an objective reads it.

    Args:
        theta: parameters being trained, [..., D]; may have more leading dimensions than the episodes.
        old_theta: parameters that drew the answers, [..., D], a constant. The reference is the world's start policy.
        critic, old_critic: V of every state, [..., states], now and when the answers were drawn.
    """
    policy = world.policy
    now = policy.look(theta, critic, episodes)
    if theta is old_theta and critic is old_critic and not now.logp.requires_grad:
        old = now
    else:
        old = policy.look(old_theta.detach(), None if old_critic is None else old_critic.detach(), episodes)
    return Rollouts(
        logp=now.logp,
        old_logp=old.logp,
        ref_logp=policy.look(world.start, None, episodes).logp,
        mask=episodes.mask,
        rewards=episodes.rewards,
        correct=episodes.correct,
        group=group,
        values=now.values,
        old_values=old.values,
        entropies=now.entropies,
    )


def token_divergence(
    world: World, old_theta: Tensor, episodes: Episodes, direction: str = "old_new"
) -> trust_region.Function:
    """theta [..., D] -> KL(old || new), or KL(new || old), the mean over the tokens of the answers, [...], nats."""
    per_token = world.policy.divergence_from(old_theta, episodes, direction)
    return lambda theta: token_mean(per_token(theta), episodes.mask)


def trust_region_step(
    objective: Objective,
    params: Any,
    world: World,
    episodes: Episodes,
    drawn: Rollouts,
    theta: Tensor,
    watch: Callable[[trust_region.Function, int], trust_region.Function] | None = None,
    products: Tensor | None = None,
) -> Tensor:
    """Move theta [..., D] by the natural gradient of the objective's surrogate, inside KL(old || new) <= delta.

    With `params.kl_direction` "new_old" the line search keeps KL(new || old); at old both have the same Fisher matrix.

    `watch` gets a function, surrogate or divergence, and of how many answers it is, and gives what is used in its
    place, to see how it is asked: then each product with the Fisher matrix takes its own way forth (`step`'s `anew`).
    `products` are the answers [n] on which these products are taken (Schulman et al. 2015, 1502.05477, appendix C.1),
    by default all; the line search looks at all of them.
    """

    def surrogate(at: Tensor) -> Tensor:
        now = world.policy.look(at, None, episodes)
        return -objective.loss(replace(drawn, logp=now.logp, entropies=now.entropies), params).policy

    def watched(function: trust_region.Function, answers: Tensor) -> trust_region.Function:
        return function if watch is None else watch(function, answers.shape[-1])

    def watched_divergence(seen: Episodes) -> trust_region.Function:
        return watched(token_divergence(world, theta, seen, params.kl_direction), seen.rewards)

    return trust_region.step(
        watched(surrogate, episodes.rewards),
        watched_divergence(episodes),
        theta,
        metric=None if products is None else watched_divergence(episodes.only(products)),
        anew=watch is not None,
        delta=params.delta,
        damping=params.damping,
        iterations=params.cg_iterations,
        backtrack=params.backtrack,
        backtracks=params.backtracks,
    )
