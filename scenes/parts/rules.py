"""The formulas of the rules, in Typst, built of labelled terms: a label is the symbol that gives the colour."""

from __future__ import annotations

SUM = "{{ inline(1/N sum_i) : mean }}"
REWARD = "{{ r_i : reward }}"
RATIO = "{{ rho_i : ratio }}"
ADVANTAGE = "{{ hat(A)_i : advantage }}"
LOGP = "{{ log pi_theta (o_i) : logp }}"
LESS_VALUE = "{{ - V : value }}"
CURVE = f"{ADVANTAGE} = inline(({REWARD} - mu) / sigma)"
EPSILONS = ("epsilon", "epsilon")
LOW_HIGH = ('epsilon_(upright("low"))', 'epsilon_(upright("high"))')


def least(clip: str) -> str:
    """The smaller of the plain and the clipped gain, summed."""
    return f"{SUM} min ( {RATIO} thin {ADVANTAGE}, thin {{{{ {clip} : clip }}}} thin {ADVANTAGE} )"


def clipped(low: str, high: str) -> str:
    """PPO's term, the bounds in its formula."""
    return least(f'upright("clip")(rho_i, 1 - {low}, 1 + {high})')


def briefly(low: str, high: str) -> str:
    """PPO's term, the bounds beside the word."""
    return least(f'upright("clip")_(1 - {low})^(1 + {high}) (rho_i)')


# What each rule sums over the batch, in one glance.
SHORT = {
    "reinforce": "{{ r : reward }} thin {{ log pi : logp }}",
    "baseline": "({{ r : reward }} - {{ V : value }}) thin {{ log pi : logp }}",
    "trpo": '{{ rho : ratio }} {{ hat(A) : advantage }}, quad {{ upright("KL") <= delta : kl }}',
    "ppo": "min ( {{ rho : ratio }} {{ hat(A) : advantage }}, {{ macron(rho) : clip }} {{ hat(A) : advantage }} )",
    "grpo": 'min (dots.c) - {{ beta upright("KL") : kl }}',
    "dapo": 'min (dots.c), {{ 1 + epsilon_(upright("high")) : clip }}',
}

# The whole of it, when the rule is introduced.
FULL = {
    "reinforce": f"{SUM} {REWARD} thin {LOGP}",
    "baseline": f"{SUM} ({REWARD} {LESS_VALUE}) thin {LOGP}",
    "trpo": f"{SUM} {RATIO} thin {ADVANTAGE} quad #word[while] quad"
    ' {{ upright("KL")(pi_(upright("old")) || pi_theta) <= delta : kl }}',
    "ppo": clipped(*EPSILONS),
    "grpo": clipped(*EPSILONS) + ' - {{ beta thin upright("KL")(pi_theta || pi_(upright("ref"))) : kl }} quad ' + CURVE,
    "dapo": clipped(*LOW_HIGH) + " quad #word[where] quad sigma > 0",
}

# One edit at a time: what the line says, whose colours it wears, and the whole formula after it.
EDITS: dict[str, tuple[str, str, str]] = {
    "reinforce": ("reward times log-probability", "reinforce", FULL["reinforce"]),
    "baseline": ("subtract the forecast", "baseline", FULL["baseline"]),
    "ratio": ("use each batch again", "ppo", f"{SUM} {RATIO} thin ({REWARD} {LESS_VALUE})"),
    "clip": ("stop paying past a fence", "ppo", briefly(*EPSILONS)),
    "group": ("grade each group on a curve", "grpo", briefly(*EPSILONS)),
    "leash": ("add a leash: *GRPO*", "grpo", briefly(*EPSILONS) + ' {{ - beta thin upright("KL") : kl }}'),
    "higher": ("no leash, a higher fence", "dapo", briefly(*LOW_HIGH)),
    "dapo": ("skip groups that agree: *DAPO*", "dapo", briefly(*LOW_HIGH)),
}

# What the new symbol of an edit stands for.
MEANS = {
    "reinforce": f"{REWARD} #word[ the reward of answer ] o_i",
    "baseline": "{{ V : value }} #word[ what the critic expected]",
    "ratio": f'{RATIO} = pi_theta (o_i) thin \\/ thin pi_(upright("old")) (o_i)',
    "clip": f"{ADVANTAGE} = {REWARD} - {{{{ V : value }}}}",
    "group": CURVE,
    "leash": CURVE + '#word[ , ] {{ upright("KL") : kl }} #word[to the start policy]',
    "higher": CURVE + '#word[ , ] {{ epsilon_(upright("high")) > epsilon_(upright("low")) : clip }}',
    "dapo": CURVE + "#word[ , only groups with ] sigma > 0",
}


if __name__ == "__main__":
    from scenes.preview import main

    main(__file__)
