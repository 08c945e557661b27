"""Counts by hand, a search of two visits by hand, and against a slow search of one run."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives.experiments import search_tree

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}


def grow(**changes: Any) -> dict[str, np.ndarray]:
    return search_tree.run({**SHIPPED, **{f"search_tree.{key}": value for key, value in changes.items()}})


def slow(prior: Any, forecast: Any, scores: Any, visits: int, curiosity: float) -> np.ndarray:
    """One run, visit by visit, as a recursion."""
    nodes = len(forecast)
    count, total = np.zeros((nodes, 3)), np.zeros((nodes, 3))

    def visit(node: int) -> float:
        best, chosen = -np.inf, 2
        for edge in range(3):
            if edge < 2 and node >= nodes // 2:
                continue
            mean = total[node, edge] / count[node, edge] if count[node, edge] else forecast[node]
            bonus = curiosity * prior[node][edge] * (count[node].sum() + 1) ** 0.5 / (1 + count[node, edge])
            if mean + bonus > best:
                best, chosen = mean + bonus, edge
        child = 2 * node + 1 + chosen
        if chosen == 2:
            worth = scores[node]
        elif count[node, chosen] == 0:
            worth = forecast[child]
        else:
            worth = visit(child)
        count[node, chosen] += 1
        total[node, chosen] += worth
        return float(worth)

    for _ in range(visits):
        visit(0)
    return count


def test_counts_by_hand() -> None:
    """3^20 = 3.49e9; 128000^1 < 1e9 < 128000^2; 3^18 = 3.9e8 < 1e9 < 3^19."""
    a = grow()
    assert 10 ** a["answers"][0, -1] == pytest.approx(3**20)
    assert float(a["budget"]) == pytest.approx(9.0)
    assert a["depth"].tolist() == [18, 6, 1]
    assert grow(branches=(10.0, 1000.0), budget=1e9)["depth"].tolist() == [9, 3]
    assert search_tree.NUMBERS["branch_first"][1](a) == 3.0


def test_two_visits_by_hand() -> None:
    """Probabilities (1/2, 1/4, 1/4): first the likeliest edge, whose poor forecast sends the search to the next one."""
    prior = torch.tensor([[0.5, 0.25, 0.25]] * 3, dtype=torch.float64)
    forecast = torch.tensor([[0.5, -9.0, 0.7]], dtype=torch.float64)
    count = search_tree.search(prior, forecast, torch.tensor([0.0, 1.0, 0.0]).double(), 2, 1.0)
    assert count[0].tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_all_runs_together_are_the_slow_search_of_each() -> None:
    generator = torch.Generator().manual_seed(0)
    prior = torch.rand(31, 3, generator=generator, dtype=torch.float64).softmax(-1)
    forecast = torch.rand(4, 31, generator=generator, dtype=torch.float64)
    scores = (torch.rand(31, generator=generator) > 0.5).double()
    count = search_tree.search(prior, forecast, scores, 60, 1.25)
    for run in range(4):
        assert np.array_equal(count[run].numpy(), slow(prior.numpy(), forecast[run].numpy(), scores.numpy(), 60, 1.25))
    assert count[:, 0].sum(-1).tolist() == [60.0] * 4


def test_the_tree_is_tallys() -> None:
    a = grow()
    assert a["prefix"][:7].tolist() == ["", "E", "O", "EE", "EO", "OE", "OO"]
    assert a["prefix"][a["on_path"]].tolist() == [
        "",
        "O",
        "OO",
        "OOE",
        "OOEO",
    ]  # 1011
    assert np.allclose(a["visited"][0], a["visited"][0][:1])  # without an error all searches are the same
    assert (a["visited"][:, :, 0] == 100).all()


def test_edits_flip_claims() -> None:
    a = grow(branches=(2.0, 30.0), noise=(0.0, 1e-9), seeds=2)
    assert {name for name, (_, function) in search_tree.CLAIMS.items() if not function(a)} == set(search_tree.CLAIMS)
    assert search_tree.CLAIMS["tally_and_a_model"][1](grow(branches=(3.0, 10000.0)))
    assert not search_tree.CLAIMS["tally_and_a_model"][1](grow(branches=(3.0, 9999.0)))
    with pytest.raises(ValueError, match="noise must be"):
        grow(noise=(0.1, 0.2))
