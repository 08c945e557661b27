"""A library's options, by the names of its own configuration, as settings of our rules.

`OBJECTIVES["grpo"].Params.of("trl", loss_type="dapo", beta=0.04)` gives the numbers of TRL with these options; what is
not named has the library's default. docs/conventions.md lists the options by example, and against which release each
line was held; a test keeps that page and this file equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from objectives import checks

Found = dict[str, Any]
AGGREGATIONS = {
    "token-mean": "token",
    "seq-mean-token-mean": "sequence",
    "seq-mean-token-sum": "sum",
    "seq-mean-token-sum-norm": "constant",
    "token-sum": "total",
}
"""verl's `loss_agg_mode`."""
TRL_LOSSES = {
    "dapo": ("token", ""),
    "bnpo": ("token", ""),
    "cispo": ("token", "cispo"),
    "grpo": ("sequence", ""),
    "luspo": ("sum", ""),
    "dr_grpo": ("constant", "dr_grpo"),
}
"""TRL's `loss_type`: how tokens become one number, and what else is special."""
VERL_KL = {"kl": "k1", "k1": "k1", "abs": "abs", "mse": "k2", "k2": "k2", "low_var_kl": "k3", "k3": "k3"}
VERL_KL |= {"kl+": "k1_k2", "k1+": "k1_k2", "low_var_kl+": "k3_k2", "k3+": "k3_k2"}
"""verl's `kl_loss_type`; with + the gradient of k2."""
GROUPED = ("grpo", "grpo_vectorized", "gpg")
VERL_ESTIMATORS = {
    **dict.fromkeys(("grpo", "dr_grpo", "dapo", "gspo", "cispo"), GROUPED),
    "rloo": ("rloo", "rloo_vectorized"),
    "reinforce_pp": ("reinforce_plus_plus", "reinforce_plus_plus_baseline"),
    "ppo": ("gae",),
}
"""verl's `adv_estimator` that a rule can be, its default first."""
OPENRLHF_ESTIMATORS = {
    **dict.fromkeys(("grpo", "gspo"), ("group_norm", "dr_grpo")),
    "rloo": ("rloo",),
    "reinforce_pp": ("reinforce", "reinforce_baseline"),
    "ppo": ("gae",),
}
"""The same for OpenRLHF's `estimator`."""
NEUTRAL = {"beta": 0.0, "dual_clip": 0.0, "entropy_weight": 0.0, "surrogate": "ratio", "ratio_level": "token"}
"""Values that a rule without the setting has anyway."""


class Options:
    """What is asked of a library; `take` gives an option or its default, `rest` refuses what nobody has taken."""

    def __init__(self, what: str, given: Mapping[str, Any]) -> None:
        self.what, self.left = what, {name.replace(".", "_"): value for name, value in given.items()}
        self.names: list[str] = []

    def take(self, name: str, default: Any) -> Any:
        """The option of this name."""
        self.names.append(name)
        return self.left.pop(name, default)

    def one_of(self, name: str, default: Any, allowed: Mapping[Any, Any]) -> Any:
        """What `allowed` has for the option of this name."""
        word = self.take(name, default)
        if word not in allowed:
            raise ValueError(f"{self.what}: {name} must be one of {', '.join(map(repr, allowed))}, not {word!r}")
        return allowed[word]

    def word(self, name: str, allowed: tuple[str, ...]) -> str:
        """The option of this name, one of those that are allowed, by default the first."""
        return str(self.one_of(name, allowed[0], dict(zip(allowed, allowed, strict=True))))

    def rest(self) -> None:
        """Refuse an option that is left, and name the nearest."""
        checks.known(self.what, dict.fromkeys(self.names), self.left)


def _kl(beta: float, estimator: str, place: str = "loss", cap: float = 0.0, corrected: bool = False) -> Found:
    if beta == 0:
        return {"beta": 0.0}
    return {"beta": beta, "kl_estimator": estimator, "kl_place": place, "kl_cap": cap, "kl_ratio": corrected}


