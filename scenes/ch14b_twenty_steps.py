"""Twenty steps, the same dice: six walks, what each rule expects on the way, and which differences survive new dice."""

from __future__ import annotations

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.ink import Ink, Marks
from scenes.lettering import halo, text
from scenes.parts import rules
from scenes.parts.bars import Bars
from scenes.parts.card import source, statement
from scenes.parts.legend import SIZE, Legend
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.runs import Runs
from scenes.parts.six import CELL_W, MAP, Cell, cells
from scenes.parts.strip import Axis, Strip, scale
from scenes.parts.triangle import Triangle
from scenes.stage import Stage, When
from traces.store import Trace


def shown(trace: Trace) -> int:
    """How many iterations the six walk together."""
    return int(trace.numbers["shown"])


def reward_axis(trace: Trace, *more: float) -> Axis:
    """An axis that holds every answer's reward."""
    return scale(np.append(trace["rewards"], more))


class _Walk:
    """One panel: the map of the first batch, the walk over it, and the policy as a triangle and as bars."""

    def __init__(self, stage: Stage, k: int, cell: Cell, trace: Trace, fade: When | None = None):
        steps, plane, look = shown(trace), cell.plane, cell.look
        self.steps, self.plane = steps, plane
        self.theta, self.probs = trace["theta"][0, k, : steps + 1], trace["probs"][0, k, : steps + 1]
        panel = MapPanel(plane, trace)
        x, width = cell.column
        side = min(width - 20, 164)
        self.triangle = Triangle(x + (width - side) / 2, plane.y + 26, side)
        self.bars = Bars(x, plane.y + 222, width, MAP - 222 - 32, look.colour)
        surface = stage.put(panel.surface(trace["surface"][k]), "ground")
        stage.dim(surface, to=0.35, at=-1.0 if fade is None else fade, over=0.0 if fade is None else theme.SLOW)
        stage.put(panel.frame(), "grid")
        stage.put(panel.territory(levels(trace)), "line")
        for letter in panel.letters():
            stage.put(letter, "line")
        stage.put(panel.start(trace["theta"][0, k, 0]), "mark")
        marker, name = cell.heading()
        short = cell.short(rules.spell(trace.hyperparameters).short)
        still = [marker, name, short, self.triangle.frame, *self.triangle.names, self.bars.base, *self.bars.names]
        self.trail: Ink = panel.trail(self.theta, look)
        self.way: Ink = self.triangle.path(self.probs, look)
        self.hiker: Marks = panel.hiker(look)
        self.spot: Marks = self.triangle.marker(self.probs[:1], look)
        self.moving: list[Mobject] = [self.trail, self.way, self.hiker, self.spot, self.bars.ink]
        for part in still:
            stage.put(part, "text")
        for ink in self.moving:
            stage.put(ink, "mover")

    def write(self, share: float) -> None:
        """Where the walk stands after a share of its steps."""
        at = share * self.steps
        here, odds = along(self.theta, at), along(self.probs, at)
        done = int(at) + 1
        so_far = np.vstack([self.theta[:done], here[None]])
        self.trail.write(*self.plane.trail(so_far[:, 0], so_far[:, 1]))
        self.hiker.place(self.plane.stop(so_far[:, 0], so_far[:, 1]))
        self.way.write(self.triangle.points(np.vstack([self.probs[:done], odds[None]])))
        self.spot.place(self.triangle.points(odds)[:, :2])
        self.bars.write(odds)


def reuse(trace: Trace) -> str:
    """How many steps each rule takes on one map, in words."""
    steps = {look.label: int(n) for look, n in zip(theme.OBJECTIVES.values(), trace["updates"], strict=True)}
    words = [f"{label} {n}" for label, n in steps.items() if n != 1]
    return f"Steps on each map: {', '.join(words)}; the others 1." if words else "One step on each map."


def note(trace: Trace, seed: int) -> Typst:
    """What the six panels show, and how often each rule steps on a map."""
    shaded = "Shaded: the map of the first batch; every batch gives a new one."
    return source(f"Seed {seed}. {shaded} {reuse(trace)}", SIZE)


