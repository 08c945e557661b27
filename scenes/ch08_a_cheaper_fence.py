"""A cheaper fence: PPO's one number per word, its two curves, the terraces that it lays, and what it does not hold."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink, Marks, box, rule
from scenes.lettering import bounds, counted, halo, text
from scenes.parts import fence
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.chart import Chart
from scenes.parts.formula import Formula
from scenes.parts.map_panel import MapPanel, along, levels, shade
from scenes.parts.plane import Plane
from scenes.parts.ratio_curve import FENCE, RatioCurve
from scenes.parts.ratio_rows import RatioRows
from scenes.parts.say import appear, say
from scenes.stage import Stage, When
from traces.store import Trace

PPO, TRPO = theme.OBJECTIVES["ppo"], theme.OBJECTIVES["trpo"]
MAP = (1040.0, 148.0, 784.0)  # left, top and side of the map, as in the chapters before
LEVELS = (0.3, 0.4, 0.5, 0.6, 0.7)  # of the way from the worst to the best reward
RING = '{{ upright("KL")(pi_(upright("old")) || pi_theta) <= delta : kl }}'
RATIO = '{{ rho : ratio }} thin = thin pi_theta (o) thin \\/ thin pi_(upright("old")) (o)'
GAIN = "{{ rho : ratio }} thin {{ hat(A) : advantage }}"
HELD = '{{ upright("clip")(rho, 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A) : advantage-2 }}'
CLIPPED = f"min ( {GAIN}, thin {HELD} )"
RATES = ("small", "middle", "large")
M = TypeVar("M", bound=Mobject)


def map_panel(trace: Trace) -> MapPanel:
    """The window around the start, on the right of the frame."""
    us, vs = trace["grid_u"], trace["grid_v"]
    x, y, side = MAP
    return MapPanel(Plane(x, y, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1]))), trace)


def apart(heights: list[float], least: float) -> list[float]:
    """Heights on the canvas, from the lowest upward pushed at least so many pixels apart."""
    out = list(heights)
    order = sorted(range(len(out)), key=lambda k: -out[k])
    for below, above in itertools.pairwise(order):
        out[above] = min(out[above], out[below] - least)
    return out


class OneNumber(Stage):
    """The ring asks about the whole policy; the fence reads one number per word."""

    traces = ("fence",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("fence")
        self.put(statement("Is there *a cheaper fence?*"), "text")
        panel = map_panel(trace)
        ground = self.put(panel.surface(trace["surface"][0]), "ground")
        self.dim(ground, to=0.55, at=0.0, over=0.0)
        self.put(panel.frame(), "grid")
        lines = levels(trace, LEVELS)
        self.put(panel.territory(lines, pen=2.6, dash=(3, 8)), "line")
        for tag in panel.heights(lines, 28):
            self.put(tag, "text")
        self.fences(panel, trace)
        self.cost(trace)
        self.ratios(panel, trace)
        note = f"Map of one batch, no fence; answers: {int(trace['count'].sum())} (seed {self.hyper('sampling.seed')})."
        note += " Dotted: exact expected reward. An answer is one word."
        note += " Filled: a slope, one backward pass; hollow: a product."
        self.put(source(note), "text")

    def fences(self, panel: MapPanel, trace: Trace) -> None:
        # The ring of the chapter before stands around the start; the cell between the posts takes its place.
        ring = self.put(panel.level(trace["kl_old"], float(trace["ring"]), TRPO, pen=6.0, casing=2.0), "line")
        x, y = panel.plane.x + panel.plane.width - 24, panel.plane.y + panel.plane.height - 28
        name = self.put(halo(text("TRPO's ring", x, y, 38, TRPO.colour, "right"), 9), "text")
        bend = Formula(RING, theme.LEFT, 232, 50)
        for term in bend.terms.values():
            self.put(term, "text")
        ratio = Formula(RATIO, theme.LEFT, 232, 50)
        ratio.put(self)
        bend.become(self, ratio, at="number")
        self.dim(ring, to=0.6, at="number")
        self.hide(name, at="number")
        fenced = self.put(fence.cell(panel, trace["ratio"], trace["posts"], pen=7.0), "line")
        self.draw(fenced, at=("map", 0.2), over=1.6)
        for k, line in enumerate(("*PPO's fence:*", "every ratio between its posts")):
            say(self, line, x, y - 46 + 46 * k, 38 - 4 * k, FENCE, "right", ("map", 0.8), edge=True)

    def cost(self, trace: Trace) -> None:
        # What one step of each rule takes on this batch: a filled block a slope, a hollow one a product, worth two.
        x, y, right = 620.0, 226.0, MAP[0] - 40
        pitch = min(35.0, (right - x - 160) / max(1, int(trace["slopes"].max())))
        self.put(text("slopes for one step, counted", x, y - 50, theme.LABEL, theme.MUTED), "text")
        for k, (look, slopes) in enumerate(zip((TRPO, PPO), map(int, trace["slopes"]), strict=True)):
            at: When | None = ("number", 0.6) if k else None
            foot = y + 92 * k
            say(self, f"*{look.label}*", x - 20, foot, 34, look.colour, "right", at)
            appear(self, box(x, foot - 27, pitch - 5, 34, fill=look.colour, round_joins=False), "mark", at)
            for n in range(1, slopes, 2):
                style = {"stroke": look.colour, "pen": 3.0, "round_joins": False}
                pair = box(x + pitch * n + 1.5, foot - 25.5, 2 * pitch - 8, 31, **style)
                appear(self, pair, "mark", at)
            total = say(self, f"*{slopes}*", x + pitch * slopes + 12, foot, 38, look.colour, at=at)
            products = (slopes - 1) // 2
            if products:
                say(self, f"= 1 + 2 × {products}", bounds(total)[2] + 12, foot, 30, look.colour, at=at)
                knobs = len(trace["answers"]) - 1  # what the odds leave free
                why = f": {knobs} knobs need no more" if products == knobs + 1 else ""
                say(self, f"{counted(products, 'product')}{why}", x, foot + 38, 28, theme.MUTED, at=at)

    def ratios(self, panel: MapPanel, trace: Trace) -> None:
        # A small step on the map, and what it does to each answer's ratio.
        path, ratios = trace["look_theta"], trace["look_ratio"]
        rows = RatioRows(trace, theme.LEFT, 440)
        rows.put(self)
        rows.read_ratios(self, at="number")
        rows.put_posts(self, trace["posts"], at=("posts", 0.1))
        self.put(panel.start(path[0], 12), "mark")
        trail = self.put(panel.trail(path[:2], PPO, pen=8.0, casing=3.0), "mover")
        hiker = self.put(panel.hiker(PPO, 16), "mover")
        last = len(path) - 1

        def walk(share: float) -> None:
            at = min(share * last, last - 1e-9)
            so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
            trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
            rows.write(along(ratios, at))

        self.write([trail, hiker, *rows.moving], walk, at="move", over=2.4, ease=theme.smooth)


class TwoCurves(Stage):
    """The clipped gain for a good and for a bad word: past one post it is silent, past the other it is not."""

    traces = ("fence",)

    def build(self) -> None:
        trace = self.trace("fence")
        self.put(statement("Past the post, *the slope falls silent.*"), "text")
        gain, clipped = (Formula(line, theme.WIDTH / 2, 206, 48, anchor="center") for line in (GAIN, CLIPPED))
        for term in gain.terms.values():
            self.put(term, "text")
        clipped.put(self)
        gain.become(self, clipped, at="least")
        for sign, (cue, end) in enumerate((("walk", 1.7), ("down", 0.3))):
            self.panel(trace, sign, cue, end)
        self.put(
            source("Exact, for an advantage of plus and minus one. Lamp and arrow: the word still pushes."), "text"
        )

    def panel(self, trace: Trace, sign: int, cue: str, end: float) -> None:
        # First the straight line, then the held one, then the smaller of the two.
        x, y, width = (theme.LEFT, theme.WIDTH / 2 + 56)[sign], 350.0, 808.0
        curve = RatioCurve(trace, sign, x, y, width, 530, lamp=(x + 18, 279))
        words = ("better than expected", "worse than expected")[sign]
        self.put(text(f"*{words}*", x + 54, 290, 36, curve.colour), "text")
        unit = text(f"advantage {'+−'[sign]}1", x + width, 290, 32, theme.SYMBOLS["advantage"], "right")
        self.put(unit, "text")
        curve.put_axes(self)
        line = self.put(curve.line("plain", stroke=theme.SYMBOLS["ratio"], pen=6.0), "line")
        self.walk_up(curve, ("good", "bad")[sign])
        posts = [self.put(post, "grid", shown=False) for post in curve.fence()]
        bounds = [self.put(word, "text", shown=False) for word in curve.bounds(theme.LABEL)]
        held = self.put(curve.line("clip", stroke=FENCE, pen=6.0, dash=(16, 12)), "line")
        least = self.put(curve.least(11.0), "mark")
        hatch = self.put(curve.silent(), "ground", shown=False)
        self.show(*posts, *bounds, at="clip")
        self.draw(held, at=("clip", 0.5), over=1.2)
        name = halo(curve.beside_clip("held at the posts", theme.LABEL), 8)
        self.show(self.put(name, "text", shown=False), at=("clip", 0.9))
        self.draw(least, at=("least", 0.2), over=1.4)
        self.dim(line, held, to=0.4, at=("least", 1.4))
        self.show(hatch, at=("least", 1.6))
        self.word(curve, cue, end)

    def walk_up(self, curve: RatioCurve, cue: str) -> None:
        # What a word pays on its way, before there is a fence.
        low, high = (0.4, 1.8) if cue == "good" else (1.8, 0.4)
        rho, pays = curve.rho, curve.curves["plain"]
        dot = Marks(np.zeros((0, 2)), "circle", 16.0, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)

        def travel(share: float) -> None:
            at = low + share * (high - low)
            dot.place(curve.plane.centre(at, float(np.interp(at, rho, pays)))[None])

        travel(0.0)
        self.put(dot, "mover")
        self.write(dot, travel, at=(cue, 0.1), over=2.2 if cue == "good" else 1.4, ease=theme.smooth)
        self.hide(dot, at="clip")

    def word(self, curve: RatioCurve, cue: str, end: float) -> None:
        # A word walks the way it is pushed, past its post; then it stands on the wrong side, and is called back.
        curve.place(1.0)
        for mobject in curve.moving:
            self.put(mobject, "mover", shown=False)
        self.show(*curve.moving, at=("least", 1.9))
        for start, stop, at, over in ((1.0, end, (cue, 0.2), 2.4), (end, 2 - end, ("back", 0.1), 1.8)):

            def travel(share: float, start: float = start, stop: float = stop) -> None:
                curve.place(start + share * (stop - start))

            self.write(curve.moving, travel, at=at, over=over, ease=theme.smooth)


class FlatTerraces(Stage):
    """One batch: each answer folds its map along one line, and where all are folded the map is flat."""

    traces = ("fence",)
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        trace = self.trace("fence")
        self.put(statement("The fence *folds the map.*"), "text")
        panel = map_panel(trace)
        self.batch(panel, trace)
        self.ground(panel, trace)
        self.lines(panel, trace)
        self.walk(panel, trace, self.rows(trace))
        note = f"Map of one batch; answers: {int(trace['count'].sum())} (seed {self.hyper('sampling.seed')})."
        note += " Dotted: exact expected reward; hatched closely: all silent."
        self.put(source(note), "text")

    def batch(self, panel: MapPanel, trace: Trace) -> None:
        # The answers stand where their map will be.
        p, groups = panel.plane, trace["batch_group"]
        rows = int(groups.max()) + 1
        size = max(int((groups == g).sum()) for g in range(rows))
        pitch, gap = p.width / (size + 1), p.height / (rows + 1)
        batch = Batch(trace["batch_answer"], groups, p.x + pitch, p.y + gap, min(pitch, gap), gap)
        for marks in batch.marks:
            self.put(marks, "mark")
        self.hide(*batch.marks, at=("free", -0.4), over=theme.CHANGE)

    def ground(self, panel: MapPanel, trace: Trace) -> None:
        # The map without a fence sinks onto its terraces.
        free, fenced = (shade(height) for height in trace["surface"])
        picture = self.put(panel.surface(trace["surface"][0]), "ground", shown=False)

        def fold(share: float) -> None:
            picture.paint(theme.ramp(free + share * (fenced - free))[::-1])

        relief = [self.put(panel.relief(height, count=11, pen=1.8), "grid", shown=False) for height in trace["surface"]]
        self.show(picture, relief[0], at="free", over=theme.SLOW)
        self.hide(relief[0], at=("fold", 1.3))
        self.write(picture, fold, at=("fold", 1.6), over=2.0, ease=theme.smooth)
        self.show(relief[1], at=("fold", 3.2))
        self.put(panel.frame(), "grid")
        territory = self.put(panel.territory(levels(trace, LEVELS), pen=2.4, dash=(3, 8)), "line", shown=False)
        self.show(territory, at="free")

    def lines(self, panel: MapPanel, trace: Trace) -> None:
        # The closed cell lets go: each answer keeps one line, of the post it is pushed to; past all lies the terrace.
        closed = self.put(fence.cell(panel, trace["ratio"], trace["posts"], pen=6.0), "line")
        self.draw(closed, at=("fold", -0.1), over=1.0)
        self.hide(closed, at=("flat", -0.9), over=theme.CHANGE)
        silent = trace["silent"]
        style = {"stroke": theme.CANVAS, "stroke_opacity": 0.55, "pen": 2.6}
        all_silent = silent > 1 - 1e-9
        hatches = [
            self.put(panel.silent(silent, spacing=26.0, **style), "line", shown=False),
            self.put(panel.silent(all_silent.astype(float), spacing=13.0, **style), "line", shown=False),
        ]
        self.show(*hatches, at=("flat", 0.2))
        for k, name in enumerate(trace["answers"]):
            if not trace["count"][k]:
                continue
            post, field = float(trace["posts"][int(trace["advantage"][k] > 0)]), trace["ratio"][k]
            line = self.put(fence.line(panel, field, post), "line")
            self.draw(line, at=("fold", 1.5 + 0.4 * k), over=1.2)
            label = self.put(fence.beside(panel, field, post, f"{name} {post:.2g}"), "text", shown=False)
            self.show(label, at=("fold", 2.0 + 0.4 * k))
        if all_silent.any():
            rows, columns = np.nonzero(all_silent)
            high = rows == int(np.quantile(rows, 0.62))
            x, y = panel.plane.pixels(np.median(panel.u[columns[high]]), np.median(panel.v[rows[high]]))
            p = panel.plane
            x = np.clip(float(x), p.x + 60, p.x + p.width - 60)
            flat = self.put(halo(text("*flat*", float(x), float(y), 44, theme.TEXT, "center"), 10), "text", shown=False)
            self.show(flat, at=("flat", 0.6))

    def rows(self, trace: Trace) -> list[RatioCurve]:
        # What each answer of the batch adds to the map: a curve of its own ratio.
        curves = []
        for k, name in enumerate(trace["answers"]):
            y = 160.0 + 264 * k
            sign = 0 if trace["advantage"][k] > 0 else 1
            curve = RatioCurve(trace, sign, 440, y, 500, 196, lamp=(theme.LEFT + 270, y + 50), small=True)
            worth = f"advantage {trace['advantage'][k]:+.2f}".replace("-", "−")
            self.put(Batch.sample(theme.LEFT + 24, y + 47, k, 48), "mark")
            self.put(text(f"*{name}*", theme.LEFT + 68, y + 62, 48), "text")
            self.put(text(f"× {int(trace['count'][k])}", theme.LEFT + 128, y + 62, 38), "text")
            self.put(text(worth, theme.LEFT, y + 126, theme.LABEL, theme.SYMBOLS["advantage"]), "text")
            curve.put_axes(self)
            line = self.put(curve.line("plain", stroke=curve.colour, pen=6.0), "line")
            least = self.put(curve.least(7.0), "mark", shown=False)
            posts = [self.put(post, "grid", shown=False) for post in curve.fence()]
            hatch = self.put(curve.silent(), "ground", shown=False)
            self.hide(line, at=("fold", 1.5 + 0.4 * k), over=0.8)
            self.show(*posts, at=("fold", -0.1))
            self.show(least, hatch, at=("fold", 1.5 + 0.4 * k))
            curve.place(1.0)
            for mobject in curve.moving:
                self.put(mobject, "mover", shown=False)
            self.show(*curve.moving, at=("walk", -0.6))
            curves.append(curve)
        return curves

    def walk(self, panel: MapPanel, trace: Trace, curves: list[RatioCurve]) -> None:
        # Update by update: the hiker on the map, and the three ratios on their curves.
        path, ratios = trace["walk_theta"], trace["walk_ratio"]
        start = self.put(panel.start(path[0], 12), "mark", shown=False)
        trail = self.put(panel.trail(path[:2], PPO, pen=8.0, casing=3.0), "mover")
        hiker = self.put(panel.hiker(PPO, 16), "mover", shown=False)
        self.show(start, hiker, at=("free", 0.6))
        begin, stop = self.time("walk") + 0.9, self.time("still") - 0.2
        moves = np.flatnonzero(np.abs(np.diff(ratios, axis=0)).max(axis=1) > 1e-9)
        last = int(moves[-1]) + 1 if len(moves) else 1
        each = (stop - begin) / last
        moving: list[Mobject] = [trail, hiker, *[m for curve in curves for m in curve.moving]]
        for step in range(last):

            def write(share: float, step: int = step) -> None:
                at = min(step + share, last - 1e-9)
                so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
                trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
                hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
                for curve, rho in zip(curves, along(ratios, at), strict=True):
                    curve.place(float(rho))

            self.write(moving, write, at=begin + step * each, over=min(1.2, 0.75 * each), ease=theme.smooth)


class NothingPullsBack(Stage):
    """A rare good word at three learning rates: the fence takes away the reason, and holds nothing."""

    traces = ("fence",)

    def build(self) -> None:
        trace = self.trace("fence")
        self.put(statement("A fence, *or a wall?*"), "text")
        updates = trace["word_ratio"].shape[1] - 1
        most = float(1 / trace["word_probs"][0])
        chart = self.chart(trace, updates, 1.25 * most)
        self.words(round(most))
        self.ends = apart([chart.pixels(updates, float(r))[1] for r in trace["word_ratio"][:, -1, 0]], 46.0)
        for k, cue in enumerate(RATES):
            begin = self.time(cue) + 0.3
            on = self.time("slide") + 0.2 if k == 0 else begin + 0.9
            self.curve(chart, trace, k, begin, on)
            self.lamps(trace, k, begin, on)
        note = f"Ours, exact: {round(most)} words, each as often as its odds; updates on this batch: {updates}."
        note += " In large runs: Engstrom et al. 2020."
        self.put(source(note), "text")

    def chart(self, trace: Trace, updates: int, top: float) -> Chart:
        chart = Chart(theme.LEFT + 60, 196, 890, 668, (0, updates), (0.6, top), log=True)
        ticks = {t: f"{t:g}" for t in (1, 2, 5, 10, 20, 50, 100, 200, 500) if t <= top}
        names = ("update", {0: "0", updates: f"{updates}"}, "ratio of the good word", ticks)
        self.show(*chart.put(self, *names, shown=False, size=28), at=("small", -0.5), over=0.6)
        p = chart.plane
        levels = [chart.pixels(0, float(post))[1] for post in trace["posts"]]
        for y, post, dy in zip(levels, trace["posts"], (34, -12), strict=True):
            self.shown_late(rule(p.x, y, p.x + p.width, y, stroke=FENCE, pen=3.0, dash=(2, 7)), "grid")
            name = text(f"{post:.2g}", p.x + p.width - 10, y + dy, theme.LABEL, FENCE, "right")
            self.shown_late(halo(name, 6), "text")
        past = Plane(p.x, p.y, p.width, levels[1] - p.y, (0.0, 1.0), (0.0, 1.0))
        unit = np.array([0.0, 1.0])
        style = {"stroke": theme.HATCH, "pen": 1.6, "stroke_opacity": 0.4, "quiet": True}
        self.shown_late(past.hatch(unit, unit, np.ones((2, 2)), 18.0, **style), "ground")
        quiet = text("past the post: silent", p.x + p.width - 20, levels[1] - 150, theme.LABEL, theme.MUTED, "right")
        self.shown_late(halo(quiet, 7), "text")
        place = theme.point(*chart.pixels(0.0, 1.0))[None, :2]
        self.shown_late(Marks(place, "circle", 9, fill=theme.TEXT, stroke=theme.CASING, pen=2.5), "mover")
        return chart

    def words(self, count: int) -> None:
        # The batch: one good word among many; large at first, then a row above the lamps.
        rows = 1 if count < 6 else 2
        across = -(-count // rows)
        wide = min(150.0, (theme.RIGHT - theme.LEFT - 100) / across)
        k = np.arange(count)
        x = theme.WIDTH / 2 + wide * (k % across - (across - 1) / 2)
        large = theme.points(x, 430.0 + 1.1 * min(wide, 150.0) * (k // across))[:, :2]
        pitch = min(31.0, (theme.RIGHT - 1180) / count)
        small = theme.points(1180 + pitch * (k + 0.5), np.full(count, 190.0))[:, :2]
        looks: tuple[tuple[slice, str, float, dict[str, object]], ...] = (
            (slice(1, None), "circle", 0.3, {"stroke": theme.DOWN, "pen": 2.5}),
            (slice(0, 1), "star", 0.34, {"fill": theme.UP}),
        )
        for part, marker, share, style in looks:
            before, after = Marks(large[part], marker, share * wide, **style), Marks(small[part], marker, share * pitch)
            marks = self.put(before, "mark")
            self.move(marks, lambda m, to=after.points: m.write(to.copy()), at=("small", -1.1), over=1.0)
        others = "one other" if count == 2 else f"{count - 1} others"
        first = text(f"one good word, {others}", theme.WIDTH / 2, 740, theme.STATEMENT, theme.TEXT, "center")
        self.hide(self.put(first, "text"), at=("small", -1.1))
        for words, y in ((f"one good word, {others}", 246), ("who still pushes, update by update", 322)):
            self.shown_late(text(words, 1180, y, theme.LABEL, theme.MUTED), "text")

    def shown_late(self, mobject: M, layer: str) -> M:
        """Put on stage what comes when the words have made room."""
        self.put(mobject, layer, shown=False)
        self.show(mobject, at=("small", -0.5), over=0.6)
        return mobject

    def curve(self, chart: Chart, trace: Trace, k: int, begin: float, on: float) -> None:
        # The first update over the post; then the others.
        ratio = trace["word_ratio"][k, :, 0]
        updates = len(ratio) - 1
        at = np.arange(updates + 1, dtype=float)
        line = self.put(Ink(np.zeros((0, 3)), stroke=PPO.colour, pen=7.0, casing=2.5), "mark")
        marker = ("circle", "square", "triangle")[k]
        dots = self.put(Marks(np.zeros((0, 2)), marker, 10.0, fill=PPO.colour, stroke=theme.CASING, pen=2.0), "mover")

        def between(low: float, high: float) -> Callable[[float], None]:
            def write(share: float) -> None:
                now = (low + share * (high - low)) * updates
                x = np.append(at[: int(now) + 1], now)
                level = chart.level(np.append(ratio[: int(now) + 1], np.interp(now, at, ratio)))
                line.write(*chart.plane.trail(x, level))
                dots.place(chart.plane.points(x[1:-1], level[1:-1])[:, :2])
                if len(x) < 3:
                    dots.write(np.zeros((2, 3)), [0])  # a point: nothing to see yet, but on stage

            return write

        self.write([line, dots], between(0.0, 1 / updates), at=begin, over=0.8, ease=theme.smooth)
        self.write([line, dots], between(1 / updates, 1.0), at=on, over=2.2 if k == 0 else 1.2)
        x, _ = chart.pixels(updates, float(ratio[-1]))
        end = self.put(
            halo(text(f"*{ratio[-1]:.2f}*", x + 18, self.ends[k] + 13, 38, PPO.colour), 6), "text", shown=False
        )
        self.show(end, at=on + (1.8 if k == 0 else 0.9))

    def lamps(self, trace: Trace, k: int, begin: float, on: float) -> None:
        # Two rows of lamps a rate: does the good word push in this update, and do the others?
        gates = trace["word_gate"][k]
        y = 402.0 + 182 * k
        vigil = fence.Vigil(gates, 1310, y + 34, theme.RIGHT - 1310)
        self.shown_late(text(f"learning rate *{float(trace['rates'][k]):g}*", 1180, y - 18, theme.LABEL), "text")
        for row, name in enumerate(("good", "others")):
            self.shown_late(text(name, 1180, y + 44 + 56 * row, theme.LABEL, theme.MUTED), "text")
        self.shown_late(vigil.sockets, "grid")
        span = 2.2 if k == 0 else 1.2
        for step, pair in enumerate(vigil.lamps):
            when = begin if step == 0 else begin + 0.7 if step == 1 else on + span * (step - 1) / max(1, len(gates) - 2)
            for lamp in pair:
                self.show(self.put(lamp, "mark", shown=False), at=when, over=0.25)
