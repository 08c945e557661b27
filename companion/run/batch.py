"""A batch of answers with rewards, from any file that has them; and what had to be taken for granted, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from companion.run.readers.sheet import ABSENT, Sheet
from companion.run.runs import FloatArray, listed, numbers
from pipeline.errors import UserError

IntArray = npt.NDArray[np.int64]

NAMES: dict[str, tuple[str, ...]] = {
    "group": ("group", "group_id", "uid", "prompt_id", "prompt", "input", "question", "problem"),
    "reward": ("reward", "rewards", "score", "total_reward", "sequence_reward"),
    "completion": ("completion", "output", "response", "answer", "completions", "responses"),
    "length": ("length", "response_length", "completion_length", "num_tokens", "tokens"),
    "ids": ("completion_ids", "response_ids", "token_ids"),
    "correct": ("correct", "acc", "accuracy", "is_correct"),
    "step": ("step", "global_step"),
    "logp": ("logp", "logprobs", "per_token_logps", "log_probs"),
    "old_logp": ("old_logp", "old_logprobs", "old_per_token_logps", "old_log_probs"),
    "ref_logp": ("ref_logp", "ref_logprobs", "ref_per_token_logps", "ref_log_prob"),
    "values": ("values", "value"),
}
"""What a batch may hold -> names of the column, the best first."""

PER_TOKEN = ("logp", "old_logp", "ref_logp", "values")
NO_REWARD = ("advantage", "advantages", "epoch", "index", "id", "__index_level_0__", "gts")
SHOWN = 600
"""Characters that are kept of a prompt or a completion, to be shown."""


@dataclass(frozen=True)
class Batch:
    """N answers. Fields of tokens are lists of N arrays, each as long as its answer."""

    name: str
    rewards: FloatArray
    group: IntArray
    lengths: IntArray
    step: IntArray
    prompts: list[str]
    completions: list[str]
    correct: FloatArray | None = None
    tokens: Mapping[str, list[FloatArray]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rewards)

    def take(self, rows: IntArray) -> Batch:
        """Some of the answers."""
        if len(rows) == len(self) and (np.diff(rows) > 0).all():
            return self
        return replace(
            self,
            rewards=self.rewards[rows],
            group=self.group[rows],
            lengths=self.lengths[rows],
            step=self.step[rows],
            prompts=[self.prompts[k] for k in rows.tolist()],
            completions=[self.completions[k] for k in rows.tolist()],
            correct=None if self.correct is None else self.correct[rows],
            tokens={name: [lists[k] for k in rows] for name, lists in self.tokens.items()},
        )


def is_batch(sheet: Sheet) -> bool:
    """Whether a file holds answers, and not a log."""
    return bool(_found(sheet, "group") and (_found(sheet, "completion") or _found(sheet, "length") or _lists(sheet)))


def batch_of(sheets: Iterable[Sheet], name: str = "batch") -> Batch:
    """The answers of these files, one after the other."""
    parts = [_batch(sheet, sheet.path.stem) for sheet in sheets]
    if len(parts) == 1:
        return parts[0]
    shared = set.intersection(*(set(part.tokens) for part in parts))
    offsets = np.cumsum([0, *(int(part.group.max()) + 1 for part in parts[:-1])])
    known = [part.correct for part in parts if part.correct is not None]
    return Batch(
        name=name,
        rewards=np.concatenate([part.rewards for part in parts]),
        group=np.concatenate([part.group + first for part, first in zip(parts, offsets, strict=True)]),
        lengths=np.concatenate([part.lengths for part in parts]),
        step=np.concatenate([part.step for part in parts]),
        prompts=[text for part in parts for text in part.prompts],
        completions=[text for part in parts for text in part.completions],
        correct=np.concatenate(known) if len(known) == len(parts) else None,
        tokens={key: [one for part in parts for one in part.tokens[key]] for key in shared},
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


def _found(sheet: Sheet, what: str) -> str:
    """The column that holds this, or nothing."""
    return next((name for name in NAMES[what] if name in sheet.columns), "")


def _lists(sheet: Sheet) -> list[str]:
    """Which lists of numbers per token there are."""
    return [what for what in (*PER_TOKEN, "ids") if (name := _found(sheet, what)) and _is_list(sheet.columns[name])]


def _is_list(cells: list[Any]) -> bool:
    return any(isinstance(cell, list) for cell in cells[:100])


def _batch(sheet: Sheet, name: str) -> Batch:
    notes: list[str] = list(sheet.notes)
    rewards = _rewards(sheet, notes)
    kept = np.flatnonzero(np.isfinite(rewards))
    if len(kept) < sheet.rows:
        notes.append(f"{sheet.rows - len(kept)} answers have no finite reward, and are left out.")
    if not len(kept):
        raise UserError(f"{sheet.path}: no answer has a finite reward.")
    steps = _steps(sheet)
    tokens = {what: _arrays(sheet, what) for what in _lists(sheet) if what != "ids"}
    lengths = _lengths(sheet, tokens, notes)
    group_name = _found(sheet, "group")
    if not group_name:
        raise UserError(_needed(sheet, "a prompt or a group"))
    whole = Batch(
        name=name,
        rewards=rewards,
        group=_labels(sheet.columns[group_name], steps),
        lengths=lengths,
        step=steps,
        prompts=_texts(sheet.columns[next((one for one in NAMES["group"][4:] if one in sheet.columns), group_name)]),
        completions=_texts(sheet.columns[_found(sheet, "completion")] if _found(sheet, "completion") else []),
        tokens=tokens,
    )
    if not whole.completions:
        whole = replace(whole, completions=[""] * len(whole))
    part = whole.take(kept)
    return replace(part, correct=_correct(sheet, kept, part.rewards, notes), notes=tuple(notes))


def _needed(sheet: Sheet, what: str) -> str:
    return (
        f"{sheet.path}: no column holds {what}. It has {listed(sheet.columns)}; needed are a prompt or a group "
        "(prompt, group, input), a reward (reward, score), and a completion or a length (completion, output, length)."
    )


def _rewards(sheet: Sheet, notes: list[str]) -> FloatArray:
    """The reward of each answer; of several reward functions, as TRL logs them, the sum."""
    if name := _found(sheet, "reward"):
        values, logged = numbers(sheet.columns[name])
        if logged.any():
            return values
    taken = {name for names in NAMES.values() for name in names} | set(NO_REWARD)
    functions = {}
    for name, cells in sheet.columns.items():
        if name not in taken and not _is_list(cells):
            values, logged = numbers(cells)
            if logged.all() and np.isfinite(values).any():
                functions[name] = values
    if not functions:
        raise UserError(_needed(sheet, "a reward"))
    if len(functions) > 1:
        notes.append(f"The reward is the sum of {listed(functions)}: their weights are not in the file.")
    else:
        notes.append(f"The reward is {next(iter(functions))}.")
    table = np.stack(list(functions.values()))
    total: FloatArray = np.where(np.isnan(table).all(0), math.nan, np.nansum(table, axis=0))
    return total


def _steps(sheet: Sheet) -> IntArray:
    name = _found(sheet, "step")
    if not name:
        return np.zeros(sheet.rows, np.int64)
    values, _ = numbers(sheet.columns[name])
    return np.where(np.isfinite(values), values, 0).astype(np.int64)


def _labels(cells: list[Any], steps: IntArray) -> IntArray:
    """A number for each group: the answers of one prompt in one step."""
    seen: dict[tuple[str, int], int] = {}
    keys = (cell if isinstance(cell, str) else repr(cell) for cell in cells)
    return np.array([seen.setdefault(key, len(seen)) for key in zip(keys, steps.tolist(), strict=True)])


def _lengths(sheet: Sheet, tokens: Mapping[str, list[FloatArray]], notes: list[str]) -> IntArray:
    """Tokens of each answer: of its lists, of a column, or else the words of its text, which is said."""
    if tokens:
        lengths = {what: np.array([len(one) for one in lists]) for what, lists in tokens.items()}
        first, *others = lengths
        for other in others:
            if (lengths[first] != lengths[other]).any():
                row = int(np.flatnonzero(lengths[first] != lengths[other])[0]) + 1
                raise UserError(
                    f"{sheet.path}: row {row} has {lengths[first][row - 1]} numbers in {first}, and "
                    f"{lengths[other][row - 1]} in {other}."
                )
        return lengths[first]
    if name := _found(sheet, "ids"):
        return np.array([len(cell) if isinstance(cell, list) else 0 for cell in sheet.columns[name]])
    if name := _found(sheet, "length"):
        values, _ = numbers(sheet.columns[name])
        if not (np.isfinite(values) & (values >= 0)).all() or values.max() > 1e7:
            raise UserError(f"{sheet.path}: the column {name} must hold the number of tokens of every answer.")
        return values.astype(np.int64)
    if name := _found(sheet, "completion"):
        notes.append("Lengths are counted in words: the file has no column for the number of tokens.")
        return np.array([len(_text(cell, 1 << 30).split()) for cell in sheet.columns[name]])
    raise UserError(_needed(sheet, "a completion or a length"))


def _arrays(sheet: Sheet, what: str) -> list[FloatArray]:
    name = _found(sheet, what)
    out = []
    for row, cell in enumerate(sheet.columns[name], start=1):
        try:
            array = np.array([] if cell is ABSENT else cell, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise UserError(f"{sheet.path}: row {row} of {name} is no list of numbers.") from error
        if array.ndim != 1 or not np.isfinite(array).all():
            raise UserError(f"{sheet.path}: row {row} of {name} must be a list of finite numbers.")
        out.append(array)
    return out


def _correct(sheet: Sheet, kept: IntArray, rewards: FloatArray, notes: list[str]) -> FloatArray | None:
    """Which answers are right: by a column of zeros and ones, or where there are just two rewards, the higher."""
    if name := _found(sheet, "correct"):
        values = numbers(sheet.columns[name])[0][kept]
        if np.isin(values, (0.0, 1.0)).all():
            return values
        notes.append(f"The column {name} does not hold zeros and ones only, and is not read.")
    if len(two := np.unique(rewards)) == 2:
        notes.append(f"An answer counts as right where its reward is {two[1]:g}, the higher of the two.")
        right: FloatArray = (rewards == two[1]).astype(np.float64)
        return right
    return None


def _texts(cells: list[Any]) -> list[str]:
    return [_text(cell, SHOWN) for cell in cells]


def _text(cell: Any, most: int) -> str:
    """A text, or the last message of a conversation."""
    if isinstance(cell, list) and cell and isinstance(cell[-1], dict):
        cell = cell[-1].get("content", "")
    return "" if cell is ABSENT else str(cell)[:most]