class TwentySteps(Stage):
    """Twenty steps together: paths, triangles and policy bars."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        steps = shown(trace)
        self.put(statement("Does it matter *which map you walk by?*"), "text")
        self.put(note(trace, self.hyper("sampling.seed")), "text")
        over = self.walking()
        self.counter(steps, over)
        for k, cell in enumerate(cells(trace)):
            walk = _Walk(self, k, cell, trace, ("go", -0.6))
            self.write(walk.moving, walk.write, at="go", over=over)

    def walking(self) -> float:
        """Seconds of the walk."""
        return self.time("look") + 4.0 - self.time("go")

    def counter(self, steps: int, over: float) -> None:
        for n in range(steps + 1):
            words = text(f"batch {n} of {steps}", theme.RIGHT, theme.TOP + 46, 34, theme.MUTED, "right")
            number = self.put(words, "text", shown=n == 0)
            number.running = True  # a counter is watched, not read
            at = self.time("go") + over * n / steps
            if n:
                self.show(number, at=at, over=0.0)
            if n < steps:
                self.hide(number, at=self.time("go") + over * (n + 1) / steps, over=0.0)


class ThreeWays(Stage):
    """Where the six have come to, one kind of way after the other."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        steps = shown(trace)
        self.put(statement("The same dice, *and where did each go?*"), "text")
        self.put(text(f"batch {steps} of {steps}", theme.RIGHT, theme.TOP + 46, 34, theme.MUTED, "right"), "text")
        self.put(note(trace, self.hyper("sampling.seed")), "text")
        walks = {}
        for k, cell in enumerate(cells(trace)):
            walks[cell.name] = _Walk(self, k, cell, trace)
            walks[cell.name].write(1.0)
        told = {"corner": ("reinforce", "baseline"), "ring": ("trpo",), "bend": ("ppo", "grpo", "dapo")}
        for cue, named in told.items():
            for name, walk in walks.items():
                self.dim(*walk.moving, to=1.0 if name in named else 0.2, at=cue)
        for walk in walks.values():
            self.dim(*walk.moving, to=1.0, at="rest")


