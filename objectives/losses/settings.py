"""Every shared setting, once: type, range, unit, meaning, and the source where a rule names no other.

A rule names the families that it has (`losses.families`) and what it has beside them, and says only what is its own,
the default and the source:

    class Params(Settings):
        clip_low: float = setting(0.2, "PPO (1707.06347) section 6.1")
        length: float = setting()                  # as it stands here
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from objectives.hyperparameters import Checked, hyper
from objectives.losses import libraries


@dataclass(frozen=True)
class Shared(Checked):
    """The settings that rules share."""

    # -- the advantage
    gamma: float = hyper(1.0, low=0.0, high=1.0, source="language models: undiscounted", doc="discount per token")
    lam: float = hyper(
        0.95, low=0.0, high=1.0, source="PPO (1707.06347) table 3", doc="trace decay of the advantage (GAE)"
    )
    whiten: bool = hyper(True, source="not in the papers", doc="standardise the advantages over the batch")
    scale: str = hyper(
        "std",
        choices=("std", "none", "batch"),
        source="DeepSeekMath (2402.03300) section 4.1.2; Dr. GRPO: none; TRL also batch",
        doc="divide by the std of the group, of the batch, or not at all",
    )
    ddof: int = hyper(
        0,
        low=0,
        high=1,
        source="population std; the paper does not say, verl and TRL take 1",
        doc="1 = sample standard deviation",
    )
    eps: float = hyper(
        1e-8,
        low=0.0,
        high=1.0,
        source="not in the paper; verl 1e-6, TRL 1e-4, OpenRLHF 1e-9",
        doc="added to that standard deviation",
    )
    eps_place: str = hyper(
        "std",
        choices=("std", "variance", "floor", "none"),
        source="CleanRL, Stable-Baselines3; verl: variance; OpenRLHF: floor",
        doc="where eps goes: std + eps, sqrt(var + eps), sqrt(max(var, eps)); none only centres",
    )
    singleton_group: str = hyper(
        "zero",
        choices=("zero", "reward"),
        source="not in the papers; TRL 0, verl the raw reward",
        doc="what a group of one gets as its advantage",
    )

    # -- the surrogate
    surrogate: str = hyper(
        "ratio",
        choices=("ratio", "log"),
        source="PPO (1707.06347) eq. 7; GPG (2504.02546), verl loss_mode gpg: log",
        doc="the clipped ratio times A, or A log pi",
    )
    ratio_level: str = hyper(
        "token",
        choices=("token", "sequence", "product"),
        source="DeepSeekMath (2402.03300) eq. 3; TRL importance_sampling_level",
        doc="one ratio per token, per answer (its length-th root), or of the whole answer",
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="PPO (1707.06347) section 6.1", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.2, low=0.0, high=100.0, source="PPO (1707.06347) section 6.1", doc="how far above 1 the ratio may pay"
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="1912.09729; off in the paper, TRL (delta) and OpenRLHF, verl 3",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )

    # -- from tokens to one number
    aggregation: str = hyper(
        "token",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="PPO (1707.06347) eq. 7: mean over time steps",
        doc="how tokens become one number",
    )
    length: float = hyper(
        0.0,
        low=0.0,
        high=1e9,
        unit="tokens",
        source="Dr. GRPO (2503.20783) listing 1; TRL max_completion_length",
        doc="divisor of constant; 0 = width of the batch",
    )
    empty_answers: str = hyper(
        "drop",
        choices=("drop", "count"),
        source="not in the papers; TRL and verl: count, OpenRLHF: drop",
        doc="whether an answer without a token, cut off say, counts in a mean over answers",
    )

    # -- the KL penalty
    beta: float = hyper(
        0.0,
        low=0.0,
        high=10.0,
        source="not in the paper",
        doc="weight of the KL penalty to the reference",
    )
    kl_estimator: str = hyper(
        "k1",
        choices=("k1", "k2", "k3", "abs", "k1_k2", "k3_k2"),
        source="Stiennon et al. 2020 (2009.01325); TRL, OpenRLHF, verl",
        doc="estimator of that KL per token",
    )
    kl_place: str = hyper(
        "loss",
        choices=("loss", "reward", "return"),
        source="DeepSeekMath (2402.03300) eq. 3; verl use_kl_in_reward",
        doc="where it enters: a term of the loss, the reward before grading, or the return of each token",
    )
    kl_ratio: bool = hyper(
        False,
        source="TRL use_bias_correction_kl; DeepSeek-V3.2 (2512.02556)",
        doc="multiply the KL in the loss by pi / pi_old, which makes its gradient unbiased",
    )
    kl_cap: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="not in the paper; verl (k3) and OpenRLHF 10",
        doc="largest KL of one token, 0 for no cap",
    )
    kl_aggregation: str = hyper(
        "same",
        choices=("same", "token"),
        source="as its formula; verl and OpenRLHF with GSPO: token",
        doc="how the KL in the loss is averaged: as the policy is, or over tokens",
    )

    # -- critic and entropy bonus
    value_loss: str = hyper(
        "plain",
        choices=("plain", "clipped", "max"),
        source="PPO (1707.06347) eq. 9; SB3 clip_range_vf: clipped; verl, OpenRLHF: max",
        doc="the critic's error: as it is, with V held near its old value, or the larger of both",
    )
    value_clip: float = hyper(
        0.2,
        low=0.0,
        high=1000.0,
        low_open=True,
        source="OpenAI baselines ppo2; verl and OpenRLHF 0.5",
        doc="how far V may move if value_loss is clipped or max",
    )
    value_weight: float = hyper(
        0.5,
        low=0.0,
        high=100.0,
        source="PPO (1707.06347) eq. 9: c1; value as in CleanRL",
        doc="weight of the critic's squared error in the loss",
    )
    value_aggregation: str = hyper(
        "token",
        choices=("same", "token"),
        source="PPO (1707.06347) eq. 9: mean over time steps; verl: the critic's loss_agg_mode",
        doc="how the critic's error is averaged: as the policy is, or over tokens",
    )
    entropy_weight: float = hyper(
        0.0, low=0.0, high=100.0, source="not in the paper; verl entropy_coeff", doc="weight of the entropy bonus"
    )
    entropy_aggregation: str = hyper(
        "token",
        choices=("same", "token"),
        source="not in the papers; TRL, OpenRLHF: token, verl: its loss_agg_mode",
        doc="how the entropy is averaged: as the policy is, or over tokens",
    )
    updates: int = hyper(4, low=1, high=1000, source="chosen for the picture", doc="steps per batch")

    # -- which groups count, and how long an answer may be (DAPO's; its file holds the idea)
    filter: str = hyper(
        "correct",
        choices=("correct", "reward", "off"),
        source="DAPO (2503.14476) eq. 8: 0 < #correct < G; verl filter_groups.metric",
        doc="which groups count: with right and wrong answers, with rewards that differ, or all",
    )
    refill: bool = hyper(
        True,
        source="DAPO (2503.14476) section 3.2: dynamic sampling",
        doc="draw again until the batch is full of groups that count; if not, it is left short",
    )
    max_draws: int = hyper(
        10,
        low=1,
        high=1000,
        unit="batches",
        source="verl's recipe: max_num_gen_batches; the paper names no limit",
        doc="batches drawn for one, after which it is an error that it is not full",
    )
    overlong_max: float = hyper(
        20480.0,
        low=1.0,
        high=1e9,
        unit="tokens",
        source="DAPO (2503.14476) section 4.1: 16384 + 4096",
        doc="length from which an answer loses a whole point",
    )
    overlong_cache: float = hyper(
        4096.0,
        low=0.0,
        high=1e9,
        unit="tokens",
        source="DAPO (2503.14476) section 4.1",
        doc="width of the ramp that leads there",
    )
    overlong_weight: float = hyper(
        1.0,
        low=0.0,
        high=1000.0,
        unit="reward",
        source="DAPO (2503.14476) eq. 13; verl penalty_factor",
        doc="weight of that term in the reward",
    )


SHARED = {field.name: field for field in dataclasses.fields(Shared)}


def setting(default: Any = None, source: str = "", doc: str = "") -> Any:
    """A shared setting in a rule, with the rule's own default, source and meaning where these differ."""
    own = {key: text for key, text in (("source", source), ("doc", doc)) if text}
    return dataclasses.field(default=default, metadata={"setting": own})


