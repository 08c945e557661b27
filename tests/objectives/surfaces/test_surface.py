"""The plane through the logits, and the grid on it."""

from __future__ import annotations

import math

import pytest
import torch

from objectives.surfaces import surface


def test_the_plane_holds_every_policy_once_and_keeps_lengths() -> None:
    plane = surface.three_logit_plane()
    assert (plane.first @ plane.second).item() == pytest.approx(0)
    assert plane.first.norm().item() == pytest.approx(1)
    assert plane.second.norm().item() == pytest.approx(1)
    logits = torch.tensor([0.03, 0.62, 0.35], dtype=torch.float64).log()
    u, v = plane.coordinates(logits - logits.mean()).tolist()
    assert u == pytest.approx((math.log(0.03) - math.log(0.62)) / math.sqrt(2))
    assert v == pytest.approx((math.log(0.03) + math.log(0.62) - 2 * math.log(0.35)) / math.sqrt(6))
    back = plane.points(torch.tensor([u, v], dtype=torch.float64)).softmax(-1)
    assert back.tolist() == pytest.approx([0.03, 0.62, 0.35])


def test_rows_are_v_and_columns_are_u_whatever_the_chunk() -> None:
    plane = surface.three_logit_plane()
    u, v = surface.axes(surface.Params(resolution=4, u_low=-1.0, v_low=2.0, side=3.0))
    assert u.tolist() == [-1, 0, 1, 2]
    assert v.tolist() == [2, 3, 4, 5]
    for chunk in (1, 5, 100):
        found = surface.evaluate(plane.coordinates, plane, u, v[:3], chunk=chunk)
        assert found.shape == (3, 4, 2)
        assert torch.allclose(found[1, 2], torch.tensor([1.0, 3.0], dtype=torch.float64))


def test_points_and_answers_together_are_never_more_than_for_the_batches_that_are_shipped() -> None:
    assert [surface.points_at_once(answers) for answers in (1, 128, 256, 8192)] == [2048, 2048, 1024, 32]
    assert surface.points_at_once(1 << 30) == 1