def _graded(scale: str, ddof: int, eps: float) -> Found:
    return {"scale": scale} if scale == "none" else {"scale": scale, "ddof": ddof, "eps": eps}


def _trl(rule: str, o: Options) -> Found:
    if rule == "ppo":  # of TRL 0.24
        clip, kind = o.take("cliprange", 0.2), o.word("kl_estimator", ("k1", "k3"))
        return {
            "gamma": o.take("gamma", 1.0),
            "lam": o.take("lam", 0.95),
            "eps_place": "variance",
            "clip_low": clip,
            "clip_high": clip,
            "value_loss": "max",
            "value_clip": o.take("cliprange_value", 0.2),
            "value_weight": o.take("vf_coef", 0.1) / 2,
            **_kl(o.take("kl_coef", 0.05), kind, "return"),
        }
    low = o.take("epsilon", 0.2)
    high = o.take("epsilon_high", None)
    found: Found = {"clip_low": low, "clip_high": low if high is None else high}
    if rule == "rloo":
        found |= {"surrogate": "ratio", "aggregation": "sequence", "empty_answers": "count"}
        return {**found, "whiten": o.take("normalize_advantages", False), **_kl(o.take("beta", 0.05), "k1", "reward")}
    default = rule if rule in ("dr_grpo", "cispo") else "dapo"
    kinds = {name: kind for name, kind in TRL_LOSSES.items() if (name == "cispo") == (rule == "cispo")}
    found["aggregation"], special = o.one_of("loss_type", default, kinds)
    if found["aggregation"] != "token":
        found["empty_answers"] = "count"
    if special == "dr_grpo":
        found["length"] = float(o.take("max_completion_length", 256))
    if special == "cispo":
        found |= {"clip_low": 1.0, "clip_high": found["clip_high"] - 1}
    scales = {"group": "std", True: "std", "batch": "batch", "none": "none", False: "none"}
    found |= _graded(o.one_of("scale_rewards", "group", scales), 1, 1e-4)
    found["ratio_level"] = o.word("importance_sampling_level", ("token", "sequence"))
    corrected = o.take("use_bias_correction_kl", True)
    found |= {"dual_clip": o.take("delta", None) or 0.0, "entropy_weight": o.take("entropy_coef", 0.0)}
    return found | _kl(o.take("beta", 0.0), "k3", corrected=corrected)


def _verl(rule: str, o: Options) -> Found:
    estimator = o.word("adv_estimator", VERL_ESTIMATORS[rule])
    mode = o.word("loss_mode", (rule,) if rule in ("gspo", "cispo") else ("vanilla", "gspo", "gpg"))
    clip = o.take("clip_ratio", 0.2)
    found: Found = {"clip_low": o.take("clip_ratio_low", clip), "clip_high": o.take("clip_ratio_high", clip)}
    second = o.take("clip_ratio_c", 3.0)
    found |= {"dual_clip": second if mode == "vanilla" else 0.0, "entropy_weight": o.take("entropy_coeff", 0.0)}
    if found["entropy_weight"]:
        found["entropy_aggregation"] = "same"
    agg = o.one_of("loss_agg_mode", "token-mean", AGGREGATIONS)
    if agg == "constant":
        found["length"] = float(o.take("loss_scale_factor", 0))
    found["ratio_level"] = "token"
    if mode == "gspo":
        agg, found["ratio_level"] = "sequence", "sequence"
    if agg not in ("token", "total"):
        found["empty_answers"] = "count"
    found |= {"aggregation": agg, "surrogate": "log" if mode == "gpg" else "ratio"}
    found |= _verl_advantage(o, estimator, agg)
    if rule == "dapo":
        found["filter"] = "off"
    return found | _verl_kl(o, estimator, mode)


