"""The centrepiece: six maps of one batch, six walks, six expectations, twelve seeds, and one edit at a time."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Marks
from scenes.lettering import halo, text
from scenes.parts import rules
from scenes.parts.bars import Bars
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.formula import Formula
from scenes.parts.ladder import Ladder
from scenes.parts.legend import HATCHED, SIZE, Legend
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.plane import Plane
from scenes.parts.runs import Runs
from scenes.parts.six import CELL_W, MAP, Cell, cells
from scenes.parts.strip import Axis, Strip, scale
from scenes.parts.triangle import Triangle
from scenes.parts.weights import Weights
from scenes.stage import Stage
from traces.store import Trace


def shown(trace: Trace) -> int:
    """How many iterations the six walk together."""
    return int(trace.numbers["shown"])


def reward_axis(trace: Trace, *more: float) -> Axis:
    """An axis that holds every answer's reward."""
    return scale(np.append(trace["rewards"], more))


class SixMaps(Stage):
    """Six maps of one batch."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.groups", "sampling.group_size", "sampling.seed", "trpo.delta")

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.batch(trace)
        panels = cells(trace)
        self.ground(panels, trace)
        full = rules.spell(trace.hyperparameters).full
        largest = max(float(np.abs(Weights.means(a, trace["batch_answer"])).max()) for a in trace["batch_advantage"])
        for k, cell in enumerate(panels):
            self.formula(full[cell.name], cell.name)
            self.map(k, cell, trace)
            self.pushes(k, cell, trace, largest)
        self.legend(trace)
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
        title = self.put(statement(f"One batch: *{count} groups of {size} answers*, a row for each group"), "text")
        for marks in (batch.marks[1], batch.marks[2], batch.marks[0]):
            self.put(marks, "mark")
        self.dim(batch.marks[1], batch.marks[2], to=0.45, at="rare")
        legend = []
        for k, words in enumerate(("A thinks, then is right", "B is right", "C is wrong")):
            at = 390 + k * 480
            marks = Batch.sample(at, foot - 11, k, 60)
            legend += [self.put(marks, "mark"), self.put(text(words, at + 50, foot, 34, theme.MUTED), "text")]
        self.hide(*legend, title, at=("same", -0.5))
        target = theme.point(theme.RIGHT - 70, theme.TOP + 38)
        middle = theme.point(theme.WIDTH / 2, top + (count - 1) * pitch / 2)
        for marks in batch.marks:

            def shrink(mobject: object, marks: Marks = marks) -> None:
                marks.points[:] = target + (marks.points - middle) * 8.4 / pitch

            self.move(marks, shrink, at="same", over=1.0)
        for k, words in enumerate((f"{len(answers)} answers", f"seed {self.hyper('sampling.seed')}")):
            tag = text(words, theme.RIGHT - 156, theme.TOP + 32 + 34 * k, SIZE, theme.MUTED, "right")
            self.show(self.put(tag, "text", shown=False), at=("same", 0.9))

    def ground(self, panels: list[Cell], trace: Trace) -> None:
        # Six names, six empty maps over the same contour lines, one start; then which way each answer lies.
        for k, cell in enumerate(panels):
            marker, name = cell.heading()
            panel = MapPanel(cell.plane, trace)
            parts = [
                self.put(marker, "text", False),
                self.put(name, "text", False),
                self.put(panel.frame(), "grid", False),
                self.put(panel.territory(levels(trace)), "mark", False),
                self.put(panel.start(trace["theta"][0, k, 0]), "mover", False),
            ]
            self.show(*parts, at=("same", 0.9 + 0.08 * k))
            letters = [self.put(letter, "mover", False) for letter in panel.letters(size=theme.LABEL)]
            self.show(*letters, at="bearings", each=0.5)

    def formula(self, line: str, name: str) -> None:
        full = Formula(line, theme.LEFT, theme.TOP + 46, theme.FORMULA)
        full.put(self)
        full.enter(self, at=name)
        full.leave(self, at=(([*theme.OBJECTIVES, "rest"])[[*theme.OBJECTIVES].index(name) + 1], -0.1))

    def map(self, k: int, cell: Cell, trace: Trace) -> None:
        # The map, and the fence on it.
        panel = MapPanel(cell.plane, trace)
        values = trace["surface"][k]
        surface = self.put(panel.surface(values), "ground", shown=False)
        relief = self.put(panel.relief(values), "grid", shown=False)
        self.show(surface, relief, at=(cell.name, 0.3), over=theme.SLOW)
        if cell.name == "trpo":
            at = float(self.hyper("trpo.delta"))
            ring = self.put(panel.level(trace["kl_old"], at, cell.look, casing=2.0), "mark", shown=False)
            self.show(ring, at=("ring", 0.2), over=0.1)
            self.draw(ring, at=("ring", 0.2), over=1.2)
        if (trace["gate"][k] >= 0.5).any():
            hatch = self.put(panel.silent(trace["gate"][k], spacing=21.0, **HATCHED), "line", shown=False)
            self.show(hatch, at=("hatch" if cell.name == "ppo" else cell.name, 1.0))

    def pushes(self, k: int, cell: Cell, trace: Trace, largest: float) -> None:
        # How hard the rule pushes each answer, beside its map.
        weights = Weights.means(trace["batch_advantage"][k], trace["batch_answer"])
        x, width = cell.column
        bars = Weights(x, cell.plane.y + 46, width, MAP - 92, weights, largest, size=theme.LABEL)
        label = text("its pushes", x + width / 2, cell.plane.y + 26, theme.LABEL, theme.MUTED, "center")
        parts = [self.put(label, "text", False), self.put(bars.zero, "grid", False)]
        parts += [self.put(m, "text", False) for m in bars.names]
        parts += [self.put(b, "mark", False) for b in bars.bars]
        self.show(*parts, at=("push" if k == 0 else cell.name, 0.2 if k == 0 else 1.2), each=0.06)

    def legend(self, trace: Trace) -> None:
        # One line at the foot that grows with what there is to see.
        legend = Legend(theme.LEFT, theme.BOTTOM - 6)
        true = ", ".join(f"{level:g}" for level in levels(trace))
        entries = [(("same", 1.2), [*legend.dots(), *legend.say(f"true expected reward: {true}")])]
        legend.skip()
        shades = [*legend.say("each map: low"), *legend.ramp(), *legend.say("high")]
        entries.append((("reinforce", 0.8), shades))
        legend.skip()
        look = theme.OBJECTIVES["trpo"]
        ring = [*legend.line(look.colour, 44), *legend.say(f"ring: KL = {self.hyper('trpo.delta'):g}")]
        entries.append((("ring", 0.6), ring))
        legend.skip()
        if (trace["gate"] >= 0.5).any():
            entries.append((("hatch", 0.8), [*legend.hatch(), *legend.say("most answers silent")]))
        for at, parts in entries:
            for part in parts:
                self.show(self.put(part, "text", shown=False), at=at)


class TwentySteps(Stage):
    """Twenty steps together: paths, triangles and policy bars."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.seed", "sampling.iterations")

    def build(self) -> None:
        trace = self.trace("centrepiece")
        steps = shown(trace)
        short = rules.spell(trace.hyperparameters).short
        self.put(statement("Sample, draw, walk a little. *And draw again.*"), "text")
        count = f"the first {steps} of {self.hyper('sampling.iterations')}"
        seed = self.hyper("sampling.seed")
        note = f"Seed {seed}, {count} batches. Shaded: the map of the first; it fades, for every batch gives a new one."
        self.put(source(note, SIZE), "text")
        over = self.time("corner") - self.time("go") - 1.0
        self.counter(steps, over)
        for k, cell in enumerate(cells(trace)):
            self.still_parts(k, cell, trace, short)
            self.walk(k, cell, trace, steps, over)

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

    def still_parts(self, k: int, cell: Cell, trace: Trace, short: dict[str, str]) -> None:
        panel = MapPanel(cell.plane, trace)
        marker, name = cell.heading()
        self.put(marker, "text")
        self.put(name, "text")
        self.put(cell.short(short), "text")
        surface = self.put(panel.surface(trace["surface"][k]), "ground")
        self.dim(surface, to=0.35, at=("go", -0.6), over=theme.SLOW)
        self.put(panel.frame(), "grid")
        self.put(panel.territory(levels(trace)), "line")
        for letter in panel.letters():
            self.put(letter, "line")
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
            self.put(mob, "text")
        trail = self.put(panel.trail(theta, look), "mover")
        way = self.put(triangle.path(probs, look), "mover")
        hiker = self.put(panel.hiker(look), "mover")
        spot = self.put(triangle.marker(probs[:1], look), "mover")
        self.put(bars.ink, "mover")

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


