"""Why not just compute the slope? Known for three answers, out of reach for all texts, and voted on by handfuls."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Ink
from scenes.lettering import plain, text
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.cloud import Compass, arrow_points
from scenes.parts.formula import Formula
from scenes.parts.map_panel import LEVELS, MapPanel
from scenes.parts.plane import Plane
from scenes.stage import Stage
from traces.store import Trace

AMBER = theme.OBJECTIVES["reinforce"].colour
TOWARDS = theme.SYMBOLS["logp"]
SUM = "nabla J thin = thin {{ sum_o thin pi(o) : mean }} thin {{ r(o) : reward }} thin {{ nabla log pi(o) : logp }}"
SAMPLED = "nabla J thin approx thin {{ 1/N sum_i : mean }} thin {{ r_i : reward }} thin {{ nabla log pi(o_i) : logp }}"
MAP = (1040.0, 148.0, 784.0, 784.0)  # x, y, width, height, as in the chapter before


def map_plane(trace: Trace, x: float, y: float, side: float) -> Plane:
    """The whole window of policies in a square of the canvas."""
    us, vs = trace["grid_u"], trace["grid_v"]
    return Plane(x, y, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))


def said(words: str) -> str:
    """The last words of an answer, without its thinking."""
    return plain(words.rpartition("</think>")[2].strip())


class SlopeEverywhere(Stage):
    """With three answers the slope is a sum of three terms, known everywhere."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("Why not just *compute the slope?*"), "text")
        plane = map_plane(trace, MAP[0], MAP[1], MAP[2])
        panel = MapPanel(plane, trace)
        self.put(panel.frame(), "grid")
        self.put(panel.territory(LEVELS, pen=3.0, dash=(3, 8)), "line")
        tags = [self.put(tag, "text") for tag in panel.heights()]
        self.table(trace)
        self.chain(trace)
        self.field(trace, panel)
        dot = self.put(panel.start(trace["start"], 13), "mover")
        del dot, tags
        note = source("Three answers, exact. On the right: expected reward (dotted) and its slope at each place.")
        self.show(self.put(note, "text", shown=False), at=("field", 0.8))

    def table(self, trace: Trace) -> None:
        # The formula, and under each of its terms a column: odds, score, direction.
        full = Formula(SUM, theme.LEFT, 226, 52)
        full.put(self)
        columns = ((250.0, "odds"), (430.0, "score"), (640.0, "what makes it likelier"))
        for (x, name), cue in zip(columns, ("terms", "score", "way"), strict=True):
            head = text(name, x, 322, theme.LABEL, theme.MUTED if name != columns[2][1] else TOWARDS, "center")
            self.show(self.put(head, "text", shown=False), at=cue)
        for k in range(3):
            y = 400.0 + 92 * k
            mark = self.put(Batch.sample(theme.LEFT + 14, y - 10, k, 46), "mark", shown=False)
            name = self.put(text(f"*{'ABC'[k]}*", theme.LEFT + 50, y, 40), "text", shown=False)
            odds = self.put(
                text(f"{float(trace['start_probs'][k]):.2f}", 250, y, 40, theme.TEXT, "center"), "text", False
            )
            score = self.put(text(f"{float(trace['rewards'][k]):.1f}", 430, y, 40, theme.TEXT, "center"), "text", False)
            way = Compass(0, 0, 0, 0, 640, y - 12, 88.0)
            middle = trace["scores"][k] / 2
            arrow = self.put(way.arrow(middle, -middle, pen=7, fill=TOWARDS), "mark", shown=False)
            self.show(mark, name, odds, at=("terms", 0.15 * k))
            self.show(score, at=("score", 0.15 * k))
            self.show(arrow, at=("way", 0.15 * k))
        full.enter(self, at="sum")

    def chain(self, trace: Trace) -> None:
        # The three products, end to end: the slope.
        terms = trace["terms"]
        order = np.argsort(-np.linalg.norm(terms, axis=1), kind="stable")
        ends = np.concatenate([np.zeros((1, 2)), np.cumsum(terms[order], axis=0)])
        compass = Compass.around(ends, theme.LEFT, 640, 620, 286, margin=24)
        for j, k in enumerate(order):
            if np.linalg.norm(terms[k]) < 1e-9:
                continue
            arrow = self.put(compass.arrow(ends[j + 1], ends[j], pen=8, fill=theme.MUTED), "mark", shown=False)
            self.show(arrow, at=("sum", 0.4 + 0.5 * j))
        total = self.put(compass.arrow(trace["exact"], pen=12, fill=theme.TEXT), "mover", shown=False)
        self.show(total, at=("sum", 1.6))

    def field(self, trace: Trace, panel: MapPanel) -> None:
        at, slope = trace["field_at"], trace["field"]
        start, exact = trace["start"], trace["exact"]
        cell = panel.plane.width / np.sqrt(len(at))
        scale = 0.92 * cell / float(np.linalg.norm(slope, axis=1).max())
        xs, ys = panel.plane.pixels(at[:, 0], at[:, 1])
        outlines, starts = [], []
        for x, y, g in zip(xs, ys, slope, strict=True):
            half = scale * g / 2 * [1, -1]
            starts.append(8 * len(outlines))
            outlines.append(arrow_points(np.array([x, y]) - half, np.array([x, y]) + half, 4.0))
        arrows = Ink(np.concatenate(outlines), starts=starts, closed=True, fill=theme.MUTED)
        self.show(self.put(arrows, "mark", shown=False), at="field", over=theme.SLOW)
        px, py = (float(p[0]) for p in panel.plane.pixels(start[:1], start[1:]))
        tip = np.array([px, py]) + 3 * scale * exact * [1, -1]
        here = Ink(arrow_points(np.array([px, py]), tip, 10), closed=True, fill=theme.TEXT)
        self.show(self.put(here, "mover", shown=False), at=("sum", 2.4))


