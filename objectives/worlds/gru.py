"""A small recurrent policy with a value head, on Tally: it reads bits and marks, one token at a time.

The table of `worlds.tally` is told the last mark and the next bit. This policy is told nothing: the bits of the prompt
come first, then its own marks, and what it remembers of them is 16 numbers. Truth stays exact: a prompt of n bits and
an answer of up to `cap` tokens leave few enough histories to sum over all of them.

    r, z = sigmoid(W x + U h + b)      h' = (1 - z) tanh(W x + b + r U h) + z h      (Cho et al. 2014, 1406.1078)

Two linear heads read h: three logits, and V.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn

from objectives import checks
from objectives.estimators import kl
from objectives.hyperparameters import Checked, hyper
from objectives.worlds import Episodes
from objectives.worlds.networks import Network
from objectives.worlds.tabular import Reading, draw
from objectives.worlds.tally import ACTIONS, ANSWER, Tally
from objectives.worlds.tally import Params as TallyParams

NAME = "gru"
SYMBOLS = ("0", "1", "?", "E", "O")
"""What it can read: a bit, the end of the prompt, a mark. Blanks before a short prompt are zeros."""


@dataclass(frozen=True)
class Params(Checked):
    """Size and beginning of the network."""

    hidden: int = hyper(16, low=1, high=256, unit="numbers", source="chosen for the picture", doc="size of its memory")
    weight_seed: int = hyper(
        0, low=0, high=2147483647, source="chosen for the picture", doc="seed of its first weights"
    )
    weight_scale: float = hyper(
        1.0,
        low=0.0,
        high=10.0,
        low_open=True,
        source="chosen for the picture; Glorot and Bengio 2010: 1",
        doc="spread of its first weights, times 1 / sqrt(inputs)",
    )


class Recurrent(nn.Module):
    """(symbols [B, K, 5], memory [B, H]) -> memory after the last, logits [B, K, 3] and value [B, K] after each."""

    def __init__(self, params: Params, answer_bias: float) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(params.weight_seed)

        def weights(outputs: int, inputs: int) -> nn.Parameter:
            noise = torch.randn((outputs, inputs), generator=generator, dtype=torch.float64)
            return nn.Parameter(params.weight_scale * noise / inputs**0.5)

        size = params.hidden
        self.read = weights(3 * size, len(SYMBOLS))
        self.recall = weights(3 * size, size)
        self.bias = nn.Parameter(torch.zeros(3 * size, dtype=torch.float64))
        self.actor_weight = nn.Parameter(0.1 * weights(len(ACTIONS), size).detach())
        self.actor_bias = nn.Parameter(torch.tensor([0.0, 0.0, answer_bias], dtype=torch.float64) - answer_bias / 3)
        self.critic_weight = nn.Parameter(torch.zeros((1, size), dtype=torch.float64))
        self.critic_bias = nn.Parameter(torch.full((1,), 0.5, dtype=torch.float64))

    def forward(self, symbols: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read the symbols of each answer one after the other."""
        size = memory.shape[-1]
        told = symbols @ self.read.T + self.bias
        thoughts = []
        for t in range(symbols.shape[-2]):
            now, kept = told[..., t, :], memory @ self.recall.T
            gates = (now[..., : 2 * size] + kept[..., : 2 * size]).sigmoid()
            reset, stay = gates[..., :size], gates[..., size:]
            memory = (1 - stay) * (now[..., 2 * size :] + reset * kept[..., 2 * size :]).tanh() + stay * memory
            thoughts.append(memory)
        every = torch.stack(thoughts, -2)
        value = every @ self.critic_weight.T + self.critic_bias
        return memory, every @ self.actor_weight.T + self.actor_bias, value.squeeze(-1)


