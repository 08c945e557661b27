"""Writes tests/companion/run/data with the loggers of TRL, verl, OpenRLHF, Stable-Baselines3 and TensorBoard.

    scripts/peers                                                     makes .venv-peers
    .venv-peers/bin/python -m pip install --no-deps orjson pandas tensorboard absl-py grpcio markdown protobuf \
        werkzeug markupsafe python-dateutil six
    .venv-peers/bin/python -m benchmarks.run_files FOLDER

What is written, under which names and in which form is the libraries' own; the numbers are drawn at random with a seed.
"""

from __future__ import annotations

import importlib
import os
import sys
import types
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

import numpy as np

STEPS = 12


def course(dice: np.random.Generator) -> list[dict[str, float]]:
    """What a run logs at each step, by plain names."""
    rows = []
    for k in range(STEPS):
        share = k / (STEPS - 1)
        rows.append(
            {
                "reward": 0.3 + 0.4 * share + 0.02 * float(dice.normal()),
                "std": 0.45 - 0.1 * share,
                "length": 180 + 60 * share + 3 * float(dice.normal()),
                "kl": 0.001 + 0.03 * share,
                "low": 0.001 + 0.002 * share,
                "high": 0.002 + 0.01 * share,
                "entropy": 1.1 - 0.5 * share,
                "alike": 0.25 + 0.35 * share,
                "norm": 0.4 + 0.05 * float(dice.normal()),
                "rate": 1e-6 * (1 - 0.5 * share),
            }
        )
    return rows


def answers(dice: np.random.Generator, prompts: int = 6, size: int = 4) -> list[tuple[str, str, float]]:
    """(prompt, completion, reward) of each answer."""
    out = []
    for number in range(prompts):
        right = [0, 1, 2, 2, 3, 4][number % 6]
        for k in range(size):
            words = " ".join(["so", "then", "hence"][int(w)] for w in dice.integers(0, 3, int(dice.integers(3, 30))))
            out.append((f"What is {number} + {number}?", f"{words} {2 * number if k < right else 1}", float(k < right)))
    return out


def trl(folder: Path, dice: np.random.Generator) -> None:
    """trainer_state.json and completions_*.parquet, by `GRPOTrainer.log` and `TrainerState.save_to_json`."""
    from transformers import TrainerControl, TrainerState, TrainingArguments
    from transformers.trainer_callback import CallbackHandler, DefaultFlowCallback
    from trl import GRPOTrainer

    trainer: Any = object.__new__(GRPOTrainer)
    trainer.args = TrainingArguments(output_dir=str(folder), report_to=[], logging_steps=1, use_cpu=True)
    trainer.state, trainer.control = TrainerState(), TrainerControl()
    trainer.model = types.SimpleNamespace(training=True)
    trainer.accelerator = types.SimpleNamespace(is_main_process=True)
    trainer.callback_handler = CallbackHandler([DefaultFlowCallback()], trainer.model, None, None, None)
    trainer.num_completions_to_print = 0
    trainer._metrics = {"train": defaultdict(list), "eval": defaultdict(list)}
    trainer.log_completions = False
    (folder / "completions").mkdir(parents=True)
    for step, row in enumerate(course(dice), start=1):
        trainer.state.global_step, trainer.state.epoch = step, step / STEPS
        told = {
            "reward": row["reward"],
            "reward_std": row["std"] if step != 5 else float("nan"),
            "frac_reward_zero_std": row["alike"],
            "completions/mean_length": row["length"],
            "kl": row["kl"],
            "clip_ratio/low_mean": row["low"],
            "clip_ratio/high_mean": row["high"],
            "clip_ratio/region_mean": row["low"] + row["high"],
            "entropy": row["entropy"],
        }
        for name, value in told.items():
            trainer._metrics["train"][name].append(value)
        if step == STEPS:
            trainer.log_completions = True
            batch = answers(dice)
            rewards = np.array([reward for _, _, reward in batch]).reshape(-1, 4)
            spread = rewards.std(1, ddof=1, keepdims=True)
            grades = ((rewards - rewards.mean(1, keepdims=True)) / (spread + 1e-4)).reshape(-1)
            trainer._logs = {
                "prompt": deque(prompt for prompt, _, _ in batch),
                "completion": deque(completion for _, completion, _ in batch),
                "rewards": {"accuracy_reward": deque(reward for _, _, reward in batch)},
                "advantages": deque(grades.tolist()),
                "extra": {},
                "images": deque(),
            }
        loss = 0.0 if step == 1 else 1e-4 * step
        trainer.log({"loss": loss, "grad_norm": row["norm"], "learning_rate": row["rate"]})
        trainer.log_completions = False
        if step in (6, STEPS):
            trainer.model.training = False
            trainer._metrics["eval"]["reward"].append(row["reward"] + 0.02)
            trainer.log({"eval_loss": float("nan"), "eval_runtime": 3.0})
            trainer.model.training = True
    trainer.log({"train_runtime": 812.4, "train_loss": 0.0009, "total_flos": 0.0})
    trainer.state.save_to_json(str(folder / "trainer_state.json"))