class TwelveTimes(Stage):
    """The same story under every seed: paths as ghosts, where each seed stands, and how long its strides are."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.iterations",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        seeds, steps, last = trace["theta"].shape[0], shown(trace), self.hyper("sampling.iterations")
        self.put(statement(f"New dice, {seeds} times. *Which differences survive?*"), "text")
        for count, cue in ((steps, "again"), (last, "on")):
            words = text(f"after {count} batches", theme.RIGHT, theme.TOP + 46, 34, theme.MUTED, "right")
            if cue == "again" or last > steps:
                self.show(self.put(words, "text", shown=False), at=cue)
            if cue == "again" and last > steps:
                self.hide(words, at=("on", -0.5))
        longest = max(trace.numbers[f"stride_at20_{cell.name}"] for cell in cells(trace))
        for k, cell in enumerate(cells(trace)):
            self.panel(k, cell, trace, steps)
            self.runs(k, cell, trace, steps, longest)
        note = (
            f"Each dot: exact expected reward of one seed. Stride: mean length of a step over {steps} batches, in "
            "logits. Paths end at the edge of the window."
        )
        self.show(self.put(source(note, SIZE), "text", shown=False), at="ends")

    def panel(self, k: int, cell: Cell, trace: Trace, steps: int) -> None:
        panel = MapPanel(cell.plane, trace)
        marker, name = cell.heading()
        for mob in (marker, name):
            self.put(mob, "text")
        self.put(panel.frame(), "grid")
        self.put(panel.territory(levels(trace)), "line")
        for letter in panel.letters():
            self.put(letter, "line")
        paths = trace["theta"][:, k]
        bold, ghost = {"pen": 4.0, "casing": 1.5}, {"pen": 3.0, "casing": 0.0, "stroke_opacity": 0.5, "quiet": True}
        self.put(panel.trail(paths[0, : steps + 1], cell.look, dash=(), **bold), "mark")
        span = max(2.0, self.time("ends") - self.time("again") - 2.0)
        each = span / max(1, len(paths) - 1)
        for s, path in enumerate(paths[1:]):
            way = self.put(panel.trail(path[: steps + 1], cell.look, dash=(), **ghost), "mover")
            self.draw(way, at=("again", s * each), over=max(0.8, 1.5 * each))
        if paths.shape[1] - 1 > steps:
            for s, path in enumerate(paths):
                further = self.put(panel.trail(path[steps:], cell.look, dash=(), **(ghost if s else bold)), "mover")
                self.draw(further, at="on", over=3.0, ease=theme.linear)
        self.put(panel.start(trace["theta"][0, k, 0]), "mover")

    def runs(self, k: int, cell: Cell, trace: Trace, steps: int, longest: float) -> None:
        # One dot a seed; its mean and the rule's stride on lines below.
        x, width = cell.column
        j = trace["j"][:, k]
        runs = Runs(x, cell.plane.y, width, MAP, *reward_axis(trace))
        for ink in runs.strip.axes:
            self.put(ink, "grid")
        for word in runs.strip.words:
            self.put(word, "text")
        dots = self.put(runs.dots(j[:, steps], cell.look), "mark", shown=False)
        self.show(dots, at=("ends", 0.1 * k))
        name, mean = runs.number(0, "mean", f"{trace.numbers[f'j_at20_{cell.name}']:.2f}")
        self.show(self.put(name, "text", shown=False), self.put(mean, "text", shown=False), at=("ends", 0.8 + 0.1 * k))
        if j.shape[1] - 1 > steps:
            self.write(dots, runs.between(j[:, steps:], dots), at="on", over=3.0)
            _, end = runs.number(0, "mean", f"{trace.numbers[f'j_end_{cell.name}']:.2f}")
            self.hide(mean, at="on")
            self.show(self.put(end, "text", shown=False), at=("on", 2.6))
        stride = trace.numbers[f"stride_at20_{cell.name}"]
        bar = self.put(runs.bar(stride / longest if longest > 0 else 0.0, cell.look.colour), "mark", shown=False)
        parts = [self.put(word, "text", shown=False) for word in runs.number(1, "stride", f"{stride:.2f}")]
        self.show(*parts, bar, at=("stride", 0.1 * k))


EDIT_MAP = (theme.LEFT, 150.0, theme.BOTTOM - 40 - 150.0)  # left, top, side
RIGHT_COLUMN = theme.LEFT + EDIT_MAP[2] + 84


class OneEdit(Stage):
    """One edit at a time: REINFORCE becomes DAPO, the formula and the map changing together."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        written = rules.spell(trace.hyperparameters)
        self.put(statement("One edit at a time. *The mountain never moves.*"), "text")
        us, vs = trace["grid_u"], trace["grid_v"]
        left, top, side = EDIT_MAP
        plane = Plane(left, top, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        self.put(panel.frame(), "grid")
        self.put(panel.surface(trace["true_j"]), "ground")  # the mountain: under every map, and bare again at the end
        self.put(panel.territory(levels(trace), pen=2.6, dash=(3, 8)), "line")
        for tag in [*panel.heights(levels(trace), theme.LABEL), *panel.letters(size=36)]:
            self.put(tag, "text")
        self.put(panel.start(trace["edit_theta"][0, 0], radius=12), "mark")
        self.notes(trace)
        self.six(written)
        Ladder(written.edits, RIGHT_COLUMN, 372, theme.RIGHT - RIGHT_COLUMN).put(
            self, at=("reinforce", -0.9), end="sum"
        )
        self.formulas(written)
        strip = self.axes(trace)
        for k, name in enumerate(written.edits):
            self.edit(k, name, panel, strip, trace)

    def following(self, name: str) -> str:
        names = [*rules.EDITS, "sum"]
        return names[names.index(name) + 1]

    def notes(self, trace: Trace) -> None:
        # What is shaded: the mountain, then maps, then the mountain again.
        mountain = "Shaded: the mountain, exact expected reward."
        seed = self.hyper("sampling.seed")
        maps = f"Shaded: the map of the first batch ({len(trace['batch_answer'])} answers, seed {seed}). "
        maps += "Every later batch draws its own."
        if (trace["edit_gate"] >= 0.5).any():
            maps += " Hatched: most answers silent."
        for words, since, until in ((mountain, 0.0, "reinforce"), (maps, "reinforce", "sum"), (mountain, "sum", None)):
            note = self.put(source(words, SIZE), "text", shown=since == 0.0)
            if since:
                self.show(note, at=(since, 0.5))
            if until:
                self.hide(note, at=until)

    def six(self, written: rules.Rules) -> None:
        # The six formulas in short; they make room for the first of them in full.
        for k, (name, look) in enumerate(theme.OBJECTIVES.items()):
            y = 190 + 68 * k
            label = self.put(text(f"*{look.label}*", RIGHT_COLUMN, y, 36, look.colour), "text")
            short = Formula(written.short[name], RIGHT_COLUMN + 290, y)
            short.put(self)
            short.enter(self, at=0.0, over=0.0)
            self.hide(label, at=("reinforce", -1.4))
            short.leave(self, at=("reinforce", -1.4))

    def formulas(self, written: rules.Rules) -> None:
        # The sum on the first line, what its new symbol means on the second.
        for y, lines in ((212, {name: edit[2] for name, edit in written.edits.items()}), (288, written.means)):
            before: Formula | None = None
            line_before = ""
            for name, line in lines.items():
                if line == line_before:
                    continue
                now = Formula(line, RIGHT_COLUMN, y, theme.FORMULA if y < 250 else 36)
                now.put(self)
                if before is None:
                    now.enter(self, at=name)
                else:
                    before.become(self, now, at=name)
                before, line_before = now, line

    def axes(self, trace: Trace) -> Strip:
        iterations = trace["edit_j"].shape[1] - 1
        x, y, foot = RIGHT_COLUMN + 50, 618.0, theme.BOTTOM - 40
        strip = Strip(x, y, theme.RIGHT - x, foot - y - 34, iterations, *reward_axis(trace))
        for ink in strip.axes:
            self.put(ink, "grid")
        for word in strip.words:
            self.put(word, "text")
        for words, at, anchor in (
            ("0", x, "center"),
            ("batch", (x + theme.RIGHT) / 2, "center"),
            (f"{iterations}", theme.RIGHT, "right"),
        ):
            self.put(text(words, at, foot, theme.TICK, theme.MUTED, anchor), "text")
        self.put(text("expected reward", x, y - 18, theme.LABEL, theme.MUTED), "text")
        return strip

    def edit(self, k: int, name: str, panel: MapPanel, strip: Strip, trace: Trace) -> None:
        # The new map grows over the old one, then the hiker walks under the new rule; older walks stay as ghosts.
        look = theme.OBJECTIVES[rules.EDITS[name][1]]
        values, path = trace["edit_surface"][k], trace["edit_theta"][k]
        names = list(rules.EDITS)
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
                hatch = panel.silent(trace["edit_gate"][k], spacing=26.0, **HATCHED)
                self.show(self.put(hatch, "line", shown=False), at=(name, 1.2))
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