def _verl_advantage(o: Options, estimator: str, agg: str) -> Found:
    found: Found = {}
    if estimator.startswith("grpo"):
        found |= _graded("std" if o.take("norm_adv_by_std_in_grpo", True) else "none", 1, 1e-6)
    if estimator == "gpg":
        found["scale"] = "none"
    if estimator in ("grpo", "grpo_vectorized", "gpg", "rloo", "reinforce_plus_plus_baseline"):
        found["singleton_group"] = "reward"
    if estimator.startswith("reinforce_plus_plus"):
        found |= {"ddof": 1, "eps_place": "variance", "baseline": "group" if "baseline" in estimator else "none"}
        found["gamma"] = o.take("gamma", 1.0)
    if estimator == "gae":
        found |= {"gamma": o.take("gamma", 1.0), "lam": o.take("lam", 1.0), "eps_place": "variance"}
        found |= {"value_loss": "max", "value_clip": o.take("cliprange_value", 0.5)}
        if o.one_of("critic_loss_agg_mode", "token-mean", AGGREGATIONS) == agg != "token":
            found["value_aggregation"] = "same"
    return found


def _verl_kl(o: Options, estimator: str, mode: str) -> Found:
    kind, coef = o.one_of("kl_loss_type", "low_var_kl", VERL_KL), o.take("kl_loss_coef", 0.001)
    paid, weight = o.one_of("kl_penalty", "kl", VERL_KL), o.take("kl_coef", 0.001)
    if o.take("use_kl_loss", False):
        found = _kl(coef, kind, cap=10.0 if kind in ("k3", "k3_k2") else 0.0)
        return found | ({"kl_aggregation": "token"} if mode == "gspo" else {})
    if o.take("use_kl_in_reward", False):
        by_token = estimator == "gae" or estimator.startswith("reinforce_plus_plus")
        return _kl(weight, paid, "return" if by_token else "reward", 10.0 if paid in ("k3", "k3_k2") else 0.0)
    return {"beta": 0.0}


def _openrlhf(rule: str, o: Options) -> Found:
    estimator = o.word("estimator", OPENRLHF_ESTIMATORS[rule])
    kind = o.word("policy_loss_type", ("gspo",) if rule == "gspo" else ("ppo", "gspo"))
    low, high = o.take("eps_clip_low_high", (0.2, 0.2))
    found: Found = {"clip_low": low, "clip_high": high, "dual_clip": o.take("dual_clip", None) or 0.0}
    found |= {"entropy_weight": o.take("entropy_coef", 0.0), "aggregation": "token", "ratio_level": "token"}
    if kind == "gspo":
        found |= {"ratio_level": "sequence", "aggregation": "sequence"}
    if estimator == "gae":
        found |= {"lam": o.take("lambd", 1.0), "value_loss": "max", "value_clip": o.take("value_clip", 0.5)}
    if estimator in ("gae", "reinforce", "reinforce_baseline"):
        found["gamma"] = o.take("gamma", 1.0)
        bare = o.take("no_std_norm", False)
        found |= {"eps_place": "none"} if bare else {"ddof": 0, "eps_place": "floor"}
    if estimator.startswith("reinforce"):
        found["baseline"] = "group" if "baseline" in estimator else "none"
    if estimator in ("group_norm", "dr_grpo"):
        found |= _graded("std" if estimator == "group_norm" else "none", 1, 1e-9)
    if estimator == "rloo":
        found["surrogate"] = "ratio"
    estimate, coef = o.take("kl_estimator", "k1"), o.take("kl_init_coef", 0.01)
    found |= _kl(coef, estimate, "loss" if o.take("kl_use_loss", False) else "return", 10.0)
    if kind == "gspo" and coef:
        found["kl_aggregation"] = "token"
    return found


