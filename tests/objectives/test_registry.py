"""What a rule is called with is what it can use; a mistake that would train nothing, silently, is said."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, Rollouts
from objectives.estimators import advantages, ratios


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"beta": 0.1}, 'params must be OBJECTIVES["grpo"].Params(**params), not dict'),
        (
            OBJECTIVES["ppo"].Params(),
            'params must be OBJECTIVES["grpo"].Params(...), not objectives.losses.ppo.Params',
        ),
        (OBJECTIVES["grpo"].Params, 'params must be OBJECTIVES["grpo"].Params(...), not type'),
        (SimpleNamespace(beta=0.1), 'params must be OBJECTIVES["grpo"].Params(...), not types.SimpleNamespace'),
        (None, 'params must be OBJECTIVES["grpo"].Params(...), not NoneType'),
    ],
)
def test_settings_of_another_kind_are_refused(batch: Any, params: Any, message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        OBJECTIVES["grpo"].loss(batch(), params)


def test_a_batch_that_is_no_rollouts_is_refused(any_rule: Any, batch: Any) -> None:
    with pytest.raises(TypeError, match=r"rollouts must be Rollouts\(\.\.\.\), not dict"):
        any_rule.loss(vars(batch()), any_rule.Params())


def test_a_rule_and_its_settings_survive_a_pickle(any_rule: Any, batch: Any) -> None:
    rule, params = pickle.loads(pickle.dumps((any_rule, any_rule.Params())))
    assert torch.equal(rule.loss(batch(), params).total, any_rule.loss(batch(), any_rule.Params()).total)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"clip_hi": 0.3}, "grpo.Params has no field 'clip_hi'; did you mean 'clip_high'? There are: scale, ddof"),
        ({"beta": 0.1, "kl": "k3"}, "grpo.Params has no field 'kl'"),
        ({"zzzzz": 1}, "grpo.Params has no field 'zzzzz'. There are: scale"),
    ],
)
def test_an_unknown_setting_is_refused_and_the_nearest_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        OBJECTIVES["grpo"].Params(**given)
    with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
        replace(OBJECTIVES["grpo"].Params(), **given)


def test_an_unknown_field_of_a_batch_is_refused_and_the_nearest_named(batch: Any) -> None:
    with pytest.raises(TypeError, match=r"^Rollouts has no field 'old_logps'; did you mean 'old_logp'"):
        Rollouts(**vars(batch()), old_logps=batch().old_logp)


# --- what would train nothing, silently


@pytest.mark.parametrize("name", ["old_logp", "ref_logp", "old_values", "rewards"])
def test_a_constant_that_carries_a_gradient_is_refused(batch: Any, name: str) -> None:
    one = batch()
    with pytest.raises(ValueError, match=rf"^{name} must be a constant, but it carries a gradient.*{name}\.detach\(\)"):
        replace(one, **{name: getattr(one, name).clone().requires_grad_(True)})


def test_an_old_policy_that_was_not_detached_would_have_had_no_gradient(batch: Any) -> None:
    one, rule = batch(), OBJECTIVES["ppo"]
    logp = one.logp.clone().requires_grad_(True)
    with pytest.raises(ValueError, match="old_logp must be a constant"):
        replace(one, logp=logp, old_logp=logp)
    rule.loss(replace(one, logp=logp, old_logp=logp.detach()), rule.Params()).total.backward()
    assert logp.grad is not None
    assert logp.grad.abs().max() > 0.01


@pytest.mark.parametrize("learning", [["values"], ["entropies"], ["values", "entropies"]])
def test_a_policy_without_a_gradient_beside_what_has_one_is_a_warning(batch: Any, learning: list[str]) -> None:
    one, rule = batch(), OBJECTIVES["ppo"]
    mixed = replace(one, **{name: getattr(one, name).clone().requires_grad_(True) for name in learning})
    with pytest.warns(UserWarning, match=f"logp carries no gradient, but {' and '.join(learning)} does") as seen:
        rule.loss(mixed, rule.Params())
    assert seen[0].filename == __file__
    with torch.no_grad():
        rule.loss(mixed, rule.Params())
    rule.loss(replace(mixed, logp=one.logp.clone().requires_grad_(True)), rule.Params())


def test_a_batch_without_any_gradient_is_only_looked_at(any_rule: Any, batch: Any) -> None:
    assert not any_rule.loss(batch(), any_rule.Params()).total.requires_grad


@pytest.mark.parametrize(
    "name", [name for name, rule in OBJECTIVES.items() if hasattr(rule.Params(), "entropy_weight")]
)
def test_an_entropy_bonus_without_entropies_is_refused(batch: Any, name: str) -> None:
    rule, one = OBJECTIVES[name], replace(batch(), entropies=None)
    assert rule.loss(one, rule.Params()).entropy == 0
    with pytest.raises(ValueError, match=r"needs rollouts.entropies \(entropy_weight is 0.01\), and it is missing"):
        rule.loss(one, rule.Params(entropy_weight=0.01))


def test_one_advantage_per_answer_is_not_read_as_one_per_position() -> None:
    answers = tokens = 4
    ratio, weight = torch.ones(answers, tokens), torch.arange(1.0, answers + 1)
    with pytest.raises(ValueError, match=r"^advantages must be \[B, T\], or \[B, 1\].*advantages\.unsqueeze\(-1\)$"):
        ratios.clipped(ratio, weight, 0.2, 0.2)
    with pytest.raises(ValueError, match=r"^ratio must be \[B, T\]"):
        ratios.clipped(weight, ratio, 0.2, 0.2)
    found, _ = ratios.clipped(ratio, weight.unsqueeze(-1), 0.2, 0.2)
    assert torch.equal(found, weight.unsqueeze(-1).expand(answers, tokens))
    assert torch.equal(ratios.clipped(weight, weight, 0.2, 99.0)[0], weight**2)
    assert torch.equal(ratios.clipped(ratio[:2], weight, 0.2, 0.2)[0], weight.expand(2, 4))


@pytest.mark.parametrize("ddof", [2, 7])
def test_a_variance_takes_none_or_one_from_its_count(ddof: int) -> None:
    rewards, group, ones = torch.randn(4), torch.zeros(4, dtype=torch.long), torch.ones(2, 2)
    message = rf"^ddof must be 0 \(population variance\) or 1 \(sample variance\), not {ddof}$"
    with pytest.raises(ValueError, match=message):
        advantages.group_relative(rewards, group, ddof=ddof)
    with pytest.raises(ValueError, match=message):
        advantages.group_statistics(rewards, group, ddof)
    with pytest.raises(ValueError, match=message):
        advantages.whiten(ones, ones, ddof, 1e-8)
