"""Tally with pay for single steps: a mark is right if it is the parity of the bits read so far.

| kind    | what is paid                                                                                    |
|---------|-------------------------------------------------------------------------------------------------|
| outcome | 1 for a right answer                                                                            |
| steps   | that, and a bonus for every right mark that takes a bit                                         |
| leaky   | that, and a bonus for every right mark, also after the bits have run out, where nothing is left to do |

The last is a loophole as it is found in practice: the rule for a step forgot to ask whether the step was needed.
"""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks
from objectives.worlds import Episodes, tally

KINDS = ("outcome", "steps", "leaky")


class StepRewards(tally.Tally):
    """The world: Tally, paid by `kind` with `bonus` per step. `correct` and `true_j` stay those of the answer alone."""

    def __init__(self, params: tally.Params, group_size: int = 1, kind: str = "outcome", bonus: float = 0.0) -> None:
        super().__init__(params, group_size)
        checks.choice(KINDS, kind=kind)
        self.bonus = 0.0 if kind == "outcome" else bonus
        ones = torch.tensor([[word[: t + 1].count("1") for t in range(self.cap)] for word in self.prompts])
        right = torch.stack([ones % 2 == 0, ones % 2 == 1], -1)
        if kind == "steps":
            right = right & (self.next_bit != tally.END).unsqueeze(-1)
        # Whether the marks E, O are paid if they are the token number t of an answer, [P, cap, 2].
        self.pays = right.double()

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """As `Tally.play`, with the bonus of all steps in the reward of the answer."""
        episodes = super().play(theta, uniforms)
        actions, mask = episodes.actions[..., 1:], episodes.mask[..., 1:]
        prompt = self.drawn_prompts(uniforms).expand(actions.shape[:-1]).unsqueeze(-1)
        marks = mask & (actions != tally.ANSWER)
        paid = self.pays[prompt, torch.arange(self.cap), actions.clamp(max=1)] * marks
        return episodes._replace(rewards=episodes.rewards + self.bonus * paid.sum(-1))

    def true_pay(self, theta: Tensor) -> Tensor:
        """Exact expected reward, bonuses and all, [...]."""
        written = self.node_visits(theta)[..., :-1, :].unsqueeze(-1) * self._node_probs(theta)[..., : tally.ANSWER]
        return self.true_j(theta) + self.bonus * (written.sum(-2) * self.pays).sum((-3, -2, -1))

    def true_answered(self, theta: Tensor) -> Tensor:
        """Exact chance that an answer is given before the cap, [...]."""
        return 1 - self.node_visits(theta)[..., -1, :].sum((-2, -1))
