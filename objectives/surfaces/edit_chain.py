"""From REINFORCE to DAPO one edit at a time: the rules in between, as settings of the six."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from objectives import OBJECTIVES
from objectives.hyperparameters import Checked, read
from objectives.registry import Objective

EDITS = {
    "reinforce": "reward times log-probability, each batch used once",
    "baseline": "the critic's forecast is subtracted from the reward",
    "ratio": "log pi becomes the ratio pi / pi_old, and the batch is used again (as often as PPO does)",
    "clip": "min and clip around the ratio: PPO, but with plain advantages",
    "scale": "the advantages are divided by their spread over the batch: PPO as it runs",
    "group": "the advantage comes from the group, minus its mean and over its spread; the critic is gone",
    "leash": "minus beta k3 to the reference: GRPO",
    "higher": "the leash is let go and the ceiling raised to 1 + clip_high; every token weighs the same",
    "dapo": "groups that all agree leave the average (dynamic sampling, without drawing again): DAPO",
}
"""Each edit's id and what it changes against the one before it."""


@dataclass(frozen=True)
class Link:
    """One rule of the chain, ready for `training.train`."""

    objective: Objective
    params: Checked
    updates: int

    @classmethod
    def of(cls, name: str, h: Mapping[str, Any], **changes: Any) -> Link:
        """One of the six as `h` ("table.key" -> value) sets it for three answers, with `changes` laid over it.

        Two of the three are right, so few groups hold a wrong one: DAPO's filter is set apart from that of its paper.
        """
        if name == "dapo":
            own = {key: h[f"six_objectives.dapo_{key}"] for key in ("filter", "refill")}
            changes = {**own, **changes}
        params = read(OBJECTIVES[name].Params, name, h, **changes)
        return cls(OBJECTIVES[name], params, getattr(params, "updates", 1))


def links(h: Mapping[str, Any]) -> dict[str, Link]:
    """The chain, built from the hyperparameters of the six, in the order of `EDITS`."""
    trpo = Link.of("trpo", h, whiten=False)
    chain = {
        "reinforce": Link.of("reinforce", h),
        "baseline": Link.of("baseline", h),
        "ratio": Link(replace(trpo.objective, step="gradient"), trpo.params, h["ppo.updates"]),
        "clip": Link.of("ppo", h, whiten=False),
        "scale": Link.of("ppo", h),
        "group": Link.of("grpo", h, beta=0.0),
        "leash": Link.of("grpo", h),
        "higher": Link.of("dapo", h, filter="off"),
        "dapo": Link.of("dapo", h),
    }
    return {name: chain[name] for name in EDITS}