def _sb3(rule: str, o: Options) -> Found:
    found: Found = {"gamma": o.take("gamma", 0.99)}
    if rule == "trpo":  # sb3-contrib
        found |= {"lam": o.take("gae_lambda", 0.95), "whiten": o.take("normalize_advantage", True), "value_weight": 1.0}
        found |= {"delta": o.take("target_kl", 0.01), "damping": o.take("cg_damping", 0.1)}
        found |= {"cg_iterations": o.take("cg_max_steps", 15), "backtrack": o.take("line_search_shrinking_factor", 0.8)}
        return found | {"backtracks": o.take("line_search_max_iter", 10) - 1, "kl_direction": "new_old"}
    found |= {"value_weight": o.take("vf_coef", 0.5), "entropy_weight": o.take("ent_coef", 0.0), "aggregation": "token"}
    found |= {"lam": o.take("gae_lambda", 0.95 if rule == "ppo" else 1.0)}
    found["whiten"] = o.take("normalize_advantage", rule == "ppo")
    if rule == "ppo":
        clip, near = o.take("clip_range", 0.2), o.take("clip_range_vf", None)
        found |= {"clip_low": clip, "clip_high": clip}
        found |= {} if near is None else {"value_loss": "clipped", "value_clip": near}
    return found


def _spinning_up(rule: str, o: Options) -> Found:
    found: Found = {"gamma": o.take("gamma", 0.99), "lam": o.take("lam", 0.97), "whiten": True, "ddof": 0, "eps": 0.0}
    found["value_weight"] = 1.0
    if rule == "baseline":  # vpg
        found["aggregation"] = "token"
    if rule == "ppo":
        found["clip_low"] = found["clip_high"] = o.take("clip_ratio", 0.2)
    if rule == "trpo":
        found |= {"delta": o.take("delta", 0.01), "damping": o.take("damping_coeff", 0.1)}
        found |= {"cg_iterations": o.take("cg_iters", 10), "backtrack": o.take("backtrack_coeff", 0.8)}
        found["backtracks"] = o.take("backtrack_iters", 10) - 1
    return found


def _oat(rule: str, o: Options) -> Found:
    kind = o.word("critic_type", ("drgrpo", "grpo") if rule == "dr_grpo" else ("grpo", "drgrpo"))
    clip = o.take("cliprange", 0.2)
    found: Found = {"clip_low": clip, "clip_high": clip, "empty_answers": "count"}
    found |= {"surrogate": "log" if o.take("reinforce_update", False) else "ratio"}
    if kind == "drgrpo":
        found |= {"scale": "none", "aggregation": "constant", "length": float(o.take("generate_max_length", 0))}
    else:
        found |= {**_graded("std", 1, 1e-8), "aggregation": "sequence"}
    return found | _kl(o.take("beta", 0.0), "k3")


LIBRARIES: dict[str, tuple[Callable[[str, Options], Found], tuple[str, ...]]] = {
    "trl": (_trl, ("grpo", "dr_grpo", "gspo", "cispo", "rloo", "ppo")),
    "verl": (_verl, ("grpo", "dr_grpo", "dapo", "gspo", "cispo", "rloo", "reinforce_pp", "ppo")),
    "openrlhf": (_openrlhf, ("grpo", "gspo", "rloo", "reinforce_pp", "ppo")),
    "stable_baselines3": (_sb3, ("ppo", "baseline", "trpo")),
    "spinning_up": (_spinning_up, ("baseline", "trpo", "ppo")),
    "oat": (_oat, ("grpo", "dr_grpo")),
}
"""Library -> its options as settings, and the rules for which it has them."""


def settings(library: str, rule: str, options: Mapping[str, Any], fields: Mapping[str, Any]) -> Found:
    """The settings of `rule`, which has these `fields`, that give the numbers of a library with these options."""
    name = library.lower().replace("-", "_").replace(" ", "_")
    name = {"sb3": "stable_baselines3", "sb3_contrib": "stable_baselines3"}.get(name, name)
    checks.choice(tuple(LIBRARIES), library=name)
    make, rules = LIBRARIES[name]
    if rule not in rules:
        raise ValueError(f"{library} has no {rule}; its options are known for {', '.join(rules)}")
    asked = Options(f"{rule} of {library}", options)
    found = make(rule, asked)
    asked.rest()
    for key, value in found.items():
        if key not in fields and value != NEUTRAL.get(key, value if key.startswith("kl_") else None):
            raise ValueError(f"{rule} has no setting {key}, which {library} would have at {value!r} with these options")
    return {key: value for key, value in found.items() if key in fields}
