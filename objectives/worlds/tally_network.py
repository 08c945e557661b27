"""Tally for a network that has to read: the bits of the prompt come first, then its own marks, one token at a time.

The table of `worlds.tally` is told the last mark and the next bit. This policy is told nothing: it must find out by
attention which bit comes next. Truth stays exact: a prompt of n bits and an answer of up to `cap` tokens leave so few
histories that the network is asked about all of them, and an answer is looked up among these.

A history is the marks written so far, as digits of a number with cap - 1 places, the first mark the highest; marks that
are not yet written count as E, which nothing before them can see.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators import kl
from objectives.worlds import Episodes, transformer
from objectives.worlds.networks import Network
from objectives.worlds.tabular import Reading, draw
from objectives.worlds.tally import ACTIONS, ANSWER, Tally
from objectives.worlds.tally import Params as TallyParams

SYMBOLS = ("0", "1", "?", "E", "O", "")
"""What it can read: a bit, the end of the prompt, a mark, and the blank before a short prompt."""
KEPT = 4
"""For how many parameters it is remembered what the network says: the start, the old ones, the new ones, a trial."""


class NetworkPolicy:
    """The network as a policy of flat parameters theta [..., D]; what it forecasts is part of theta."""

    def __init__(self, params: transformer.Params, answer_bias: float, prompts: tuple[str, ...], cap: int) -> None:
        longest = max(map(len, prompts))
        bias = torch.tensor([0.0, 0.0, answer_bias], dtype=torch.float64)
        places = longest + cap  # the bits, the end of the prompt, and all marks but the last
        self.network = Network(transformer.Transformer(params, len(SYMBOLS), places, bias - bias.mean(), value=0.5))
        self.prompts, self.cap, self.count = len(prompts), cap, 2 ** (cap - 1)
        marks = ["".join(word) for word in product("EO", repeat=cap - 1)]
        told = [[*[""] * (longest - len(word)), *word, "?", *written] for word in prompts for written in marks]
        self.symbols = torch.tensor([[SYMBOLS.index(symbol) for symbol in row] for row in told])
        """Everything that can be read, [prompts * count, longest + cap]."""
        self.known: list[tuple[Tensor, tuple[Tensor, Tensor]]] = []

    @property
    def size(self) -> int:
        """Number of parameters, D."""
        return self.network.size

    @property
    def critic_part(self) -> Tensor:
        """Which parameters only the forecast reads, [D] bool."""
        return self.network.span("critic")

    def every(self, theta: Tensor) -> tuple[Tensor, Tensor]:
        """log pi [..., prompts * count, cap, 3] and V [..., prompts * count, cap] after every history; theta [..., D].

        Entry t of a history is said before its mark number t. What no gradient goes through is kept for the last few
        theta: a batch asks about the policy that drew it again and again.
        """
        checks.trailing((self.size,), theta=theta)
        if torch.is_grad_enabled() and theta.requires_grad:
            return self._every(theta)
        for known, found in self.known:
            if torch.equal(known, theta):
                return found
        found = self._every(theta)
        self.known = [(theta.detach().clone(), found), *self.known[: KEPT - 1]]
        return found

    def _every(self, theta: Tensor) -> tuple[Tensor, Tensor]:
        logits, values = self.network(theta.reshape(-1, self.size), self.symbols.unsqueeze(0))
        runs = theta.shape[:-1]
        log_probs = logits[..., -self.cap :, :].log_softmax(-1)
        return log_probs.reshape(*runs, *log_probs.shape[1:]), values[..., -self.cap :].reshape(*runs, -1, self.cap)

    def distributions(self, theta: Tensor, episodes: Episodes) -> tuple[Tensor, Tensor]:
        """log pi of every action and V at each position of the answers: [..., B, T, 3] and [..., B, T]."""
        log_probs, values = self.every(theta)
        runs = checks.broadcast(theta.shape[:-1], episodes.states.shape[:-2])
        nodes, shape = log_probs.flatten(-3, -2).expand(*runs, -1, -1), episodes.states.shape[-2:]
        state = episodes.states.expand(*runs, *shape).flatten(-2)
        log_probs = nodes.gather(-2, state.unsqueeze(-1).expand(*state.shape, nodes.shape[-1]))
        values = values.flatten(-2).expand(*runs, -1).gather(-1, state)
        return log_probs.reshape(*runs, *shape, -1), values.reshape(*runs, *shape)

    def look(self, theta: Tensor, critic: Tensor | None, episodes: Episodes) -> Reading:
        """What the network says of the answers; `critic` is not read, for V is the network's own."""
        log_probs, values = self.distributions(theta, episodes)
        index = episodes.actions.expand(log_probs.shape[:-1]).unsqueeze(-1)
        return Reading(
            logp=log_probs.gather(-1, index).squeeze(-1),
            entropies=-(log_probs.exp() * log_probs).sum(-1),
            values=values,
        )

    def divergence_from(
        self, old_theta: Tensor, episodes: Episodes, direction: str = "old_new"
    ) -> Callable[[Tensor], Tensor]:
        """theta -> KL(old || new) at each position of the answers, [..., B, T], nats, or KL(new || old)."""
        old = self.distributions(old_theta, episodes)[0].detach()
        return lambda theta: kl.directed(old, self.distributions(theta, episodes)[0], direction)


