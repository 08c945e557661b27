"""sb3-contrib: `TRPO.train`, its loss and its step, on the rollout buffer of Stable-Baselines3."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from sb3_contrib.trpo.trpo import TRPO
from stable_baselines3.common.distributions import CategoricalDistribution, Distribution
from torch import Tensor

from benchmarks.peers.of_sb3 import NOTHING, buffer
from benchmarks.peers.steps import log_probs
from objectives import Rollouts

GAMMA, LAM = 0.99, 0.95


class Told(Distribution):
    """A distribution whose log-probabilities are given."""

    proba_distribution_net = proba_distribution = entropy = sample = mode = None
    actions_from_params = log_prob_from_params = None

    def __init__(self, logp: Tensor) -> None:
        self.logp, self.distribution = logp, torch.distributions.Bernoulli(logits=logp)

    def log_prob(self, actions: Tensor) -> Tensor:
        """As given."""
        return self.logp


def trained(data: SimpleNamespace, policy: dict[str, Any], **settings: Any) -> tuple[SimpleNamespace, dict[str, Any]]:
    """The object that `TRPO.train` was called on, and what it has logged."""
    logged: dict[str, Any] = {}
    me = SimpleNamespace(
        policy=SimpleNamespace(set_training_mode=lambda on: None, optimizer=NOTHING, **policy),
        rollout_buffer=SimpleNamespace(
            get=lambda batch_size=None: [data], values=data.old_values.numpy(), returns=data.returns.numpy()
        ),
        logger=SimpleNamespace(record=lambda name, value, **k: logged.__setitem__(name, value)),
        sub_sampling_factor=1,
        action_space=None,
        normalize_advantage=True,
        cg_max_steps=15,
        cg_damping=0.1,
        line_search_shrinking_factor=0.8,
        batch_size=128,
        n_critic_updates=1,
        _n_updates=0,
        _update_learning_rate=lambda optimizer: None,
        **settings,
    )
    me.hessian_vector_product = functools.partial(TRPO.hessian_vector_product, me)

    def gradients(kl: Tensor, surrogate: Tensor) -> Any:
        found = TRPO._compute_actor_grad(me, kl, surrogate)
        me.slope = found[1]
        return found

    me._compute_actor_grad = gradients
    TRPO.train(me)
    return me, logged


def run(r: Rollouts) -> Tensor:
    """The two losses, as a scalar whose gradient is the one that its own backward passes found; no step is tried."""
    rollout = buffer(r, GAMMA, LAM)
    logp, values = (x.detach()[r.mask].clone().requires_grad_(True) for x in (r.logp, r.values))
    data = SimpleNamespace(
        actions=torch.zeros(len(logp)),
        observations=None,
        old_log_prob=r.old_logp[r.mask],
        old_values=r.old_values[r.mask],
        advantages=torch.as_tensor(rollout.advantages).flatten(),
        returns=torch.as_tensor(rollout.returns).flatten(),
    )
    policy = {
        "get_distribution": lambda seen: Told(logp),
        "named_parameters": lambda: [("logp", logp)],
        "predict_values": lambda seen: values,
    }
    me, logged = trained(data, policy, target_kl=0.01, line_search_max_iter=0)
    total = torch.tensor(logged["train/value_loss"] - logged["train/policy_objective"], dtype=torch.float64)
    for ours, slope in ((r.logp, -me.slope), (r.values, values.grad)):
        full = torch.zeros_like(ours)
        full[r.mask] = slope
        total = total + ((ours - ours.detach()) * full).sum()
    return total


def stepped(start: Tensor, actions: Tensor, advantages: Tensor, delta: float) -> Tensor:
    """The logits [K] of a softmax after a step on actions [N] with their advantages."""
    theta = start.clone().requires_grad_(True)

    def distribution(seen: object) -> Distribution:
        return CategoricalDistribution(len(start)).proba_distribution(log_probs(theta).expand(len(actions), -1))

    nothing = torch.zeros(len(actions), requires_grad=True)
    data = SimpleNamespace(
        actions=actions,
        observations=None,
        old_log_prob=log_probs(start)[actions],
        old_values=nothing.detach(),
        advantages=advantages,
        returns=nothing.detach(),
    )
    policy = {
        "get_distribution": distribution,
        "named_parameters": lambda: [("theta", theta)],
        "predict_values": lambda seen: nothing,
    }
    trained(data, policy, target_kl=delta, line_search_max_iter=10)
    return theta.detach()


def standardised(advantages: Tensor) -> Tensor:
    """As the step does it."""
    return (advantages - advantages.mean()) / (advantages.std() + np.float64(1e-8))
