"""Fire the critic: eight answers graded on a curve, their table, what the division does, and who goes home."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Marks, rule
from scenes.lettering import bounds, formula, halo, plain, text
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.chart import Chart
from scenes.parts.formula import Formula
from scenes.parts.group_table import GroupTable, number
from scenes.parts.memory_bars import MemoryBars
from scenes.parts.objective_sum import ObjectiveSum
from scenes.parts.pushes import Pushes, stacked
from scenes.parts.say import appear, say
from scenes.stage import Stage, When
from traces.store import Trace

GRPO, PPO = theme.OBJECTIVES["grpo"], theme.OBJECTIVES["ppo"]
VIOLET = theme.SYMBOLS["advantage"]
RIGHT = 1440.0  # where the column beside the picture begins
DOTS = (4, 12)
ENDLESS = "endless"
CASES = (("PPO", "ppo"), ("GRPO", "home"), ("GRPO, rules for rewards", "rules"), ("and no leash", "free"))
CRITIC = "{{ r_i : reward }} - {{ V : value }}"
CENTRED = "{{ r_i : reward }} - {{ mu : mean }}"
PLAIN = f"{{{{ hat(A)_i : advantage }}}} thin = thin {CENTRED}"
CURVE = (
    "{{ hat(A)_i : advantage }} thin = thin ( {{ r_i : reward }} - {{ mu : mean }} ) thin \\/ thin {{ sigma : mean-2 }}"
)


MIN = '{{ upright("clip") rho_i : clip }} thin {{ hat(A)_i : advantage-2 }}'
OBJECTIVE = (
    "{{ inline(1/G sum_i) : mean }} min ( {{ rho_i : ratio }} thin {{ hat(A)_i : advantage }},"
    f" thin {MIN} )"
    ' {{ - beta thin upright("KL")(pi_theta || pi_(upright("ref"))) : kl }}'
)


class EightTimes(Stage):
    """The same question eight times: the mean is the forecast, the spread the scale, and the pushes cancel."""

    traces = ("group_table",)
    hyperparameters = ("group_table.seed",)

    def build(self) -> None:
        trace = self.trace("group_table")
        size = len(trace["group_answer"])
        question = self.put(statement("Can we do *without a critic?*"), "text")
        self.hide(question, at="name")
        self.enter(statement("*GRPO:* group relative policy optimization"), at=("name", 0.3))
        self.put(text("_What is two plus two?_", theme.LEFT + 110, 158, 34, theme.MUTED), "text")
        self.pitch = 1200 / size
        self.xs = theme.LEFT + 110 + self.pitch * (np.arange(size) + 0.5)
        self.answers(trace)
        self.bars(trace)
        divided = np.allclose(trace["advantage"] * trace["group_std"], trace["centred"])
        lines = [Formula(line, RIGHT, 222, 46) for line in (CRITIC, CENTRED, CURVE if divided else PLAIN)]
        for term in lines[0].terms.values():
            self.put(term, "text")
        for line in lines[1:]:
            line.put(self)
        lines[0].become(self, lines[1], at="gap")
        lines[1].become(self, lines[2], at="spread")
        moments = f"{{{{ mu : mean }}}} = {float(trace['group_mean']):.3g} quad {{{{ sigma : mean-2 }}}} = "
        moments += f"{float(trace['group_std']):.3g}"
        self.enter(formula(moments, RIGHT, 282, 34), at=("spread", 0.9))
        seed = self.hyper("group_table.seed")
        self.put(
            source(f"One group of the three answers (seed {seed}), drawn by a policy some way from the start."), "text"
        )

    def answers(self, trace: Trace) -> None:
        # One answer, then eight; they rise to their scores, and the mean is a line through them.
        answer, reward = trace["group_answer"], trace["group_reward"]
        low, high = min(0.0, float(reward.min())), max(1.0, float(reward.max()))
        self.zero, self.unit, foot = 750.0, 520.0 / (high - low), 814.0
        self.marks = []
        self.critic(trace, low)
        for k, (x, a) in enumerate(zip(self.xs, answer, strict=True)):
            y = self.zero - self.unit * (float(reward[k]) - low)
            mark = self.put(Batch.sample(x, foot if k else y, int(a), 62), "mover", shown=k == 0)
            letter = text(f"*{trace['answers'][a]}*", x, 878, theme.LABEL, theme.TEXT, "center")
            said = plain(str(trace["texts"][a]).rpartition("</think>")[2].strip())
            words = text(said, x, 916, theme.TICK, theme.MUTED, "center")
            for word in (letter, words):
                self.put(word, "text", shown=k == 0)
            if k:
                self.show(mark, letter, words, at=("eight", 0.12 * k))
                up = theme.length(foot - y)
                self.move(mark, lambda m, up=up: m.shift([0, up, 0]), at=("scores", 0.08 * k), over=0.9)
            self.marks.append(mark)
        axis = []
        for tick in (low, (low + high) / 2, high):
            y = self.zero - self.unit * (tick - low)
            line = rule(theme.LEFT + 70, y, RIGHT - 40, y, stroke=theme.HAIRLINE, pen=1.5, quiet=True)
            word = text(f"{tick:g}", theme.LEFT + 54, y + 9, 28, theme.MUTED, "right")
            axis += [self.put(line, "ground"), self.put(word, "text")]
        axis.append(self.put(text("score", theme.LEFT, self.zero - 560, 28, theme.MUTED), "text"))
        self.hide(*axis, at=("spread", -0.1))
        mean = float(trace["group_mean"])
        self.mean_y = self.zero - self.unit * (mean - low)
        self.line = rule(theme.LEFT + 70, self.mean_y, RIGHT - 40, self.mean_y, stroke=theme.TEXT, pen=4, dash=(14, 10))
        self.put(self.line, "line")
        self.draw(self.line, at="mean", over=0.9)
        tag = self.put(text(f"mean *{mean:.3g}*", RIGHT, self.mean_y + 12, 38), "text", shown=False)
        self.show(tag, at=("mean", 0.3))
        self.hide(tag, at=("spread", 0.2))

    def critic(self, trace: Trace, low: float) -> None:
        # What was done so far: one answer, a critic's forecast, and how far the score is from it.
        y = self.zero - self.unit * (float(trace["old_value"]) - low)
        tip = self.zero - self.unit * (float(trace["group_reward"][0]) - low)
        x, colour = self.xs[0], theme.SYMBOLS["value"]
        parts: list[Mobject] = [
            self.put(rule(theme.LEFT + 70, y, RIGHT - 40, y, stroke=colour, pen=4, dash=(14, 10)), "line"),
            self.put(text("critic's forecast", RIGHT, y + 11, 34, colour), "text"),
            self.put(rule(x, y, x, tip, stroke=colour, pen=6.0), "line"),
        ]
        if abs(tip - y) > 80:
            name = text("advantage", x + 46, (y + tip) / 2 + 10, 34, theme.SYMBOLS["advantage"])
            parts.append(self.put(name, "text"))
        self.hide(*parts, at="eight")

    def bars(self, trace: Trace) -> None:
        # From the mean to each score, and the marks go home to their letters; then over the spread; then piled up.
        advantage, centred = trace["advantage"], trace["centred"]
        size, wide = len(advantage), 0.42 * self.pitch
        left = self.xs - wide / 2
        gap = np.column_stack([left, np.full(size, self.mean_y), np.full(size, wide), self.unit * centred])
        scale = 500.0 / max(1e-9, float(np.ptp(advantage)))
        zero = 250.0 + scale * max(0.0, float(advantage.max()))
        spread = np.column_stack([left, np.full(size, zero), np.full(size, wide), scale * advantage])
        flat = gap * [1, 1, 1, 0]
        bars, copies = Pushes(centred), Pushes(centred)
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.write(bars.inks, bars.between(flat, gap), at=("gap", 0.1), over=0.9, ease=theme.smooth)
        for mark, x in zip(self.marks, self.xs, strict=True):
            self.move(mark, lambda m, x=x: m.scale(0.6).move_to(theme.point(x - 38, 868)), at=("gap", 0.6), over=0.9)
        then: tuple[str, float] = ("spread", 0.3)
        self.write(bars.inks, bars.between(gap, spread), at=then, over=1.2, ease=theme.smooth)
        shift = theme.length(self.mean_y - zero)
        self.move(self.line, lambda m: m.shift([0, shift, 0]), at=then, over=1.2)
        for x, value in zip(self.xs, advantage, strict=True):
            y = zero - scale * float(value)
            word = text(number(value, True), x, y + (-16 if value >= 0 else 42), 34, VIOLET, "center")
            self.show(self.put(halo(word, 6), "text", shown=False), at=("spread", 1.5))
        unit = min(scale, 400.0 / max(1e-9, float(np.abs(advantage).sum() / 2)))
        pile = stacked(advantage, RIGHT + 30, 838.0, 110.0, unit)
        copies.write(spread)
        for ink in copies.inks:
            self.put(ink, "mark", shown=False)
        self.show(*copies.inks, at="sum", over=0.1)
        self.write(copies.inks, copies.between(spread, pile), at=("sum", 0.1), over=1.3, ease=theme.smooth)
        for sign, x, name in ((1.0, RIGHT + 85, "the ups"), (-1.0, RIGHT + 233, "the downs")):
            total = float(advantage[np.sign(advantage) == sign].sum())
            word = text(f"*{number(total, True)}*", x, 838 - unit * abs(total) - 18, 36, VIOLET, "center")
            names = [text(line, x, 876 + 34 * k, 28, theme.TEXT, "center") for k, line in enumerate(("all", name))]
            for mobject in (word, *names):
                self.show(self.put(mobject, "text", shown=False), at=("sum", 1.2), over=theme.QUICK)


class LiveTable(Stage):
    """The explorer's table: filled column by column, then running while the policy moves along its slope."""

    traces = ("group_table",)
    hyperparameters = ("grpo.beta",)

    def build(self) -> None:
        trace = self.trace("group_table")
        self.put(statement("Ratio to the *old* policy, leash to the *reference*."), "text")
        table = GroupTable(trace, theme.LEFT, 196, theme.RIGHT - theme.LEFT)
        table.put_rows(self)
        table.put_heads(self)
        beats: tuple[tuple[When, tuple[str, ...]], ...] = (
            (0.0, ("old", "reward")),
            (("marks", 0.1), ("advantage",)),
            (("new", 0.1), ("new",)),
            (("ratio", 0.1), ("ratio",)),
            (("clip", 0.1), ("clipped_ratio",)),
            (("least", -0.1), ("plain_term",)),
            (("least", 0.4), ("clipped_term",)),
            (("least", 0.9), ("least",)),
            (("leash", 0.1), ("ref",)),
            (("leash", 0.8), ("kl",)),
            (("total", 0.8), ("least", "kl")),
            ("go", ("new", "ratio", "least", "kl")),
        )
        table.fill(self, beats)
        self.notes(table)
        words = f"mean of all {len(trace['group_answer'])}"
        mean = self.put(text(words, theme.LEFT, table.foot, theme.LABEL, theme.MUTED), "text", shown=False)
        self.show(mean, at="total")
        for term in Formula(OBJECTIVE, theme.LEFT, 640, 44).terms.values():
            self.put(term, "text")
        total, over = ObjectiveSum(trace), max(4.0, self.duration - 2.2 - self.time("go"))
        total.put_sum(self, at=("total", 0.4))
        total.put_chart(self, at="go", begin=0.6, over=over)
        total.put_peak(self, at="pull")
        closer = self.time("pull") - self.time("go") - 0.6

        def run(share: float) -> None:
            table.write(share * table.last)
            total.write(share * table.last, theme.smooth(min(1.0, max(0.0, share * over - closer))))

        self.write([*table.moving, *total.moving], run, at=("go", 0.6), over=over)
        words = "An answer is one word here; in a text, all is per word. Hatched: silent. "
        words += "KL: k3 = x − 1 − log x, x = odds in the reference / odds now (Schulman 2020)."
        self.put(source(words), "text")

    def notes(self, table: GroupTable) -> None:
        # What the column that has just come holds, in words under it.
        notes = (
            ("advantage", "advantage: graded on the curve", "marks", "ratio", 0),
            ("ratio", "ratio: odds now over odds then", "ratio", "least", 0),
            ("clipped_ratio", "clipped; the smaller counts", "least", "leash", 0),
            ("kl", "KL: how far from the reference", "leash", "go", 50),
        )
        for column, words, at, until, down in notes:
            word = text(words, table.rights[column], table.foot + down, theme.LABEL, theme.TEXT, "right")
            appear(self, word, "text", (at, 0.1), theme.QUICK)
            self.hide(word, at=(until, -0.5))