class NetworkTally:
    """Tally for a policy that reads: a `World` with the same prompts, random numbers and checker.

    The state of a token is its node: `(prompt * count + history) * cap + t`, where t marks are written.
    """

    name = Tally.name

    def __init__(self, params: transformer.Params, tally: TallyParams, group_size: int = 1) -> None:
        self.tally = Tally(tally, group_size)
        self.policy = NetworkPolicy(params, tally.answer_bias, self.tally.prompts, tally.cap)
        self.start = self.policy.network.start()

    @property
    def tokens(self) -> int:
        """Positions of an answer: the prompt's, then at most `cap` tokens."""
        return self.tally.tokens

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Let the policy theta [..., D] answer with the uniform numbers [..., B, 1 + cap]."""
        prompt = self.tally.drawn_prompts(uniforms)
        with torch.no_grad():
            log_probs = self.policy.every(theta)[0].flatten(-3, -2)
        runs = checks.broadcast(log_probs.shape[:-2], prompt.shape[:-1])
        log_probs, prompt = log_probs.expand(*runs, -1, -1), prompt.expand(*runs, -1)
        mark, history = torch.zeros_like(prompt), torch.zeros_like(prompt)
        going, correct = torch.ones_like(prompt, dtype=torch.bool), torch.zeros_like(prompt, dtype=torch.bool)
        states, actions, mask = [mark], [mark], [~going]
        cap, count = self.tally.cap, self.policy.count
        for t in range(cap):
            state = (prompt * count + history) * cap + t
            rows = log_probs.gather(-2, state.unsqueeze(-1).expand(*state.shape, len(ACTIONS)))
            action = draw(rows, uniforms[..., 1 + t])
            states.append(torch.where(going, state, 0))
            actions.append(torch.where(going, action, 0))
            mask.append(going)
            answered = going & (action == ANSWER)
            correct = correct | (answered & self.tally.passes[prompt, mark])
            going = going & ~answered
            mark = torch.where(going, action + 1, mark)
            history = history + torch.where(going, action * (count >> (t + 1)), 0)
        return Episodes(
            states=torch.stack(states, -1),
            actions=torch.stack(actions, -1),
            mask=torch.stack(mask, -1),
            rewards=torch.where(correct, self.tally.right, self.tally.wrong).to(uniforms.dtype),
            correct=correct,
        )

    # -- truth

    def node_values(self, theta: Tensor) -> Tensor:
        """Exact expected reward from every node on, [..., prompts * count * cap], as states count them.

            V(h) = pi(ANSWER | h) score(h) + pi(E | h) V(hE) + pi(O | h) V(hO)      V of an answer cut off = wrong

        Differentiable in theta.
        """
        count, cap = self.policy.count, self.tally.cap
        every = self.policy.every(theta)[0].exp().reshape(*theta.shape[:-1], -1, count, cap, len(ACTIONS))
        value = torch.full((*every.shape[:-3], 2 * count), self.tally.wrong, dtype=theta.dtype)
        out = []
        for t in range(cap - 1, -1, -1):
            share = count >> t  # histories that are alike so far
            probs = every[..., ::share, t, :]
            last = torch.zeros(1, dtype=torch.long) if t == 0 else 1 + torch.arange(2**t) % 2
            onward = (probs[..., :ANSWER] * value.reshape(*value.shape[:-1], -1, ANSWER)).sum(-1)
            value = probs[..., ANSWER] * self.tally.scores[:, last] + onward
            out.append(value.repeat_interleave(share, -1))
        return torch.stack(out[::-1], -1).flatten(-3)

    def true_j(self, theta: Tensor) -> Tensor:
        """Exact expected reward, [...]."""
        first = self.node_values(theta)[..., :: self.policy.count * self.tally.cap]
        return first @ self.tally.prompt_probs

    def accuracy(self, theta: Tensor) -> Tensor:
        """Exact chance of a right answer, [...]."""
        return (self.true_j(theta) - self.tally.wrong) / (self.tally.right - self.tally.wrong)

    def true_values(self, theta: Tensor) -> Tensor:
        """No table: the forecast is the network's own head, [..., 0]."""
        return theta.new_zeros((*theta.shape[:-1], 0))
