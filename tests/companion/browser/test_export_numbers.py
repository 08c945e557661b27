"""What the exported page computes in the browser, against what `objectives` and the live page compute: to 1e-9."""

import base64
import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from companion.explore import conventions, maps
from companion.explore.page import _toml, group_json
from objectives import OBJECTIVES
from objectives.surfaces.edit_chain import Link
from objectives.training import loop
from objectives.worlds import Episodes
from tests.companion.browser.states import FAR, State, of_objectives, states, undecided

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
MANY, CLOSE = 1000, 1e-9
TERMS = """return arguments[0].map(state => {
  const graded = atlas.grade(state.rule, state.batch, state.params), seen = atlas.terms(graded, state);
  return { ...seen, advantages: graded.rows.map(row => row.advantage) };
});"""
TOLD = """return arguments[1].map(query => {
  try { return atlas[arguments[0]](query); } catch (error) { return { error: `${error.message}.` }; }
});"""
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]\d+)?")
OTHER = {"sampling.seed": "7", "sampling.groups": "3", "sampling.group_size": "5", "three_answers.start": "0.2,0.3,0.5"}
OTHER |= {"ppo.clip_low": "0.05", "grpo.beta": "0.7", "dapo.clip_high": "1.1", "trpo.delta": "0.05"}
"""Settings of the maps that are not the film's."""
WRONG: list[dict[str, str]] = [
    {"rule": "no"},
    {"lib": "stable_baselines3"},
    {"old": "0,1", "new": "0.5,0.5", "ref": "0.5,0.5", "r": "1,0"},
    {"old": "0.5,nan", "new": "0.5,0.5", "ref": "0.5,0.5", "r": "1,0"},
    {"r": "1"},
    {"r": "a,b,c,d,e,f"},
    {"clip_low": "7"},
    {"beta": ""},
    {"ddof": "0.5"},
    {"scale": "x"},
    {"dual_clip": "0.5"},
    {"kl_place": "reward", "kl_ratio": "true"},
    {"entropy_weight": "0.1"},
    {"rule": "trpo", "delta": "0"},
    {"rule": "dapo", "overlong_cache": "20481"},
]


@pytest.fixture(scope="module")
def asked() -> list[State]:
    """Random states."""
    return states(MANY, seed=16)


@pytest.fixture(scope="module")
def known(asked: list[State]) -> list[State]:
    """What `objectives` makes of them."""
    return [of_objectives(state) for state in asked]


@pytest.fixture(scope="module")
def run(exported: Path, browser: Any) -> Callable[..., Any]:
    """Runs a script in the exported page, as a file of this machine."""
    browser.get((exported / "index.html").as_uri())
    return lambda script, *given: browser.execute_script(script, *given)


def apart(here: Any, there: Any) -> float:
    """The largest difference of two arrays, relative where a number is above 1."""
    one, other = np.asarray(here, float), np.asarray(there, float)
    assert one.shape == other.shape
    assert np.isfinite(one).all()
    return float((np.abs(one - other) / np.maximum(1, np.abs(other))).max(initial=0))


def test_a_thousand_random_states_give_the_terms_and_slopes_of_objectives(
    run: Callable[..., Any], asked: list[State], known: list[State]
) -> None:
    for state, seen, exact in zip(asked, run(TERMS, asked), known, strict=True):
        settled = ~np.array(undecided(state))
        signed = (np.array(seen["advantages"]) == exact["advantages"]) | (np.abs(exact["advantages"]) > FAR)
        for name, numbers in exact.items():
            here, there = np.atleast_1d(seen[name]), np.array(numbers)
            if name in ("gate", "slope"):  # where rounding alone decides, only the value must agree
                clear = settled & signed if name == "gate" else settled
                here, there = here[clear], there[clear]
            assert apart(here, there) <= CLOSE, (name, state)


def test_the_states_reach_every_edge(asked: list[State], known: list[State]) -> None:
    assert {len(state["logp"]) for state in asked} == set(range(1, 17))
    assert {state["rule"] for state in asked} == set(OBJECTIVES)
    assert sum(any(exact["gate"]) for exact in known) > MANY / 5
    assert sum(not any(exact["advantages"]) for exact in known) > MANY / 20
    assert sum(any(undecided(state)) for state in asked) > MANY / 10
    for name, values in {"kl_estimator": 6, "kl_place": 3, "aggregation": 6, "scale": 3, "value_loss": 3}.items():
        assert len({state["params"][name] for state in asked if name in state["params"]}) == values


