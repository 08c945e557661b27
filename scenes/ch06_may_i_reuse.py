"""May I reuse yesterday's answers? A handful for every step, or one for sixty; ratios, a map, three losses."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink, Marks, box, rule
from scenes.lettering import formula, halo, text
from scenes.parts import rules
from scenes.parts.batch import SHAPES, Batch
from scenes.parts.card import corner, source, statement
from scenes.parts.chart import Chart
from scenes.parts.figures import Figures
from scenes.parts.handful import FILL, Handful
from scenes.parts.map_panel import LEVELS, MapPanel, along
from scenes.parts.plane import Plane
from scenes.parts.ratio_ruler import RatioRuler
from scenes.parts.say import appear, say
from scenes.stage import Stage, When
from scenes.theme import FloatArray
from traces.store import Trace

RATIO = 1  # the second of the trace's three losses: rho A
ADVANTAGE = theme.SYMBOLS["advantage"]


class FreshEveryTime(Stage):
    """A fresh handful for every step, or one handful for all of them."""

    traces = ("batch_reuse",)
    FOOT = 846.0
    TABLE = (500.0, 690.0, 960.0, 1380.0)  # of the opening: mark, letter, reward and weight

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        answers = trace["fresh_answer"]
        updates, size = answers.shape
        left, right = theme.LEFT + 14, theme.RIGHT - 14
        pitch = min(48.0, (right - left) / updates)
        row = min(1.5 * pitch, (self.FOOT - 236) / size)
        self.columns = left + pitch * (np.arange(updates) + 0.5)
        self.rows = self.FOOT - 46 - row * np.arange(size)[::-1]
        opening = self.put(statement("Every step, *a fresh handful*"), "text")
        self.hide(opening, at="ask")
        appear(self, statement("May I reuse *yesterday's answers?*"), "text", at=("ask", 0.3))
        # One handful, large: first what it weighs, in the end for all the steps.
        tall = max((h for h in range(1, 6) if size % h == 0 and size >= 3 * h * h), default=1)
        wide, at = size // tall, np.arange(size)
        self.pitch = min(150.0, 360.0 / tall, (theme.RIGHT - theme.LEFT) / wide)
        x = theme.WIDTH / 2 + self.pitch * (at % wide - (wide - 1) / 2)
        self.low = 300 + self.pitch * (tall - 0.5) + 20
        first = Handful(answers[0], x, 300 + self.pitch * (at // wide), 0.78 * self.pitch)
        first.put(self, "mover")
        go = first.going(np.full(size, self.columns[0]), self.rows, 0.86 * pitch)
        self.write(first.marks, go, at="bill", over=1.0, ease=theme.smooth)
        self.weights(trace)
        self.axis(updates)
        self.steps(answers, pitch)
        self.write(first.marks, lambda s: go(1 - s), at=("again", -0.2), over=1.1, ease=theme.smooth)
        self.reuse(wide)
        bill = appear(self, corner(f"{updates} steps, *{answers.size} answers*", theme.TEXT, 40), "text", ("bill", 0.6))
        self.hide(bill, at="ask")
        appear(self, corner(f"{updates} steps, *{size} answers*", theme.TEXT, 40), "text", at="again")
        self.found(trace)

    def weights(self, trace: Trace) -> None:
        # What an answer of the first handful is paid, and what it weighs.
        heads = ((self.TABLE[0], "answer", None), (self.TABLE[2], "score", None), (self.TABLE[3], "weight", "weigh"))
        parts: list[Mobject] = [say(self, w, x, 640, 34, theme.MUTED, "center", at=at) for x, w, at in heads]
        kinds, weigh = trace["handful_answer"][0], trace["handful_advantage"][0]
        for k, name in enumerate(trace["answers"]):
            y = 706.0 + 66 * k
            parts.append(self.put(Batch.sample(self.TABLE[0] - 30, y - 16, k, 56), "mark"))
            parts.append(say(self, f"*{name}*", self.TABLE[0] + 16, y, 48))
            parts.append(say(self, f"{float(trace['rewards'][k]):.1f}", self.TABLE[2], y, 48, anchor="center"))
            weight = f"{float(weigh[kinds == k][0]):+.2f}".replace("-", "−") if (kinds == k).any() else "not drawn"
            parts.append(say(self, weight, self.TABLE[3], y, 48, ADVANTAGE, "center", at=("weigh", 0.3 + 0.3 * k)))
        maths = f"{rules.CURVE} quad #word[score minus the handful's mean, over its spread]"
        parts.append(self.put(formula(maths, self.TABLE[0] - 60, 922, 40), "text"))
        self.hide(*parts, at="bill")

    def axis(self, updates: int) -> None:
        # One dot an update, from the first to the last; it is filled once the step is taken.
        y, last = self.FOOT, updates - 1
        self.dots = theme.points(self.columns, np.full(updates, y))[:, :2]
        line = rule(self.columns[0], y, self.columns[-1], y, stroke=theme.AXIS, pen=2.0)
        appear(self, line, "ground", at=("bill", 0.3))
        appear(
            self, Marks(self.dots, "circle", 6, fill=theme.CANVAS, stroke=theme.MUTED, pen=2.5), "grid", ("bill", 0.3)
        )
        self.taken = appear(self, Marks(self.dots[:1], "circle", 7, fill=theme.TEXT), "mark", at=("bill", 0.6))
        ends = {last // 2: ("", 0, "center"), last: ("", 12, "right"), 0: ("step ", -12, "left")}
        for n, (word, dx, anchor) in ends.items():
            x = float(self.columns[n]) + dx
            say(self, f"{word}{n + 1}", x, y + 46, theme.LABEL, theme.MUTED, anchor, at=("bill", 0.3))

    def steps(self, answers: np.ndarray, pitch: float) -> None:
        # Column after column of really sampled answers; each is thrown away after its step.
        updates, size = answers.shape
        later = answers[1:].ravel()
        rest = Handful(later, np.repeat(self.columns[1:], size), np.tile(self.rows, updates - 1), 0.86 * pitch)
        rest.put(self)
        rest.keep(np.zeros(len(later), bool))
        column = 1 + np.arange(len(later)) // size

        def draw(share: float) -> None:
            seen = 1 + round(share * (updates - 1))
            rest.keep(column < seen)
            self.taken.place(self.dots[:seen])

        over = max(2.0, self.time("ask") - self.time("bill") - 1.6)
        self.write([*rest.marks, self.taken], draw, at=("bill", 1.0), over=over)
        self.hide(*rest.marks, at=("again", -0.6), over=theme.CHANGE)
        back = lambda share: self.taken.place(self.dots[: max(1, round((1 - share) * updates))])  # noqa: E731
        self.write(self.taken, back, at=("again", -0.6), over=theme.CHANGE)

    def found(self, trace: Trace) -> None:
        # How many runs of each kind find A, and where the pictures come from.
        found, count = trace["fresh_at_a"], trace["fresh_end"].shape[1]
        words = f"Runs that end at A: *{found[-1]}* of {count}. With plain scores, as in chapter 3: *{found[0]}*."
        at = ("bill", 1.6)
        self.hide(say(self, words, theme.LEFT, 174, 34, at=at), at=("again", -0.6))
        note = source(
            "One run on the three-answer world, as sampled. A column is a handful: star A, circle B, diamond C."
        )
        appear(self, note, "text", at=at)

    def reuse(self, wide: int) -> None:
        # The first handful comes back to the middle, and every step leans on it.
        updates = len(self.columns)
        base = theme.WIDTH / 2 + 0.8 * wide * self.pitch * (np.arange(updates) / max(updates - 1, 1) - 0.5)
        lines = theme.points(np.stack([base, self.columns], 1), np.tile([self.low, self.FOOT - 14], (updates, 1)))
        fan = appear(self, Ink(lines[:2], stroke=theme.AXIS, pen=2.0), "grid", at=("again", 0.8), over=0.2)

        def spread(share: float) -> None:
            n = max(1, round(share * updates))
            fan.write(lines[: 2 * n], range(0, 2 * n, 2))
            self.taken.place(self.dots[:n])

        self.write([fan, self.taken], spread, at=("again", 0.9), over=2.4, ease=theme.smooth)


class RatioNeedles(Stage):
    """How much likelier each answer has become, and what the old answers then weigh."""

    traces = ("batch_reuse",)

    ROWS = (296.0, 432.0, 568.0)
    OLD, RULER, NEW, BAR = theme.LEFT + 80, 660.0, 1420.0, 300.0
    SHORT = 15  # updates until the first rest

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        self.put(statement("How much likelier than yesterday? *The ratio*"), "text")
        old, ratio = trace["start_probs"], trace["ratio"][0, RATIO]
        reach = int(np.clip(np.ceil(np.abs(np.log2(np.maximum(ratio, 1e-9))).max()), 3, 12))
        self.rulers = [RatioRuler(self.RULER, y + 20, 620, reach) for y in self.ROWS]
        self.bars = [self.row(k, str(name), float(old[k])) for k, name in enumerate(trace["answers"])]
        self.percents = self.put(Figures(theme.LABEL, anchor="left"), "mover")
        self.percent(old)
        self.heads()
        handful = self.handful(trace["handful_answer"][0], ratio)
        self.walk(handful, trace["probs"][0, RATIO], old)
        self.heaviest(trace)
        count, steps = len(handful.kinds), len(ratio) - 1
        self.put(source(f"One handful of {count}, {steps} updates of the ratio loss, ρ times advantage."), "text")

    def row(self, k: int, name: str, p: float) -> Ink:
        y = self.ROWS[k]
        say(self, f"*{name}*", theme.LEFT, y + 18, 52)
        for x in (self.OLD, self.NEW):
            rail = box(x, y - 26, self.BAR, 52, fill=theme.HAIRLINE, fill_opacity=0.6, quiet=True)
            self.put(rail, "ground")
        self.put(box(self.OLD, y - 26, max(2.0, self.BAR * p), 52, fill=theme.MUTED), "mark")
        say(self, f"{p:.0%}".replace("%", "\\%"), self.OLD + self.BAR + 14, y + 11, theme.LABEL, theme.MUTED)
        self.show(*self.rulers[k].put(self, shown=False), at=("ratio", 0.3 + 0.2 * k))
        return self.put(box(self.NEW, y - 26, max(2.0, self.BAR * p), 52, fill=theme.TEXT), "mover")

    def percent(self, probs: FloatArray) -> None:
        words = [f"{float(p):.{1 if p < 0.0095 or p > 0.9905 else 0}%}" for p in probs]
        self.percents.set(words, [self.NEW + self.BAR + 14] * len(words), [y + 11 for y in self.ROWS])

    def heads(self) -> None:
        y = 208.0
        self.put(formula('pi_(upright("old"))', self.OLD, y, 44, theme.MUTED), "text")
        say(self, "yesterday's odds", self.OLD + 92, y, theme.LABEL, theme.MUTED)
        self.put(formula("pi_theta", self.NEW, y, 44), "text")
        say(self, "today's odds", self.NEW + 60, y, theme.LABEL)
        quotient = '{{ rho : ratio }} = pi_theta thin \\/ thin pi_(upright("old"))'
        appear(self, formula(quotient, self.RULER + 310, y, 48, anchor="center"), "text", at="ratio")

    def handful(self, kinds: np.ndarray, ratio: FloatArray) -> Handful:
        # The handful in one row; each answer as large as its ratio says, the largest of all just fitting in.
        size = len(kinds)
        peak = max(float(ratio[:, k].max()) * SHAPES[k][1] ** 2 for k in range(3) if (kinds == k).any())
        radius = float(np.clip(70 / np.sqrt(peak), 8, 30))
        x = np.linspace(theme.LEFT + 130, theme.RIGHT - 110, size)
        handful = Handful(kinds, x, np.full(size, 826.0), radius / FILL)
        handful.put(self, "mover")
        self.hide(say(self, "yesterday's answers", theme.LEFT, 700, 34, theme.MUTED), at="weigh")
        say(self, "yesterday's answers, each as large as its ratio: its weight", theme.LEFT, 700, 34, at=("weigh", 0.3))
        return handful

    def heaviest(self, trace: Trace) -> None:
        # In the end: how many times the heaviest answer outweighs all the others together.
        weight = trace["weight"][0]
        k = int(weight.argmax())
        others = float(weight.sum() - weight[k])
        if others > 0:
            words = f"*{trace['answers'][k]}* against all the others together: *{float(weight[k]) / others:.3g} : 1*"
            say(self, words, theme.RIGHT, 700, 34, anchor="right", at=("strain", 0.5 + self.straining()))

    def straining(self) -> float:
        """Seconds of the second half of the walk."""
        return max(2.4, self.time("rest") - self.time("strain") - 2.6)

    def walk(self, handful: Handful, probs: FloatArray, old: FloatArray) -> None:
        # Odds and needles go first, the weights follow when they are spoken of; then all go on together.
        last = len(probs) - 1
        short = min(self.SHORT, last)

        def stand(at: float) -> None:
            now = along(probs, at)
            self.percent(now)
            for k, (ruler, bar) in enumerate(zip(self.rulers, self.bars, strict=True)):
                ruler.write(float(now[k] / old[k]))
                bar.write(box(self.NEW, self.ROWS[k] - 26, max(2.0, self.BAR * float(now[k])), 52).points)

        def weigh(at: float) -> None:
            handful.weigh(along(probs, at) / old)

        def on(share: float) -> None:
            stand(short + share * (last - short))
            weigh(short + share * (last - short))

        moving = [self.percents, *self.bars, *(mobject for ruler in self.rulers for mobject in ruler.moving)]
        self.write(moving, lambda s: stand(s * short), at=("today", 0.2), over=1.8, ease=theme.smooth)
        self.readings(along(probs, short) / old, ("ratio", 1.2), ("strain", 0.3))
        self.write(handful.marks, lambda s: weigh(s * short), at=("weigh", 0.4), over=1.6, ease=theme.smooth)
        over = self.straining()
        self.write([*moving, *handful.marks], on, at=("strain", 0.5), over=over, ease=theme.smooth)
        self.readings(probs[-1] / old, ("strain", 0.5 + over), "end")

    def readings(self, ratio: FloatArray, at: When, until: When) -> None:
        """What the needles say while they stand still."""
        for ruler, value in zip(self.rulers, ratio, strict=True):
            digits = 0 if value >= 10 else 1 if value >= 0.95 else 2
            x = float(np.clip(ruler.place(float(value)), ruler.x + 30, ruler.x + ruler.width - 30))
            words, colour = f"*{float(value):.{digits}f}*", theme.SYMBOLS["ratio"]
            word = say(self, words, x, ruler.y - ruler.tall - 12, 34, colour, "center", at=at)
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
        for tag in panel.heights(size=28):
            self.put(tag, "text")
        self.put(panel.start(trace["theta"][0, RATIO, 0], radius=12), "mark")
        chart = self.axes(trace)
        self.handful(0, "map", panel, chart, trace)
        self.handful(1, "other", panel, chart, trace)
        self.sum(trace)
        self.far(panel, trace)
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
        chart.put(self, "update", {0: "0", steps: f"{steps}"}, "reward", ticks, size=28)
        top = chart.pixels(0, best)[1]
        self.put(rule(x, top, x + width, top, stroke=theme.MUTED, pen=2.5, dash=(14, 10)), "grid")
        limit = text("the most that any answer pays", x + width, top - 14, 28, theme.MUTED, "right")
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
        # The upper of the two curves has its name above it, the lower one below; all clear of the words on the limit.
        x, limit = chart.plane.u[1], chart.pixels(0, best)[1] - 14
        foot = chart.plane.y + chart.plane.height - 12
        high, low = (
            chart.pixels(x, max(promise, truth))[1] - 22,
            min(chart.pixels(x, min(promise, truth))[1] + 44, foot),
        )
        if abs(low - limit) < 44:
            low = limit + 48 if limit + 48 <= foot else limit - 48
        high = min(high, low - 44)
        if abs(high - limit) < 44:
            high = limit - 48
        named = [("promised", self.PROMISED), ("true", theme.TERRITORY)]
        for (words, colour), y in zip(named if promise >= truth else named[::-1], (high, low), strict=True):
            say(self, f"*{words}*", chart.pixels(x, 0)[0] - 6, y, 34, colour, "right", at=("promise", 0.6), edge=True)

    def sum(self, trace: Trace) -> None:
        # What the promise is made of: the handful's mean, and what each answer adds to it.
        x, y, width, height = self.CHART
        foot = y + height - 96
        maths = f"#word[promise] = macron(r) + {rules.SUM} {rules.RATIO} thin ({rules.REWARD} - macron(r))"
        promise = float(trace["handful_mean"][0] + trace["gain"][0].sum())
        words = f"= {float(trace['handful_mean'][0]):.3f}"
        for name, gain in zip(trace["answers"], trace["gain"][0], strict=True):
            words += f" {'+' if gain >= 0 else '−'} {abs(float(gain)):.3f} (*{name}*)"
        lines = [
            halo(formula(maths, x + 30, foot, 38)),
            halo(text(f"{words} = *{promise:.3f}*", x + 30, foot + 60, 34)),
        ]
        mean = formula("macron(r) #word[: the handful's mean]", x + width, foot, 28, theme.MUTED, "right")
        lines.append(halo(mean))
        for part in lines:
            appear(self, part, "text", at=("promise", 1.0))
        self.hide(*lines, at="other")

    def far(self, panel: MapPanel, trace: Trace) -> None:
        # Both maps are asked about one place: where the first walk ended.
        left, top, side = self.MAP
        u, v = trace["theta"][0, RATIO, -1:].T
        if not panel.plane.inside(u, v).all():
            return
        px, py = (float(p[0]) for p in panel.plane.pixels(u, v))
        ring = Marks(theme.point(px, py)[None, :2], "circle", 30, stroke=theme.TEXT, pen=5.0, casing=3.0)
        appear(self, ring, "mover", at="far")
        x = float(np.clip(px, left + 230, left + side - 230))
        y = py - 180 if py - 230 > top else py + 90
        far, true = trace["far_promise"], float(trace["j"][RATIO, -1, trace["shown"][0]])
        rows = (f"first map promises *{far[0]:.2f}*", f"this map promises *{far[1]:.2f}*", f"true is *{true:.2f}*")
        for k, words in enumerate(rows):
            say(self, words, x, y + 46 * k, 36, anchor="center", at=("far", 0.3 + 0.6 * k), edge=True)


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
        over = max(1.6, self.time("first") - self.time("clip") - 1.6)
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
        name = "KL from the policy that wrote the answers, in nats"
        chart.put(self, "update", {1: "1", steps: f"{steps}"}, name, ticks, size=28)
        # What the axis measures, where no curve comes.
        x, y, width, height = self.CHART
        lines = (
            '{{ upright("KL") : kl }} #word[: the average of] -log {{ rho : ratio }} #word[over yesterday\'s answers]',
            f"#word[0 nats: alike. 1 nat: on average {np.e:.1f} times less likely today]",
        )
        for k, maths in enumerate(lines):
            self.put(halo(formula(maths, x + width, y + height - 84 + 48 * k, 32, anchor="right")), "text")
        return chart

    def loss(self, k: int, chart: Chart, kl: FloatArray, over: float) -> None:
        # Its name and formula, all handfuls as ghosts, their mean as a line, and where it ends.
        cue, name, colour, line = self.LOOKS[k]
        x, y = self.COLUMN, 250.0 + 236 * k
        self.put(rule(x, y - 12, x + 60, y - 12, stroke=colour, pen=8.0), "mark")
        say(self, f"*{name}*", x + 80, y, 40, colour)
        self.put(formula(line, x, y + 74, theme.FORMULA), "text")
        time, many = np.arange(1, len(kl), dtype=float), kl[1:].T
        fan = self.put(chart.fan(time, many, stroke=colour, pen=1.5, stroke_opacity=0.24), "mark")
        mean = self.put(chart.curve(time, many.mean(0), stroke=colour, pen=8.0, casing=3.0), "mover")
        self.write(fan, chart.spreading(fan, time, many), at=(cue, 0.5), over=over, ease=theme.smooth)
        self.write(mean, chart.growing(mean, time, many.mean(0)), at=(cue, 0.5), over=over, ease=theme.smooth)
        end = float(kl[-1].mean())
        number = f'{{{{ upright("KL") : kl }}}} = {end:.{1 if end >= 1 else 2}f}'
        appear(self, formula(number, x, y + 140, 38), "text", at=(cue, 0.4 + over), over=0.3)

    def fates(self, chart: Chart, ends: FloatArray, holds: np.ndarray) -> None:
        # The ratio's handfuls fall into two bundles: those that hold an A, and those that do not.
        if holds.all() or not holds.any() or float(ends.min()) <= 0:
            return
        places = [chart.pixels(chart.plane.u[1], float(np.median(ends[kind])))[1] for kind in (holds, ~holds)]
        if abs(places[0] - places[1]) < 50:
            return
        x = chart.plane.x + chart.plane.width + 10
        for y, words in zip(places, ("with an A", "without"), strict=True):
            say(self, words, x, y + 8, 28, at="first")
