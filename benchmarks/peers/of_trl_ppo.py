"""TRL 0.24: `PPOTrainer`, which later releases do not have.

All of it happens in the middle of `PPOTrainer.train`: the statements from the reward to the advantages, and those from
a minibatch to its loss, are cut out of the installed source and run as they stand. Only the model is ours.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from benchmarks.peers.cut import cut
from benchmarks.peers.folders import folder
from objectives import Rollouts


def imported() -> ModuleType:
    """Its module, next to the other TRL: that one is set aside meanwhile."""

    def of_trl() -> list[str]:
        return [name for name in sys.modules if name.partition(".")[0] == "trl"]

    aside = {name: sys.modules.pop(name) for name in of_trl()}
    sys.path.insert(0, str(folder("trl-0.24.0")))
    try:
        return importlib.import_module("trl.trainer.ppo_trainer")
    finally:
        del sys.path[0]
        for name in of_trl():
            del sys.modules[name]
        sys.modules.update(aside)


PPO = imported()


def run(r: Rollouts, **changes: Any) -> Tensor:
    """The loss of one minibatch that holds the whole batch."""
    fields = PPO.PPOConfig.__dataclass_fields__
    assert set(changes) <= set(fields), changes
    rows = torch.arange(len(r.rewards))
    scope: dict[str, Any] = {
        **vars(PPO),
        "args": SimpleNamespace(**{name: field.default for name, field in fields.items()} | changes),
        "logprobs": r.old_logp,
        "ref_logprobs": r.ref_logp,
        "values": r.old_values,
        "scores": r.rewards,
        "responses": torch.zeros(r.mask.shape, dtype=torch.long),
        "sequence_lengths": r.mask.sum(-1) - 1,
        "query_responses": rows,
        "micro_batch_inds": rows,
        "context_length": 1,
        "model": None,
        "processing_class": SimpleNamespace(pad_token_id=0),
        "forward": lambda *a: (SimpleNamespace(logits=torch.zeros(*following.shape)), following),
        "selective_log_softmax": lambda logits, ids: r.logp,
    }
    following = torch.nn.functional.pad(r.values, (0, 1)).unsqueeze(-1)
    train = PPO.PPOTrainer.train
    exec(cut(train, "response_idxs =", "advantages = torch.masked_fill"), scope)
    exec(cut(train, "mb_advantage =", "loss = pg_loss"), scope)
    return scope["loss"]