def test_tables_words_and_picture_are_those_of_the_live_page(run: Callable[..., Any]) -> None:
    typed = {"old": "0.5,0.25,0.125", "new": "0.25,0.75,0.1", "ref": "0.5,0.2,0.1", "r": "1,0,0.25", "clip_low": "0.1"}
    pairs = [(rule, source) for rule in OBJECTIVES for source in conventions.SOURCES if conventions.has(source, rule)]
    queries = [{"rule": rule, "lib": source, **more} for rule, source in pairs for more in ({}, typed)]
    for query, seen in zip(queries, run(TOLD, "groupAnswer", queries), strict=True):
        live = json.loads(json.dumps(group_json(query)))
        here, there = seen.pop("picture"), live.pop("picture")
        assert NUMBER.sub("#", here) == NUMBER.sub("#", there)
        coordinates = [[float(x) for x in NUMBER.findall(text)] for text in (here, there)]
        assert np.abs(np.subtract(*coordinates)).max() < 0.11  # a tenth of a pixel is what is printed
        if "r" in query:  # the settings as a form stand for the source's own there
            del seen["knobs"], live["knobs"]
        assert seen == live, query


def test_what_is_wrong_is_said_in_the_same_sentence(run: Callable[..., Any]) -> None:
    for query, seen in zip(WRONG, run(TOLD, "groupAnswer", WRONG), strict=True):
        with pytest.raises((ValueError, TypeError)) as error:
            group_json(query)
        assert seen == {"error": f"{error.value.args[0]}."}


@pytest.mark.parametrize("query", [{}, OTHER])
def test_every_map_has_the_heights_of_the_live_page(run: Callable[..., Any], query: dict[str, str]) -> None:
    script = """const [query, of, n] = arguments, { z, gate } = atlas.heights(of, atlas.mapSettings(query), n);
        const seen = atlas.surface({ ...query, of, n: String(n) });
        return [[...z], [...gate], [...seen.z], [...seen.gate], [seen.low, seen.high]];"""
    h = maps.settings(ROOT, query)
    frozen = maps._frozen({**h, "surface.resolution": maps.COARSE})
    for rule in OBJECTIVES:
        z, gate, level, shut, ends = run(script, query, rule, maps.COARSE)
        heights, gates = maps._surface(frozen, Link.of(rule, h), maps.COARSE)
        live = maps.surface(h, rule, maps.COARSE)
        assert apart(z, heights.flatten()) <= CLOSE
        assert apart(gate, gates.flatten()) <= CLOSE
        assert apart(ends, [live["low"], live["high"]]) <= CLOSE
        for here, there in ((level, live["z"]), (shut, live["gate"])):
            byte = np.frombuffer(base64.b64decode(there), np.uint8)
            assert np.abs(np.subtract(here, byte, dtype=float)).max() <= 1  # where a half is rounded


def test_the_mountain_is_the_same(run: Callable[..., Any]) -> None:
    made = maps.stage(maps.settings(ROOT, OTHER), maps.COARSE)
    there = made.evaluate(lambda theta: made.world.true_values(theta).squeeze(-1))
    here = run(
        "const [u, v] = arguments; return v.map(y => u.map(x => atlas.truth(atlas.point(x, y))));",
        made.u.tolist(),
        made.v.tolist(),
    )
    assert apart(here, there) <= CLOSE
    seen, live = run(TOLD, "mountain", [OTHER])[0], maps.mountain(maps.settings(ROOT, OTHER))
    assert apart(seen.pop("start"), live.pop("start")) <= CLOSE
    assert seen == live


@pytest.mark.parametrize("strides", ["", "1"])
@pytest.mark.parametrize("rule", OBJECTIVES)
def test_walks_use_the_same_random_numbers_and_go_the_same_way(
    run: Callable[..., Any], rule: str, strides: str
) -> None:
    query = {"sampling.iterations": "12", "sampling.seed": "3"}
    h = maps.settings(ROOT, query)
    made, link = maps._stage(maps._frozen(h)), Link.of(rule, h)
    extra = {"step_kl": h["equal_strides.strides"][0], "reach": h["equal_strides.reach"], "exact_critic": True}
    batches = made.uniforms[:, : made.draws.iterations]
    args = (link.objective, link.params, made.world, made.settings, batches, made.group, link.updates)
    records = list(loop.train(*args, **(extra if strides else {})))
    where = torch.stack([records[0].before, *(record.after for record in records)], 1)
    seen = run(TOLD, "path", [{**query, "of": rule, "strides": strides}])[0]
    assert apart(seen["theta"], made.plane.coordinates(where)) <= CLOSE
    assert apart(seen["j"], made.world.true_values(where).squeeze(-1)) <= CLOSE
    assert apart(seen["probs"], made.world.probs(where)[0]) <= CLOSE


