"""Settings that change nothing among three answers, and why."""

from __future__ import annotations

ONE_TOKEN = "every answer is one token"

IDLE = {
    **dict.fromkeys(
        (
            *(f"{rule}.{name}" for rule in ("baseline", "trpo", "ppo") for name in ("gamma", "lam")),
            *(f"{rule}.{name}" for rule in ("baseline", "ppo", "grpo", "dapo") for name in ("aggregation", "length")),
            "grpo.ratio_level",
            "dapo.overlong_max",
            "dapo.overlong_cache",
            "dapo.overlong_weight",
        ),
        ONE_TOKEN,
    ),
    "ppo.value_loss": "in one batch the critic moves less than ppo.value_clip",
    "ppo.value_clip": "in one batch the critic moves less than that",
    "dapo.filter": "here six_objectives.dapo_filter takes its place",
    "dapo.refill": "here six_objectives.dapo_refill takes its place",
    "dapo.max_draws": "here DAPO does not draw again",
}
"""`total`, or a divisor of several tokens, does change the size of a step: then the arrays differ, and none is said."""