class WhatEachExpects(Stage):
    """What each rule expects: the critic's or the group's forecast against the reward truly earned."""

    traces = ("centrepiece",)
    hyperparameters = ("reinforce.baseline", "sampling.seed")

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.put(statement("What did you expect? *An advantage is reward minus that.*"), "text")
        over = self.time("group") - self.time("critic") - 1.0
        axis = reward_axis(trace, float(self.hyper("reinforce.baseline")))
        for k, cell in enumerate(cells(trace)):
            marker, name = cell.heading()
            self.put(marker, "text")
            self.put(name, "text")
            self.strip(k, cell, trace, axis, over)
        legend = Legend(theme.LEFT, theme.BOTTOM - 6)
        parts = [*legend.line(theme.TEXT), *legend.say("true expected reward of the policy", gap=40)]
        parts += legend.say("in colour: what its rule subtracts", gap=40)
        if np.isfinite(trace["value_std"]).any():
            parts += legend.say("band: one standard deviation inside a group", gap=40)
        parts += legend.say(f"seed {self.hyper('sampling.seed')}")
        for part in parts:
            self.put(part, "text")

    def strip(self, k: int, cell: Cell, trace: Trace, axis: Axis, over: float) -> None:
        # True reward first; then each forecast, in the order in which the narration names them.
        truth, value, spread = trace["j"][0, k], trace["value"][0, k], trace["value_std"][0, k]
        iterations = len(truth) - 1
        x, y, width = cell.x + 56, cell.plane.y + 14, CELL_W - 56
        strip = Strip(x, y, width, MAP - 70, iterations, *axis)
        for ink in strip.axes:
            self.put(ink, "grid")
        for word in strip.words:
            self.put(word, "text")
        foot = y + MAP - 70 + 34
        for words, at, anchor in (
            ("0", x, "center"),
            (f"{iterations}", x + width, "right"),
            ("batch", x + width / 2, "center"),
        ):
            self.put(text(words, at, foot, theme.TICK, theme.MUTED, anchor), "text")
        kind = self.kind(k, trace)
        if kind == "none":
            constant = float(self.hyper("reinforce.baseline"))
            value = np.full(iterations, constant)
            word = f"always expects {constant:g}" if constant else "expects nothing"
        else:
            word = {"critic": "critic", "group": "group mean"}[kind]
        if np.isfinite(spread).any():
            band = self.put(strip.band(value - spread, value + spread, cell.look.colour), "line", shown=False)
            self.show(band, at=(kind, 0.6), over=theme.SLOW)
        curve = self.put(strip.curve(truth, stroke=theme.TEXT, pen=4.0, casing=1.5), "mark")
        self.draw(curve, at=0.1, over=3.0)
        forecast = strip.curve(value, stroke=cell.look.colour, pen=5.0, casing=2.0, dash=cell.look.dash)
        self.put(forecast, "mover")
        self.draw(forecast, at=kind, over=min(3.5, over))
        tag = halo(text(word, x + width - 12, self.beside(strip, truth, value), 34, cell.look.colour, "right"))
        self.show(self.put(tag, "mover", shown=False), at=(kind, 0.4))

    @staticmethod
    def beside(strip: Strip, truth: np.ndarray, value: np.ndarray) -> float:
        """A baseline for the forecast's name: under its end if there is room, else above it."""
        ends = np.array([truth[-1], value[-1]])
        _, pixels = strip.plane.pixels(np.zeros(2), np.clip(ends, *strip.plane.v))
        foot = strip.plane.y + strip.plane.height
        return float(pixels.max()) + 56 if pixels.max() + 80 < foot else float(pixels[1]) - 18

    @staticmethod
    def kind(k: int, trace: Trace) -> str:
        """Who supplies the forecast: nobody, a critic, or the group."""
        if not np.isfinite(trace["value"][0, k]).any():
            return "none"
        return "group" if np.isfinite(trace["value_std"][0, k]).any() else "critic"


class _Dice:
    """Six panels with every seed's path, and where each seed stands; at the end of the shown steps, or on its way."""

    def __init__(self, stage: Stage, trace: Trace):
        self.stage, self.trace = stage, trace
        self.steps, self.seeds = shown(trace), trace["theta"].shape[0]
        self.last = trace["theta"].shape[2] - 1
        self.longest = max(trace.numbers[f"stride_at20_{cell.name}"] for cell in cells(trace))

    def count(self, steps: int) -> Mobject:
        """How far the walks have come."""
        return text(f"after {steps} batches", theme.RIGHT, theme.TOP + 46, 34, theme.MUTED, "right")

    def ways(self, k: int, cell: Cell, since: int, until: int) -> list[Ink]:
        """Every seed's path between two iterations, the first seed's bold."""
        panel = MapPanel(cell.plane, self.trace)
        bold, ghost = {"pen": 4.0, "casing": 1.5}, {"pen": 3.0, "casing": 0.0, "stroke_opacity": 0.5, "quiet": True}
        paths = self.trace["theta"][:, k, since : until + 1]
        return [panel.trail(p, cell.look, dash=(), **(ghost if s else bold)) for s, p in enumerate(paths)]

    def ground(self, cell: Cell) -> None:
        """Name, frame and mountain."""
        panel = MapPanel(cell.plane, self.trace)
        for mob in cell.heading():
            self.stage.put(mob, "text")
        self.stage.put(panel.frame(), "grid")
        self.stage.put(panel.territory(levels(self.trace)), "line")
        for letter in panel.letters():
            self.stage.put(letter, "line")

    def start(self, k: int, cell: Cell) -> None:
        """The white dot, over all paths."""
        self.stage.put(MapPanel(cell.plane, self.trace).start(self.trace["theta"][0, k, 0]), "mover")

    def runs(self, k: int, cell: Cell) -> tuple[Runs, Marks, list[Mobject]]:
        """The scale of reward with a dot a seed, and the mean below it; dots and words are not yet on stage."""
        x, width = cell.column
        runs = Runs(x, cell.plane.y, width, MAP, *reward_axis(self.trace))
        for ink in runs.strip.axes:
            self.stage.put(ink, "grid")
        for word in runs.strip.words:
            self.stage.put(word, "text")
        dots = runs.dots(self.trace["j"][:, k, self.steps], cell.look)
        return runs, dots, runs.number(0, "mean", f"{self.trace.numbers[f'j_at20_{cell.name}']:.2f}")


