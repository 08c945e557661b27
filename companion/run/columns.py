"""What each library calls the curves: one table, which docs/your_own_run.md prints and the readers use."""

from __future__ import annotations

from typing import NamedTuple


class Curve(NamedTuple):
    """A quantity that a training log may hold."""

    title: str
    unit: str
    doc: str


CURVES: dict[str, Curve] = {
    "reward": Curve("Reward, mean", "", "mean reward of an answer, or of an episode"),
    "reward_std": Curve("Reward, spread", "", "standard deviation of the rewards"),
    "length": Curve("Length", "tokens", "mean length of an answer; of an episode, in steps of the environment"),
    "kl": Curve("KL to the reference", "nats", "mean over tokens of the estimate of the KL to the reference"),
    "kl_old": Curve(
        "KL to the old policy", "nats", "mean of the estimate of the KL to the policy that wrote the batch"
    ),
    "clip": Curve("Clip share", "", "share of tokens whose ratio is outside of the clip range, or silenced"),
    "clip_low": Curve("Clip share, low", "", "share of tokens silenced below 1 - clip_low"),
    "clip_high": Curve("Clip share, high", "", "share of tokens silenced above 1 + clip_high"),
    "entropy": Curve("Entropy", "nats", "mean entropy of the policy at a token"),
    "alike": Curve("Groups without contrast", "", "share of groups whose answers all have the same reward"),
    "grad_norm": Curve("Gradient norm", "", "length of the gradient before it is clipped"),
    "lr": Curve("Learning rate", "", "step size of the optimiser"),
}

LOSS = "loss"
WHY_NO_LOSS = (
    "The loss is not offered as a learning curve: every batch has a surrogate of its own, which is 0 or nearly so "
    "where the policy has just written the batch, and only its gradient means anything."
)

LIBRARIES: dict[str, dict[str, tuple[str, ...]]] = {
    "TRL": {
        "reward": ("reward",),
        "reward_std": ("reward_std",),
        "length": ("completions/mean_length", "completion_length"),
        "kl": ("kl", "objective/kl"),
        "clip": ("clip_ratio/region_mean", "clip_ratio", "cispo_clip_ratio"),
        "clip_low": ("clip_ratio/low_mean",),
        "clip_high": ("clip_ratio/high_mean",),
        "entropy": ("entropy",),
        "alike": ("frac_reward_zero_std",),
        "grad_norm": ("grad_norm",),
        "lr": ("learning_rate",),
        LOSS: ("loss",),
    },
    "verl": {
        "reward": ("critic/rewards/mean", "critic/score/mean"),
        "length": ("response_length/mean",),
        "kl": ("actor/kl_loss", "actor/reward_kl_penalty"),
        "kl_old": ("actor/ppo_kl",),
        "clip": ("actor/pg_clipfrac",),
        "entropy": ("actor/entropy", "actor/entropy_loss"),
        "grad_norm": ("actor/grad_norm",),
        "lr": ("actor/lr",),
        LOSS: ("actor/pg_loss",),
    },
    "OpenRLHF": {
        "reward": ("rollout/reward_mean", "reward"),
        "reward_std": ("rollout/reward_std",),
        "length": ("rollout/response_length_mean", "response_length"),
        "kl": ("kl",),
        "kl_old": ("ppo_kl",),
        "clip": ("ppo_clip_ratio",),
        "entropy": ("entropy_loss",),
        "grad_norm": ("actor_grad_norm",),
        "lr": ("actor_lr",),
        LOSS: ("policy_loss",),
    },
    "Stable-Baselines3": {
        "reward": ("rollout/ep_rew_mean",),
        "length": ("rollout/ep_len_mean",),
        "kl_old": ("train/approx_kl",),
        "clip": ("train/clip_fraction",),
        "entropy": ("-train/entropy_loss",),
        "lr": ("train/learning_rate",),
        LOSS: ("train/loss", "train/policy_gradient_loss"),
    },
}
"""Library -> curve -> names of the column, the best first. A minus in front: the library logs minus the quantity."""

STEPS = (
    "step",
    "global_step",
    "train/global_step",
    "training/global_step",
    "time/total_timesteps",
    "_step",
    "Step",
    "train/step",
)
"""Names of the column that holds the step, the best first."""

EVALUATION = ("eval_", "eval/", "val/", "val-", "val_", "test_", "test/")
"""How the names begin that belong to an evaluation."""
SUMMARY = ("train_runtime", "train_loss", "train_samples_per_second", "train_steps_per_second", "total_flos")
"""Names that sum up a whole run."""
TIMES = ("epoch", "time/", "timing", "perf/", "wall_time", "_runtime", "_timestamp", "num_tokens")
"""How the names begin that say when, and not what."""


def is_evaluation(name: str) -> bool:
    """Whether a column belongs to an evaluation and not to a step of training."""
    return name.removeprefix("train/").startswith(EVALUATION)


def names_of(library: str, curve: str) -> list[tuple[str, float]]:
    """(name of a column, sign) under which a library logs a curve, the best first."""
    return [
        (name.removeprefix("-"), -1.0 if name.startswith("-") else 1.0) for name in LIBRARIES[library].get(curve, ())
    ]


def library_of(columns: set[str]) -> str:
    """The library whose names these columns are: the one with most of them; the first on a tie, "" with none."""
    found = {
        library: sum(any(name in columns for name, _ in names_of(library, curve)) for curve in curves)
        for library, curves in LIBRARIES.items()
    }
    best = max(found, key=lambda library: found[library])
    return best if found[best] else ""


def table() -> str:
    """The table as Markdown: a row a curve, a column a library."""
    lines = ["| curve | " + " | ".join(LIBRARIES) + " |", "|---|" + "---|" * len(LIBRARIES)]
    for key, curve in CURVES.items():
        cells = [", ".join(f"`{name}`" for name in names.get(key, ())) or "-" for names in LIBRARIES.values()]
        unit = f" ({curve.unit})" if curve.unit else ""
        lines.append(f"| {curve.title}{unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
