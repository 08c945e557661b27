"""What the page must know of the rules, the film and its world, as JSON: nothing in `js/` repeats a number of these."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from companion.explore import conventions, form, maps
from companion.explore.group import FEWEST, MOST, START, Group
from objectives import OBJECTIVES, sampling
from objectives.hyperparameters import Checked, interval
from objectives.surfaces.edit_chain import Link
from objectives.training import loop
from objectives.worlds import three_answers

Table = dict[str, Any]
READ = ("training.critic_rate", "training.critic_fitted", "sampling.seeds")
"""Hyperparameters that the maps read and no slider changes."""
TABLES: dict[str, type[Checked]] = {
    sampling.NAME: sampling.Params,
    loop.NAME: loop.Params,
    three_answers.NAME: three_answers.Params,
}


def data(root: Path) -> Table:
    """All of it: rules and their settings, the group that the page opens with, the maps."""
    film = maps.base(root)
    return {
        "rules": {name: _rule(name) for name in OBJECTIVES},
        "sources": conventions.SOURCES,
        "knobs": {f"{rule} {source}": _knobs(rule, source) for rule in OBJECTIVES for source in _sources(rule)},
        "group": {"start": START, "fewest": FEWEST, "most": MOST},
        "world": _world(film),
        "maps": _maps(film),
    }


def _sources(rule: str) -> list[str]:
    return [source for source in conventions.SOURCES if conventions.has(source, rule)]


def _rule(name: str) -> Table:
    """A rule's settings: what each may be, and what it is by default in each source."""
    rule = OBJECTIVES[name]
    return {
        "step": rule.step,
        "fields": [_field(field) for field in dataclasses.fields(rule.Params)],
        "sources": {source: dataclasses.asdict(conventions.settings(name, source)) for source in _sources(name)},
    }


def _field(field: dataclasses.Field[Any]) -> Table:
    m = field.metadata
    limits = {name: m[name] for name in ("low", "high", "low_open", "high_open")}
    kind = {"name": field.name, "type": str(field.type), "choices": list(m["choices"])}
    return {**kind, **limits, "interval": interval(m)}


def _knobs(rule: str, source: str) -> str:
    return form.knobs(Group.read({"rule": rule, "lib": source}))


def _world(film: maps.Settings) -> Table:
    world = maps.stage(film, maps.COARSE).world
    return {"rewards": world.rewards.tolist(), "correct": [int(right) for right in world.correct]}


def _maps(film: maps.Settings) -> Table:
    """The film's hyperparameters, the rules as it sets them, and what is fixed in the picture: window and contours."""
    drawn = maps.mountain(film)
    u, v, side = drawn["window"]
    allowed = sorted(maps.ALLOWED)
    first = next(knob for knob in maps.KNOBS if "sampling.seed" in knob.keys)
    runs = {*range(int(first.high) + film["sampling.seeds"])}
    runs |= {film["sampling.seed"] + run for run in range(film["sampling.seeds"])}
    return {
        "film": {key: film[key] for key in (*allowed, *READ)},
        "allowed": [key for key in allowed if key != "three_answers.start"],
        "types": {key: _type(key) for key in allowed},
        "rules": {name: dataclasses.asdict(Link.of(name, film).params) for name in OBJECTIVES},
        "window": {"low": [u, v], "side": side},
        "contours": drawn["contours"],
        "points": [maps.COARSE, maps.QUICK, maps.FINE],
        "stride": {"kl": film["equal_strides.strides"][0], "reach": film["equal_strides.reach"]},
        "seeds": {str(run): _seed(run) for run in sorted(runs)},
    }


def _type(key: str) -> Table:
    table, _, name = key.partition(".")
    kind = TABLES[table] if table in TABLES else OBJECTIVES[table].Params
    return _field(next(field for field in dataclasses.fields(kind) if field.name == name))


def _seed(run: int) -> int:
    """What the Mersenne Twister of a run begins with: it takes the lower 32 bits of a seed."""
    return sampling._generator(three_answers.NAME, run).initial_seed() & 0xFFFFFFFF
