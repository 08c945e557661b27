"""What stands out in a log: a sentence, its number, the chapter that explains it, and the setting that acts on it.

Every finding compares a number with a threshold of `THRESHOLDS`. The start, the middle and the end of a curve are means
over a tenth of what was logged of it, at least one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from companion.run.runs import FloatArray, Run, Series

THRESHOLDS: dict[str, tuple[float, str]] = {
    "no_contrast": (0.5, "mean share of groups without contrast over the last quarter, above"),
    "clip_never": (0.001, "largest clip share of the run, below"),
    "clip_often": (0.3, "mean clip share over the last quarter, above"),
    "entropy_collapse": (0.25, "entropy at the end over entropy at the start, below"),
    "kl_runaway": (3.0, "KL at the end over KL in the middle, above; a KL that grows evenly doubles"),
    "kl_floor": (0.05, "nats of KL at the end, below which its growth is no finding"),
    "length_growth": (1.2, "length at the end over length at the start, above"),
    "length_reward": (0.1, "rise of the reward over its spread, up to which the length grew for nothing"),
    "no_spread": (0.1, "share of rows of the last quarter with a reward spread of 0, above"),
    "first_loss": (1e-6, "size of the loss at the first step, below"),
    "wrong_longer": (1.2, "mean length of wrong answers over that of right ones, above"),
    "few": (20, "answers of each kind, below which their lengths are not compared"),
    "batch_no_contrast": (0.5, "share of groups of the batch whose rewards are all the same, above"),
    "batch_clipped": (0.3, "share of tokens that the clip silences in the batch, above"),
}
"""Threshold, and what is compared with it."""

MORE_CONTRAST = (
    "prompts of middling difficulty, more answers a prompt (TRL num_generations, verl rollout.n), or DAPO's filter "
    "(verl filter_groups)"
)

CHAPTERS = {
    "signal": ("ch12_where_does_the_signal_go", "At scale, where does the signal go?"),
    "clip": ("ch08b_questions_about_the_clip", "Four questions about the clip"),
    "reuse": ("ch06_may_i_reuse", "May I reuse yesterday's answers?"),
    "leash": ("ch09_who_judges", "Who judges? The leash"),
    "group": ("ch10b_the_whole_of_grpo", "GRPO as a whole"),
    "tokens": ("ch13_whose_tokens_count", "Whose tokens count? DAPO"),
}


@dataclass(frozen=True)
class Finding:
    """One of them. `where` names a run, or a batch."""

    key: str
    where: str
    sentence: str
    number: float
    threshold: float
    rule: str
    chapter: str
    chapter_title: str
    setting: str

    @property
    def address(self) -> str:
        """Where the page shows the chapter."""
        return f"/film?chapter={self.chapter}"

    def as_dict(self) -> dict[str, Any]:
        """As findings.json holds it."""
        return {**asdict(self), "address": self.address}


def finding(key: str, where: str, sentence: str, number: float, chapter: str, setting: str) -> Finding:
    """A finding with the threshold that its number was compared with."""
    threshold, rule = THRESHOLDS[key]
    return Finding(key, where, sentence, float(number), threshold, rule, *CHAPTERS[chapter], setting)


def findings(runs: Iterable[Run]) -> list[Finding]:
    """All findings of these runs, run by run."""
    return [found for run in runs for look in LOOKS if (found := look(run)) is not None]


def start(series: Series) -> float:
    """Mean of the first tenth."""
    values = series.finite
    return float(values[: _tenth(values)].mean())


def middle(series: Series) -> float:
    """Mean of the tenth in the middle."""
    values = series.finite
    tenth = _tenth(values)
    first = (len(values) - tenth) // 2
    return float(values[first : first + tenth].mean())


def end(series: Series) -> float:
    """Mean of the last tenth."""
    values = series.finite
    return float(values[-_tenth(values) :].mean())


def last_quarter(series: Series) -> FloatArray:
    """The last quarter of what was logged, at least one row."""
    values = series.finite
    return values[-max(1, len(values) // 4) :]


def _tenth(values: FloatArray) -> int:
    return max(1, len(values) // 10)


def _curve(run: Run, *names: str, rows: int = 1) -> Series | None:
    """The first of these curves that has as many rows with a number."""
    return next(
        (run.curves[name] for name in names if name in run.curves and len(run.curves[name].finite) >= rows), None
    )


def no_contrast(run: Run) -> Finding | None:
    """Groups whose answers all earn the same."""
    if (series := _curve(run, "alike")) is None:
        return None
    share = float(last_quarter(series).mean())
    if share <= THRESHOLDS["no_contrast"][0]:
        return None
    return finding(
        "no_contrast",
        run.name,
        f"In the last quarter {share:.0%} of the groups have no contrast: their answers all earn the same, and teach "
        "nothing.",
        share,
        "signal",
        MORE_CONTRAST,
    )


def clip_never(run: Run) -> Finding | None:
    """A clip that silences next to nothing."""
    if (series := _curve(run, "clip", "clip_high", "clip_low")) is None:
        return None
    top = float(series.finite.max())
    if top >= THRESHOLDS["clip_never"][0]:
        return None
    return finding(
        "clip_never",
        run.name,
        f"The clip share never exceeds {top:.2%}: the clip does nothing. With one update a batch this is expected, "
        "because no ratio leaves 1.",
        top,
        "reuse",
        "updates a batch (TRL num_iterations, verl ppo_epochs and ppo_mini_batch_size), or a smaller clip range",
    )


def clip_often(run: Run) -> Finding | None:
    """A clip that silences a large part of all tokens."""
    if (series := _curve(run, "clip", "clip_high", "clip_low")) is None:
        return None
    share = float(last_quarter(series).mean())
    if share <= THRESHOLDS["clip_often"][0]:
        return None
    return finding(
        "clip_often",
        run.name,
        f"In the last quarter {share:.0%} of the tokens are clipped: most of a batch is thrown away after its first "
        "updates.",
        share,
        "clip",
        "fewer updates a batch, a smaller learning rate, or a wider clip range (TRL epsilon, verl clip_ratio)",
    )


def entropy_collapse(run: Run) -> Finding | None:
    """Entropy that is nearly gone."""
    if (series := _curve(run, "entropy", rows=2)) is None or start(series) <= 0:
        return None
    left = end(series) / start(series)
    if left >= THRESHOLDS["entropy_collapse"][0]:
        return None
    return finding(
        "entropy_collapse",
        run.name,
        f"Entropy falls from {start(series):.3g} to {end(series):.3g} nats, to {left:.0%} of its start: the answers of "
        "a group become alike.",
        left,
        "signal",
        "a higher upper clip (TRL epsilon_high, verl clip_ratio_high), an entropy bonus, or a KL penalty",
    )


def kl_runaway(run: Run) -> Finding | None:
    """A KL to the reference that grows faster than evenly."""
    if (series := _curve(run, "kl", rows=3)) is None or middle(series) <= 0:
        return None
    growth = end(series) / middle(series)
    if growth <= THRESHOLDS["kl_runaway"][0] or end(series) <= THRESHOLDS["kl_floor"][0]:
        return None
    return finding(
        "kl_runaway",
        run.name,
        f"The KL to the reference goes from {middle(series):.3g} in the middle of the run to {end(series):.3g} nats at "
        f"its end, {growth:.1f} times as much: the policy runs away from the reference.",
        growth,
        "leash",
        "a larger KL coefficient (TRL beta, verl kl_loss_coef), or a smaller learning rate",
    )


def length_for_nothing(run: Run) -> Finding | None:
    """Answers that grow while the reward does not."""
    length, reward = _curve(run, "length", rows=2), _curve(run, "reward", rows=2)
    if length is None or reward is None or start(length) <= 0 or run.library == "Stable-Baselines3":
        return None
    growth, rise = end(length) / start(length), end(reward) - start(reward)
    spread = _curve(run, "reward_std")
    scale = float(spread.finite.mean()) if spread is not None else float(reward.finite.std())
    if growth <= THRESHOLDS["length_growth"][0] or rise > THRESHOLDS["length_reward"][0] * scale:
        return None
    return finding(
        "length_growth",
        run.name,
        f"Answers grow from {start(length):.0f} to {end(length):.0f} tokens, while the reward changes by {rise:+.3g}.",
        growth,
        "tokens",
        "the average over tokens (TRL loss_type, verl loss_agg_mode), or DAPO's term for overlong answers",
    )


def no_spread(run: Run) -> Finding | None:
    """Rewards that are all the same."""
    if (series := _curve(run, "reward_std")) is None:
        return None
    share = float((last_quarter(series) == 0).mean())
    if share <= THRESHOLDS["no_spread"][0]:
        return None
    return finding(
        "no_spread",
        run.name,
        f"In {share:.0%} of the rows of the last quarter the rewards have no spread: nothing is compared, and the "
        "gradient is 0 there but for penalties.",
        share,
        "signal",
        "a reward that tells answers apart, or prompts of another difficulty",
    )


def first_loss(run: Run) -> Finding | None:
    """A loss that starts at 0, as it should."""
    if run.loss is None or not len(run.loss.finite):
        return None
    size = abs(float(run.loss.finite[0]))
    if size >= THRESHOLDS["first_loss"][0]:
        return None
    return finding(
        "first_loss",
        run.name,
        "The loss is 0 at the first step, and this is expected: every ratio is 1 and the advantages of a group add up "
        "to 0. Its gradient is not 0.",
        size,
        "clip",
        "none: watch the reward",
    )


LOOKS: tuple[Callable[[Run], Finding | None], ...] = (
    no_contrast,
    no_spread,
    clip_never,
    clip_often,
    entropy_collapse,
    kl_runaway,
    length_for_nothing,
    first_loss,
)
