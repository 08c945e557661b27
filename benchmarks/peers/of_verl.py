"""verl: `compute_advantage`, `apply_kl_penalty`, `ppo_loss` and `value_loss`, on padded tensors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from verl.trainer.config import AlgoConfig
from verl.trainer.ppo import core_algos, ray_trainer
from verl.workers.config import ActorConfig, CriticConfig, PolicyLossConfig
from verl.workers.utils import losses

from objectives import Rollouts

losses.no_padding_2_padding = lambda x, data: x  # ours are padded already


class Padded(dict):  # type: ignore[type-arg]
    """What the loss functions ask of a TensorDict."""

    def select(self, *names: str) -> Padded:
        """Only these fields."""
        return Padded({name: self[name] for name in names})

    def to_padded_tensor(self) -> Padded:
        """They are padded already."""
        return self


class Fields(dict):  # type: ignore[type-arg]
    """What the trainer's functions ask of `DataProto.batch`."""

    @property
    def batch_size(self) -> tuple[int, ...]:
        """[B]."""
        return tuple(self["response_mask"].shape[:1])


def scores(r: Rollouts) -> Tensor:
    """As verl's reward managers write them: at the last token, `[i, length - 1]`."""
    at = r.mask.sum(-1) - 1
    table = torch.zeros_like(r.old_logp)
    table[torch.arange(len(at)), at] = r.rewards
    return table


def prepared(r: Rollouts, estimator: str, algorithm: dict[str, Any], in_reward: str, coef: float) -> Fields:
    """The batch with advantages and returns."""
    mask = r.mask.to(r.logp.dtype)
    batch = Fields(response_mask=mask, token_level_scores=scores(r), token_level_rewards=scores(r))
    batch |= {"old_log_probs": r.old_logp, "ref_log_prob": r.ref_logp, "values": r.old_values}
    data = SimpleNamespace(batch=batch, non_tensor_batch={"uid": np.array([f"prompt {g}" for g in r.group.tolist()])})
    if in_reward:
        data, _ = ray_trainer.apply_kl_penalty(data, core_algos.FixedKLController(coef), in_reward)
    config = AlgoConfig(**algorithm)
    data = ray_trainer.compute_advantage(
        data,
        core_algos.AdvantageEstimator(estimator),
        gamma=config.gamma,
        lam=config.lam,
        norm_adv_by_std_in_grpo=config.norm_adv_by_std_in_grpo,
        config=config,
    )
    return data.batch


def run(
    r: Rollouts,
    estimator: str = "grpo",
    in_reward: str = "",
    kl_coef: float = 0.001,
    algorithm: dict[str, Any] | None = None,
    loss_mode: str = "vanilla",
    critic: dict[str, Any] | None = None,
    **actor: Any,
) -> Tensor:
    """The loss of the actor, plus that of the critic where there is one."""
    batch = prepared(r, estimator, algorithm or {}, in_reward, kl_coef)
    policy_loss = PolicyLossConfig(loss_mode=loss_mode)
    config = ActorConfig(strategy="fsdp", rollout_n=1, use_dynamic_bsz=True, policy_loss=policy_loss, **actor)
    whole = {"dp_size": 1, "batch_num_tokens": r.mask.sum(), "global_batch_size": len(r.rewards)}
    data = Padded({**batch, **whole})
    output = {"log_probs": r.logp, "entropy": r.entropies if config.entropy_coeff else None, "values": r.values}
    total, _ = losses.ppo_loss(config, output, data)
    if estimator == "gae":
        found, _ = losses.value_loss(CriticConfig(strategy="fsdp", use_dynamic_bsz=True, **critic or {}), output, data)
        total = total + found
    return total