class RareWinsShout(Stage):
    """Right or wrong: the push of a win in every class, before and after dividing by the spread."""

    traces = ("group_table",)

    def build(self) -> None:
        trace = self.trace("group_table")
        self.put(statement("What dividing *by the spread* does"), "text")
        size = int(trace["right"][-1])
        classes = size + 1
        slot = (theme.RIGHT - theme.LEFT) / classes
        tallest = max(float(np.abs(trace["up"]).max()), float(np.abs(trace["down"]).max()), 1e-9)
        unit, zero = 258.0 / tallest, 488.0
        layouts = []
        values = []
        for kind in range(2):
            rows = []
            for k in range(classes):
                wide = 0.84 * slot / size
                left = theme.LEFT + slot * k + 0.08 * slot
                pushes = [float(trace["up"][kind, k])] * k + [float(trace["down"][kind, k])] * (size - k)
                rows += [[left + wide * i, zero, 0.86 * wide, unit * push] for i, push in enumerate(pushes)]
                values += [1.0 if i < k else -1.0 for i in range(size)] if kind == 0 else []
            layouts.append(np.array(rows))
        # Dividing kind first in the trace; the undivided pushes come first on screen.
        plain, divided = layouts[1], layouts[0]
        self.put(rule(theme.LEFT, zero, theme.RIGHT, zero, stroke=theme.AXIS, pen=2.0), "grid")
        bars = Pushes(np.array(values), pen=3.0)
        bars.write(plain * [1, 1, 1, 0.25])
        for ink in bars.inks:
            self.put(ink, "mark")
        grow = bars.between(plain * [1, 1, 1, 0.25], plain)
        self.write(bars.inks, grow, at=0.0, over=1.4, ease=theme.smooth)
        self.put(
            text("how hard each answer is pushed: its advantage", theme.RIGHT, 190, 34, theme.MUTED, "right"), "text"
        )
        self.write(bars.inks, bars.between(plain, divided), at=("divide", 0.3), over=1.8, ease=theme.smooth)
        self.classes(size, slot)
        self.numbers(trace, slot, zero, unit)
        self.put(source(f"Exact: advantages in groups of {size}, scored 1 or 0. Filled: right. Hollow: wrong."), "text")

    def classes(self, size: int, slot: float) -> None:
        # Under each class, its answers: right ones filled, wrong ones hollow.
        for k in range(size + 1):
            pitch = 0.84 * slot / size
            x = theme.LEFT + slot * k + 0.08 * slot + pitch * (np.arange(size) + 0.43)
            places = theme.points(x, np.full(size, 846.0))[:, :2]
            radius = min(9.0, 0.4 * pitch)
            if k:
                self.put(Marks(places[:k], "circle", radius, fill=theme.UP), "mark")
            if k < size:
                self.put(Marks(places[k:], "circle", radius - 1, stroke=theme.DOWN, pen=2.5), "mark")
            self.put(text(f"{k} right", theme.LEFT + slot * (k + 0.5), 904, theme.LABEL, theme.MUTED, "center"), "text")

    def numbers(self, trace: Trace, slot: float, zero: float, unit: float) -> None:
        # What a win counts: alone, and among many; and the classes that say nothing.
        size = int(trace["right"][-1])
        value = float(trace["up"][0, 1])
        x, y = theme.LEFT + 1.08 * slot, zero - unit * value - 24
        say(self, f"*{number(value, True)}*", x, y, 48, theme.UP, at=("lone", 0.9))
        undivided = float(trace["up"][1, 1])
        y = zero - unit * undivided
        x = theme.LEFT + slot + 0.08 * slot
        wide = 0.84 * slot / size
        mark = self.put(rule(x - 12, y, x + wide + 12, y, stroke=theme.TEXT, pen=4.0), "mover", shown=False)
        at = x + wide + 22
        words = [text("before", at, y - 14, 28), text(number(undivided, True), at, y + 22, theme.LABEL)]
        self.show(mark, *[self.put(word, "text", shown=False) for word in words], at=("lone", 1.0))
        for k in (0, size):
            say(self, "*silent*", theme.LEFT + slot * (k + 0.5), zero - 30, 38, anchor="center", at="unanimous")
        # How much louder each class has become; the ends and the middle are pointed at.
        told = {1, size // 2, size - 1}
        for k in range(1, size):
            times, x = f"×{float(trace['up'][0, k] / trace['up'][1, k]):.1f}", theme.LEFT + slot * (k + 0.5)
            if k in told:
                cue = "middle" if 1 < k < size - 1 else "ends"
                say(self, f"*{times}*", x, 800, 44, anchor="center", at=(cue, 0.2))
            else:
                say(self, times, x, 800, 34, theme.MUTED, "center", ("middle", 0.8))


class WhichPrompts(Stage):
    """What is climbed: a straight line, or an arcsine; and how much a question weighs, by the group's size."""

    traces = ("group_table",)

    def build(self) -> None:
        trace = self.trace("group_table")
        self.put(statement("Which questions *count more?*"), "text")
        self.climbs(trace)
        self.weights(trace)
        words = "Exact, for scores of 0 and 1, while the new policy is still the old one. Davis and Recht 2025."
        self.put(source(words), "text")

    def climbs(self, trace: Trace) -> None:
        # Left: the heights, with a key in the empty corner.
        chart = Chart(theme.LEFT + 60, 216, 700, 640, (0.0, 1.0), (-1.65, 1.65))
        chart.put(
            self,
            "chance of a right answer",
            {0: "0", 1: "1"},
            "what a question adds to the climb",
            {-1: "−1", 0: "0", 1: "1"},
            size=28,
        )
        p = trace["chance"]
        eight = int(np.flatnonzero(trace["sizes"] == 8)[0])
        lines = (
            (p - 0.5, theme.TEXT, (), "line", text("undivided", 0, 0, 32)),
            (trace["climb"][eight], GRPO.colour, (), "groups", text("groups of 8", 0, 0, 32, GRPO.colour)),
            (trace["limit_climb"], GRPO.colour, DOTS, "limit", formula("2 thin arcsin sqrt(p)", 0, 0, 36, GRPO.colour)),
        )
        x, y = chart.pixels(0.06, 1.42)
        for k, (values, colour, dash, cue, word) in enumerate(lines):
            curve = self.put(chart.curve(p, values, stroke=colour, pen=7.0, dash=dash), "mark")
            sample = rule(x, y + 54 * k, x + 70, y + 54 * k, stroke=colour, pen=7.0, dash=dash)
            left, _, _, foot = bounds(word)
            target = theme.point(x + 92, y + 54 * k + 11) - theme.point(left, foot if k < 2 else foot - 6)
            word.shift(target)
            self.put(sample, "line", shown=k == 0)
            self.put(word, "text", shown=k == 0)
            if k:
                self.draw(curve, at=(cue, 0.2), over=1.4)
                self.show(sample, word, at=(cue, 0.2))

    def weights(self, trace: Trace) -> None:
        # Right: their slopes, one curve a group size, each named where it ends.
        top, left, width = 6.0, 990.0, 470.0
        chart = Chart(left, 216, width, 640, (0.0, 1.0), (0.0, top))
        ticks = {0: "0", 1: "1", 2: "2", 4: "4", 6: "6"}
        chart.put(
            self, "chance of a right answer", {0: "0", 1: "1"}, "its slope: the question's weight", ticks, size=28
        )
        p = trace["chance"]
        self.put(chart.curve(p, np.ones_like(p), stroke=theme.TEXT, pen=6.0), "line")
        curves = list(zip([*map(str, trace["sizes"]), ENDLESS], [*trace["weight"], trace["limit"]], strict=True))
        for k, (name, values) in enumerate(curves):
            cue = "pairs" if k == 0 else "limit" if name == ENDLESS else "groups"
            dash = DOTS if name == ENDLESS else ()
            curve = chart.curve(p, np.where(values <= top, values, np.nan), stroke=GRPO.colour, pen=6.0, dash=dash)
            self.put(curve, "mark")
            at = (cue, 0.1 + 0.1 * max(0, k - 1) * (cue == "groups"))
            self.draw(curve, at=at, over=1.2)
            end = float(values[-1])
            if end <= top:
                x, y = chart.pixels(1.0, end)
                words = f"groups of {name}" if k == 0 else name
                say(self, words, x + 14, y + 9, theme.LABEL, GRPO.colour, at=(at[0], at[1] + 0.2))
        self.questions(chart, trace, [name for name, _ in curves])

    def questions(self, chart: Chart, trace: Trace, names: list[str]) -> None:
        # Two questions across all sizes, one rarely right and one half of the time: their dots, and a table of weights.
        half = trace["weight"].shape[1] // 2
        columns = (
            (float(trace["hard"]), [*trace["hard_weight"], trace["hard_limit"]], "hard", 1728.0),
            (float(trace["chance"][half]), [*trace["weight"][:, half], trace["limit"][half]], "even", theme.RIGHT),
        )
        say(self, "group", 1630, 248, theme.LABEL, theme.MUTED, "right", at="hard")
        for k, name in enumerate(names[::-1]):
            say(self, name, 1630, 316.0 + 62 * k, 36, theme.TEXT, "right", at=("hard", 0.3))
        for chance, weights, cue, right in columns:
            x, y = chart.pixels(chance, 0.0)
            post = rule(x, 216, x, y, stroke=theme.MUTED, pen=2.5, dash=(2, 7))
            places = chart.plane.points(np.full(len(weights), chance), np.array(weights, float))[:, :2]
            dots = Marks(places, "circle", 9, fill=theme.TEXT, stroke=theme.CASING, pen=2)
            name = halo(text(f"{chance:g}", x + 10, y - 14, theme.LABEL, theme.TEXT), 6)
            for mark, layer in ((post, "grid"), (dots, "mover"), (name, "text")):
                appear(self, mark, layer, cue)
            say(self, f"at {chance:g}", right, 248, theme.LABEL, theme.MUTED, "right", at=cue)
            for k, weight in enumerate(weights[::-1]):
                say(self, f"*{float(weight):.2f}*", right, 316.0 + 62 * k, 36, GRPO.colour, "right", at=(cue, 0.3))


class CriticGoesHome(Stage):
    """Which models are kept, and how much memory they take: critic, reward model and reference leave in turn."""

    traces = ("group_table",)
    hyperparameters = ("group_table.trained_bytes", "group_table.frozen_bytes")

    def build(self) -> None:
        trace = self.trace("group_table")
        first = self.put(statement("*The critic goes home.*"), "text")
        self.hide(first, at="answer")
        self.enter(statement("Without a critic? *An answer's siblings are its forecast.*"), at=("answer", 0.3))
        bars = MemoryBars(trace, theme.LEFT, 246.0, 1290.0)
        for case, (words, cue) in enumerate(CASES):
            bars.put_case(self, case, words, PPO.colour if case == 0 else GRPO.colour, at=cue if case else None)
        bars.put_names(self)
        self.price(len(trace["group_answer"]))
        learn, ask = (float(self.hyper(f"group_table.{key}_bytes")) for key in ("trained", "frozen"))
        note = (
            f"If all are equally large. Bytes a parameter: {learn:g} to learn (ZeRO, 1910.02054), {ask:g} to be asked."
        )
        self.put(source(note), "text")

    def price(self, size: int) -> None:
        # A line of its own under the bars: every way of training without a critic pays it.
        pitch = min(56.0, 420.0 / size)
        y = 900.0
        line = text(f"The price in every GRPO row: *{size} answers* a question", theme.LEFT, y, 36)
        word = self.put(line, "text", shown=False)
        xs = bounds(line)[2] + 48 + pitch * np.arange(size)
        places = theme.points(xs, np.full(size, y - 11))[:, :2]
        row = self.put(Marks(places, "circle", 0.34 * pitch, stroke=theme.TEXT, pen=3.0), "mark", shown=False)
        self.show(word, row, at="price", each=0.3)