class RecurrentPolicy:
    """The network as a policy of flat parameters theta [..., D]; what it forecasts is part of theta."""

    def __init__(self, params: Params, answer_bias: float, prompts: tuple[str, ...]) -> None:
        self.network = Network(Recurrent(params, answer_bias))
        self.hidden = params.hidden
        longest = max(map(len, prompts))
        eye = torch.eye(len(SYMBOLS), dtype=torch.float64)
        self.blank = torch.zeros(len(SYMBOLS), dtype=torch.float64)
        rows = []
        for word in prompts:
            spoken = [eye[SYMBOLS.index(letter)] for letter in word + "?"]
            rows.append(torch.stack([self.blank] * (longest - len(word)) + spoken))
        self.prompt_symbols = torch.stack(rows)
        """[P, longest + 1, 5]."""
        self.mark_symbols = torch.stack([eye[SYMBOLS.index("E")], eye[SYMBOLS.index("O")], self.blank])

    @property
    def size(self) -> int:
        """Number of parameters."""
        return self.network.size

    @property
    def critic_part(self) -> Tensor:
        """Which parameters only the forecast reads, [D] bool."""
        return self.network.span("critic")

    def begin(self, theta: Tensor, prompt: Tensor) -> tuple[Tensor, Tensor]:
        """Memory [P, B, H] and logits [P, B, 3] after reading the prompt [P or 1, B]; theta [P, D]."""
        blank = theta.new_zeros((1, prompt.shape[-1], self.hidden))
        memory, logits, _ = self.network(theta, self.prompt_symbols[prompt], blank)
        return memory, logits[..., -1, :]

    def proceed(self, theta: Tensor, action: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Memory and logits after reading one more mark, action [P, B]."""
        memory, logits, _ = self.network(theta, self.mark_symbols[action].unsqueeze(-2), memory)
        return memory, logits.squeeze(-2)

    def unroll(self, theta: Tensor, prompt: Tensor, actions: Tensor) -> tuple[Tensor, Tensor]:
        """log pi(a | history) [P, B, T, 3] and V(history) [P, B, T] along actions [P or 1, B, T]."""
        symbols = torch.cat([self.prompt_symbols[prompt], self.mark_symbols[actions[..., :-1]]], -2)
        blank = theta.new_zeros((1, prompt.shape[-1], self.hidden))
        _, logits, values = self.network(theta, symbols, blank)
        length = actions.shape[-1]
        return logits[..., -length:, :].log_softmax(-1), values[..., -length:]

    def distributions(self, theta: Tensor, episodes: Episodes) -> tuple[Tensor, Tensor]:
        """log pi of every action and V at each position of the answers: [..., B, T, 3] and [..., B, T].

        Position 0 holds the prompt, which the policy did not write: probabilities are equal there, V and mask are 0.
        """
        checks.trailing((self.size,), theta=theta)
        runs = checks.broadcast(theta.shape[:-1], episodes.actions.shape[:-2])
        shared = episodes.actions.ndim == 2
        flat = theta.expand(*runs, self.size).reshape(-1, self.size)
        shape = episodes.actions.shape[-2:]
        prompt = episodes.states[..., 0].expand(*(() if shared else runs), shape[0]).reshape(-1, shape[0])
        actions = episodes.actions.expand(*(() if shared else runs), *shape).reshape(-1, *shape)
        if shared:  # equal answers are read once
            told, which = torch.unique(torch.cat([prompt.unsqueeze(-1), actions], -1)[0], dim=0, return_inverse=True)
            log_probs, values = self.unroll(flat, told[None, :, 0], told[None, :, 2:])
            log_probs, values = log_probs[:, which], values[:, which]
        else:
            log_probs, values = self.unroll(flat, prompt, actions[..., 1:])
        even = torch.full_like(log_probs[..., :1, :], 1 / len(ACTIONS)).log()
        log_probs = torch.cat([even, log_probs], -2)
        values = torch.cat([torch.zeros_like(values[..., :1]), values], -1)
        return log_probs.reshape(*runs, *shape, len(ACTIONS)), values.reshape(*runs, *shape)

    def look(self, theta: Tensor, critic: Tensor | None, episodes: Episodes) -> Reading:
        """What the network says of the answers; `critic` is not read, for V is the network's own."""
        log_probs, values = self.distributions(theta, episodes)
        index = episodes.actions.expand(log_probs.shape[:-1]).unsqueeze(-1)
        return Reading(
            logp=log_probs.gather(-1, index).squeeze(-1),
            entropies=-(log_probs.exp() * log_probs).sum(-1),
            values=values,
        )

    def divergence_from(self, old_theta: Tensor, episodes: Episodes) -> Callable[[Tensor], Tensor]:
        """theta -> KL(old || new) at each position of the answers, [..., B, T], nats."""
        old = self.distributions(old_theta, episodes)[0]
        return lambda theta: kl.categorical(old, self.distributions(theta, episodes)[0])


class RecurrentTally:
    """Tally for a policy that remembers: a `World` with the same prompts, random numbers and checker."""

    name = Tally.name

    def __init__(self, params: Params, tally: TallyParams, group_size: int = 1) -> None:
        self.tally = Tally(tally, group_size)
        self.policy = RecurrentPolicy(params, tally.answer_bias, self.tally.prompts)
        self.start = self.policy.network.start()
        marks = torch.tensor(list(product(range(ANSWER), repeat=tally.cap - 1)))
        self.histories = torch.cat([marks, torch.full((len(marks), 1), ANSWER)], -1)
        """Every string of cap - 1 marks, then ANSWER, [2^(cap - 1), cap]."""

    @property
    def tokens(self) -> int:
        """Positions of an answer: the prompt's, then at most `cap` tokens."""
        return self.tally.tokens

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Let the policy theta [S, D] or [D] answer with uniforms [S, B, 1 + cap]; states hold the prompt's index."""
        prompt = self.tally.drawn_prompts(uniforms)
        runs = checks.broadcast(theta.shape[:-1], prompt.shape[:-1])
        flat = theta.detach().expand(*runs, self.policy.size).reshape(-1, self.policy.size)
        prompt = prompt.expand(*runs, prompt.shape[-1]).reshape(-1, prompt.shape[-1])
        numbers = uniforms.expand(*runs, *uniforms.shape[-2:]).reshape(-1, *uniforms.shape[-2:])
        with torch.no_grad():
            memory, logits = self.policy.begin(flat, prompt)
            going = torch.ones_like(prompt, dtype=torch.bool)
            score, mark = torch.zeros_like(numbers[..., 0]), torch.zeros_like(prompt)
            actions, mask = [torch.zeros_like(prompt)], [~going]
            for t in range(self.tally.cap):
                action = torch.where(going, draw(logits.log_softmax(-1), numbers[..., 1 + t]), torch.zeros_like(prompt))
                actions.append(action)
                mask.append(going)
                answered = going & (action == ANSWER)
                score = torch.where(answered, self.tally.scores[prompt, mark], score)
                going = going & ~answered
                mark = torch.where(going, action + 1, mark)
                memory, logits = self.policy.proceed(flat, action, memory)
        shape = (*runs, *prompt.shape[-1:], self.tokens)
        states = prompt.unsqueeze(-1).expand(*prompt.shape, self.tokens)
        rewards = score.reshape(shape[:-1])
        stacked = torch.stack(actions, -1).reshape(shape)
        return Episodes(states.reshape(shape), stacked, torch.stack(mask, -1).reshape(shape), rewards, rewards > 0)

    def true_values(self, theta: Tensor) -> Tensor:
        """No table: the forecast is the network's own head, [..., 0]."""
        return theta.new_zeros((*theta.shape[:-1], 0))

    def true_j(self, theta: Tensor) -> Tensor:
        """Exact expected reward, [...]: the sum over all prompts, and over all histories of marks that ANSWER can end.

        Differentiable in theta.
        """
        flat = theta.reshape(-1, self.policy.size)
        count, cap = len(self.histories), self.tally.cap
        prompt = torch.arange(len(self.tally.prompts)).repeat_interleave(count)
        histories = self.histories.repeat(len(self.tally.prompts), 1)
        log_probs, _ = self.policy.unroll(flat, prompt.unsqueeze(0), histories.unsqueeze(0))
        written = log_probs.gather(-1, histories.expand(log_probs.shape[:-1]).unsqueeze(-1)).squeeze(-1)
        reached = torch.cat([torch.zeros_like(written[..., :1]), written[..., :-1].cumsum(-1)], -1)
        last = torch.cat([torch.zeros_like(histories[:, :1]), histories[:, :-1] + 1], -1)
        scores = self.tally.scores[prompt.unsqueeze(-1), last]
        # Histories that share their first t marks are one history at t: each counts 2^t of 2^(cap - 1) times.
        share = 0.5 ** (cap - 1 - torch.arange(cap, dtype=torch.float64))
        earned = ((reached + log_probs[..., ANSWER]).exp() * scores * share).sum(-1)
        by_prompt = earned.reshape(len(flat), len(self.tally.prompts), count).sum(-1)
        return (by_prompt @ self.tally.prompt_probs).reshape(theta.shape[:-1])
