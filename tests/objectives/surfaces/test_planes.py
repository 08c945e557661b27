"""Planes through parameter space, and the landscape on them against a loop of forward passes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, sampling
from objectives.surfaces import planes, surface
from objectives.training import loop
from objectives.worlds import tally
from objectives.worlds.gru import Params, RecurrentTally
from objectives.worlds.networks import Network


def path(steps: int = 9, size: int = 6) -> torch.Tensor:
    return torch.randn((steps, size), generator=torch.Generator().manual_seed(1), dtype=torch.float64).cumsum(0)


def points(*rows: list[float]) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def test_the_plane_through_the_ends_by_hand() -> None:
    bent = points([0, 0, 1], [1, 2, 1], [2, 0, 1])
    plane = planes.through_ends(bent)
    assert plane.first.tolist() == [1, 0, 0]
    assert plane.second.tolist() == pytest.approx([0, 1, 0])
    assert plane.coordinates(bent).tolist() == [pytest.approx([0, 0]), pytest.approx([1, 2]), pytest.approx([2, 0])]
    assert planes.explained(plane, bent) == pytest.approx(1)


def test_principal_directions_hold_the_most() -> None:
    trail = path()
    best = planes.principal(trail)
    centred = trail - trail.mean(0)
    spectrum = torch.linalg.svdvals(centred) ** 2
    assert planes.explained(best, trail) == pytest.approx(float(spectrum[:2].sum() / spectrum.sum()))
    assert planes.explained(planes.through_ends(trail), trail) <= planes.explained(best, trail) + 1e-12


@pytest.mark.parametrize("make", [planes.principal, planes.through_ends])
def test_directions_are_orthonormal_and_points_come_back(make: Any) -> None:
    for trail in (path(), points([0, 0, 0], [1, 1, 0], [2, 2, 0])):
        plane = make(trail)
        axes = torch.stack([plane.first, plane.second])
        assert torch.allclose(axes @ axes.T, torch.eye(2, dtype=torch.float64), atol=1e-12)
        uv = points([0.3, -2.0], [5.0, 1.0])
        assert torch.allclose(plane.coordinates(plane.points(uv)), uv, atol=1e-12)
    assert torch.allclose(
        planes.through_ends(path()).points(planes.through_ends(path()).coordinates(path()[-1])), path()[-1]
    )


def test_a_path_that_returns_has_no_line_and_one_that_stands_still_is_all_explained() -> None:
    with pytest.raises(ValueError, match="must end elsewhere"):
        planes.through_ends(points([1, 2], [3, 4], [1, 2]))
    assert planes.explained(planes.principal(path()), points([1, 2, 3, 4, 5, 6])) == 1


def test_random_directions_are_as_long_as_the_filters_of_the_network() -> None:
    shapes = {"weight": (2, 3), "bias": (2,)}
    origin = points([3, 0, 4, 0, 0, 0.5, 7, 8])[0]
    plane = planes.filter_normalised(origin, shapes, torch.Generator().manual_seed(0))
    for direction in (plane.first, plane.second):
        assert direction[:6].reshape(2, 3).norm(dim=1).tolist() == pytest.approx([5, 0.5])
        assert direction[6:].tolist() == [0, 0]
    uv = points([0.3, -2.0], [5.0, 1.0])
    assert torch.allclose(plane.coordinates(plane.points(uv)), uv)
    again = planes.filter_normalised(origin, shapes, torch.Generator().manual_seed(0))
    assert torch.equal(plane.first, again.first)
    off = plane.points(uv[0]) + torch.linalg.qr(torch.stack([plane.first, plane.second]).T, mode="complete").Q[:, 5]
    assert torch.allclose(plane.coordinates(off), uv[0])


def test_the_frame_holds_the_path_with_a_margin() -> None:
    plane = planes.principal(path())
    u, v = planes.frame(plane, path(), 11)
    at = plane.coordinates(path())
    assert u[0] < at[:, 0].min()
    assert u[-1] > at[:, 0].max()
    assert v[0] < at[:, 1].min()
    assert v[-1] > at[:, 1].max()
    assert (u[-1] - u[0]).item() == pytest.approx((v[-1] - v[0]).item())


# --- the landscape of a network


@pytest.fixture(scope="module")
def scene() -> Any:
    world = RecurrentTally(Params(hidden=4), tally.Params(bits=2, cap=3), group_size=4)
    draws = sampling.Params(groups=3, group_size=4, iterations=1, seeds=1)
    group = sampling.group_labels(draws)
    episodes = world.play(world.start, sampling.uniforms(tally.NAME, draws, world.tokens)[0, 0])
    drawn = loop.rollouts(world, episodes, group, world.start, world.start)
    plane = planes.filter_normalised(world.start, world.policy.network.shapes, torch.Generator().manual_seed(3))
    rules = {name: (rule, rule.Params()) for name, rule in OBJECTIVES.items()}
    return world, episodes, drawn, plane, rules


AXIS = torch.tensor([-1.0, 0.0, 1.0, 2.0], dtype=torch.float64)


@pytest.mark.parametrize("chunk", [1, 5, 64])
def test_the_landscape_is_a_loop_of_forward_passes(scene: Any, chunk: int) -> None:
    world, episodes, drawn, plane, rules = scene
    found = planes.landscape(rules, world.policy, episodes, drawn, plane, AXIS[:3], AXIS, chunk=chunk)
    assert set(found) == set(OBJECTIVES)
    for row, column in ((0, 0), (1, 1), (3, 2)):
        theta = plane.points(torch.stack([AXIS[column], AXIS[row]]))
        look = world.policy.look(theta, None, episodes)
        batch = replace(drawn, logp=look.logp, entropies=look.entropies, values=None)
        for name, (rule, params) in rules.items():
            assert found[name][row, column].item() == pytest.approx(-rule.loss(batch, params).total.item(), abs=1e-12)


def test_cells_that_are_left_out_or_break_are_nan(scene: Any) -> None:
    world, episodes, drawn, plane, rules = scene
    only = torch.zeros((4, 3), dtype=torch.bool)
    only[1, 1] = only[3, 2] = True
    found = planes.landscape(rules, world.policy, episodes, drawn, plane, AXIS[:3], AXIS, only=only)
    assert torch.equal(torch.isfinite(found["grpo"]), only)
    broken = replace(plane, second=torch.full_like(plane.second, math.inf))
    found = planes.landscape(rules, world.policy, episodes, drawn, broken, AXIS[:2], AXIS[:2])
    assert all(torch.isnan(grid).all() for grid in found.values())
    with pytest.raises(ValueError, match="only must pick at least one of 12 cells"):
        surface.evaluate(lambda x: x, plane, AXIS[:3], AXIS, only=torch.zeros(4, 3, dtype=torch.bool))


def test_a_network_runs_each_row_on_its_own_or_on_shared_inputs() -> None:
    module = torch.nn.Linear(3, 2).double()
    network = Network(module)
    assert network.size == 8
    thetas = torch.stack([network.start(), 2 * network.start()])
    shared, own = torch.ones((1, 4, 3), dtype=torch.float64), torch.ones((2, 4, 3), dtype=torch.float64)
    assert torch.allclose(network(thetas, shared)[1], 2 * module(shared[0]))
    assert torch.allclose(network(thetas, own, chunk=1), network(thetas, shared))
    assert network.span("bias").tolist() == [False] * 6 + [True] * 2
    with pytest.raises(ValueError, match=r"theta must end in \[8\], but its shape is \[2, 7\]"):
        network(thetas[:, :7], shared)
