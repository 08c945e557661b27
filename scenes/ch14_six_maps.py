"""The centrepiece: six maps of one batch, six walks, six expectations, twelve seeds, and one edit at a time."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Marks, rule
from scenes.lettering import text
from scenes.parts.bars import Bars
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.formula import Formula
from scenes.parts.map_panel import LEVELS, MapPanel, along
from scenes.parts.plane import Plane
from scenes.parts.rules import EDITS, FULL, MEANS
from scenes.parts.six import CELL_W, MAP, Cell, cells
from scenes.parts.strip import Strip
from scenes.parts.triangle import Triangle
from scenes.parts.weights import Weights
from scenes.stage import Stage
from traces.store import Trace

SHOWN = 20  # iterations of the synchronised walk


def provenance(trace: Trace) -> str:
    """Which batch the maps were drawn from, and what the lines and shades are."""
    levels = ", ".join(f"{level:g}" for level in LEVELS)
    return (
        f"Maps of one batch of {len(trace['batch_answer'])} answers, first seed; each is shaded over its own range. "
        f"Dotted: true expected reward {levels}."
    )


class SixMaps(Stage):
    """Six maps of one batch."""

    traces = ("centrepiece",)
    hyperparameters = (
        "sampling.groups",
        "sampling.group_size",
        "trpo.delta",
    )

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.batch(trace)
        panels = cells(trace)
        self.ground(panels, trace)
        largest = max(float(np.abs(Weights.means(a, trace["batch_answer"])).max()) for a in trace["batch_advantage"])
        for k, cell in enumerate(panels):
            self.rule(k, cell, trace, largest)
        closing = self.put(statement("One batch. *Six maps.*"), "text", shown=False)
        self.show(closing, at="rest")

    def batch(self, trace: Trace) -> None:
        # The batch itself, large; then it shrinks into the corner as the source of every map.
        answers, groups = trace["batch_answer"], trace["batch_group"]
        count, size = int(groups.max()) + 1, int((groups == 0).sum())
        pitch = min(76.0, (theme.RIGHT - theme.LEFT) / size, 600 / count)
        top, foot = 226.0, 888.0
        x = (theme.WIDTH - (size - 1) * pitch) / 2
        batch = Batch(answers, groups, x, top, pitch)
        title = self.put(statement(f"One batch: *{count} groups of {size} answers*"), "text")
        for marks in (batch.marks[1], batch.marks[2], batch.marks[0]):
            self.put(marks, "mark")
        self.dim(batch.marks[1], batch.marks[2], to=0.45, at="rare")
        legend = []
        for k, words in enumerate(("A thinks, then is right", "B is right", "C is wrong")):
            at = x + k * 440
            marks = Batch.sample(at, foot - 10, k, pitch)
            legend += [
                self.put(marks, "mark", False),
                self.put(text(words, at + 38, foot, theme.LABEL, theme.MUTED), "text", False),
            ]
        row = self.put(text("one row, one group", theme.LEFT, top + 8, theme.TICK, theme.MUTED), "text", False)
        legend.append(row)
        self.show(*legend, at=("batch", 1.0))
        self.hide(*legend, title, at=("same", -0.5))
        target = theme.point(theme.RIGHT - 70, theme.TOP + 38)
        middle = theme.point(theme.WIDTH / 2, top + (count - 1) * pitch / 2)
        for marks in batch.marks:

            def shrink(mobject: object, marks: Marks = marks) -> None:
                marks.points[:] = target + (marks.points - middle) * 8.4 / pitch

            self.move(marks, shrink, at="same", over=1.0)
        note = self.put(source(provenance(trace)), "text", shown=False)
        self.show(note, at=("same", 1.2))

    def ground(self, panels: list[Cell], trace: Trace) -> None:
        # Six names, six empty maps over the same contour lines, one start.
        for k, cell in enumerate(panels):
            marker, name = cell.heading()
            panel = MapPanel(cell.plane, trace)
            parts = [
                self.put(marker, "text", False),
                self.put(name, "text", False),
                self.put(panel.frame(), "grid", False),
                self.put(panel.territory(), "mark", False),
                self.put(panel.start(trace["theta"][0, k, 0]), "mover", False),
            ]
            self.show(*parts, at=("same", 0.9 + 0.08 * k))

    def rule(self, k: int, cell: Cell, trace: Trace, largest: float) -> None:
        # One rule at a time: its formula on top, its map, its fence, and how hard it pushes each answer.
        panel = MapPanel(cell.plane, trace)
        values = trace["surface"][k]
        full = Formula(FULL[cell.name], theme.LEFT, theme.TOP + 46, theme.FORMULA)
        full.put(self)
        full.enter(self, at=cell.name)
        following = ([*theme.OBJECTIVES, "rest"])[k + 1]
        full.leave(self, at=(following, -0.1))
        surface = self.put(panel.surface(values), "ground", shown=False)
        relief = self.put(panel.relief(values), "grid", shown=False)
        self.show(surface, relief, at=(cell.name, 0.3), over=theme.SLOW)
        weights = Weights.means(trace["batch_advantage"][k], trace["batch_answer"])
        x, width = cell.column
        bars = Weights(x, cell.plane.y + 44, width, MAP - 92, weights, largest)
        label = text("push per answer", x, cell.plane.y + 22, theme.TICK, theme.MUTED)
        parts = [self.put(label, "text", False), self.put(bars.zero, "grid", False)]
        parts += [self.put(m, "text", False) for m in bars.names]
        parts += [self.put(b, "mark", False) for b in bars.bars]
        self.show(*parts, at=(cell.name, 1.2), each=0.06)
        if cell.name == "trpo":
            ring = self.put(
                panel.level(trace["kl_old"], float(self.hyper("trpo.delta")), cell.look), "mark", shown=False
            )
            self.show(ring, at=(cell.name, 1.5), over=0.1)
            self.draw(ring, at=(cell.name, 1.5), over=1.2)
        if (trace["gate"][k] >= 0.5).any():
            hatch = self.put(panel.silent(trace["gate"][k]), "line", shown=False)
            self.show(hatch, at=(cell.name, 2.0))


class TwentySteps(Stage):
    """Twenty steps together: paths, triangles and policy bars."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        steps = min(SHOWN, trace["theta"].shape[2] - 1)
        panels = cells(trace)
        self.put(statement("Sample, draw, step. *And draw again.*"), "text")
        note = source("One seed. The first maps fade: at every step each rule draws a new one from new answers.")
        self.put(note, "text")
        self.counter(steps)
        over = self.time("corner") - self.time("go") - 1.0
        for k, cell in enumerate(panels):
            self.still_parts(k, cell, trace)
            self.walk(k, cell, trace, steps, over)

    def counter(self, steps: int) -> None:
        over = self.time("corner") - self.time("go") - 1.0
        self.put(text("step", theme.RIGHT - 150, theme.TOP + 46, 30, theme.MUTED), "text")
        for n in range(steps + 1):
            number = self.put(
                text(f"{n} of {steps}", theme.RIGHT, theme.TOP + 46, 30, theme.MUTED, "right"), "text", shown=n == 0
            )
            number.running = True  # a counter is watched, not read
            at = self.time("go") + over * n / steps
            if n:
                self.show(number, at=at, over=0.0)
            if n < steps:
                self.hide(number, at=self.time("go") + over * (n + 1) / steps, over=0.0)

    def still_parts(self, k: int, cell: Cell, trace: Trace) -> None:
        panel = MapPanel(cell.plane, trace)
        marker, name = cell.heading()
        self.put(marker, "text")
        self.put(name, "text")
        self.put(cell.short(), "text")
        surface = self.put(panel.surface(trace["surface"][k]), "ground")
        self.dim(surface, to=0.35, at=("go", -0.6), over=theme.SLOW)
        self.put(panel.frame(), "grid")
        self.put(panel.territory(), "line")
        self.put(panel.start(trace["theta"][0, k, 0]), "mark")

    def walk(self, k: int, cell: Cell, trace: Trace, steps: int, over: float) -> None:
        plane, look = cell.plane, cell.look
        theta, probs = trace["theta"][0, k, : steps + 1], trace["probs"][0, k, : steps + 1]
        panel = MapPanel(plane, trace)
        x, width = cell.column
        side = min(width - 20, 164)
        triangle = Triangle(x + (width - side) / 2, plane.y + 26, side)
        bars = Bars(x, plane.y + 222, width, MAP - 222 - 32, look.colour)
        for mob in (triangle.frame, *triangle.names, bars.base, *bars.names):
            self.put(mob, "text", shown=False)
            self.show(mob, at=("ready", 0.6 + 0.1 * k))
        trail = self.put(panel.trail(theta, look), "mover")
        way = self.put(triangle.path(probs, look), "mover")
        hiker = self.put(panel.hiker(look), "mover")
        spot = self.put(triangle.marker(probs[:1], look), "mover", shown=False)
        self.put(bars.ink, "mover", shown=False)
        self.show(spot, bars.ink, at=("ready", 0.6 + 0.1 * k))

        def write(share: float) -> None:
            at = share * steps
            here, odds = along(theta, at), along(probs, at)
            done = int(at) + 1
            so_far = np.vstack([theta[:done], here[None]])
            trail.write(*plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(plane.stop(so_far[:, 0], so_far[:, 1]))
            way.write(triangle.points(np.vstack([probs[:done], odds[None]])))
            spot.place(triangle.points(odds)[:, :2])
            bars.write(odds)

        self.write([trail, hiker, way, spot, bars.ink], write, at="go", over=over)


class WhatEachExpects(Stage):
    """What each rule expects: the critic's or the group's forecast against the reward truly earned."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.put(statement("What did you expect? *An advantage is reward minus that.*"), "text")
        over = self.time("group") - self.time("critic") - 1.0
        for k, cell in enumerate(cells(trace)):
            marker, name = cell.heading()
            self.put(marker, "text")
            self.put(name, "text")
            self.strip(k, cell, trace, over)
        note = self.put(
            source(
                "One seed. White: exact expected reward of the policy. Coloured: the forecast that the rule subtracts; "
                "band: one standard deviation of a group."
            ),
            "text",
            shown=False,
        )
        self.show(note, at="true")

    def strip(self, k: int, cell: Cell, trace: Trace, over: float) -> None:
        # True reward first; then each forecast, in the order in which the narration names them.
        truth, value, spread = trace["j"][0, k], trace["value"][0, k], trace["value_std"][0, k]
        iterations = len(truth) - 1
        x, y = cell.x + 50, cell.plane.y + 14
        strip = Strip(x, y, CELL_W - 50, MAP - 70, iterations)
        for ink in strip.axes:
            self.put(ink, "grid")
        for word in strip.words:
            self.put(word, "text")
        foot = y + MAP - 70 + 34
        self.put(text("0", x, foot, theme.TICK, theme.MUTED, "center"), "text")
        self.put(text(f"{iterations}", x + CELL_W - 50, foot, theme.TICK, theme.MUTED, "right"), "text")
        self.put(text("iteration", x + (CELL_W - 50) / 2, foot, theme.TICK, theme.MUTED, "center"), "text")
        kind = self.kind(k, trace)
        cue = {"none": "none", "critic": "critic", "group": "group"}[kind]
        if np.isfinite(spread).any():
            band = self.put(strip.band(value - spread, value + spread, cell.look.colour), "line", shown=False)
            self.show(band, at=(cue, 0.6), over=theme.SLOW)
        curve = self.put(strip.curve(truth, stroke=theme.TEXT, pen=4.0, casing=1.5), "mark")
        self.draw(curve, at="true", over=4.0)
        if kind == "none":
            nothing = self.put(
                text("expects nothing", x + CELL_W - 50 - 12, y + 0.26 * MAP, theme.LABEL, cell.look.colour, "right"),
                "text",
                False,
            )
            self.show(nothing, at="none")
            return
        forecast = self.put(
            strip.curve(value, stroke=cell.look.colour, pen=5.0, casing=2.0, dash=cell.look.dash), "mover"
        )
        self.draw(forecast, at=cue, over=min(3.5, over))
        word = {"critic": "critic", "group": "group mean"}[kind]
        tag = self.put(
            text(word, x + CELL_W - 50 - 12, y + 0.55 * MAP, theme.LABEL, cell.look.colour, "right"), "text", False
        )
        self.show(tag, at=(cue, 0.4))

    @staticmethod
    def kind(k: int, trace: Trace) -> str:
        """Who supplies the forecast: nobody, a critic, or the group."""
        if not np.isfinite(trace["value"][0, k]).any():
            return "none"
        return "group" if np.isfinite(trace["value_std"][0, k]).any() else "critic"


class TwelveTimes(Stage):
    """The same story under every seed: paths as ghosts, and where each seed ends."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        seeds = trace["theta"].shape[0]
        steps = min(SHOWN, trace["theta"].shape[2] - 1)
        self.put(statement(f"New dice, {seeds} times. *Which differences survive?*"), "text")
        for k, cell in enumerate(cells(trace)):
            self.panel(k, cell, trace, steps)
        note = self.put(
            source(
                f"{seeds} seeds, {steps} iterations each. Dots: exact expected reward of each seed after them; "
                "bar: their mean."
            ),
            "text",
            shown=False,
        )
        self.show(note, at="ends")

    def panel(self, k: int, cell: Cell, trace: Trace, steps: int) -> None:
        panel = MapPanel(cell.plane, trace)
        marker, name = cell.heading()
        for mob in (marker, name):
            self.put(mob, "text")
        self.put(panel.frame(), "grid")
        self.put(panel.territory(), "line")
        first = trace["theta"][0, k, : steps + 1]
        self.put(panel.trail(first, cell.look, pen=4.0, casing=1.5, dash=()), "mark")
        ghosts = trace["theta"][1:, k, : steps + 1]
        span = max(2.0, self.time("ends") - self.time("again") - 2.0)
        each = span / max(1, len(ghosts))
        for s, path in enumerate(ghosts):
            ghost = self.put(
                panel.trail(path, cell.look, pen=3.0, casing=0.0, dash=(), stroke_opacity=0.5, quiet=True), "mover"
            )
            self.draw(ghost, at=("again", s * each), over=max(0.8, 1.5 * each))
        self.put(panel.start(trace["theta"][0, k, 0]), "mover")
        self.ends(k, cell, trace, steps)

    def ends(self, k: int, cell: Cell, trace: Trace, steps: int) -> None:
        # One dot a seed on a scale from 0 to 1.
        x, width = cell.column
        ends = trace["j"][:, k, steps]
        strip = Strip(x + 46, cell.plane.y + 12, width - 46, MAP - 24, 1)
        for ink in strip.axes:
            self.put(ink, "grid", shown=False)
        for word in strip.words:
            self.put(word, "text", shown=False)
        self.show(*strip.axes, *strip.words, at="ends")
        spread = 0.5 + 0.34 * swarm(ends)
        centres = strip.plane.points(spread, ends)[:, :2]
        dots = self.put(
            Marks(centres, cell.look.marker, 7, fill=cell.look.colour, fill_opacity=0.85), "mark", shown=False
        )
        self.show(dots, at=("ends", 0.1 * k))
        mean = float(ends.mean())
        px, py = strip.plane.pixels(np.array([0.05, 0.95]), np.array([mean, mean]))
        bar = self.put(
            rule(float(px[0]), float(py[0]), float(px[1]), float(py[1]), stroke=theme.TEXT, pen=3.0), "text", False
        )
        below = mean > 0.8
        number = text(
            f"{mean:.2f}", float(px[1]), float(py[1]) + (46 if below else -26), theme.LABEL, theme.TEXT, "right"
        )
        self.put(number, "text", shown=False)
        self.show(bar, number, at=("ends", 0.8 + 0.1 * k))


def swarm(values: np.ndarray, near: float = 0.035) -> np.ndarray:
    """Sideways places in -1..1 that keep dots of nearly equal value apart."""
    order = np.argsort(values, kind="stable")
    out = np.zeros(len(values))
    for rank, index in enumerate(order):
        crowd = [i for i in order[:rank] if abs(values[i] - values[index]) < near]
        taken = {round(float(out[i]), 3) for i in crowd}
        for step in range(len(values)):
            side = (step + 1) // 2 * (1 if step % 2 else -1) * 0.22
            if round(side, 3) not in taken:
                out[index] = side
                break
    return np.clip(out, -1.0, 1.0)


EDIT_MAP = (theme.LEFT, 150.0, theme.BOTTOM - 40 - 150.0)  # left, top, side
RIGHT_COLUMN = theme.LEFT + EDIT_MAP[2] + 84


class OneEdit(Stage):
    """One edit at a time: REINFORCE becomes DAPO, the formula and the map changing together."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.put(statement("One edit at a time. *The mountain never moves.*"), "text")
        us, vs = trace["grid_u"], trace["grid_v"]
        left, top, side = EDIT_MAP
        plane = Plane(left, top, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        self.put(panel.frame(), "grid")
        self.put(panel.surface(trace["true_j"]), "ground")  # the mountain: under every map, and bare again at the end
        self.put(panel.territory(pen=2.6, dash=(3, 8)), "line")
        for tag in panel.heights():
            self.put(tag, "text")
        self.put(panel.start(trace["edit_theta"][0, 0], radius=12), "mark")
        note = (
            f"Maps of one batch of {len(trace['batch_answer'])} answers, first seed; each is shaded over its own range."
        )
        self.put(source(note), "text")
        self.ladder()
        self.formulas()
        strip = self.axes(trace)
        for k, name in enumerate(EDITS):
            self.edit(k, name, panel, strip, trace)

    def following(self, name: str) -> str:
        names = [*EDITS, "sum"]
        return names[names.index(name) + 1]

    def ladder(self) -> None:
        # The whole list is there, quiet; the edit that is being made takes its colour.
        width = theme.RIGHT - RIGHT_COLUMN
        for k, (name, (words, look, _)) in enumerate(EDITS.items()):
            x, y = RIGHT_COLUMN + (k // 4) * (width / 2 + 8), 372 + (k % 4) * 50
            quiet = self.put(text(words, x, y, theme.LABEL, theme.MUTED), "text", shown=False)
            bright = self.put(text(words, x, y, theme.LABEL, theme.OBJECTIVES[look].colour), "text", shown=False)
            self.dim(quiet, to=0.8, at=("start", 0.2 + 0.08 * k), over=0.6)
            self.hide(quiet, at=name)
            self.show(bright, at=name)
            self.dim(bright, to=0.82, at=(self.following(name), 0.0))

    def formulas(self) -> None:
        # The sum on the first line, what its new symbol means on the second.
        for y, lines in ((212, {name: edit[2] for name, edit in EDITS.items()}), (288, MEANS)):
            before: Formula | None = None
            written = ""
            for name, line in lines.items():
                if line == written:
                    continue
                now = Formula(line, RIGHT_COLUMN, y, theme.FORMULA if y < 250 else 36)
                now.put(self)
                if before is None:
                    now.enter(self, at=name)
                else:
                    before.become(self, now, at=name)
                before, written = now, line

    def axes(self, trace: Trace) -> Strip:
        iterations = trace["edit_j"].shape[1] - 1
        x, y, foot = RIGHT_COLUMN + 50, 606.0, theme.BOTTOM - 40
        strip = Strip(x, y, theme.RIGHT - x, foot - y - 34, iterations)
        for ink in strip.axes:
            self.put(ink, "grid")
        for word in strip.words:
            self.put(word, "text")
        for words, at, anchor in (
            ("0", x, "center"),
            ("iteration", (x + theme.RIGHT) / 2, "center"),
            (f"{iterations}", theme.RIGHT, "right"),
        ):
            self.put(text(words, at, foot, theme.TICK, theme.MUTED, anchor), "text")
        self.put(text("expected reward", x, y - 18, theme.TICK, theme.MUTED), "text")
        return strip

    def edit(self, k: int, name: str, panel: MapPanel, strip: Strip, trace: Trace) -> None:
        # The new map grows over the old one, then the hiker walks under the new rule; older walks stay as ghosts.
        look = theme.OBJECTIVES[EDITS[name][1]]
        values, path = trace["edit_surface"][k], trace["edit_theta"][k]
        names = list(EDITS)
        same = [n for n in names[k:] if np.array_equal(values, trace["edit_surface"][names.index(n)])]
        until = self.following(same[-1])  # the next edit that bends the map
        if k == 0 or not np.array_equal(values, trace["edit_surface"][k - 1]):
            surface = self.put(panel.surface(values), "ground", shown=False)
            relief = self.put(panel.relief(values), "grid", shown=False)
            self.show(surface, relief, at=(name, 0.2), over=1.4)
            last = until == "sum"
            self.hide(relief, at=(until, 0.8 if last else 0.2), over=0.8)
            self.hide(surface, at=(until, 0.8 if last else 1.7), over=theme.SLOW if last else 0.0)
            if (trace["edit_gate"][k] >= 0.5).any():
                hatch = self.put(panel.silent(trace["edit_gate"][k], pen=2.2), "line", shown=False)
                self.show(hatch, at=(name, 1.2))
                self.hide(hatch, at=(until, 0.8 if last else 0.2), over=0.8)
        over = max(1.5, min(4.0, self.time(self.following(name)) - self.time(name) - 2.4))
        trail = self.put(panel.trail(path, look, pen=8.0, casing=3.0), "mover")
        curve = self.put(strip.curve(trace["edit_j"][k], stroke=look.colour, pen=5.0, dash=look.dash), "mover")
        hiker = self.put(panel.hiker(look, 15), "mover", shown=False)
        plane = panel.plane
        last = len(path) - 1

        def walk(share: float) -> None:
            here = along(path, share * last)
            so_far = np.vstack([path[: int(share * last) + 1], here[None]])
            trail.write(*plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(plane.stop(so_far[:, 0], so_far[:, 1]))
            curve.reveal = share

        self.show(hiker, at=(name, 1.2), over=0.2)
        self.write([trail, hiker, curve], walk, at=(name, 1.4), over=over)
        gone = (self.following(name), 0.1)
        self.dim(trail, curve, to=0.28, at=gone)
        self.hide(hiker, at=gone)
        self.dim(trail, curve, to=0.9, at=("sum", 0.8), over=theme.SLOW)