class TwelveTimes(Stage):
    """The same story under every seed: paths as ghosts, and where each seed stands."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        dice = _Dice(self, trace)
        title = "Was it luck? *" + (f"New dice, {dice.seeds} times.*" if dice.seeds > 1 else "One run only.*")
        self.put(statement(title), "text")
        self.enter(dice.count(dice.steps), at="again")
        span = max(2.0, self.time("ends") - self.time("again") - 2.0)
        each = span / max(1, dice.seeds - 1)
        for k, cell in enumerate(cells(trace)):
            dice.ground(cell)
            bold, *ghosts = dice.ways(k, cell, 0, dice.steps)
            self.put(bold, "mark")
            for s, way in enumerate(ghosts):
                self.draw(self.put(way, "mover"), at=("again", s * each), over=max(0.8, 1.5 * each))
            dice.start(k, cell)
            _, dots, words = dice.runs(k, cell)
            self.show(self.put(dots, "mark", shown=False), at=("ends", 0.1 * k))
            for word in words:
                self.show(self.put(word, "text", shown=False), at=("ends", 0.8 + 0.1 * k))
        note = "Each dot: exact expected reward of one seed."
        self.show(self.put(source(note, SIZE), "text", shown=False), at="ends")


class WalkOn(Stage):
    """Every seed walks on to its last batch: the same fate for a rule, and strides of their own."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        dice = _Dice(self, trace)
        steps, last = dice.steps, dice.last
        self.put(statement("*Which differences survive* new dice?"), "text")
        early = self.put(dice.count(steps), "text")
        if last > steps:
            self.hide(early, at=("on", 0.5))
            self.enter(dice.count(last), at=("on", 0.9))
        for k, cell in enumerate(cells(trace)):
            dice.ground(cell)
            bold, *ghosts = dice.ways(k, cell, 0, steps)
            self.put(bold, "mark")
            for way in ghosts:
                self.put(way, "mover")
            if last > steps:
                for way in dice.ways(k, cell, steps, last):
                    self.draw(self.put(way, "mover"), at="on", over=3.0, ease=theme.linear)
            dice.start(k, cell)
            runs, dots, (name, mean) = dice.runs(k, cell)
            for mob in (dots, name, mean):
                self.put(mob, "mark" if mob is dots else "text")
            if last > steps:
                self.write(dots, runs.between(trace["j"][:, k, steps:], dots), at="on", over=3.0)
                _, end = runs.number(0, "mean", f"{trace.numbers[f'j_end_{cell.name}']:.2f}")
                self.hide(mean, at="on")
                self.show(self.put(end, "text", shown=False), at=("on", 2.6))
            stride = trace.numbers[f"stride_at20_{cell.name}"]
            bar = runs.bar(stride / dice.longest if dice.longest > 0 else 0.0, cell.look.colour)
            parts = [self.put(word, "text", shown=False) for word in runs.number(1, "stride", f"{stride:.2f}")]
            self.show(*parts, self.put(bar, "mark", shown=False), at=("stride", 0.1 * k))
        note = (
            f"Each dot: exact expected reward of one seed. Stride: mean length of a step over {steps} batches, in "
            "logits. Paths end at the edge of the window."
        )
        self.put(source(note, SIZE), "text")
