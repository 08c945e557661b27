"""Tables, matrices and numbers, with sample data."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.rounds import Rounds
from scenes.chapters.ch06_may_i_reuse.updates import Updates
from scenes.chapters.ch07b_trust_region_as_a_rule.matrix import Matrix
from scenes.chapters.ch10_do_we_need_the_critic.memory_bars import MemoryBars
from scenes.chapters.ch13_whose_tokens_count.weight_rows import WeightRows
from scenes.engine.stage import Stage
from scenes.parts import running_number as figure
from scenes.parts.answers import Answers
from scenes.parts.group_table import HAND, GroupTable
from scenes.parts.house import House
from scenes.parts.settings import Settings
from tests.scenes.samples import data


def answers(stage: Stage) -> None:
    """The three answers with their odds and scores."""
    rows = Answers(stage, 420, 400, 200, 84, 150)
    rows.heading("odds", 640)
    rows.bars(640, 420, data.START, numbers=True)
    rows.heading("score", 1400, anchor="center")
    rows.column(1400, [f"{reward:.1f}" for reward in data.REWARDS])


def settings(stage: Stage) -> None:
    """What three runs used; the clip range is being spoken of."""
    keys = ("ppo_clip", "ppo_epochs", "instruct_clip", "instruct_epochs", "instruct_beta", "trpo_damping")
    part = Settings(data.papers(), keys)  # type: ignore[arg-type]
    part.enter(stage, at=0.0, over=0.0)
    part.light(stage, "ppo_clip", "instruct_clip", at=0.5)


def running_number(stage: Stage) -> None:
    """Numbers under one another, right-aligned."""
    part = figure.RunningNumbers(120, theme.SYMBOLS["advantage"])
    part.set(["+1.29", "-0.09", "30%"], [1160] * 3, [360, 560, 760])
    stage.put(part, "mover")


def group_table(stage: Stage) -> None:
    """One group, half-way from the old policy to a new one; the smaller term is spoken of."""
    part = GroupTable(data.table(), HAND, theme.PICTURE)  # type: ignore[arg-type]
    rows = list(range(len(part.order)))
    part.put(stage, rows)
    for k, column in enumerate(HAND):
        part.column(stage, column.name, rows, at=0.01 * k)
    stage.put(part.hatch(rows), "ground")


def memory_bars(stage: Stage) -> None:
    """Four models, and the three that are left when one has gone home."""
    trace = {
        "models": np.array(["policy", "critic", "reward model", "reference"]),
        "kept": np.array([[1, 1, 1, 1], [1, 0, 1, 1]]),
        "bytes": np.array([[16.0, 16.0, 2.0, 2.0], [16.0, 0.0, 2.0, 2.0]]),
    }
    places = [theme.Area(theme.LEFT, top, theme.RIGHT, top + 160) for top in (320, 640)]
    part = MemoryBars(trace, places)  # type: ignore[arg-type]
    part.put_first(stage, "four", theme.OBJECTIVES["ppo"].colour, (None,) * 4, told=0.0)
    part.put_case(stage, 1, "three", theme.OBJECTIVES["grpo"].colour, at=0.0)


def weight_rows(stage: Stage) -> None:
    """Three answers to two questions, each of them weighing the same."""
    lengths, question = [2, 6, 3], [0, 0, 1]
    part = WeightRows(lengths, question, theme.PICTURE)
    for answer in range(len(lengths)):
        stage.bring(part.tokens(answer, 400), layer="mark")
    weights = np.array([[1 / (3 * length)] * length + [0.0] * (6 - length) for length in lengths])
    row = theme.Area(theme.LEFT, 440, theme.RIGHT, 700)
    part.put(stage, weights, float(weights.max()), row, theme.OBJECTIVES["grpo"].colour, at=0.0)


def matrix(stage: Stage) -> None:
    """The Fisher matrix of the odds at the start, and the same square cut finer."""
    fisher = np.diag(data.START) - np.outer(data.START, data.START)
    colour = theme.OBJECTIVES["trpo"].colour
    part = Matrix(260, 240, 640, fisher, ("z_A", "z_B", "z_C"), colour)
    stage.show(*part.put(stage), at=0.0, over=0.0)
    other = Matrix(1080, 240, 640, fisher, ("z_A", "z_B", "z_C"), colour)
    stage.put(other.full(0.25), "grid")
    stage.put(other.cut(24), "grid")


def rounds(stage: Stage) -> None:
    """Two rounds: in the first three rooms turn, in the second none."""
    part = Rounds(data.house(), 560, 420)  # type: ignore[arg-type]
    for word in part.all():
        stage.put(word, "text")


def house(stage: Stage) -> None:
    """A house with its odds and what its rooms are worth."""
    trace = data.house()
    part = House(trace, theme.LEFT, 140, theme.RIGHT - theme.LEFT, 780)  # type: ignore[arg-type]
    stage.put(part.heat(trace["values"][1]), "ground")
    part.put(stage)
    stage.put(part.odds(trace["policy"][1]), "mark")
    for word in (*part.prices(), *part.worths(trace["values"][1])):
        stage.put(word, "text")


def updates(stage: Stage) -> None:
    """Twelve updates with a fresh handful each, an answer A more at every third."""
    answers = np.array([[0 if row < k // 3 else 1 + (row + k) % 2 for row in range(8)] for k in range(12)])
    part = Updates(stage, answers, 260, 1660, foot=820, top=240, at=0.0)
    part.rest.keep(part.column < 10)
    part.take(10 / 12)
