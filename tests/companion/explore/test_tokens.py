"""The push on every token, against numbers worked by hand."""

import pytest
import torch

from companion.explore.tokens import Answers, pushes

PLAIN = {"t.len": "2,4", "t.ok": "1,0", "t.rho": "1,1"}


def test_an_answer_pushes_as_a_whole_or_token_by_token() -> None:
    whole, _ = pushes(Answers.read({**PLAIN, "t.avg": "sequence"}))["grpo"]
    single, _ = pushes(Answers.read({**PLAIN, "t.avg": "token"}))["grpo"]
    assert torch.allclose(whole[:, 0], torch.tensor([1 / 4, -1 / 8], dtype=torch.float64))
    assert torch.allclose(single[:, 0], torch.tensor([1 / 6, -1 / 6], dtype=torch.float64))
    assert whole[0, 2:].abs().sum() == 0


def test_the_clip_silences_a_good_answer_that_has_moved_far_enough() -> None:
    push, shut = pushes(Answers.read({**PLAIN, "t.rho": "1.5,1"}))["ppo"]
    assert bool(shut[0, :2].all())
    assert push[0].abs().sum() == 0
    assert pushes(Answers.read({**PLAIN, "t.rho": "1.5,1"}))["cispo"][0][0, 0] > 0


@pytest.mark.parametrize("query", [{"t.len": "0,1"}, {"t.len": "a"}, {"t.rho": "1"}, {"t.avg": "no"}])
def test_a_wrong_number_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        Answers.read(query)
