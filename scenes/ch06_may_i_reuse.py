"""May I reuse yesterday's answers? A handful for every step, or one for sixty; ratios, a map, three losses."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink, Marks, rule
from scenes.lettering import counted, formula, halo, text
from scenes.parts import rules
from scenes.parts.batch import SHAPES, Batch
from scenes.parts.card import corner, source, statement
from scenes.parts.chart import Chart
from scenes.parts.handful import FILL, Handful
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.odds import Odds
from scenes.parts.plane import Plane
from scenes.parts.promise import Promise
from scenes.parts.ratio_ruler import RatioRuler
from scenes.parts.say import appear, say
from scenes.parts.updates import Updates
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
        opening = self.put(statement("Every step, *a fresh handful*"), "text")
        self.hide(opening, at="ask")
        appear(self, statement("May I reuse *yesterday's answers?*"), "text", at=("ask", 0.3))
        # One handful, large: first what it weighs, in the end for all the steps.
        tall = max((h for h in range(1, 6) if size % h == 0 and size >= 3 * h * h), default=1)
        wide, at = size // tall, np.arange(size)
        pitch = min(150.0, 360.0 / tall, (theme.RIGHT - theme.LEFT) / wide)
        x = theme.WIDTH / 2 + pitch * (at % wide - (wide - 1) / 2)
        first = Handful(answers[0], x, 300 + pitch * (at // wide), 0.78 * pitch)
        first.put(self, "mover")
        self.weights(trace)
        row = Updates(self, answers, theme.LEFT + 14, theme.RIGHT - 14, self.FOOT, 236, at=("bill", 0.3))
        go = first.going(np.full(size, row.x[0]), row.rows, row.pitch)
        self.write(first.marks, go, at="bill", over=1.0, ease=theme.smooth)
        row.fresh(at=("bill", 1.0), over=max(2.0, self.time("found") - self.time("bill") - 0.6))
        row.forget(at=("again", -0.6))
        self.write(first.marks, lambda s: go(1 - s), at=("again", -0.2), over=1.1, ease=theme.smooth)
        low = 300 + pitch * (tall - 0.5) + 20
        row.lean(theme.WIDTH / 2, 0.8 * wide * pitch, low, at=("again", 0.9), over=2.4)
        bill = appear(
            self, corner(f"{counted(updates, 'step')}, *{answers.size} answers*", theme.TEXT, 40), "text", ("bill", 0.6)
        )
        self.hide(bill, at="ask")
        appear(self, corner(f"{counted(updates, 'step')}, *{size} answers*", theme.TEXT, 40), "text", at="again")
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
        maths = f"{rules.CURVE} quad #word[score minus the handful’s mean, over its spread]"
        parts.append(self.put(formula(maths, self.TABLE[0] - 60, 922, 40), "text"))
        self.hide(*parts, at="bill")

    def found(self, trace: Trace) -> None:
        # How many runs of each kind find A, and where the pictures come from.
        found, count = trace["fresh_at_a"], trace["fresh_end"].shape[1]
        words = f"*{found[-1]} of {count}* such runs end at A. With plain scores: *{found[0]}*."
        self.hide(say(self, words, theme.LEFT, 182, 48, at="found"), at=("again", -0.6))
        note = source("One run, as sampled. A column is a handful: star A, circle B, diamond C.", theme.LABEL)
        appear(self, note, "text", at=("bill", 1.6))


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
        Odds(self.OLD, self.ROWS, self.BAR, old, theme.MUTED).put(self)
        self.today = Odds(self.NEW, self.ROWS, self.BAR, old)
        self.today.put(self)
        for k, (name, ruler) in enumerate(zip(trace["answers"], self.rulers, strict=True)):
            say(self, f"*{name}*", theme.LEFT, self.ROWS[k] + 18, 52)
            self.show(*ruler.put(self, shown=False), at=("ratio", 0.3 + 0.2 * k))
        self.heads()
        handful = self.handful(trace["handful_answer"][0], ratio)
        self.walk(handful, trace["probs"][0, RATIO], old)
        self.heaviest(trace)
        size, steps = len(handful.kinds), len(ratio) - 1
        note = f"One handful of {size}, {counted(steps, 'update')} of the ratio loss, ρ times advantage."
        self.put(source(note, theme.LABEL), "text")

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
        return max(1.6, self.time("rest") - self.time("strain") - 2.6)

    def walk(self, handful: Handful, probs: FloatArray, old: FloatArray) -> None:
        # Odds and needles go first, the weights follow when they are spoken of; then all go on together.
        last = len(probs) - 1
        short = min(self.SHORT, last)

        def stand(at: float) -> None:
            now = along(probs, at)
            self.today.write(now)
            for ruler, ratio in zip(self.rulers, now / old, strict=True):
                ruler.write(float(ratio))

        def weigh(at: float) -> None:
            handful.weigh(along(probs, at) / old)

        def on(share: float) -> None:
            stand(short + share * (last - short))
            weigh(short + share * (last - short))

        moving = [*self.today.moving, *(mobject for ruler in self.rulers for mobject in ruler.moving)]
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
    SECOND = 4.0  # seconds of the second walk

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        us, vs = trace["grid_u"], trace["grid_v"]
        left, top, side = self.MAP
        plane = Plane(left, top, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        self.put(statement("A map of one handful: *true where it was drawn?*"), "text")
        self.put(panel.frame(), "grid")
        heights = levels(trace)
        self.put(panel.territory(heights, pen=2.6, dash=(3, 8)), "line")
        for tag in panel.heights(heights, 28):
            self.put(tag, "text")
        self.put(panel.start(trace["theta"][0, RATIO, 0], radius=12), "mark")
        seen = np.concatenate([trace[name][RATIO][:, trace["shown"]].T for name in ("promise", "j")])
        chart = Promise(self, *self.CHART, seen, float(trace["rewards"].max()))
        self.handful(0, "map", panel, chart, trace)
        self.handful(1, "other", panel, chart, trace)
        first, other = (
            [float(trace[name][RATIO, -1, int(seed)]) for name in ("promise", "j")] for seed in trace["shown"][:2]
        )
        # The names go over to the curves that are spoken of.
        names = chart.names(*first, at=("promise", 0.6))
        self.hide(*names, at="other")
        chart.names(*other, at=("other", 1.4 + self.SECOND))
        self.share(trace)
        self.sum(trace)
        self.far(panel, trace)
        count = trace["handful_answer"].shape[1]
        words = (
            f"Maps of {count} answers each (ratio loss), shaded over their own range. Dotted: exact expected reward."
        )
        self.put(source(words, 28), "text")

    def handful(self, k: int, cue: str, panel: MapPanel, chart: Promise, trace: Trace) -> None:
        # The handful on top, its map on the left, then the walk and both curves at the same pace.
        kinds, path, seed = trace["handful_answer"][k], trace["theta"][k, RATIO], int(trace["shown"][k])
        handful = self.marks(kinds)
        handful.put(self, shown=k == 0)
        surface = self.put(panel.surface(trace["map"][k]), "ground", False)
        relief = self.put(panel.relief(trace["map"][k]), "grid", False)
        trail = self.put(Ink(np.zeros((2, 3)), stroke=theme.TEXT, pen=7.0, casing=3.0), "mover")
        hiker = Marks(np.zeros((0, 2)), "circle", 13, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)
        self.put(hiker, "mover", shown=False)
        curves, grow = chart.curves(trace["promise"][RATIO, :, seed], trace["j"][RATIO, :, seed])

        def walk(share: float) -> None:
            at = share * (len(path) - 1)
            so_far = np.vstack([path[: int(at) + 1], along(path, at)[None]])
            trail.write(*panel.plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(panel.plane.stop(so_far[:, 0], so_far[:, 1]))
            grow(share)

        start = ("walk", 0.0) if k == 0 else ("other", 1.4)
        self.show(surface, relief, *([] if k == 0 else handful.marks), at=(cue, 0.3), over=theme.SLOW)
        self.show(hiker, at=start, over=0.2)
        over = max(3.0, self.time("promise") + 2.0 - self.time("walk")) if k == 0 else self.SECOND
        self.write([trail, hiker, *curves], walk, at=start, over=over)
        if k == 0:
            self.hide(surface, relief, *handful.marks, hiker, at=("other", 0.0))
            self.dim(trail, *curves, to=0.3, at=("other", 0.0))

    def marks(self, kinds: np.ndarray) -> Handful:
        x = np.linspace(self.CHART[0] + 14, theme.RIGHT - 18, len(kinds))
        return Handful(kinds, x, np.full(len(kinds), 184.0), self.pitch(len(kinds)))

    def pitch(self, count: int) -> float:
        """Pixels that a mark of a handful may take."""
        return min(52.0, (theme.RIGHT - 18 - self.CHART[0] - 14) / max(1, count - 1))

    def share(self, trace: Trace) -> None:
        # A ring closes around every A of the first handful: there are more of them than the policy would have it.
        kinds = trace["handful_answer"][0]
        stars = self.marks(kinds).centres[kinds == 0]
        if len(stars):
            rings = Marks(stars, "circle", 0.68 * self.pitch(len(kinds)), stroke=theme.TEXT, pen=4.0, dash=(3, 9))
            outline = rings.outline

            def close(share: float) -> None:
                rings.outline = (2.2 - 1.2 * share) * outline
                rings.place(stars)

            appear(self, rings, "mover", at="why", over=theme.QUICK)
            self.write(rings, close, at="why", over=theme.CHANGE, ease=theme.smooth)
            self.hide(rings, at="other")
        odds = [f"{float(p):.0%}".replace("%", "\\%") for p in (len(stars) / len(kinds), trace["start_probs"][0])]
        words = f"*A*: *{odds[0]}* of this handful, *{odds[1]}* of the policy"
        self.hide(say(self, words, theme.RIGHT, 256, 34, anchor="right", at=("why", 0.4)), at="other")

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
        mean = formula("macron(r) #word[: the handful’s mean]", x + width, foot, 28, theme.MUTED, "right")
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
        x, anchor = (left + side - 24, "right") if px > left + side / 2 else (left + 24, "left")
        y = py - 180 if py - 230 > top else py + 90
        far, true = trace["far_promise"], float(trace["j"][RATIO, -1, trace["shown"][0]])
        rows = (f"first map promises *{far[0]:.2f}*", f"this map promises *{far[1]:.2f}*", f"true is *{true:.2f}*")
        for k, words in enumerate(rows):
            say(self, words, x, y + 46 * k, 36, anchor=anchor, at=("far", 0.3 + 0.6 * k), edge=True)


class ThreeWaysToReuse(Stage):
    """How far from the old policy one handful carries, under three losses."""

    traces = ("batch_reuse",)

    CHART = (theme.LEFT + 76, 190.0, 960.0, 690.0)
    COLUMN = 1296.0
    LOG = f"{rules.SUM} {rules.ADVANTAGE} thin {rules.LOGP}"
    LINEAR = f"{rules.SUM} {rules.RATIO} thin {rules.ADVANTAGE}"
    LOOKS = (
        ("log", "log-probability", theme.OBJECTIVES["reinforce"].colour, LOG),
        ("ratio", "ratio", theme.TEXT, LINEAR),
        ("clip", "ratio, with a fence", theme.OBJECTIVES["ppo"].colour, f"{LINEAR} #word[up to a fence]"),
    )

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        kl = trace["kl"]
        steps, runs = kl.shape[1] - 1, kl.shape[2]
        self.put(statement(f"One handful, {counted(steps, 'update')}: *how far does it carry?*"), "text")
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
        self.put(source(words, 28), "text")

    def axes(self, kl: FloatArray, steps: int) -> Chart:
        seen = kl[kl > 1e-9] if (kl > 1e-9).any() else np.array([0.01, 1.0])
        low, high = 0.7 * float(seen.min()), 1.6 * max(float(seen.max()), 0.2)
        chart = Chart(*self.CHART, (0, steps), (low, high), log=True)
        powers = range(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1)
        ticks = {10.0**k: f"{10.0**k:g}" if k >= -2 else f"10#super[{k:.0f}]" for k in powers}
        name = "KL from the policy that wrote the answers, in nats"
        chart.put(self, "update", {1: "1", steps: f"{steps}"}, name, ticks, size=28)
        # What the axis measures, where no curve comes.
        x, y, width, height = self.CHART
        lines = (
            '{{ upright("KL") : kl }} #word[: the average of] -log {{ rho : ratio }} #word[over yesterday’s answers]',
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
