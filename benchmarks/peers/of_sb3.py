"""Stable-Baselines3: the advantages of its rollout buffer and the loss inside `PPO.train` and `A2C.train`.

`train` gives no loss back: its value is what it logs, its gradient is what it leaves behind.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from stable_baselines3.a2c.a2c import A2C
from stable_baselines3.common.buffers import RolloutBuffer
from stable_baselines3.ppo.ppo import PPO
from torch import Tensor

from objectives import Rollouts

NOTHING = SimpleNamespace(zero_grad=lambda: None, step=lambda: None)


def buffer(r: Rollouts, gamma: float, lam: float) -> SimpleNamespace:
    """The tokens of all answers as the steps of one environment, an episode each, and their advantages."""
    lengths = r.mask.sum(-1)
    ends = lengths.cumsum(0) - 1
    steps = int(lengths.sum())
    rewards, starts = torch.zeros(steps, dtype=torch.float64), torch.zeros(steps)
    rewards[ends[lengths > 0]] = r.rewards[lengths > 0]
    starts[(ends - lengths + 1)[lengths > 0]] = 1.0
    rollout = SimpleNamespace(
        buffer_size=steps,
        gamma=gamma,
        gae_lambda=lam,
        episode_starts=starts.unsqueeze(-1).numpy(),
        values=r.old_values[r.mask].unsqueeze(-1).numpy(),
        rewards=rewards.unsqueeze(-1).numpy(),
        advantages=np.zeros((steps, 1)),
    )
    RolloutBuffer.compute_returns_and_advantage(rollout, torch.zeros(1).double(), np.ones(1))
    return rollout


def trained(kind: type, r: Rollouts, gamma: float, lam: float, **settings: Any) -> Tensor:
    """The loss, as a scalar whose gradient is the one that the library's own backward pass found."""
    rollout = buffer(r, gamma, lam)
    logp, values, entropies = (x.detach()[r.mask].clone().requires_grad_(True) for x in (r.logp, r.values, r.entropies))
    data = SimpleNamespace(
        actions=torch.zeros(len(logp)),
        observations=None,
        old_log_prob=r.old_logp[r.mask],
        old_values=r.old_values[r.mask],
        advantages=torch.as_tensor(rollout.advantages).flatten(),
        returns=torch.as_tensor(rollout.returns).flatten(),
    )
    logged: dict[str, Any] = {}
    me = SimpleNamespace(
        policy=SimpleNamespace(
            set_training_mode=lambda on: None,
            evaluate_actions=lambda seen, done: (values, logp, entropies),
            optimizer=NOTHING,
            parameters=lambda: [logp],
        ),
        rollout_buffer=SimpleNamespace(
            get=lambda batch_size=None: [data], values=rollout.values, returns=rollout.returns
        ),
        logger=SimpleNamespace(record=lambda name, value, **k: logged.__setitem__(name, value)),
        action_space=None,
        n_epochs=1,
        batch_size=None,
        max_grad_norm=float("inf"),
        target_kl=None,
        verbose=0,
        _n_updates=0,
        _current_progress_remaining=1.0,
        _update_learning_rate=lambda optimizer: None,
        **settings,
    )
    kind.train(me)  # type: ignore[attr-defined]
    total = torch.as_tensor(logged.get("train/loss", np.nan)).double()
    if kind is A2C:  # it logs its parts
        total = (
            torch.tensor(logged["train/policy_loss"])
            + settings["ent_coef"] * logged["train/entropy_loss"]
            + settings["vf_coef"] * logged["train/value_loss"]
        ).double()
    for ours, theirs in ((r.logp, logp), (r.values, values), (r.entropies, entropies)):
        full = torch.zeros_like(ours)
        full[r.mask] = theirs.grad if theirs.grad is not None else 0.0
        total = total + ((ours - ours.detach()) * full).sum()
    return total


def run(
    r: Rollouts,
    kind: str,
    clip_range_vf: float | None = None,
    normalize_advantage: bool | None = None,
    ent_coef: float = 0.0,
) -> Tensor:
    """The loss of PPO or A2C with its own defaults (for one environment that never ends within the batch)."""
    settings: dict[str, Any] = {"ent_coef": ent_coef, "vf_coef": 0.5}
    if kind == "A2C":
        return trained(A2C, r, 0.99, 1.0, normalize_advantage=bool(normalize_advantage), **settings)
    held = None if clip_range_vf is None else (lambda progress: clip_range_vf)
    white = normalize_advantage is None or normalize_advantage
    return trained(
        PPO, r, 0.99, 0.95, clip_range=lambda p: 0.2, clip_range_vf=held, normalize_advantage=white, **settings
    )
