"""Settings that come together: a rule that has a family has all of it, and states only what differs.

    class Params(Averaged, Clip, GroupScale):
        clip_high: float = setting(0.28, "DAPO (2503.14476) section 4.1")

What each of them means, its range and its source stand in `settings.Shared`.
"""

from __future__ import annotations

from dataclasses import dataclass

from objectives.losses.settings import Settings, setting


@dataclass(frozen=True)
class GroupScale(Settings):
    """Rewards graded within their group: by what they are divided, and what a group of one gets."""

    scale: str = setting()
    ddof: int = setting()
    eps: float = setting()
    singleton_group: str = setting()


@dataclass(frozen=True)
class Clip(Settings):
    """PPO's clip on both sides of 1, and the second one for bad tokens."""

    clip_low: float = setting()
    clip_high: float = setting()
    dual_clip: float = setting()


@dataclass(frozen=True)
class Averaged(Settings):
    """How tokens become one number."""

    aggregation: str = setting()
    length: float = setting()
    empty_answers: str = setting()


@dataclass(frozen=True)
class KLTerm(Settings):
    """The KL penalty to the reference: weight, estimator, place."""

    beta: float = setting()
    kl_estimator: str = setting()
    kl_place: str = setting()
    kl_ratio: bool = setting()
    kl_cap: float = setting()
    kl_aggregation: str = setting()


@dataclass(frozen=True)
class ValueLoss(Settings):
    """The critic's error."""

    value_loss: str = setting()
    value_clip: float = setting()
    value_weight: float = setting()
    value_aggregation: str = setting()


@dataclass(frozen=True)
class EntropyBonus(Settings):
    """What the spread of the policy earns."""

    entropy_weight: float = setting()
    entropy_aggregation: str = setting()


@dataclass(frozen=True)
class DynamicSampling(Settings):
    """Which groups count, and how many are drawn until a batch is full of those (DAPO, 2503.14476, section 3.2)."""

    filter: str = setting()
    refill: bool = setting()
    max_draws: int = setting()


@dataclass(frozen=True)
class Overlong(Settings):
    """The ramp below the longest answer (DAPO, 2503.14476, eq. 13)."""

    overlong_max: float = setting()
    overlong_cache: float = setting()
    overlong_weight: float = setting()

    def check(self) -> None:
        """The ramp fits below the longest answer."""
        super().check()
        if self.overlong_cache > self.overlong_max:
            raise ValueError(f"overlong_cache must be at most overlong_max, not {self.overlong_cache:g}")
