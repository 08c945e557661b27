"""oat: `PPOLearner.learning_step`, up to its backward pass, on a bare object that has what it reads."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

import torch
from oat.algorithms import ppo
from torch import Tensor

from benchmarks.peers.batches import GROUP
from benchmarks.peers.caught import backward, caught
from benchmarks.peers.cut import cut
from objectives import Rollouts

REFERENCE = "reference"
torch.cuda.current_device = lambda: "cpu"  # type: ignore[assignment, return-value]


def run(r: Rollouts, **changes: Any) -> Tensor:
    """The actor's loss, without the correction for a sampler that is not the trainer."""
    fields = ppo.PPOArgs.__dataclass_fields__
    answers, tokens = r.mask.shape
    asked = {"tis_c": None, "num_samples": GROUP, "train_batch_size_per_device": answers, **changes}
    assert set(asked) <= set(fields), asked
    args = SimpleNamespace(**{name: field.default for name, field in fields.items()} | asked)

    def logps(model: object, input_ids: Tensor, compute_entropy: bool, **_: Any) -> tuple[Tensor, Tensor]:
        """Those of the rows whose numbers stand where the prompt would; the policy's where the entropy is asked for."""
        table = r.logp if compute_entropy else r.ref_logp if model == REFERENCE else r.old_logp
        found = table[input_ids[:, 0], : input_ids.shape[1] - 1]
        return found, torch.zeros_like(found)

    me = SimpleNamespace(
        args=args,
        model="policy",
        ref_model=REFERENCE if args.beta > 0 else None,
        optimizer=None,
        strategy=SimpleNamespace(backward=backward),
        get_batch_logps=logps,
    )
    for name in ("get_completion_mask", "compute_monte_carlo_advantages"):
        setattr(me, name, functools.partial(getattr(ppo.PPOLearner, name), me))
    exec(cut(ppo.PPOLearner._init, "self.masked_aggregator"), {**vars(ppo), "self": me, "args": args})
    rows = torch.arange(answers).unsqueeze(-1)
    trajectory = {
        "input_ids": torch.cat([rows, torch.zeros(answers, tokens, dtype=torch.long)], 1),
        "attention_mask": torch.cat([torch.ones_like(rows), r.mask.long()], 1),
        "rewards": [[x] for x in r.rewards.tolist()],
        "prompt_ids_lens": [1] * answers,
        "action_logprobs": [row[on].tolist() for row, on in zip(r.old_logp, r.mask, strict=True)],
        "loss_masks": [1.0] * answers,
    }
    return caught(lambda: ppo.PPOLearner.learning_step(me, trajectory))
