"""A tiny transformer with a value head, as a policy of flat parameters.

    x = token + place        x <- x + W_o attention(norm x)        x <- x + W_2 relu(W_1 norm x)        twice, say

Attention is causal, in several heads; a norm comes before each part and at the end (Vaswani et al. 2017, 1706.03762;
Radford et al. 2019). Two linear heads read x: a logit for each action, and V.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from objectives.hyperparameters import Checked, hyper

NAME = "transformer"


@dataclass(frozen=True)
class Params(Checked):
    """Size and beginning of the network."""

    width: int = hyper(
        16, low=1, high=256, unit="numbers", source="chosen for the picture", doc="numbers that stand for a token"
    )
    layers: int = hyper(
        2,
        low=1,
        high=8,
        unit="layers",
        source="chosen for the picture",
        doc="attention and feed-forward, one on another",
    )
    heads: int = hyper(2, low=1, high=16, unit="heads", source="chosen for the picture", doc="heads of each attention")
    feed: int = hyper(
        32,
        low=1,
        high=1024,
        unit="numbers",
        source="chosen for the picture: twice the width; Vaswani et al. 2017: four times",
        doc="hidden numbers of each feed-forward part",
    )
    weight_seed: int = hyper(
        0, low=0, high=2147483647, source="chosen for the picture", doc="seed of its first weights"
    )

    def check(self) -> None:
        """The width is shared out evenly among the heads."""
        if self.width % self.heads:
            raise ValueError(f"width must be a multiple of heads = {self.heads}, not {self.width}")


class Block(nn.Module):
    """Causal attention and two linear layers, each added to what comes in, [B, K, width]."""

    def __init__(self, params: Params, weights: Callable[[int, int], nn.Parameter]) -> None:
        super().__init__()
        width = params.width
        self.heads = params.heads
        self.attention_norm = nn.Parameter(torch.ones(width, dtype=torch.float64))
        self.query, self.key, self.value, self.out = (weights(width, width) for _ in range(4))
        self.feed_norm = nn.Parameter(torch.ones(width, dtype=torch.float64))
        self.up, self.down = weights(params.feed, width), weights(width, params.feed)
        self.up_bias = nn.Parameter(torch.zeros(params.feed, dtype=torch.float64))

    def forward(self, x: Tensor, unseen: Tensor) -> Tensor:
        """`unseen` [B, K, K] is True where the row's token may not look at the column's."""
        told = normed(x) * self.attention_norm
        query, key, value = (self.split(told @ w.T) for w in (self.query, self.key, self.value))
        scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
        looks = scores.masked_fill(unseen.unsqueeze(-3), -torch.inf).softmax(-1)
        x = x + (looks @ value).transpose(-2, -3).flatten(-2) @ self.out.T
        told = normed(x) * self.feed_norm
        return x + torch.relu(told @ self.up.T + self.up_bias) @ self.down.T

    def split(self, x: Tensor) -> Tensor:
        """[B, K, width] -> [B, heads, K, width / heads]."""
        return x.reshape(*x.shape[:-1], self.heads, x.shape[-1] // self.heads).transpose(-2, -3)


class Transformer(nn.Module):
    """symbols [B, K] -> logits [B, K, actions] and value [B, K] after each.

    Args:
        symbols: number of symbols that it can read; the last of them is a blank, at which nobody looks.
        places: K at most.
        bias: [actions], where the logits begin.
        value: where the value begins.
    """

    def __init__(self, params: Params, symbols: int, places: int, bias: Tensor, value: float) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(params.weight_seed)

        def noise(rows: int, columns: int) -> Tensor:
            return torch.randn((rows, columns), generator=generator, dtype=torch.float64)

        def weights(outputs: int, inputs: int) -> nn.Parameter:
            return nn.Parameter(noise(outputs, inputs) / inputs**0.5)

        self.blank = symbols - 1
        self.token, self.place = (nn.Parameter(noise(rows, params.width)) for rows in (symbols, places))
        self.blocks = nn.ModuleList(Block(params, weights) for _ in range(params.layers))
        self.last_norm = nn.Parameter(torch.ones(params.width, dtype=torch.float64))
        self.actor_weight = nn.Parameter(noise(len(bias), params.width) / params.width)
        self.actor_bias = nn.Parameter(bias.clone())
        self.critic_weight = nn.Parameter(torch.zeros((1, params.width), dtype=torch.float64))
        self.critic_bias = nn.Parameter(torch.full((1,), value, dtype=torch.float64))

    def forward(self, symbols: Tensor) -> tuple[Tensor, Tensor]:
        """Each token looks at itself and at those before it that are no blank; a blank looks at itself alone."""
        place = torch.arange(symbols.shape[-1])
        later, itself = place > place.unsqueeze(-1), place == place.unsqueeze(-1)
        unseen = (later | (symbols == self.blank).unsqueeze(-2)) & ~itself
        x = self.token[symbols] + self.place[: len(place)]
        for block in self.blocks:
            x = block(x, unseen)
        x = normed(x) * self.last_norm
        value = x @ self.critic_weight.T + self.critic_bias
        return x @ self.actor_weight.T + self.actor_bias, value.squeeze(-1)


def normed(x: Tensor) -> Tensor:
    """Scale each token's numbers to a mean square of 1 (RMSNorm: Zhang and Sennrich 2019, 1910.07467)."""
    return x * (x.square().mean(-1, keepdim=True) + 1e-6).rsqrt()