def verl(folder: Path, dice: np.random.Generator) -> None:
    """metrics.jsonl by verl's FileLogger, and rollout/12.jsonl by `RayPPOTrainer._write_generations`."""
    from verl.trainer.ppo.ray_trainer import RayPPOTrainer
    from verl.utils.tracking import FileLogger

    folder.mkdir(parents=True)
    os.environ["VERL_FILE_LOGGER_PATH"] = str(folder / "metrics.jsonl")
    logger = FileLogger("project", "experiment")
    for step, row in enumerate(course(dice), start=1):
        told: dict[str, Any] = {
            "critic/rewards/mean": np.float64(row["reward"]),
            "critic/score/mean": row["reward"],
            "response_length/mean": row["length"],
            "response_length/clip_ratio": 0.01,
            "actor/kl_loss": row["kl"],
            "actor/ppo_kl": row["kl"] / 10,
            "actor/pg_clipfrac": row["low"] + row["high"],
            "actor/pg_clipfrac_lower": 0.0,
            "actor/entropy": row["entropy"],
            "actor/grad_norm": row["norm"],
            "actor/pg_loss": 0.0 if step == 1 else 1e-3,
            "actor/lr": row["rate"],
        }
        if step == 6:
            told = {**told, "val-core/gsm8k/reward/mean@1": 0.5}
        logger.log(told, step)
    logger.finish()
    batch = answers(dice)
    score = [reward for _, _, reward in batch]
    inputs, outputs = [prompt for prompt, _, _ in batch], [completion for _, completion, _ in batch]
    RayPPOTrainer._write_generations(
        inputs, outputs, [None] * len(batch), score, {"acc": score}, str(folder / "rollout"), STEPS
    )


def openrlhf(folder: Path, dice: np.random.Generator) -> None:
    """TensorBoard events by OpenRLHF's `TensorboardLogger`."""
    module = importlib.import_module("openrlhf.utils.logging_utils")
    wandb = types.SimpleNamespace(run_name="ppo")
    logger = module.TensorboardLogger(
        types.SimpleNamespace(logger=types.SimpleNamespace(tensorboard_dir=str(folder), wandb=wandb))
    )
    for step, row in enumerate(course(dice), start=1):
        told = {
            "rollout/reward_mean": row["reward"],
            "rollout/reward_std": row["std"],
            "rollout/response_length_mean": row["length"],
            "kl": row["kl"],
            "ppo_clip_ratio": row["low"] + row["high"],
            "entropy_loss": row["entropy"],
            "actor_grad_norm": row["norm"],
            "actor_lr": row["rate"],
            "policy_loss": 0.0,
            "reward": row["reward"],
            "response_length": row["length"],
            "generated_samples": ("an answer", row["reward"]),
        }
        logger.log_train(step, told)
        if step == 6:
            logger.log_eval(step, {"eval_default_pass1": 0.5})
    logger.close()


def sb3(folder: Path, dice: np.random.Generator) -> None:
    """progress.csv and TensorBoard events by Stable-Baselines3's `configure`."""
    from stable_baselines3.common.logger import configure

    logger = configure(str(folder), ["csv", "json", "tensorboard"])
    for step, row in enumerate(course(dice), start=1):
        logger.record("rollout/ep_rew_mean", 100 * row["reward"])
        logger.record("rollout/ep_len_mean", row["length"])
        logger.record("time/total_timesteps", 2048 * step)
        logger.record("time/iterations", step)
        if step > 1:
            logger.record("train/approx_kl", row["kl"])
            logger.record("train/clip_fraction", row["low"] + row["high"])
            logger.record("train/entropy_loss", -row["entropy"])
            logger.record("train/learning_rate", row["rate"])
            logger.record("train/loss", 0.5)
            logger.record("train/explained_variance", 0.2)
        if step == 6:
            logger.record("eval/mean_reward", 55.0)
        logger.dump(2048 * step)
    logger.close()


def main() -> None:
    """Writes all of them into FOLDER."""
    folder = Path(sys.argv[1])
    for true in ("orjson", "torch.utils.tensorboard"):
        importlib.import_module(true)  # before the shells, which would stand in their place
    importlib.import_module("benchmarks.peers.stubs").install()
    for number, make in enumerate((sb3, openrlhf, trl, verl)):
        make(folder / make.__name__, np.random.default_rng(number))
        print(make.__name__, *sorted(str(p.relative_to(folder)) for p in (folder / make.__name__).rglob("*.*")))


if __name__ == "__main__":
    main()
