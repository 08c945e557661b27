"""The tiny transformer against torch's own attention, and what it may and may not look at."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from objectives.worlds.networks import Network
from objectives.worlds.transformer import Params, Transformer, normed

BIAS = torch.tensor([0.5, -0.2, 0.1], dtype=torch.float64)
SYMBOLS = torch.tensor([[5, 0, 2, 3, 4], [1, 1, 2, 4, 3]])
"""Two rows of five; 5 is the blank."""


def module(**changes: Any) -> Transformer:
    return Transformer(Params(**{"width": 6, "heads": 2, "layers": 2, "feed": 5, **changes}), 6, 5, BIAS, 0.5)


@pytest.fixture
def network() -> Network:
    return Network(module())


@pytest.fixture
def theta(network: Network) -> Tensor:
    noise = torch.randn(network.size, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return network.start() + 0.5 * noise


def test_norm_by_hand() -> None:
    x = torch.tensor([[3.0, 4.0], [0.0, 0.0]], dtype=torch.float64)
    assert normed(x)[0].tolist() == pytest.approx([3 / 12.5**0.5, 4 / 12.5**0.5], rel=1e-6)
    assert normed(x)[1].tolist() == [0, 0]


def test_parameters_are_those_of_the_formula(network: Network) -> None:
    block = 2 * 6 + 4 * 6 * 6 + 2 * 5 * 6 + 5
    assert network.size == 6 * 6 + 5 * 6 + 2 * block + 6 + 3 * 6 + 3 + 6 + 1


def test_it_is_torchs_own_attention(network: Network, theta: Tensor) -> None:
    """Written out with `scaled_dot_product_attention`, for the row without blanks, where it is plainly causal."""
    w = {name: part[0] for name, part in network.unflatten(theta[None]).items()}
    x = w["token"][SYMBOLS[1]] + w["place"]
    for k in range(2):
        told = normed(x) * w[f"blocks.{k}.attention_norm"]
        q, key, v = (
            (told @ w[f"blocks.{k}.{name}"].T).view(5, 2, 3).movedim(1, 0) for name in ("query", "key", "value")
        )
        heads = functional.scaled_dot_product_attention(q, key, v, is_causal=True)
        x = x + heads.movedim(0, 1).flatten(1) @ w[f"blocks.{k}.out"].T
        told = normed(x) * w[f"blocks.{k}.feed_norm"]
        x = x + (told @ w[f"blocks.{k}.up"].T + w[f"blocks.{k}.up_bias"]).clamp(min=0) @ w[f"blocks.{k}.down"].T
    x = normed(x) * w["last_norm"]
    logits, value = network(theta[None], SYMBOLS[None])
    assert torch.allclose(logits[0, 1], x @ w["actor_weight"].T + w["actor_bias"], atol=1e-12)
    assert torch.allclose(value[0, 1], x @ w["critic_weight"][0] + w["critic_bias"], atol=1e-12)


def test_nothing_is_seen_before_it_is_said(network: Network, theta: Tensor) -> None:
    changed = SYMBOLS.clone()
    changed[:, 3] = 4 - changed[:, 3] + 3
    before, after = network(theta[None], SYMBOLS[None])[0], network(theta[None], changed[None])[0]
    assert torch.equal(before[0, :, :3], after[0, :, :3])
    assert ((before - after)[0, :, 3:].abs().amax(-1) > 1e-6).all()


def test_nobody_looks_at_a_blank(network: Network, theta: Tensor) -> None:
    token = network.unflatten(theta[None])["token"]
    at = 6 * 5  # where the blank's row begins: token is the first parameter
    assert torch.equal(theta[at : at + 6], token[0, 5])
    other = theta.clone()
    other[at : at + 6] += 1.0
    one, two = network(theta[None], SYMBOLS[None])[0][0], network(other[None], SYMBOLS[None])[0][0]
    assert torch.equal(one[0, 1:], two[0, 1:])
    assert not torch.equal(one[0, 0], two[0, 0])


def test_a_batch_of_networks_is_a_loop_over_them(network: Network, theta: Tensor) -> None:
    both = torch.stack([theta, network.start()])
    logits, values = network(both, SYMBOLS[None])
    plain = module()
    for k in range(2):
        parts = {name: part[k] for name, part in network.unflatten(both).items()}
        alone = torch.func.functional_call(plain, parts, (SYMBOLS,))
        assert torch.allclose(logits[k], alone[0], atol=1e-13)
        assert torch.allclose(values[k], alone[1], atol=1e-13)


def test_its_gradient_is_that_of_differences() -> None:
    small = Network(module(width=2, heads=1, layers=1, feed=3))
    noise = torch.randn(small.size, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    theta = (small.start() + 0.3 * noise)[None].requires_grad_(True)
    assert torch.autograd.gradcheck(lambda x: small(x, SYMBOLS[None]), theta)


def test_it_begins_where_it_is_told() -> None:
    begun = module()
    logits, values = begun(SYMBOLS)
    assert (values == 0.5).all()
    assert (logits - BIAS).abs().max() < 1.0
    assert torch.equal(module(weight_seed=0).token, begun.token)
    assert not torch.equal(module(weight_seed=1).token, begun.token)


def test_a_width_that_heads_cannot_share_is_refused() -> None:
    with pytest.raises(ValueError, match="width must be a multiple of heads = 4, not 6"):
        Params(width=6, heads=4)