@dataclass(frozen=True)
class Settings(Checked):
    """Base of a rule's `Params`: completes each `setting` by its name, and refuses what contradicts itself."""

    def __init_subclass__(cls) -> None:
        for name, field in list(vars(cls).items()):
            if isinstance(field, dataclasses.Field) and "setting" in field.metadata:
                setattr(cls, name, _completed(name, field))

    @classmethod
    def of(cls, library: str, **options: Any) -> Self:
        """The settings that give the numbers of a library with these options of its own (`losses.libraries`).

        OBJECTIVES["grpo"].Params.of("trl", loss_type="dapo", beta=0.04)
        """
        fields = {field.name: field for field in dataclasses.fields(cls)}
        return cls(**libraries.settings(library, cls.__module__.rpartition(".")[2], options, fields))

    def check(self) -> None:
        """A second clip lies above 1; a ratio corrects only a KL in the loss."""
        dual_clip = getattr(self, "dual_clip", 0.0)
        if 0 < dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {dual_clip!r}")
        place = getattr(self, "kl_place", "loss")
        if getattr(self, "kl_ratio", False) and place != "loss":
            raise ValueError(f'kl_ratio corrects a KL in the loss, but kl_place is "{place}"')


def _completed(name: str, field: dataclasses.Field[Any]) -> Any:
    if name not in SHARED:
        raise TypeError(f"{name} is no shared setting; declare it with hyper()")
    shared = SHARED[name]
    default = shared.default if field.default is None else field.default
    return dataclasses.field(default=default, metadata={**shared.metadata, **field.metadata["setting"]})
