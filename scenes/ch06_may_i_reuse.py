"""May I reuse yesterday's answers? A handful for every step, or one for sixty; ratios, a map, three losses."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Ink, Marks, box, rule
from scenes.lettering import formula, halo, text
from scenes.parts import rules
from scenes.parts.batch import SHAPES
from scenes.parts.card import corner, source, statement
from scenes.parts.chart import Chart
from scenes.parts.handful import FILL, Handful
from scenes.parts.map_panel import LEVELS, MapPanel, along
from scenes.parts.plane import Plane
from scenes.parts.ratio_ruler import RatioRuler
from scenes.stage import Stage, When
from scenes.theme import FloatArray
from traces.store import Trace

RATIO = 1  # the second of the trace's three losses: rho A


class FreshEveryTime(Stage):
    """A fresh handful for every step, or one handful for all of them."""

    traces = ("batch_reuse",)

    def build(self) -> None:
        answers = self.trace("batch_reuse")["fresh_answer"]
        updates, size = answers.shape
        left, right, self.foot = theme.LEFT + 14, theme.RIGHT - 14, 846.0
        pitch = min(48.0, (right - left) / updates)
        row = min(1.5 * pitch, (self.foot - 236) / size)
        self.columns = left + pitch * (np.arange(updates) + 0.5)
        self.rows = self.foot - 46 - row * np.arange(size)[::-1]
        opening = self.put(statement("Every step, *a fresh handful*"), "text")
        self.hide(opening, at="ask")
        self.enter(statement("May I reuse *yesterday's answers?*"), at=("ask", 0.3))
        self.axis(updates)
        self.reuse(self.handfuls(answers, pitch))
        bill = self.put(corner(f"{updates} steps, *{answers.size} answers*", theme.TEXT, 40), "text", shown=False)
        self.show(bill, at="bill")
        self.hide(bill, at="ask")
        self.enter(corner(f"{updates} steps, *{size} answers*", theme.TEXT, 40), at="again")
        words = "One run on the three-answer world, as sampled. A column is a handful: star A, circle B, diamond C."
        self.put(source(words), "text")

    def axis(self, updates: int) -> None:
        # One dot an update, from the first to the last; it is filled once the step is taken.
        y, last = self.foot, updates - 1
        self.put(rule(self.columns[0], y, self.columns[-1], y, stroke=theme.AXIS, pen=2.0), "ground")
        self.dots = theme.points(self.columns, np.full(updates, y))[:, :2]
        self.put(Marks(self.dots, "circle", 6, fill=theme.CANVAS, stroke=theme.MUTED, pen=2.5), "grid")
        self.taken = self.put(Marks(self.dots[:1], "circle", 7, fill=theme.TEXT), "mark")
        ends = {last // 2: ("", 0, "center"), last: ("", 12, "right"), 0: ("step ", -12, "left")}
        for n, (word, dx, anchor) in ends.items():
            name = f"{word}{n + 1}"
            self.put(text(name, float(self.columns[n]) + dx, y + 46, theme.LABEL, theme.MUTED, anchor), "text")

    def handfuls(self, answers: np.ndarray, pitch: float) -> Handful:
        # Column after column of really sampled answers; each is thrown away after its step.
        updates, size = answers.shape
        first = Handful(answers[0], np.full(size, self.columns[0]), self.rows, 0.86 * pitch)
        first.put(self, "mover")
        later = answers[1:].ravel()
        rest = Handful(later, np.repeat(self.columns[1:], size), np.tile(self.rows, updates - 1), 0.86 * pitch)
        rest.put(self)
        column = 1 + np.arange(len(later)) // size

        def draw(share: float) -> None:
            seen = 1 + round(share * (updates - 1))
            rest.keep(column < seen)
            self.taken.place(self.dots[:seen])

        over = max(3.0, self.time("bill") + 1.5 - self.time("open"))
        self.write([*rest.marks, self.taken], draw, at=("open", 0.6), over=over)
        self.hide(*rest.marks, at=("ask", 0.6), over=theme.CHANGE)
        back = lambda share: self.taken.place(self.dots[: max(1, round((1 - share) * updates))])  # noqa: E731
        self.write(self.taken, back, at=("ask", 0.6), over=theme.CHANGE)
        return first

    def reuse(self, first: Handful) -> None:
        # The first handful comes to the middle, and every step leans on it.
        size, updates, middle, y = len(first.kinds), len(self.columns), theme.WIDTH / 2, 376.0
        tall = max((h for h in range(1, 6) if size % h == 0 and size >= 3 * h * h), default=1)
        wide = size // tall
        pitch = min(150.0, 400.0 / tall, (theme.RIGHT - theme.LEFT) / wide)
        at = np.arange(size)
        x = middle + pitch * (at % wide - (wide - 1) / 2)
        big = first.going(x, y + pitch * (at // wide - (tall - 1) / 2), 0.78 * pitch)
        self.write(first.marks, big, at=("again", -0.2), over=1.1, ease=theme.smooth)
        base = middle + 0.8 * wide * pitch * (np.arange(updates) / max(updates - 1, 1) - 0.5)
        low = y + pitch * tall / 2 + 20
        lines = theme.points(np.stack([base, self.columns], 1), np.tile([low, self.foot - 14], (updates, 1)))
        fan = self.put(Ink(lines[:2], stroke=theme.AXIS, pen=2.0), "grid", shown=False)
        self.show(fan, at=("again", 0.8), over=0.2)

        def spread(share: float) -> None:
            n = max(1, round(share * updates))
            fan.write(lines[: 2 * n], range(0, 2 * n, 2))
            self.taken.place(self.dots[:n])

        self.write([fan, self.taken], spread, at=("again", 0.9), over=3.0, ease=theme.smooth)


class RatioNeedles(Stage):
    """How much likelier each answer has become, and what the old answers then weigh."""

    traces = ("batch_reuse",)

    ROWS = (296.0, 432.0, 568.0)
    OLD, RULER, NEW, BAR = theme.LEFT + 80, 700.0, 1450.0, theme.RIGHT - 1450.0
    SHORT = 15  # updates until the first rest

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        self.put(statement("How much likelier than yesterday? *The ratio*"), "text")
        old, ratio = trace["start_probs"], trace["ratio"][0, RATIO]
        reach = int(np.clip(np.ceil(np.abs(np.log2(np.maximum(ratio, 1e-9))).max()), 3, 12))
        self.rulers = [RatioRuler(self.RULER, y + 20, 620, reach) for y in self.ROWS]
        self.bars = [self.row(k, str(name), float(old[k])) for k, name in enumerate(trace["answers"])]
        self.heads()
        handful = self.handful(trace["handful_answer"][0], ratio)
        self.walk(handful, trace["probs"][0, RATIO], old)
        count, steps = len(handful.kinds), len(ratio) - 1
        words = f"One handful of {count}, {steps} updates of the ratio loss. The area of a mark is its weight."
        self.put(source(words), "text")

    def row(self, k: int, name: str, p: float) -> Ink:
        y = self.ROWS[k]
        self.put(text(f"*{name}*", theme.LEFT, y + 18, 52), "text")
        for x in (self.OLD, self.NEW):
            rail = box(x, y - 26, self.BAR, 52, fill=theme.HAIRLINE, fill_opacity=0.6, quiet=True)
            self.put(rail, "ground")
        self.put(box(self.OLD, y - 26, max(2.0, self.BAR * p), 52, fill=theme.MUTED), "mark")
        percent = f"{p:.0%}".replace("%", "\\%")
        self.put(text(percent, self.OLD + self.BAR + 14, y + 11, theme.LABEL, theme.MUTED), "text")
        self.show(*self.rulers[k].put(self, shown=False), at=("ratio", 0.3 + 0.2 * k))
        return self.put(box(self.NEW, y - 26, max(2.0, self.BAR * p), 52, fill=theme.TEXT), "mover")

    def heads(self) -> None:
        y = 208.0
        self.put(formula('pi_(upright("old"))', self.OLD, y, 44, theme.MUTED), "text")
        self.put(text("yesterday's odds", self.OLD + 92, y, theme.LABEL, theme.MUTED), "text")
        self.put(formula("pi_theta", self.NEW, y, 44), "text")
        self.put(text("today's odds", self.NEW + 60, y, theme.LABEL), "text")
        quotient = '{{ rho : ratio }} = pi_theta thin \\/ thin pi_(upright("old"))'
        self.enter(formula(quotient, self.RULER + 310, y, 48, anchor="center"), at="ratio")

    def handful(self, kinds: np.ndarray, ratio: FloatArray) -> Handful:
        # The handful in one row; each answer as large as its ratio says, the largest of all just fitting in.
        size = len(kinds)
        peak = max(float(ratio[:, k].max()) * SHAPES[k][1] ** 2 for k in range(3) if (kinds == k).any())
        radius = float(np.clip(70 / np.sqrt(peak), 8, 30))
        x = np.linspace(theme.LEFT + 130, theme.RIGHT - 110, size)
        handful = Handful(kinds, x, np.full(size, 812.0), radius / FILL)
        handful.put(self, "mover")
        old = self.put(text("yesterday's answers", theme.LEFT, 686, theme.LABEL, theme.MUTED), "text")
        self.hide(old, at="weigh")
        self.enter(text("yesterday's answers, each weighed by its ratio", theme.LEFT, 686, theme.LABEL), ("weigh", 0.3))
        return handful

    def walk(self, handful: Handful, probs: FloatArray, old: FloatArray) -> None:
        # Odds and needles go first, the weights follow when they are spoken of; then all go on together.
        last = len(probs) - 1
        short = min(self.SHORT, last)

        def stand(at: float) -> None:
            now = along(probs, at)
            for k, (ruler, bar) in enumerate(zip(self.rulers, self.bars, strict=True)):
                ruler.write(float(now[k] / old[k]))
                bar.write(box(self.NEW, self.ROWS[k] - 26, max(2.0, self.BAR * float(now[k])), 52).points)

        def weigh(at: float) -> None:
            handful.weigh(along(probs, at) / old)

        def on(share: float) -> None:
            stand(short + share * (last - short))
            weigh(short + share * (last - short))

        moving = [*self.bars, *(mobject for ruler in self.rulers for mobject in ruler.moving)]
        self.write(moving, lambda s: stand(s * short), at=("today", 0.2), over=1.8, ease=theme.smooth)
        self.readings(along(probs, short) / old, ("ratio", 1.2), ("strain", 0.3))
        self.write(handful.marks, lambda s: weigh(s * short), at=("weigh", 0.4), over=1.6, ease=theme.smooth)
        over = max(3.0, self.time("rest") - self.time("strain") - 2.0)
        self.write([*moving, *handful.marks], on, at=("strain", 0.5), over=over, ease=theme.smooth)
        self.readings(probs[-1] / old, ("strain", 0.5 + over), "end")

    def readings(self, ratio: FloatArray, at: When, until: When) -> None:
        """What the needles say while they stand still."""
        for ruler, value in zip(self.rulers, ratio, strict=True):
            digits = 0 if value >= 10 else 1 if value >= 0.95 else 2
            x = float(np.clip(ruler.place(float(value)), ruler.x + 30, ruler.x + ruler.width - 30))
            y, colour = ruler.y - ruler.tall - 12, theme.SYMBOLS["ratio"]
            word = text(f"*{float(value):.{digits}f}*", x, y, 34, colour, "center")
            self.enter(word, at=at, over=theme.QUICK)
            if until != "end":
                self.hide(word, at=until, over=0.2)


class HandfulMap(Stage):
    """What the map of a handful promises along the walk on it, and what the walk truly earns; then another handful."""

    traces = ("batch_reuse",)

    MAP = (theme.LEFT, 148.0, 768.0)
    CHART = (990.0, 300.0, theme.RIGHT - 1006.0, 540.0)
    PROMISED = theme.SYMBOLS["ratio"]

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        us, vs = trace["grid_u"], trace["grid_v"]
        left, top, side = self.MAP
        plane = Plane(left, top, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        self.put(statement("A map of one handful: *true where it was drawn?*"), "text")
        self.put(panel.frame(), "grid")
        self.put(panel.territory(LEVELS, pen=2.6, dash=(3, 8)), "line")
        for tag in panel.heights():
            self.put(tag, "text")
        self.put(panel.start(trace["theta"][0, RATIO, 0], radius=12), "mark")
        chart = self.axes(trace)
        self.handful(0, "map", panel, chart, trace)
        self.handful(1, "other", panel, chart, trace)
        count = trace["handful_answer"].shape[1]
        words = (
            f"Maps of {count} answers each (ratio loss), shaded over their own range. Dotted: exact expected reward."
        )
        self.put(source(words), "text")

    def axes(self, trace: Trace) -> Chart:
        x, y, width, height = self.CHART
        steps = trace["promise"].shape[1] - 1
        seen = np.concatenate([trace[name][RATIO][:, trace["shown"]].ravel() for name in ("promise", "j")])
        best = float(trace["rewards"].max())
        low, high = min(0.0, float(seen.min())), max(best, float(seen.max())) * 1.08 + 0.02
        step = 0.5 if high - low < 4 else float(np.ceil((high - low) / 6))
        ticks = {float(v): f"{v:g}" for v in np.arange(np.ceil(low / step) * step, high, step)}
        chart = Chart(x, y, width, height, (0, steps), (low, high))
        chart.put(self, "update", {0: "0", steps: f"{steps}"}, "reward", ticks)
        top = chart.pixels(0, best)[1]
        self.put(rule(x, top, x + width, top, stroke=theme.MUTED, pen=2.5, dash=(14, 10)), "grid")
        limit = text("the most that any answer pays", x + width, top - 14, theme.TICK, theme.MUTED, "right")
        self.put(halo(limit), "text")
        return chart

    def handful(self, k: int, cue: str, panel: MapPanel, chart: Chart, trace: Trace) -> None:
        # The handful on top, its map on the left, then the walk and both curves at the same pace.
        kinds, path, seed = trace["handful_answer"][k], trace["theta"][k, RATIO], int(trace["shown"][k])
        promise, truth = trace["promise"][RATIO, :, seed], trace["j"][RATIO, :, seed]
        x = np.linspace(self.CHART[0] + 14, theme.RIGHT - 18, len(kinds))
        handful = Handful(kinds, x, np.full(len(kinds), 184.0), min(52.0, float(x[1] - x[0])))
        handful.put(self, shown=k == 0)
        surface = self.put(panel.surface(trace["map"][k]), "ground", False)
        relief = self.put(panel.relief(trace["map"][k]), "grid", False)
        trail = self.put(Ink(np.zeros((2, 3)), stroke=theme.TEXT, pen=7.0, casing=3.0), "mover")
        hiker = Marks(np.zeros((0, 2)), "circle", 13, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)
        self.put(hiker, "mover", shown=False)
        time = np.arange(len(path), dtype=float)
        true = self.put(chart.curve(time, truth, stroke=theme.TERRITORY, pen=5.0, dash=(2, 9)), "mark")
        promised = self.put(chart.curve(time, promise, stroke=self.PROMISED, pen=6.0), "mark")
        grow = [chart.growing(true, time, truth), chart.growing(promised, time, promise)]

        def walk(share: float) -> None:
            at = share * (len(path) - 1)
            so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
            trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
            for write in grow:
                write(share)

        start = ("walk", 0.0) if k == 0 else ("other", 1.4)
        self.show(surface, relief, *([] if k == 0 else handful.marks), at=(cue, 0.3), over=theme.SLOW)
        self.show(hiker, at=start, over=0.2)
        over = max(3.0, self.time("promise") + 2.0 - self.time("walk")) if k == 0 else 4.0
        self.write([trail, hiker, true, promised], walk, at=start, over=over)
        if k == 0:
            self.names(chart, float(promise[-1]), float(truth[-1]), float(trace["rewards"].max()))
            self.hide(surface, relief, *handful.marks, hiker, at=("other", 0.0))
            self.dim(trail, true, promised, to=0.3, at=("other", 0.0))

    def names(self, chart: Chart, promise: float, truth: float, best: float) -> None:
        # The upper of the two curves has its name above it, the lower one below.
        limit = chart.pixels(0, best)[1] - 14
        named = (("promised", promise, self.PROMISED), ("true", truth, theme.TERRITORY))
        for (words, value, colour), up in zip(named, (promise >= truth, promise < truth), strict=True):
            x, y = chart.pixels(chart.plane.u[1], value)
            y += -22 if up else 44
            if abs(y - limit) < 44:  # where the words on the limit stand
                y = limit + (-48 if up else 48)
            y = min(y, chart.plane.y + chart.plane.height - 12)
            self.enter(halo(text(f"*{words}*", x - 6, y, 34, colour, "right")), at=("promise", 0.6))


class ThreeWaysToReuse(Stage):
    """How far from the old policy one handful carries, under three losses."""

    traces = ("batch_reuse",)

    CHART = (theme.LEFT + 76, 190.0, 960.0, 690.0)
    COLUMN = 1296.0
    LOG = f"{rules.SUM} {rules.ADVANTAGE} thin {rules.LOGP}"
    LOOKS = (
        ("log", "log-probability", theme.OBJECTIVES["reinforce"].colour, LOG),
        ("ratio", "ratio", theme.TEXT, f"{rules.SUM} {rules.RATIO} thin {rules.ADVANTAGE}"),
        ("clip", "clipped ratio", theme.OBJECTIVES["ppo"].colour, rules.least('upright("clip")(rho_i)')),
    )

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        kl = trace["kl"]
        steps, runs = kl.shape[1] - 1, kl.shape[2]
        self.put(statement(f"One handful, {steps} updates: *how far does it carry?*"), "text")
        chart = self.axes(kl[:, 1:], steps)
        over = max(2.0, self.time("first") - self.time("clip") - 1.6)
        for k in range(3):
            self.loss(k, chart, kl[k], over)
        place = chart.pixels(1, max(float(kl[RATIO, 1].mean()), 10 ** chart.plane.v[0]))
        dot = Marks(theme.point(*place)[None, :2], "circle", 16, fill=theme.TEXT, stroke=theme.CASING, pen=3)
        self.put(dot, "text", shown=False)
        self.show(dot, at="first")
        self.fates(chart, kl[RATIO, -1], trace["counts"][:, 0] > 0)
        size = trace["handful_answer"].shape[1]
        words = (
            f"{runs} handfuls of {size} answers, advantages standardised within each. Thick: the mean over handfuls."
        )
        self.put(source(words), "text")

    def axes(self, kl: FloatArray, steps: int) -> Chart:
        seen = kl[kl > 1e-9] if (kl > 1e-9).any() else np.array([0.01, 1.0])
        low, high = 0.7 * float(seen.min()), 1.6 * max(float(seen.max()), 0.2)
        chart = Chart(*self.CHART, (0, steps), (low, high), log=True)
        powers = range(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1)
        ticks = {10.0**k: f"{10.0**k:g}" for k in powers}
        chart.put(self, "update", {1: "1", steps: f"{steps}"}, "KL from the policy that wrote the answers (nat)", ticks)
        return chart

    def loss(self, k: int, chart: Chart, kl: FloatArray, over: float) -> None:
        # Its name and formula, all handfuls as ghosts, their mean as a line, and where it ends.
        cue, name, colour, line = self.LOOKS[k]
        x, y = self.COLUMN, 250.0 + 236 * k
        head = [
            self.put(rule(x, y - 12, x + 60, y - 12, stroke=colour, pen=8.0), "mark", k == 0),
            self.put(text(f"*{name}*", x + 80, y, 40, colour), "text", k == 0),
            self.put(formula(line, x, y + 74, theme.FORMULA), "text", k == 0),
        ]
        if k:
            self.show(*head, at=cue, each=0.15)
        time, many = np.arange(1, len(kl), dtype=float), kl[1:].T
        fan = self.put(chart.fan(time, many, stroke=colour, pen=1.5, stroke_opacity=0.24), "mark")
        mean = self.put(chart.curve(time, many.mean(0), stroke=colour, pen=8.0, casing=3.0), "mover")
        self.write(fan, chart.spreading(fan, time, many), at=(cue, 0.5), over=over, ease=theme.smooth)
        self.write(mean, chart.growing(mean, time, many.mean(0)), at=(cue, 0.5), over=over, ease=theme.smooth)
        end = float(kl[-1].mean())
        number = f'{{{{ upright("KL") : kl }}}} = {end:.{1 if end >= 1 else 2}f}'
        self.enter(formula(number, x, y + 140, 38), at=(cue, 0.5 + over))

    def fates(self, chart: Chart, ends: FloatArray, holds: np.ndarray) -> None:
        # The ratio's handfuls fall into two bundles: those that hold an A, and those that do not.
        if holds.all() or not holds.any() or float(ends.min()) <= 0:
            return
        places = [chart.pixels(chart.plane.u[1], float(np.median(ends[kind])))[1] for kind in (holds, ~holds)]
        if abs(places[0] - places[1]) < 50:
            return
        x = chart.plane.x + chart.plane.width + 10
        for y, words in zip(places, ("with an A", "without"), strict=True):
            self.enter(text(words, x, y + 8, theme.TICK), at="first")
