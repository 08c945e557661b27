"""What stands out in a batch, with the same thresholds and the same form as in a log."""

from __future__ import annotations

import numpy as np

from companion.run.batch import Batch
from companion.run.findings import MORE_CONTRAST, THRESHOLDS, Finding, finding
from companion.run.pushes import Pushed, groups_that_count


def batch_findings(batch: Batch, seen: Pushed) -> list[Finding]:
    """All findings of a batch; `seen` is the part that the rules were shown."""
    found = [_no_contrast(seen), _wrong_longer(batch), _clipped(seen)]
    return [one for one in found if one is not None]


def _no_contrast(seen: Pushed) -> Finding | None:
    count, groups = groups_that_count(seen)
    share = 1 - count / groups
    if share <= THRESHOLDS["batch_no_contrast"][0]:
        return None
    return finding(
        "batch_no_contrast",
        seen.batch.name,
        f"{groups - count} of {groups} groups have no contrast: GRPO, DAPO, RLOO, Dr. GRPO, CISPO and GSPO learn "
        "nothing from them.",
        share,
        "signal",
        MORE_CONTRAST,
    )


def _wrong_longer(batch: Batch) -> Finding | None:
    if batch.correct is None:
        return None
    right, wrong = batch.lengths[batch.correct == 1], batch.lengths[batch.correct == 0]
    few = THRESHOLDS["few"][0]
    if len(right) < few or len(wrong) < few or right.mean() <= 0:
        return None
    ratio = float(wrong.mean() / right.mean())
    if ratio <= THRESHOLDS["wrong_longer"][0]:
        return None
    return finding(
        "wrong_longer",
        batch.name,
        f"Wrong answers are {ratio:.2f} times as long as right ones ({wrong.mean():.0f} against {right.mean():.0f} "
        "tokens): a mean over each answer's tokens punishes them less for it.",
        ratio,
        "tokens",
        "the average over tokens, or Dr. GRPO's constant (TRL loss_type, verl loss_agg_mode)",
    )


def _clipped(seen: Pushed) -> Finding | None:
    share = float(seen.rules["grpo"].silenced.sum() / max(1, np.count_nonzero(seen.mask)))
    if share <= THRESHOLDS["batch_clipped"][0]:
        return None
    return finding(
        "batch_clipped",
        seen.batch.name,
        f"GRPO's clip silences {share:.0%} of the tokens of this batch.",
        share,
        "clip",
        "fewer updates a batch, a smaller learning rate, or a wider clip range (TRL epsilon, verl clip_ratio)",
    )
