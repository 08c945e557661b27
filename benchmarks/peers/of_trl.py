"""TRL: `GRPOTrainer._compute_loss` and `RLOOTrainer._compute_loss`, called on a bare object that has what they read.

Their advantages are computed in the middle of the method that also samples; those statements are cut out of the
installed source and run as they stand.
"""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from trl.trainer import grpo_trainer, rloo_trainer
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.rloo_config import RLOOConfig

from benchmarks.peers.batches import GROUP
from benchmarks.peers.cut import cut
from objectives import Rollouts

ALONE = SimpleNamespace(
    num_processes=1, process_index=0, sync_gradients=True, gather=lambda x: x, reduce=lambda x, reduction="sum": x
)


def defaults(config: type, **changes: Any) -> SimpleNamespace:
    """The fields of a config at their defaults: making the real one would ask for an accelerator."""
    fields = config.__dataclass_fields__  # type: ignore[attr-defined]
    values = {name: field.default for name, field in fields.items()}
    unknown = set(changes) - set(values)
    assert not unknown, unknown
    return SimpleNamespace(**{**values, **changes})


def advantages(module: Any, trainer: type, me: SimpleNamespace, r: Rollouts) -> Tensor:
    """Run those statements on our rewards, [B]."""
    scope = {
        **vars(module),
        "self": me,
        "rewards_per_func": r.rewards.unsqueeze(-1).clone(),
        "device": r.rewards.device,
        "num_generations": GROUP,
        "old_per_token_logps": r.old_logp,
        "ref_per_token_logps": r.ref_logp,
        "completion_mask": r.mask.double(),
        "gather": lambda x: x,
    }
    method = trainer._generate_and_score_completions  # type: ignore[attr-defined]
    exec(cut(method, "unscorable_mask =", "advantages = torch.nan_to_num"), scope)
    return scope["advantages"]


def bare(args: SimpleNamespace, r: Rollouts, **more: Any) -> SimpleNamespace:
    """A trainer that has only what the loss reads."""
    high = args.epsilon if args.epsilon_high is None else args.epsilon_high
    return SimpleNamespace(
        args=args,
        epsilon_low=args.epsilon,
        epsilon_high=high,
        beta=args.beta,
        reward_weights=torch.ones(1, dtype=torch.float64),
        _get_per_token_logps_and_entropies=lambda *a, **k: (r.logp, r.entropies, None),
        accelerator=ALONE,
        aux_loss_enabled=False,
        model=SimpleNamespace(training=True),
        _metrics=defaultdict(lambda: defaultdict(list)),
        **more,
    )


def inputs(r: Rollouts) -> dict[str, Any]:
    """The batch as the trainers name it."""
    ids = torch.zeros(r.mask.shape, dtype=torch.long)
    mask = r.mask.double()
    return {
        "prompt_ids": ids[:, :1],
        "prompt_mask": torch.ones_like(ids[:, :1]),
        "completion_ids": ids,
        "completion_mask": mask,
        "old_per_token_logps": r.old_logp,
        "old_logps": (r.old_logp * mask).sum(1),
        "ref_per_token_logps": r.ref_logp,
        "num_items_in_batch": mask.sum(),
    }


def grpo(r: Rollouts, **changes: Any) -> Tensor:
    """`GRPOTrainer`'s loss."""
    args = defaults(GRPOConfig, **{"steps_per_generation": 1, **changes})
    me = bare(
        args,
        r,
        loss_type=args.loss_type,
        scale_rewards=args.scale_rewards,
        multi_objective_aggregation=args.multi_objective_aggregation,
        importance_sampling_level=args.importance_sampling_level,
        top_entropy_quantile=args.top_entropy_quantile,
        off_policy_mask_threshold=args.off_policy_mask_threshold,
        max_completion_length=args.max_completion_length,
        use_vllm=False,
        vllm_importance_sampling_correction=False,
        current_gradient_accumulation_steps=1,
        _entropy_bonus_enabled=args.entropy_coef != 0,
        entropy_coef=args.entropy_coef,
        use_adaptive_entropy=False,
    )
    graded = advantages(grpo_trainer, grpo_trainer.GRPOTrainer, me, r)
    return grpo_trainer.GRPOTrainer._compute_loss(me, None, {**inputs(r), "advantages": graded})


def rloo(r: Rollouts, **changes: Any) -> Tensor:
    """`RLOOTrainer`'s loss."""
    args = defaults(RLOOConfig, **changes)
    me = bare(args, r, reward_clip_range=args.reward_clip_range, normalize_advantages=args.normalize_advantages)
    graded = advantages(rloo_trainer, rloo_trainer.RLOOTrainer, me, r)
    return rloo_trainer.RLOOTrainer._compute_loss(me, None, {**inputs(r), "advantages": graded})


def run(r: Rollouts, trainer: str = "grpo", **changes: Any) -> Tensor:
    """The loss of one of the two trainers, its config's defaults changed."""
    return rloo(r, **changes) if trainer == "rloo" else grpo(r, **changes)
