"""What is wrong is refused by name: every argument of the shared functions, every field of a batch, every setting."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives import OBJECTIVES, Rollouts
from objectives.estimators import advantages, aggregate, entropy, explained_variance, groups, kl, ratios, value_loss
from objectives.surfaces import planes
from objectives.training import trust_region
from tests.objectives.losses.test_every_convention import rollouts

GENERATOR = torch.Generator().manual_seed(0)
X = torch.randn((3, 4), generator=GENERATOR, dtype=torch.float64)
MASK, R, GROUP = torch.ones(3, 4), X[:, 0], torch.tensor([0, 0, 1])
TOKENS, GRADED = {"x": X, "mask": MASK}, {"rewards": R, "group": GROUP}


def total(theta: torch.Tensor) -> torch.Tensor:
    return (theta**2).sum(-1) / 2


FUNCTIONS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (advantages.per_token, {"rewards": R, "mask": MASK}),
    (advantages.discounted_returns, {"rewards": X, "mask": MASK, "gamma": 0.9}),
    (advantages.at_the_end, {"rewards": R, "mask": MASK}),
    (advantages.gae, {"rewards": R, "values": X, "mask": MASK, "gamma": 0.9, "lam": 0.9}),
    (advantages.divide, {"centred": X, "variance": X.abs(), "eps": 1e-8, "place": "std"}),
    (advantages.whiten, {**TOKENS, "ddof": 1, "eps": 1e-8, "place": "std"}),
    (advantages.group_relative, {**GRADED, "scale": "std", "ddof": 0, "eps": 1e-8, "singleton_group": "zero"}),
    (groups.group_sizes, {"group": GROUP}),
    (advantages.mixed_groups, {"score": R, "group": GROUP}),
    (advantages.group_statistics, {**GRADED, "ddof": 0}),
    (advantages.leave_one_out, {**GRADED, "singleton_group": "zero"}),
    (advantages.overlong, {"lengths": R.abs(), "longest": 5.0, "cache": 2.0}),
    (aggregate.aggregate, {**TOKENS, "kind": "group", "group": GROUP, "length": 1.0, "empty_answers": "drop"}),
    (aggregate.token_mean, TOKENS),
    (aggregate.group_mean, {**TOKENS, "group": GROUP, "empty_answers": "drop"}),
    (aggregate.sequence_mean, {**TOKENS, "empty_answers": "drop"}),
    (aggregate.sequence_sum, {**TOKENS, "length": 1.0, "empty_answers": "drop"}),
    (kl.estimate, {"kind": "k3", "logp": X, "ref_logp": X, "mask": MASK, "ratio": X.exp(), "cap": 1.0}),
    *((form, {"logp": X, "ref_logp": X, "mask": MASK}) for form in (kl.k1, kl.k2, kl.k3, kl.absolute)),
    (explained_variance.explained_variance, {"returns": X, "values": X, "mask": MASK}),
    (kl.categorical, {"log_p": X.log_softmax(-1), "log_q": X.log_softmax(-1)}),
    (ratios.importance, {"logp": X, "old_logp": X, "mask": MASK, "level": "token"}),
    (ratios.clipped, {"ratio": X.exp(), "advantages": X, "low": 0.2, "high": 0.2, "dual": 3.0}),
    (ratios.stopped_weight, {"ratio": X.exp(), "low": 0.2, "high": 0.2}),
    (value_loss.value_loss, {"values": X, "returns": X, "mask": MASK, "kind": "max", "old_values": X, "clip": 0.2}),
    (entropy.mean_entropy, {"entropies": X, "like": X, "mask": MASK}),
    (trust_region.fisher_vector_product, {"kl": total, "at": R, "vector": R, "damping": 0.1}),
    (trust_region.conjugate_gradient, {"apply": lambda v: v, "b": R, "iterations": 3, "tolerance": 1e-20}),
    (trust_region.scale_to_radius, {"direction": R, "product": R, "delta": 0.1}),
    (
        trust_region.line_search,
        {"surrogate": total, "kl": total, "start": R, "step": R, "delta": 0.1, "backtrack": 0.5, "backtracks": 3},
    ),
    (planes.through_ends, {"path": X}),
    (planes.principal, {"path": X}),
]
OPTIONAL = {("estimate", "ratio"), ("value_loss", "values"), ("mean_entropy", "entropies")}
MAY_BE_WHOLE = {"mask", "lengths", "group"}
MAY_BE_SHORT = {"lengths", "path", "group", "b", "ratio", "x", "entropies"}
"""A tensor that stands alone has no wrong shape; or the other one is named, as in `mask and x must end in ...`."""


def wrong(name: str, value: Any) -> dict[str, Any]:
    """What cannot be handed over in place of `value`, with a word for it."""
    if isinstance(value, torch.Tensor):
        found = {"nothing": None, "list": value.tolist(), "sparse": value.to_sparse()}
        if value.is_floating_point() and name not in MAY_BE_WHOLE:
            found["whole numbers"] = value.long()
        if name == "mask":
            found |= {"twos": 2 * value, "nan": torch.full_like(value, math.nan)}
        if name == "group":
            found |= {"floats": value.double(), "flags": value.bool(), "no labels": value[:0]}
        return found
    if isinstance(value, str):
        return {"no such word": "zzz", "nothing": None}
    if isinstance(value, float | int):
        return {"negative": -1.0, "nan": math.nan, "word": "a", "nothing": None, "infinite": math.inf}
    return {}


REFUSALS = [
    pytest.param(function, good, name, bad, id=f"{function.__name__}-{name}-{word}")
    for function, good in FUNCTIONS
    for name, value in good.items()
    for word, bad in wrong(name, value).items()
    if not (bad is None and (function.__name__, name) in OPTIONAL) and name != "like"
]


@pytest.mark.parametrize(("function", "good", "name", "bad"), REFUSALS)
def test_a_wrong_argument_is_refused_by_name(
    function: Callable[..., Any], good: dict[str, Any], name: str, bad: Any
) -> None:
    function(**good)
    with pytest.raises((TypeError, ValueError), match=rf"\b{name}\b.*must|needs {name}"):
        function(**{**good, name: bad})


@pytest.mark.parametrize(
    ("function", "good", "name"),
    [
        pytest.param(function, good, name, id=f"{function.__name__}-{name}")
        for function, good in FUNCTIONS
        for name, value in good.items()
        if isinstance(value, torch.Tensor) and name not in ("like", *MAY_BE_SHORT)
    ],
)
def test_a_shape_that_fits_nothing_is_refused(function: Callable[..., Any], good: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=r"must (end in|broadcast|have at least|be finite|hold)"):
        function(**{**good, name: good[name][:-1].clone()})


NOT_FINITE = [
    pytest.param(function, good, name, bad, id=f"{function.__name__}-{name}-{bad}")
    for function, good in [
        *FUNCTIONS,
        (advantages.gae, {"rewards": R, "values": X, "mask": MASK, "gamma": 1.0, "lam": 1.0, "token_rewards": X}),
    ]
    for name, value in good.items()
    for bad in (math.nan, math.inf, -math.inf)
    if isinstance(value, torch.Tensor) and value.is_floating_point() and name not in ("mask", "like", "step")
    if not (function is kl.categorical and math.isinf(bad))
]


@pytest.mark.parametrize(("function", "good", "name", "bad"), NOT_FINITE)
def test_one_entry_that_is_no_number_is_refused_by_name(
    function: Callable[..., Any], good: dict[str, Any], name: str, bad: float
) -> None:
    value = good[name].clone()
    value[0] = bad
    with pytest.raises(ValueError, match=rf"\b{name} must (be finite|hold numbers), but"):
        function(**{**good, name: value})


def test_an_impossible_action_costs_nothing_where_it_is_not_taken_and_everything_where_it_is() -> None:
    sure, even = torch.tensor([0.0, -math.inf]), torch.tensor([0.5, 0.5]).log()
    assert float(kl.categorical(sure, even)) == pytest.approx(math.log(2))
    assert float(kl.categorical(even, sure)) == math.inf


def test_a_step_to_nowhere_fails_the_line_search() -> None:
    start, step = torch.ones(2, 3, dtype=torch.float64), torch.full((2, 3), 0.01, dtype=torch.float64)
    step[0, 0] = math.nan
    after = trust_region.line_search(total, lambda x: ((x - 1) ** 2).sum(-1), start, step, 1.0, 0.5, 3)
    assert torch.equal(after[0], start[0])
    assert torch.allclose(after[1], start[1] + 0.01)


# --- batches


def corrupt(name: str, value: torch.Tensor, how: str) -> Any:
    if how in ("nan", "infinite", "minus infinite"):
        number = {"nan": math.nan, "infinite": math.inf, "minus infinite": -math.inf}[how]
        return torch.where(
            torch.zeros_like(value, dtype=torch.bool).index_fill(0, torch.tensor(0), True), number, value
        )
    return {
        "nothing": lambda: None,
        "list": value.tolist,
        "array": value.numpy,
        "whole": value.long,
        "floats": value.double,
        "complex": lambda: value.to(torch.complex128),
        "cut": lambda: value[..., :-1],
        "doubled": lambda: torch.cat([value, value]),
        "point": lambda: value.flatten()[0],
        "no answers": lambda: value[:0],
        "twice": lambda: 2 * value.long(),
        "sparse": value.to_sparse,
        "elsewhere": lambda: value.to("meta"),
        "two runs": lambda: torch.stack([value, value]),
        "flags": value.bool,
    }[how]()


WAYS = ["nothing", "list", "array", "whole", "floats", "complex", "cut", "doubled", "point", "twice", "sparse"]
WAYS += ["elsewhere", "flags", "nan", "infinite", "minus infinite", "no answers", "two runs"]


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from([field.name for field in dataclasses.fields(Rollouts)]),
    how=st.sampled_from(WAYS),
    rule=st.sampled_from(list(OBJECTIVES)),
)
def test_a_corrupted_batch_is_refused_by_name_or_gives_finite_numbers(name: str, how: str, rule: str) -> None:
    good = vars(rollouts(1)) | {"token_rewards": X.repeat(2, 1)[:, :3], "returns": X.repeat(2, 1)[:, 1:]}
    good |= {"advantages": X.repeat(2, 1)[:, :3]} if name == "advantages" else {}
    objective = OBJECTIVES[rule]
    try:
        terms = objective.loss(Rollouts(**{**good, name: corrupt(name, good[name], how)}), objective.Params())
    except (TypeError, ValueError) as error:
        assert re.search(rf"\b{name}\b", str(error)), str(error)  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert all(bool(torch.isfinite(term).all()) for term in terms)


@pytest.mark.parametrize("name", ["correct", "mask"])
def test_a_complex_flag_is_refused_by_name(name: str) -> None:
    good = vars(rollouts(1))
    with pytest.raises(TypeError, match=rf"^{name} must hold real numbers"):
        Rollouts(**{**good, name: good[name].to(torch.complex128)})


@pytest.mark.parametrize("name", ["old_logp", "ref_logp", "correct", "mask"])
def test_two_numbers_of_runs_do_not_mix(name: str) -> None:
    good = vars(rollouts(1))
    many = {**good, "logp": torch.stack([good["logp"]] * 3), name: torch.stack([good[name]] * 2)}
    with pytest.raises(ValueError, match=rf"runs before the batch must broadcast.*{name} \[2\]"):
        Rollouts(**many)


@pytest.mark.parametrize("rule", OBJECTIVES)
def test_an_impossible_token_does_no_harm_where_the_mask_leaves_it_out(rule: str) -> None:
    """Not in padding, nor in the middle of an answer."""
    base = rollouts(1)
    mask = base.mask.clone()
    mask[0, 1] = False
    fields = {**vars(base), "mask": mask}
    objective = OBJECTIVES[rule]
    expected = objective.loss(Rollouts(**fields), objective.Params()).total
    never = {name: torch.where(mask, fields[name], -math.inf) for name in ("logp", "old_logp", "ref_logp")}
    logp = never["logp"].clone().requires_grad_(True)
    found = objective.loss(Rollouts(**{**fields, **never, "logp": logp}), objective.Params()).total
    found.backward()
    assert found.item() == expected.item()
    assert torch.isfinite(logp.grad).all()


# --- settings


@pytest.mark.parametrize("rule", OBJECTIVES)
def test_every_setting_refuses_what_it_cannot_be(rule: str) -> None:
    kind = OBJECTIVES[rule].Params
    for field in dataclasses.fields(kind):
        m = field.metadata
        bads: list[Any] = [None, [], {}, b"a", 1j]
        if isinstance(getattr(kind(), field.name), bool):
            bads += [0, 1, "true"]
        elif m["choices"]:
            bads += ["", "zzz", 1, True]
        else:
            bads += [math.nan, math.inf, -math.inf, 10**400, "1", m["low"] - 1, m["high"] + 1, True]
            bads += [m["low"]] * m["low_open"] + [m["high"]] * m["high_open"]
        for bad in bads:
            with pytest.raises((TypeError, ValueError), match=rf"^{field.name} must be"):
                kind(**{field.name: bad})


@pytest.mark.parametrize(
    ("rule", "changes", "message"),
    [
        ("grpo", {"dual_clip": 0.5}, "dual_clip must be above 1, or 0 for none, not 0.5"),
        ("vapo", {"dual_clip": 1.0}, "dual_clip must be above 1"),
        (
            "cispo",
            {"kl_ratio": True, "kl_place": "reward"},
            'kl_ratio corrects a KL in the loss, but kl_place is "reward"',
        ),
        ("ppo", {"kl_ratio": True}, 'kl_ratio corrects a KL in the loss, but kl_place is "return"'),
        ("dapo", {"overlong_cache": 9.0, "overlong_max": 8.0}, "overlong_cache must be at most overlong_max"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(rule: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OBJECTIVES[rule].Params(**changes)
