"""What papers say: numbers that are quoted and not computed, each with its edition, its place and who measured it.

A quote is spoken as `{papers#ppo_clip}` and drawn by its key; what is drawn carries the tag "the paper's own".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from objectives.experiments import Array, Arrays, Claim, Number, Values

NAME = "papers"
KEYS = ()


@dataclass(frozen=True)
class Paper:
    """One edition of one paper, or of the code that its authors published."""

    run: str
    """Whose run it was, in a few words."""
    cite: str
    edition: str
    tag: str = "the paper's own"
    """Who measured or chose it."""


@dataclass(frozen=True)
class Quote:
    """One number: `where` is the section or table, `page` that of the edition, 0 where it is not counted."""

    paper: Paper
    name: str
    value: float
    where: str
    page: int = 0
    unit: str = ""
    shown: str = ""
    """How it is written, if not in the shortest way."""


TRPO = Paper("TRPO, MuJoCo and Atari", "Schulman et al. 2015", "arXiv 1502.05477v5")
MODULAR_RL = Paper("TRPO, author's code", "Schulman, modular_rl", "gist joschu/e42a050b", tag="from the author's code")
PPO = Paper("PPO, MuJoCo", "Schulman et al. 2017", "arXiv 1707.06347v2")
PPO_ATARI = Paper("PPO, Atari", "Schulman et al. 2017", "arXiv 1707.06347v2")
INSTRUCT = Paper("InstructGPT", "Ouyang et al. 2022", "arXiv 2203.02155v1")
MATH = Paper("DeepSeekMath, GRPO", "Shao et al. 2024", "arXiv 2402.03300")
R1_ZERO = Paper("R1-Zero, GRPO", "DeepSeek-AI 2025", "arXiv 2501.12948v2")
VAPO = Paper("VAPO and PPO, Qwen2.5-32B", "Yue et al. 2025", "arXiv 2504.05118")
DAPO = Paper("DAPO", "Yu et al. 2025", "arXiv 2503.14476")
DAPO_EXAMPLE = Paper("DAPO, example", "Yu et al. 2025", "arXiv 2503.14476v2")
DAPO_LADDER = Paper("DAPO's ladder, Qwen2.5-32B", "Yu et al. 2025", "arXiv 2503.14476")
ZERO_FIRST = Paper("R1-Zero, AIME 2024", "DeepSeek-AI 2025", "arXiv 2501.12948v1")
ZERO_NATURE = Paper("R1-Zero, AIME 2024", "DeepSeek-AI 2025", "Nature 2025, arXiv 2501.12948v2")
R1 = Paper("R1", "DeepSeek-AI 2025", "arXiv 2501.12948v1")
R1_STAGES = Paper("R1's stages, AIME 2024", "DeepSeek-AI 2025", "arXiv 2501.12948v2")
STUDENTS = Paper("R1's distilled models", "DeepSeek-AI 2025", "arXiv 2501.12948v1, github.com/deepseek-ai/DeepSeek-R1")
ZERO_QWEN = Paper("R1-Zero-Qwen-32B", "Yu et al. 2025", "arXiv 2503.14476")
VERL = Paper("DAPO, rerun in verl", "verl documentation", "docs/algo/dapo.md", tag="its authors' rerun, in verl")
AIME = "score on AIME 2024, avg@32"
PASS = "score on AIME 2024, pass@1"

QUOTES: dict[str, Quote] = {
    "trpo_delta": Quote(TRPO, "largest KL of one step", 0.01, "tables 2 and 3", 15, "nat"),
    "trpo_gamma": Quote(TRPO, "discount", 0.99, "tables 2 and 3", 15),
    "trpo_products": Quote(TRPO, "conjugate-gradient iterations", 10, "appendix C.1", 0, "iterations"),
    "trpo_subsample": Quote(TRPO, "share of the data for them", 0.1, "appendix C.1", shown="10 %"),
    "trpo_damping": Quote(MODULAR_RL, "damping of the Fisher matrix", 0.1, "command line, cg_damping"),
    "trpo_code_gamma": Quote(MODULAR_RL, "discount", 0.995, "command line, gamma"),
    "trpo_code_lam": Quote(MODULAR_RL, "GAE lambda", 0.97, "command line, lam"),
    "ppo_clip": Quote(PPO, "clip range", 0.2, "section 6.2", 7),
    "ppo_epochs": Quote(PPO, "passes over each batch", 10, "table 3", 10, "epochs"),
    "ppo_minibatch": Quote(PPO, "samples per update", 64, "table 3", 10, "steps"),
    "ppo_horizon": Quote(PPO, "steps per batch", 2048, "table 3", 10, "steps"),
    "ppo_rate": Quote(PPO, "step size of Adam", 3e-4, "table 3", 10, shown="3e-4"),
    "ppo_gamma": Quote(PPO, "discount", 0.99, "table 3", 10),
    "ppo_lam": Quote(PPO, "GAE lambda", 0.95, "table 3", 10),
    "ppo_atari_clip": Quote(PPO_ATARI, "clip range at the start", 0.1, "table 5", 10),
    "ppo_atari_epochs": Quote(PPO_ATARI, "passes over each batch", 3, "table 5", 10, "epochs"),
    "ppo_atari_value": Quote(PPO_ATARI, "weight of the value loss", 1, "table 5", 10),
    "ppo_atari_entropy": Quote(PPO_ATARI, "weight of the entropy bonus", 0.01, "table 5", 10),
    "instruct_clip": Quote(INSTRUCT, "clip range", 0.2, "appendix C.4"),
    "instruct_epochs": Quote(INSTRUCT, "passes over each batch", 1, "appendix C.4", 0, "epoch"),
    "instruct_batch": Quote(INSTRUCT, "answers per batch", 512, "appendix C.4", 0, "answers"),
    "instruct_minibatch": Quote(INSTRUCT, "answers per update", 64, "appendix C.4", 0, "answers"),
    "instruct_gamma": Quote(INSTRUCT, "discount", 1, "appendix C.4: none", 0),
    "instruct_beta": Quote(INSTRUCT, "weight of the KL in the reward", 0.02, "appendix C.4"),
    "instruct_temperature": Quote(INSTRUCT, "sampling temperature", 1, "appendix C.4"),
    "instruct_episodes": Quote(INSTRUCT, "answers in all", 256_000, "appendix C.4", 0, "answers", "256k"),
    "math_group": Quote(MATH, "answers per question", 64, "section 4.2", 0, "answers"),
    "math_beta": Quote(MATH, "weight of the KL (beta)", 0.04, "section 4.2"),
    "math_rate": Quote(MATH, "learning rate", 1e-6, "section 4.2", shown="1e-6"),
    "math_batch": Quote(MATH, "answers per batch", 1024, "section 4.2", 0, "answers"),
    "math_updates": Quote(MATH, "updates per batch", 1, "section 4.2", 0, "update"),
    "r1_group": Quote(R1_ZERO, "answers per question", 16, "section 2.1", 0, "answers"),
    "r1_beta": Quote(R1_ZERO, "weight of the KL (beta)", 0.001, "section 2.1"),
    "r1_rate": Quote(R1_ZERO, "learning rate", 3e-6, "section 2.1", shown="3e-6"),
    "r1_questions": Quote(R1_ZERO, "questions per batch", 32, "section 2.1", 0, "questions"),
    "dapo_low": Quote(DAPO, "clip range below", 0.2, "section 4.1"),
    "dapo_high": Quote(DAPO, "clip range above", 0.28, "section 4.1"),
    "dapo_rare": Quote(DAPO_EXAMPLE, "chance of an unlikely token", 0.01, "section 3.1", shown="0.01"),
    "dapo_rare_bound": Quote(DAPO_EXAMPLE, "upper bound of its chance at 0.2", 0.012, "section 3.1"),
    "dapo_common": Quote(DAPO_EXAMPLE, "chance of a likely token", 0.9, "section 3.1"),
    "dapo_common_bound": Quote(DAPO_EXAMPLE, "upper bound of its chance at 0.2", 1.08, "section 3.1"),
    "dapo_group": Quote(DAPO, "answers per prompt", 16, "section 4.1", 0, "answers"),
    "dapo_prompts": Quote(DAPO, "prompts per batch", 512, "section 4.1", 0, "prompts"),
    "dapo_updates": Quote(DAPO, "updates per batch", 16, "section 4.1", 0, "updates"),
    "dapo_rate": Quote(DAPO, "learning rate", 1e-6, "section 4.1", shown="1e-6"),
    "dapo_expected": Quote(DAPO, "expected length", 16_384, "section 4.1", 0, "tokens"),
    "dapo_cache": Quote(DAPO, "punishment cache", 4096, "section 4.1", 0, "tokens"),
    "ladder_grpo": Quote(DAPO_LADDER, f"naive GRPO, {AIME}", 30, "table 1", 0, "points"),
    "ladder_filtering": Quote(DAPO_LADDER, f"+ overlong filtering, {AIME}", 36, "table 1", 0, "points"),
    "ladder_clip": Quote(DAPO_LADDER, f"+ clip-higher, {AIME}", 38, "table 1", 0, "points"),
    "ladder_soft": Quote(DAPO_LADDER, f"+ soft overlong punishment, {AIME}", 41, "table 1", 0, "points"),
    "ladder_token": Quote(DAPO_LADDER, f"+ token-level loss, {AIME}", 42, "table 1", 0, "points"),
    "ladder_dapo": Quote(DAPO_LADDER, f"+ dynamic sampling (DAPO), {AIME}", 50, "table 1", 0, "points"),
    "ladder_zero": Quote(ZERO_QWEN, f"DeepSeek's run, {AIME}", 47, "table 1", 0, "points"),
    "verl_soft": Quote(
        VERL, "AIME 2024, no token-level loss, no dynamic sampling", 44, "Reproduction Runs", 0, "points"
    ),
    "verl_token": Quote(VERL, "AIME 2024, no dynamic sampling", 50, "Reproduction Runs", 0, "points"),
    "verl_dapo": Quote(VERL, "AIME 2024, DAPO", 52, "Reproduction Runs", 0, "points"),
    "zero_start": Quote(ZERO_FIRST, "before training, pass@1", 15.6, "section 2.2.4", 0, "%"),
    "zero_first": Quote(ZERO_FIRST, "after training, pass@1", 71.0, "section 2.2.4", 0, "%", shown="71.0"),
    "zero_nature": Quote(ZERO_NATURE, "after training, pass@1", 77.9, "section 2", 0, "%"),
    "r1_reasoning": Quote(R1, "answers kept, on reasoning", 600_000, "section 2.3.3", 10, "answers", "about 600k"),
    "r1_other": Quote(R1, "other samples", 200_000, "section 2.3.3", 11, "samples", "about 200k"),
    "r1_samples": Quote(R1, "samples for fine-tuning", 800_000, "section 2.3.3", 11, "samples", "about 800k"),
    "stage_imitate": Quote(R1_STAGES, f"after imitating examples (Dev1), {PASS}", 59.0, "table 3", 0, "%", "59.0"),
    "stage_practise": Quote(R1_STAGES, f"after practice (Dev2), {PASS}", 74.0, "table 3", 0, "%", "74.0"),
    "stage_kept": Quote(R1_STAGES, f"after imitating the kept (Dev3), {PASS}", 78.1, "table 3", 0, "%"),
    "stage_again": Quote(R1_STAGES, f"after practice again (R1), {PASS}", 79.8, "table 3", 0, "%"),
    "student_qwen_1": Quote(STUDENTS, f"Qwen2.5-Math-1.5B, {PASS}", 28.9, "table 5", 14, "%"),
    "student_qwen_7": Quote(STUDENTS, f"Qwen2.5-Math-7B, {PASS}", 55.5, "table 5", 14, "%"),
    "student_llama_8": Quote(STUDENTS, f"Llama-3.1-8B, {PASS}", 50.4, "table 5", 14, "%"),
    "student_qwen_14": Quote(STUDENTS, f"Qwen2.5-14B, {PASS}", 69.7, "table 5", 14, "%"),
    "student_qwen_32": Quote(STUDENTS, f"Qwen2.5-32B, {PASS}", 72.6, "table 5", 14, "%"),
    "student_llama_70": Quote(STUDENTS, f"Llama-3.3-70B-Instruct, {PASS}", 70.0, "table 5", 14, "%", "70.0"),
    "teacher_r1": Quote(R1, f"R1, the teacher, {PASS}", 79.8, "table 4", 13, "%"),
    "alone_qwen_32": Quote(R1, f"Qwen-32B, large-scale RL alone, {PASS}", 47.0, "table 6", 15, "%", "47.0"),
    "vapo_ppo": Quote(VAPO, "plain PPO, AIME 2024", 5, "table 1", 0, "points"),
    "vapo_all": Quote(VAPO, "VAPO, AIME 2024", 60.4, "table 1", 0, "points", shown="60.4"),
}

SCHEMA = {
    "key": Array("quote", "", "what the number is looked up by"),
    "name": Array("quote", "", "what it is, in words"),
    "value": Array("quote", "its own", "the number"),
    "shown": Array("quote", "", "the number as it is written"),
    "unit": Array("quote", "", "its unit, empty for a plain number"),
    "run": Array("quote", "", "whose run it was"),
    "cite": Array("quote", "", "authors and year"),
    "edition": Array("quote", "", "which edition of the paper"),
    "where": Array("quote", "", "section or table"),
    "page": Array("quote", "", "page of that edition, 0 where it is not counted"),
    "tag": Array("quote", "", "who measured or chose it: the paper's own"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """The quotes as arrays; no hyperparameter changes them."""
    rows = []
    for key, q in QUOTES.items():
        said = (key, q.name, q.value, q.shown or f"{q.value:g}", q.unit)
        rows.append((*said, q.paper.run, q.paper.cite, q.paper.edition, q.where, q.page, q.paper.tag))
    kinds = {"value": np.float64, "page": np.int64}
    columns = dict(zip(SCHEMA, zip(*rows, strict=True), strict=True))
    return {name: np.array(column, dtype=kinds.get(name, np.str_)) for name, column in columns.items()}


def _look_up(key: str) -> Callable[[Arrays], float]:
    return lambda arrays: float(arrays["value"][arrays["key"].tolist().index(key)])


def _gain(after: str, before: str) -> Number:
    return f"{after} minus {before}", lambda a: _look_up(after)(a) - _look_up(before)(a)


NUMBERS: dict[str, Number] = {
    key: (f"{q.name}, {q.paper.run} ({q.paper.edition}, {q.where})", _look_up(key)) for key, q in QUOTES.items()
} | {
    "ladder_sampling_gain": _gain("ladder_dapo", "ladder_token"),
    "verl_sampling_gain": _gain("verl_dapo", "verl_token"),
    "verl_token_gain": _gain("verl_token", "verl_soft"),
    "ladder_token_gain": _gain("ladder_token", "ladder_soft"),
    "r1_samples_thousands": ("the same in thousands", lambda a: _look_up("r1_samples")(a) / 1000),
}

CLAIMS: dict[str, Claim] = {
    "instruct_reuses_less": (
        "InstructGPT goes over a batch less often than PPO's first runs did.",
        lambda a: _look_up("instruct_epochs")(a) < min(_look_up("ppo_epochs")(a), _look_up("ppo_atari_epochs")(a)),
    ),
}
