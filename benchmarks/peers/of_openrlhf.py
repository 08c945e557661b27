"""OpenRLHF: `compute_advantages_and_returns` and the actor's and critic's `training_step`, up to the backward pass."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from openrlhf.models.loss import PolicyLoss, ValueLoss
from openrlhf.models.utils import compute_approx_kl
from openrlhf.trainer.ppo_utils.experience_maker import RemoteExperienceMaker as Maker
from openrlhf.trainer.ray.ppo_actor import ActorPPOTrainer as Actor
from openrlhf.trainer.ray.ppo_critic import CriticPPOTrainer as Critic
from torch import Tensor

from benchmarks.peers.batches import GROUP
from benchmarks.peers.caught import backward, caught
from objectives import Rollouts


def run(
    r: Rollouts,
    estimator: str,
    coef: float = 0.01,
    kl: str = "k1",
    use_loss: bool = False,
    lambd: float = 1.0,
    gamma: float = 1.0,
    no_std_norm: bool = False,
    loss_type: str = "ppo",
    dual_clip: float | None = None,
    entropy_coef: float | None = None,
    clip: tuple[float, float] = (0.2, 0.2),
    value_clip: float = 0.5,
) -> Tensor:
    """The actor's loss, plus the critic's where there is one."""
    mask = r.mask.to(r.logp.dtype)
    args = SimpleNamespace(
        actor=SimpleNamespace(entropy_coef=entropy_coef, aux_loss_coef=0.0),
        algo=SimpleNamespace(
            advantage=SimpleNamespace(estimator=estimator, gamma=gamma, lambd=lambd, no_std_norm=no_std_norm),
            kl=SimpleNamespace(use_loss=use_loss, estimator=kl, init_coef=coef),
        ),
        reward=SimpleNamespace(overlong_buffer_len=None, stop_properly_penalty_coef=None, clip_range=None),
        rollout=SimpleNamespace(n_samples_per_prompt=GROUP),
        train=SimpleNamespace(dynamic_batch_enable=False),
    )
    experience = SimpleNamespace(
        index=list(range(len(r.rewards))),
        rewards=r.rewards.clone(),
        kl=torch.zeros_like(r.old_logp) if use_loss else compute_approx_kl(r.old_logp, r.ref_logp, kl),
        action_mask=mask,
        values=r.old_values,
        info={},
        sequences=None,
        attention_mask=None,
        action_log_probs=r.old_logp,
        base_action_log_probs=r.ref_logp,
        rollout_log_probs=None,
    )
    maker = SimpleNamespace(
        strategy=SimpleNamespace(args=args), advantage_estimator=estimator, kl_ctl=SimpleNamespace(value=coef)
    )
    maker.get_advantages_and_returns = Maker.get_advantages_and_returns.__get__(maker)
    maker.get_cumulative_returns = Maker.get_cumulative_returns.__get__(maker)
    Maker.compute_advantages_and_returns(maker, [experience])

    class Model:
        def train(self) -> None:
            pass

    class Policy(Model):
        def __call__(self, *a: Any, **k: Any) -> Any:
            return r.logp, SimpleNamespace(entropy=r.entropies)

    class Values(Model):
        def __call__(self, *a: Any, **k: Any) -> Any:
            return r.values, None

    common: dict[str, Any] = {
        "args": args,
        "strategy": SimpleNamespace(ring_attn_group=None, backward=backward),
        "aux_loss": False,
        "replay_buffer": None,
    }
    loss = PolicyLoss(*clip, dual_clip=dual_clip, policy_loss_type=loss_type)
    actor = SimpleNamespace(actor=Policy(), actor_loss_fn=loss, actor_optim=None, **common)
    total = caught(lambda: Actor.training_step(actor, experience, coef, 0))
    if estimator == "gae":
        critic = SimpleNamespace(critic=Values(), critic_loss_fn=ValueLoss(value_clip), critic_optim=None, **common)
        total = total + caught(lambda: Critic.training_step(critic, experience, 0))
    return total
