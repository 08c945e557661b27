"""The formulas of the rules, in Typst, built of labelled terms: a label is the symbol that gives the colour.

SHORT, FULL, EDITS and MEANS are the rules as shipped; with the settings that a trace was computed from it is

    written = spell(trace.hyperparameters)      # with REINFORCE's constant, without a leash of no weight, ...
    Formula(written.full["grpo"], x, y)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    "trpo": f"{SUM} {RATIO} thin {ADVANTAGE} quad #word[keeping] quad"
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
    "scale": ("scale the pushes: *PPO*", "ppo", briefly(*EPSILONS)),
    "group": ("grade each group on a curve", "grpo", briefly(*EPSILONS)),
    "leash": ("add a leash: *GRPO*", "grpo", briefly(*EPSILONS) + ' {{ - beta thin upright("KL") : kl }}'),
    "higher": ("no leash, a higher fence", "dapo", briefly(*LOW_HIGH)),
    "dapo": ("skip groups that agree: *DAPO*", "dapo", briefly(*LOW_HIGH)),
}

# What the new symbol of an edit stands for.
MEANS = {
    "reinforce": f"{REWARD} #word[ the reward of answer ] o_i",
    "baseline": "{{ V : value }} #word[ what the critic expected]",
    "ratio": f'{RATIO} = pi_theta (o_i) thin \\/ thin pi_(upright("old")) (o_i)#word[ , as in TRPO]',
    "clip": f"{ADVANTAGE} = {REWARD} - {{{{ V : value }}}}",
    "scale": f"{ADVANTAGE} = inline(({REWARD} {LESS_VALUE} - m) / s)"
    "#word[ , mean ] m #word[ and spread ] s #word[ of the batch]",
    "group": CURVE,
    "leash": CURVE + '#word[ , ] {{ upright("KL") : kl }} #word[to the start policy]',
    "higher": CURVE + '#word[ , ] {{ epsilon_(upright("high")) > epsilon_(upright("low")) : clip }}',
    "dapo": CURVE + "#word[ , only groups with ] sigma > 0",
}

GRADES = {"std": CURVE, "none": f"{ADVANTAGE} = {REWARD} - mu", "batch": CURVE + "#word[ of the batch]"}
RIGHT_AND_WRONG = "#word[right and wrong]"
LESS_CONSTANT = "{{ - b : value }}"


@dataclass(frozen=True)
class Rules:
    """SHORT, FULL, EDITS and MEANS as some settings spell them."""

    short: dict[str, str]
    full: dict[str, str]
    edits: dict[str, tuple[str, str, str]]
    means: dict[str, str]


def spell(settings: Mapping[str, Any]) -> Rules:
    """The formulas of the rules as set: `settings` holds their hyperparameters by key."""
    rules = Rules(dict(SHORT), dict(FULL), dict(EDITS), dict(MEANS))
    if constant := settings["reinforce.baseline"]:
        rules.short["reinforce"] = f"({{{{ r : reward }}}} {LESS_CONSTANT}) thin {{{{ log pi : logp }}}}"
        formula = f"{SUM} ({REWARD} {LESS_CONSTANT}) thin {LOGP}"
        rules.full["reinforce"] = f"{formula} quad {{{{ b = {constant:g} : value }}}}"
        rules.edits["reinforce"] = ("reward − b, times log-probability", "reinforce", formula)
        rules.means["reinforce"] = f"{{{{ b = {constant:g} : value }}}} #word[ for every answer]"
    if not settings["ppo.whiten"]:
        rules.edits["scale"] = ("no scaling is set: *PPO*", *rules.edits["scale"][1:])
        rules.means["scale"] = rules.means["clip"]
    for name, after in (("grpo", ("group", "leash")), ("dapo", ("higher", "dapo"))):
        grade = GRADES[settings[f"{name}.scale"]]
        rules.full[name] = rules.full[name].replace(CURVE, grade)
        rules.means.update({edit: rules.means[edit].replace(CURVE, grade) for edit in after})
    if not settings["grpo.beta"]:
        rules.short["grpo"] = "min (dots.c)"
        rules.full["grpo"] = clipped(*EPSILONS) + " quad " + GRADES[settings["grpo.scale"]]
        rules.edits["leash"] = ("no leash is set: *GRPO*", "grpo", rules.edits["group"][2])
        rules.means["leash"] = rules.means["group"]
    if settings["dapo.clip_high"] <= settings["grpo.clip_high"]:
        rules.edits["higher"] = ("no leash, a fence of its own", *rules.edits["higher"][1:])
        rules.means["higher"] = GRADES[settings["dapo.scale"]]
    if settings["six_objectives.dapo_filter"] == "correct":
        rules.full["dapo"] = rules.full["dapo"].replace("sigma > 0", RIGHT_AND_WRONG)
        rules.means["dapo"] = rules.means["dapo"].replace("sigma > 0", RIGHT_AND_WRONG)
    if settings["six_objectives.dapo_filter"] == "off":
        rules.full["dapo"] = clipped(*LOW_HIGH)
        rules.edits["dapo"] = ("no filter is set: *DAPO*", *rules.edits["dapo"][1:])
        rules.means["dapo"] = GRADES[settings["dapo.scale"]]
    return rules
