"""The modes of docs/conventions.md in the libraries' own words: library and mode -> the arguments of `of_*.run`.

The same words drive the loops of `tests/objectives/test_conventions_*.py`.
"""

from __future__ import annotations

from typing import Any

DR = {"loss_type": "dr_grpo", "max_completion_length": 256}
SEQUENCE = {"importance_sampling_level": "sequence"}
KL = {"use_kl_loss": True}
NORM = "seq-mean-token-sum-norm"

MODES: dict[str, dict[str, dict[str, Any]]] = {
    "TRL": {
        'loss_type="dapo" (the default)': {},
        'loss_type="bnpo"': {"loss_type": "bnpo"},
        'loss_type="grpo"': {"loss_type": "grpo"},
        "epsilon_high=0.28, beta=0.04": {"epsilon_high": 0.28, "beta": 0.04},
        "beta=0.04, use_bias_correction_kl=False": {"beta": 0.04, "use_bias_correction_kl": False},
        'loss_type="dr_grpo", max_completion_length=256': DR,
        'loss_type="dr_grpo", max_completion_length=256, scale_rewards="batch"': {**DR, "scale_rewards": "batch"},
        'loss_type="dr_grpo", max_completion_length=256, scale_rewards="none"': {**DR, "scale_rewards": "none"},
        'loss_type="dr_grpo", max_completion_length=256, scale_rewards="none", beta=0.04': {
            **DR,
            "scale_rewards": "none",
            "beta": 0.04,
        },
        "delta=1.3": {"delta": 1.3},
        "entropy_coef=0.01": {"entropy_coef": 0.01},
        'loss_type="grpo", importance_sampling_level="sequence", epsilon=3e-4, epsilon_high=4e-4': {
            "loss_type": "grpo",
            **SEQUENCE,
            "epsilon": 3e-4,
            "epsilon_high": 4e-4,
        },
        'loss_type="grpo", importance_sampling_level="sequence", beta=0.04': {
            "loss_type": "grpo",
            **SEQUENCE,
            "beta": 0.04,
        },
        'loss_type="luspo", importance_sampling_level="sequence", epsilon=2e-3, epsilon_high=2.5e-3': {
            "loss_type": "luspo",
            **SEQUENCE,
            "epsilon": 2e-3,
            "epsilon_high": 2.5e-3,
        },
        'loss_type="cispo", epsilon_high=5': {"loss_type": "cispo", "epsilon_high": 5.0},
        'loss_type="cispo", epsilon_high=5, beta=0.04': {"loss_type": "cispo", "epsilon_high": 5.0, "beta": 0.04},
        "RLOOTrainer (beta=0.05)": {"trainer": "rloo"},
        "RLOOTrainer, normalize_advantages=True": {"trainer": "rloo", "normalize_advantages": True},
    },
    "verl": {
        "adv_estimator=grpo": {},
        "adv_estimator=grpo_vectorized": {"estimator": "grpo_vectorized"},
        "use_kl_loss, kl_loss_type=low_var_kl (kl_loss_coef=0.001)": KL,
        "use_kl_loss, kl_loss_type=k3+, kl_loss_coef=0.1": {**KL, "kl_loss_type": "k3+", "kl_loss_coef": 0.1},
        "use_kl_loss, kl_loss_type=k1+, kl_loss_coef=0.1": {**KL, "kl_loss_type": "k1+", "kl_loss_coef": 0.1},
        "use_kl_loss, kl_loss_type=k2, kl_loss_coef=0.1": {**KL, "kl_loss_type": "k2", "kl_loss_coef": 0.1},
        "use_kl_loss, kl_loss_type=abs, kl_loss_coef=0.1": {**KL, "kl_loss_type": "abs", "kl_loss_coef": 0.1},
        "use_kl_in_reward, kl_penalty=kl (kl_coef=0.001)": {"in_reward": "kl"},
        "loss_agg_mode=seq-mean-token-mean": {"loss_agg_mode": "seq-mean-token-mean"},
        "loss_agg_mode=seq-mean-token-sum": {"loss_agg_mode": "seq-mean-token-sum"},
        "loss_agg_mode=seq-mean-token-sum-norm": {"loss_agg_mode": NORM},
        "loss_agg_mode=token-sum": {"loss_agg_mode": "token-sum"},
        "loss_agg_mode=seq-mean-token-mean, use_kl_loss, entropy_coeff=0.01": {
            **KL,
            "loss_agg_mode": "seq-mean-token-mean",
            "entropy_coeff": 0.01,
        },
        "norm_adv_by_std_in_grpo=False, loss_agg_mode=seq-mean-token-sum-norm, loss_scale_factor=256": {
            "algorithm": {"norm_adv_by_std_in_grpo": False},
            "loss_agg_mode": NORM,
            "loss_scale_factor": 256,
        },
        "clip_ratio_high=0.28, clip_ratio_c=10 (DAPO without its filter)": {
            "clip_ratio_high": 0.28,
            "clip_ratio_c": 10.0,
        },
        "loss_mode=gspo, clip_ratio_low=3e-4, clip_ratio_high=4e-4": {
            "loss_mode": "gspo",
            "clip_ratio_low": 3e-4,
            "clip_ratio_high": 4e-4,
        },
        "loss_mode=gspo, use_kl_loss": {"loss_mode": "gspo", **KL},
        "loss_mode=cispo": {"loss_mode": "cispo"},
        "loss_mode=cispo, use_kl_loss": {"loss_mode": "cispo", **KL},
        "loss_mode=gpg": {"loss_mode": "gpg"},
        "loss_mode=gpg, adv_estimator=gpg (rewards times answers / rewards that are not 0)": {
            "loss_mode": "gpg",
            "estimator": "gpg",
        },
        "adv_estimator=rloo": {"estimator": "rloo"},
        "adv_estimator=rloo_vectorized": {"estimator": "rloo_vectorized"},
        "adv_estimator=reinforce_plus_plus, use_kl_in_reward (kl_coef=0.001)": {
            "estimator": "reinforce_plus_plus",
            "in_reward": "kl",
        },
        "adv_estimator=reinforce_plus_plus_baseline": {"estimator": "reinforce_plus_plus_baseline"},
        "adv_estimator=gae": {"estimator": "gae"},
        "adv_estimator=gae, gamma=0.99, lam=0.95, use_kl_in_reward (kl_coef=0.001)": {
            "estimator": "gae",
            "in_reward": "kl",
            "algorithm": {"gamma": 0.99, "lam": 0.95},
        },
        "adv_estimator=gae, loss_agg_mode=seq-mean-token-mean for actor and critic": {
            "estimator": "gae",
            "loss_agg_mode": "seq-mean-token-mean",
            "critic": {"loss_agg_mode": "seq-mean-token-mean"},
        },
    },
    "OpenRLHF": {
        "estimator gae (kl.init_coef 0.01, lambd 1, value_clip 0.5)": {"estimator": "gae"},
        "gae, gamma 0.99, lambd 0.95": {"estimator": "gae", "gamma": 0.99, "lambd": 0.95},
        "gae, no_std_norm": {"estimator": "gae", "no_std_norm": True},
        "reinforce": {"estimator": "reinforce"},
        "reinforce, dual_clip 3, entropy_coef 0.01": {
            "estimator": "reinforce",
            "dual_clip": 3.0,
            "entropy_coef": 0.01,
        },
        "reinforce_baseline, kl.use_loss, kl.estimator k2": {
            "estimator": "reinforce_baseline",
            "use_loss": True,
            "kl": "k2",
        },
        "reinforce_baseline, no_std_norm": {"estimator": "reinforce_baseline", "no_std_norm": True},
        "group_norm": {"estimator": "group_norm"},
        "group_norm, kl.use_loss, kl.estimator k3": {"estimator": "group_norm", "use_loss": True, "kl": "k3"},
        "rloo": {"estimator": "rloo"},
        "dr_grpo": {"estimator": "dr_grpo"},
        "group_norm, policy_loss_type gspo, eps_clip_low_high 3e-4 4e-4, kl.init_coef 0": {
            "estimator": "group_norm",
            "loss_type": "gspo",
            "coef": 0.0,
            "clip": (3e-4, 4e-4),
        },
        "group_norm, policy_loss_type gspo, kl.use_loss, kl.estimator k3": {
            "estimator": "group_norm",
            "loss_type": "gspo",
            "use_loss": True,
            "kl": "k3",
        },
    },
    "Stable-Baselines3": {
        "PPO": {"kind": "PPO"},
        "PPO(clip_range_vf=0.2)": {"kind": "PPO", "clip_range_vf": 0.2},
        "PPO(normalize_advantage=False, ent_coef=0.01)": {
            "kind": "PPO",
            "normalize_advantage": False,
            "ent_coef": 0.01,
        },
        "A2C": {"kind": "A2C"},
        "A2C(normalize_advantage=True, ent_coef=0.01)": {
            "kind": "A2C",
            "normalize_advantage": True,
            "ent_coef": 0.01,
        },
    },
    "TRL 0.24": {"PPOTrainer of TRL 0.24 (kl_coef=0.05)": {}},
    "sb3-contrib": {"sb3-contrib TRPO": {}},
    "Spinning Up": {name: {"kind": name} for name in ("vpg", "ppo", "trpo")},
    "oat": {
        'critic_type="grpo", beta=0': {"critic_type": "grpo", "beta": 0.0},
        'critic_type="grpo", beta=0.04': {"critic_type": "grpo", "beta": 0.04},
        'critic_type="drgrpo", generate_max_length=1024, beta=0': {
            "critic_type": "drgrpo",
            "generate_max_length": 1024,
            "beta": 0.0,
        },
        'critic_type="drgrpo", generate_max_length=1024, beta=0, reinforce_update=True': {
            "critic_type": "drgrpo",
            "generate_max_length": 1024,
            "beta": 0.0,
            "reinforce_update": True,
        },
    },
}
SECTION = {"TRL 0.24": "TRL", "sb3-contrib": "Stable-Baselines3"}
"""Of what stands in the table of another: whose."""
STEPS = {"sb3-contrib": "sb3-contrib TRPO", "Spinning Up": "trpo"}
"""Modes whose whole step is compared, too (`steps`)."""
WHOLE = {"RLOOTrainer (beta=0.05)", "RLOOTrainer, normalize_advantages=True"}
WHOLE |= {'critic_type="grpo", beta=0', 'critic_type="grpo", beta=0.04'}
"""Modes that are compared without an answer cut off to nothing: TRL's RLOO adds a constant there, oat divides by 0."""
FULL = set(MODES["TRL 0.24"])
"""Modes that are compared on answers that fill the batch: TRL 0.24 pays shorter ones a position late."""
EVEN = {"TRL", "OpenRLHF", "oat"}
"""Libraries whose groups must be equally large and stand in order."""