def test_a_step_of_trpo_is_that_of_objectives_whatever_its_settings(run: Callable[..., Any]) -> None:
    script = """return arguments[0].map(({ batch, theta, params }) => atlas.updated("trpo",
        atlas.merged(atlas.grade("trpo", batch, params)), theta, 0, params, { "training.critic_rate": 0 })[0]);"""
    dice, rule, world = np.random.default_rng(16), OBJECTIVES["trpo"], maps.stage(maps.base(ROOT), maps.COARSE).world
    asked, exact = [], []
    for _ in range(200):
        params = rule.Params(
            whiten=bool(dice.integers(0, 2)),
            delta=float(dice.choice([0.001, 0.01, 0.3, 2.0, 10.0])),
            kl_direction=str(dice.choice(["old_new", "new_old"])),
            damping=float(dice.choice([0.001, 0.01, 1.0])),
            cg_iterations=int(dice.choice([1, 2, 10])),
            backtrack=float(dice.choice([0.5, 0.8])),
            backtracks=int(dice.integers(0, 11)),
        )
        theta, at = torch.tensor(dice.choice([1, 3]) * dice.normal(size=3)), torch.tensor(dice.integers(0, 3, 16))
        rewards, nothing = torch.tensor(dice.normal(size=16)), torch.zeros(16, 1, dtype=torch.long)
        episodes = Episodes(nothing, at.unsqueeze(-1), torch.ones_like(nothing).bool(), rewards, torch.zeros(16))
        forecast = torch.tensor([float(dice.normal())], dtype=torch.float64)
        drawn = loop.rollouts(world, episodes, torch.zeros(16).long(), theta, theta, forecast, forecast)
        exact.append(loop.trust_region_step(rule, params, world, episodes, drawn, theta).tolist())
        old = drawn.old_logp.flatten().tolist()
        batch = {"at": at.tolist(), "old": old, "ref": old, "rewards": rewards.tolist(), "correct": [0] * 16}
        batch |= {"group": [0] * 16, "oldValues": [float(forecast)] * 16}
        asked.append({"batch": batch, "theta": theta.tolist(), "params": dataclasses.asdict(params)})
    stays = sum(one == state["theta"] for one, state in zip(exact, asked, strict=True))
    assert 0 < stays < len(asked) / 2
    assert apart(run(script, asked), exact) <= CLOSE


def test_numbers_are_written_as_python_writes_them(run: Callable[..., Any]) -> None:
    ties = [share / 32 for share in range(-65, 66)]
    numbers = [*ties, *np.random.default_rng(0).normal(size=100).tolist(), -1e-9, 0.0, 1e-7, 0.00012345, 123456.5]
    numbers += [115.0, 125.0, 99.5, 1e6, 3e15, 1e16, 2e-320]
    script = "return arguments[0].map(x => [atlas.fixed(x), atlas.short(x), atlas.short(x, 2), atlas.repr(x)]);"
    found = run(script, numbers)
    assert found == [[f"{x:z.4f}", f"{x:g}", f"{x:.2g}", repr(x)] for x in numbers]


def test_random_numbers_are_those_of_the_film_to_the_last_bit(run: Callable[..., Any]) -> None:
    made = maps.stage(maps.settings(ROOT, {"sampling.seed": "50"}), maps.COARSE)
    drawn = made.uniforms[:, 0].squeeze(-1)
    script = (
        "return [...arguments[0].keys()].map(k => [...atlas.uniforms(atlas.data.maps.seeds[50 + k], arguments[1])]);"
    )
    assert run(script, [0] * len(drawn), drawn.shape[1]) == drawn.tolist()


def test_a_click_and_the_settings_as_text_are_the_same(run: Callable[..., Any]) -> None:
    clicks = [(0.0, 0.0), (5.5, 6.6), (-3.3, -2.2), (1.25, 0.3)]
    seen = run(TOLD, "standing", [{"u": str(u), "v": str(v)} for u, v in clicks])
    assert seen == [maps.standing(ROOT, u, v) for u, v in clicks]
    query = {**OTHER, "rule": "dapo", "lib": "verl", "clip_high": "0.3"}
    assert run(TOLD, "settingsToml", [query]) == [{"toml": _toml(ROOT, query)}]