class TooManyToRead(Stage):
    """How many texts a real model could write, against how many anyone can read."""

    traces = ("gradient_clouds",)
    hyperparameters = ("gradient_clouds.vocabulary",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("A real model: *every text is a term of the sum.*"), "text")
        decades = trace["log10_texts"]
        top = 10 * np.ceil(max(float(decades[-1]), float(trace["log10_read"]), 10.0) / 10)
        ruler = Plane(theme.LEFT, 330, theme.RIGHT - theme.LEFT, 250, (0.0, float(top)), (0.0, 1.0))
        begin, end = self.time("grow"), self.time("count")
        self.slots(len(decades), begin, end)
        self.axis(ruler)
        self.bars(ruler, trace, begin, end)
        self.numbers(trace)
        note = source("Vocabulary: DeepSeek-V3 (2412.19437) section 4.1. Reading: one text a second, day and night.")
        self.show(self.put(note, "text", shown=False), at=("read", 1.0))

    def slots(self, count: int, begin: float, end: float) -> None:
        # One box a token; each can be any of the vocabulary.
        pitch = (theme.RIGHT - theme.LEFT) / count
        words = f"{int(self.hyper('gradient_clouds.vocabulary')):,}".replace(",", " ")
        first = self.put(text(f"a token: one of {words}", theme.LEFT, 232, theme.LABEL), "text", shown=False)
        self.show(first, at="model")
        gap = min(8.0, 0.2 * pitch)
        for k in range(count):
            slot = self.put(box(theme.LEFT + k * pitch, 148, pitch - gap, 44, fill=TOWARDS), "mark", shown=False)
            self.show(slot, at="model" if k == 0 else begin + (end - begin) * k / count, over=0.3)
        last = self.put(text(f"{count} tokens", theme.RIGHT, 232, theme.LABEL, theme.TEXT, "right"), "text", shown=False)
        self.show(last, at=("count", -0.4))

    def axis(self, ruler: Plane) -> None:
        foot = ruler.y + ruler.height
        parts: list[Mobject] = [self.put(rule(ruler.x, foot, ruler.x + ruler.width, foot, stroke=theme.AXIS, pen=2), "grid")]
        step = 20 if ruler.u[1] > 40 else 2 if ruler.u[1] <= 20 else 10
        for tick in range(0, int(ruler.u[1]) + 1, step):
            x = float(ruler.pixels(np.array([tick]), np.array([0.0]))[0][0])
            parts.append(self.put(rule(x, foot, x, foot + 10, stroke=theme.AXIS, pen=2), "grid"))
            anchor = "left" if tick == 0 else "center"
            parts.append(self.put(formula(f"10^{tick}", x, foot + 44, 30, theme.MUTED, anchor), "text"))
        name = text("number of texts: each step of the ruler multiplies", theme.LEFT, foot + 84, theme.TICK, theme.MUTED)
        self.put(name, "text")

    def bars(self, ruler: Plane, trace: Trace, begin: float, end: float) -> None:
        ends = np.concatenate([[0.0], trace["log10_texts"]])
        xs, _ = ruler.pixels(ends, np.zeros(len(ends)))
        bar = self.put(Ink(np.zeros((0, 3)), fill=TOWARDS, closed=True, round_joins=False), "mark")
        y, tall = ruler.y + 46, 58.0

        def grow(share: float) -> None:
            at = 1 + share * (len(xs) - 2)  # from one token to all of them
            x = float(np.interp(at, np.arange(len(xs)), xs))
            bar.write(theme.points(np.array([ruler.x, x, x, ruler.x]), np.array([y, y, y + tall, y + tall])))

        def first(share: float) -> None:
            x = ruler.x + share * (float(xs[1]) - ruler.x)
            bar.write(theme.points(np.array([ruler.x, x, x, ruler.x]), np.array([y, y, y + tall, y + tall])))

        name = self.put(text("texts that could be written", theme.LEFT, y - 16, theme.LABEL), "text", shown=False)
        self.show(name, at="model")
        self.write(bar, first, at=("model", 0.4), over=0.6, ease=theme.smooth)
        self.write(bar, grow, at=begin, over=end - begin)
        x = float(ruler.pixels(np.array([float(trace["log10_read"])]), np.array([0.0]))[0][0])
        y2 = ruler.y + 170
        name = self.put(text("texts read in a hundred years, one a second", theme.LEFT, y2 - 16, theme.LABEL), "text", False)
        short = self.put(box(ruler.x, y2, x - ruler.x, tall, fill=theme.TEXT), "mark", shown=False)
        self.show(name, short, at="read", each=0.3)

    def numbers(self, trace: Trace) -> None:
        # Both numbers written out, one above the other.
        for words, y, cue, colour in (
            (str(trace["text_count"]), 800.0, "count", TOWARDS),
            (str(trace["read_count"]), 880.0, "read", theme.TEXT),
        ):
            number = self.put(text(digits(words), theme.RIGHT, y, 29, colour, "right"), "text", shown=False)
            self.show(number, at=(cue, 0.4))


def digits(number: str, most: int = 105) -> str:
    """The digits in groups of three; what is too long for a line keeps its head."""
    head = len(number) % 3
    groups = ([number[:head]] if head else []) + [number[i : i + 3] for i in range(head, len(number), 3)]
    if len(number) <= most:
        return "#h(0.18em)".join(groups)
    kept = groups[: most // 3 - 2]
    return "#h(0.18em)".join(kept) + f" … ({len(number)} digits)"
