"""Why not just compute the slope? Known for three answers, out of reach for all texts, and voted on by handfuls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenes import theme
from scenes.ink import Ink, Marks, box
from scenes.lettering import plain, text
from scenes.parts import slopes
from scenes.parts.bars import Bars
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, arrow_points, arrows, aside, fly
from scenes.parts.formula import Formula
from scenes.parts.map_panel import LEVELS, MapPanel
from scenes.parts.plane import Plane
from scenes.parts.powers import Powers, digits, grouped
from scenes.parts.say import appear, say
from scenes.stage import Stage, When
from traces.store import Trace

AMBER = theme.OBJECTIVES["reinforce"].colour
TOWARDS = theme.SYMBOLS["logp"]
UNREAD = theme.ANSWERS[1]
MAP = (1040.0, 148.0, 784.0)  # left, top and side of the map, as in the chapter before
SIZES = ("one", "second", "third", "fourth")  # cues of the four sizes of a handful


def mountain(stage: Stage, trace: Trace) -> MapPanel:
    """Put the map on stage as contour lines, with the start."""
    us, vs = trace["grid_u"], trace["grid_v"]
    plane = Plane(MAP[0], MAP[1], MAP[2], MAP[2], (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
    panel = MapPanel(plane, trace)
    stage.put(panel.frame(), "grid")
    stage.put(panel.territory(LEVELS, pen=3.0, dash=(3, 8)), "grid")
    for tag in panel.heights():
        stage.put(tag, "text")
    for word, across in (("always B", 0.13), ("always A", 0.82)):
        say(stage, word, plane.x + across * plane.width, plane.y + 0.14 * plane.height, 30, anchor="center", edge=True)
    stage.put(panel.start(trace["start"], 13), "mover")
    return panel


class SlopeEverywhere(Stage):
    """With three answers the slope is a sum of three terms, known everywhere."""

    traces = ("gradient_clouds",)
    ROWS, PITCH = 420.0, 180.0
    ODDS, SCORE, WAY, PUSH = 296.0, 456.0, 656.0, 890.0

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("Why not just *compute the slope?*"), "text")
        plane = mountain(self, trace).plane
        self.table(trace)
        self.slope(trace, plane)
        self.put(source("Exact. Arrows of one column share a scale. Dotted: expected reward."), "text")

    def table(self, trace: Trace) -> None:
        # The average score; then, under each term of its slope, a column: odds, score, direction.
        height, slope = (Formula(f, theme.LEFT, 222, 50) for f in (slopes.HEIGHT, slopes.SLOPE))
        height.put(self)
        slope.put(self)
        height.enter(self, at=-1.0, over=0.0)
        for words, x, colour, cue in (
            ("odds", self.ODDS, theme.MUTED, "terms"),
            ("score", self.SCORE, theme.MUTED, "score"),
            ("makes it likelier", self.WAY, TOWARDS, "way"),
        ):
            say(self, words, x, self.ROWS - 96, theme.LABEL, colour, "center", at=cue)
        for k in range(3):
            y = self.ROWS + self.PITCH * k
            self.put(Batch.sample(theme.LEFT + 26, y - 16, k, 56), "mark")
            say(self, f"*{trace['answers'][k]}*", theme.LEFT + 66, y, 52)
            odds, score = float(trace["start_probs"][k]), float(trace["rewards"][k])
            say(self, f"{odds:.2f}", self.ODDS, y, 52, anchor="center", at=("terms", 0.2 + 0.2 * k))
            sign = (self.ODDS + self.SCORE) / 2
            say(self, "×", sign, y, 44, theme.MUTED, "center", at=("score", 0.15 * k))
            say(self, f"{score:.1f}", self.SCORE, y, 52, anchor="center", at=("score", 0.15 * k))
            sign = (self.SCORE + self.WAY) / 2 - 20
            say(self, "×", sign, y, 44, theme.MUTED, "center", at=("way", 0.15 * k))
            half = trace["scores"][k] / 2
            arrow = Compass(0, 0, 0, 0, self.WAY, y - 16, 120.0).arrow(half, -half, pen=8, fill=TOWARDS)
            appear(self, arrow, "mark", at=("way", 0.15 * k))
        height.become(self, slope, at="sum")

    def slope(self, trace: Trace, plane: Plane) -> None:
        # The three products fly to the hiker, end to end: their sum is the slope. Then the slope everywhere.
        places, field, terms = trace["field_at"], trace["field"], trace["terms"]
        scale = 0.92 * plane.width / np.sqrt(len(places)) / max(float(np.linalg.norm(field, axis=1).max()), 1e-12)
        px, py = (float(p[0]) for p in plane.pixels(trace["start"][:1], trace["start"][1:]))
        order = (1, 0, 2)
        ends = np.concatenate([np.zeros((1, 2)), np.cumsum(terms[list(order)], axis=0)])
        room = (plane.x + plane.width - px, px - plane.x, py - plane.y, plane.y + plane.height - py)
        reach = (ends[:, 0].max(), -ends[:, 0].min(), ends[:, 1].max(), -ends[:, 1].min())
        fits = min(max(side, 1.0) / max(float(far), 1e-9) for side, far in zip(room, reach, strict=True))
        here = Compass(plane.x, plane.y, plane.width, plane.height, px, py, min(5 * scale, fits))
        for j, k in enumerate(order):
            y, cue = self.ROWS + self.PITCH * k, ("sum", 0.1 * k)
            say(self, "=", (self.WAY + self.PUSH) / 2 + 30, y, 44, theme.MUTED, "center", at=cue)
            if np.linalg.norm(terms[k]) < 1e-9:
                say(self, "nothing", self.PUSH, y, 34, theme.MUTED, "center", at=cue)
                continue
            row = Compass(0, 0, 0, 0, self.PUSH, y - 16, min(700.0, 160 / float(np.linalg.norm(terms, axis=1).max())))
            appear(self, row.arrow(terms[k] / 2, -terms[k] / 2, pen=8, fill=theme.TEXT), "mark", at=cue)
            begin = row.pixels(np.stack([-terms[k] / 2, terms[k] / 2]))
            start = ("sum", 0.7 + 0.3 * j)
            flying = Ink(arrow_points(*begin, 8.0), closed=True, fill=theme.MUTED)
            fly(self, appear(self, flying, "mover", start, 0.2), begin, here.pixels(ends[j : j + 2]), at=start)
        total = here.arrow(trace["exact"], pen=12, fill=theme.TEXT, stroke=theme.CASING)
        appear(self, total, "mover", at=("sum", 2.2))
        middles = np.stack(plane.pixels(places[:, 0], places[:, 1]), axis=1)
        halves = scale * field / 2 * [1, -1]
        everywhere = arrows(np.stack([middles - halves, middles + halves], axis=1), 4.0, fill=theme.MUTED)
        appear(self, everywhere, "mark", at="field", over=theme.SLOW)


class TooManyToRead(Stage):
    """How many texts a real model could write, against how many anyone can read."""

    traces = ("gradient_clouds",)
    hyperparameters = ("gradient_clouds.vocabulary", "gradient_clouds.years")

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("A real model: *every text is a term of the sum*"), "text")
        decades, read = trace["log10_texts"], float(trace["log10_read"])
        ruler = Powers(theme.LEFT, 300, theme.RIGHT - theme.LEFT, 250, 0.0, max(1.06 * float(decades[-1]), read + 1))
        ruler.put(self, lines=False, size=32)
        say(self, "number of texts, in powers of ten", theme.LEFT, ruler.foot + 90, theme.TICK, theme.MUTED)
        self.slots(len(decades))
        self.bars(ruler, decades, read)
        self.numbers(trace)
        note = source("Vocabulary: DeepSeek-V3 (2412.19437) section 4.1. Reading: one text a second, day and night.")
        appear(self, note, "text", at=("read", 1.0))

    def slots(self, count: int) -> None:
        # One box a token; each can be any of the vocabulary.
        begin, end = self.time("grow"), self.time("count")
        pitch = (theme.RIGHT - theme.LEFT) / count
        for k in range(count):
            slot = box(theme.LEFT + k * pitch, 148, pitch - min(8.0, 0.2 * pitch), 52, fill=UNREAD)
            appear(self, slot, "mark", None if k == 0 else begin + (end - begin) * k / count, over=0.3)
        vocabulary = grouped(float(self.hyper("gradient_clouds.vocabulary")))
        say(self, f"a token: one of {vocabulary}", theme.LEFT, 244, 34)
        if count > 1:
            say(self, f"{count} tokens", theme.RIGHT, 244, 34, anchor="right", at="count")

    def bars(self, ruler: Powers, decades: np.ndarray, read: float) -> None:
        # The bar grows by the same length with every token; what one can read stays where it is.
        y, tall = ruler.y + 36, 64.0
        bar = self.put(ruler.bar(float(decades[0]), y, tall, fill=UNREAD), "mark")

        def grow(share: float) -> None:
            reached = float(np.interp(share * (len(decades) - 1), np.arange(len(decades)), decades))
            bar.write(ruler.bar(reached, y, tall).points)

        self.write(bar, grow, at="grow", over=self.time("count") - self.time("grow"))
        say(self, "texts that could be written", theme.LEFT, y - 16, 34)
        below = y + tall + 66
        years = int(self.hyper("gradient_clouds.years"))
        say(self, f"texts read in {years} years, one a second", theme.LEFT, below - 16, 34, at="read")
        appear(self, ruler.bar(read, below, tall, fill=theme.TEXT), "mark", at=("read", 0.3))

    def numbers(self, trace: Trace) -> None:
        # Both numbers written out, to the last digit; the first one grows with every token.
        counts, begin, end = trace["text_counts"], self.time("grow"), self.time("count")
        steps = np.unique(np.linspace(0, len(counts) - 1, min(len(counts), 20)).round().astype(int))
        times = begin + (end - begin) * steps / len(counts)
        for j, k in enumerate(steps):
            lines = digits(str(counts[k]))
            for line, y in zip(lines, (726.0, 792.0)[-len(lines) :], strict=True):
                number = text(line, theme.RIGHT, y, 52, UNREAD, "right")
                number.running = j < len(steps) - 1  # a counter: nobody has to read what it passes
                appear(self, number, "text", None if j == 0 else float(times[j]), over=0.05)
                if number.running:
                    self.hide(number, at=float(times[j + 1]), over=0.05)
        say(self, digits(str(trace["read_count"]))[0], theme.RIGHT, 880, 52, anchor="right", at=("read", 0.4))


class OneHandful(Stage):
    """A few answers, each with a direction and a score: REINFORCE, term by term."""

    traces = ("gradient_clouds",)
    WAY, WEIGHT, PUSH = 400.0, 624.0, 850.0

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("So read a few. *Each handful votes for a direction.*"), "text")
        full, sampled = (Formula(f, theme.LEFT, 222, 50) for f in (slopes.SLOPE, slopes.SAMPLED))
        full.put(self)
        sampled.put(self)
        full.enter(self, at=-1.0, over=0.0)
        full.become(self, sampled, at=("few", 0.6))
        say(self, "*REINFORCE*", 980, 222, 44, AMBER, "right", at="name")
        self.votes(trace, self.table(trace, self.odds(trace)))
        note = (
            f"The first handful of {len(trace['hand'])} from the start policy; arrows exact. REINFORCE: Williams 1992."
        )
        self.put(source(note), "text")

    def odds(self, trace: Trace) -> list[np.ndarray]:
        # What the model writes from: the odds of the three answers. Returns where an answer leaves its bar.
        probs = trace["start_probs"]
        bars = Bars(1160, 236, 560, 560, theme.TEXT, size=44)
        bars.write(probs)
        parts = [self.put(m, "grid") for m in (bars.base, bars.ink)] + [self.put(m, "text") for m in bars.names]
        tops = []
        for left, p in zip(bars.lefts, probs, strict=True):
            x, y = left + bars.bar / 2, bars.y + bars.height * (1 - float(p))
            parts.append(say(self, f"{float(p):.0%}".replace("%", "\\%"), x, y - 18, 44, anchor="center"))
            tops.append(np.array([x, y - 90]))
        parts.append(say(self, "odds of the next answer", 1440, 920, 34, theme.MUTED, "center"))
        self.hide(*parts, at="alike", over=0.2)
        return tops

    def table(self, trace: Trace, tops: list[np.ndarray]) -> list[np.ndarray]:
        # One row an answer: what it says, where it pushes, its weight, and the product. Returns where the products are.
        for words, x, cue, colour in (
            ("answer", theme.LEFT + 60, "few", theme.MUTED),
            ("makes it likelier", self.WAY, "way", TOWARDS),
            ("weight", self.WEIGHT, "alike", theme.MUTED),
            ("push", self.PUSH, "alike", theme.MUTED),
        ):
            say(self, words, x, 322, theme.LABEL, colour, "center", at=cue)
        hand = trace["hand"]
        pitch = min(142.0, 568 / len(hand))
        return [self.row(trace, j, int(k), 412 + pitch * j, pitch, tops[int(k)]) for j, k in enumerate(hand)]

    def row(self, trace: Trace, j: int, k: int, y: float, pitch: float, top: np.ndarray) -> np.ndarray:
        size, scale, late = min(46.0, 0.4 * pitch), 1.08 * pitch, 0.1 * j
        longest = max(1.25, float(np.linalg.norm(trace["hand_arrows"], axis=1).max()))
        mark = Batch.sample(theme.LEFT + 26, y - 14, k, 1.2 * size)
        self.drop(appear(self, mark, "mover", ("few", 0.8 + 0.9 * j), 0.2), top, ("few", 0.8 + 0.9 * j))
        said = plain(str(trace["texts"][k]).rpartition("</think>")[2].strip())
        say(self, said, theme.LEFT + 78, y, size, at=("few", 1.5 + 0.9 * j))
        score, push = trace["hand_scores"][j], trace["hand_arrows"][j]
        way = Compass(0, 0, 0, 0, self.WAY, y - 14, scale)
        product = Compass(0, 0, 0, 0, self.PUSH, y - 14, scale * 1.25 / longest)
        appear(self, way.arrow(score / 2, -score / 2, pen=8, fill=TOWARDS), "mark", at=("way", 0.15 * j))
        for sign, x in (("×", 530.0), ("=", 730.0)):
            say(self, sign, x, y, 40, theme.MUTED, "center", at=("alike", late))
        # Weight 1 for all is imitation; then the score takes its place, and the arrow its length.
        alike = say(self, "1", self.WEIGHT, y, size, theme.MUTED, "center", at=("alike", late))
        before, after = (product.pixels(np.stack([-g / 2, g / 2])) for g in (score, push))
        copy = appear(self, Ink(arrow_points(*before, 8.0), closed=True, fill=theme.MUTED), "mark", ("alike", late))
        self.hide(alike, copy, at=("score", late), over=0.2)
        weight = f"{float(trace['rewards'][k]):.1f}"
        say(self, weight, self.WEIGHT, y, size, theme.SYMBOLS["reward"], "center", at=("score", late + 0.2))
        pushed = Ink(arrow_points(*before, 8.0), closed=True, fill=AMBER)
        fly(self, appear(self, pushed, "mark", ("score", late), 0.2), before, after, at=("score", late + 0.2))
        if np.linalg.norm(push) < 1e-9:
            say(self, "nothing", self.PUSH, y, 34, theme.MUTED, "center", at=("score", late + 1.0))
        return after

    def drop(self, mark: Marks, start: np.ndarray, at: When) -> None:
        # An answer leaves its bar and takes its place in the table.
        before, after = theme.point(*start)[None, :2], mark.centres.copy()
        self.write(mark, lambda s: mark.place(before + s * (after - before)), at=at, over=0.8, ease=theme.smooth)

    def votes(self, trace: Trace, places: list[np.ndarray]) -> None:
        # The pushes fly together, end to end, each over N: their average is the handful's vote.
        vote, exact, copy = trace["hand_vote"], trace["exact"], trace["hand_copy"]
        ends = np.cumsum(np.concatenate([np.zeros((1, 2)), trace["hand_arrows"]]), axis=0) / len(places)
        compass = Compass.around(np.concatenate([ends, [exact, copy]]), 1040, 150, 784, 640, margin=44)
        for part in (compass.cross(), *compass.names(), *compass.bar(1040, 920)):
            appear(self, part, "grid", at=("alike", 0.2), over=theme.QUICK)
        appear(self, compass.arrow(copy, pen=10, fill=theme.MUTED), "mark", at=("alike", 1.0))
        for j, start in enumerate(places):
            at = ("vote", 0.2 + 0.15 * j)
            flying = Ink(arrow_points(*start, 8.0), closed=True, fill=theme.mix(AMBER, theme.CANVAS, 0.4))
            fly(self, appear(self, flying, "mark", at, 0.1), start, compass.pixels(ends[j : j + 2]), at, thick=20.0)
        appear(self, compass.arrow(vote, pen=9, fill=AMBER), "mover", at=("vote", 1.8))
        true = compass.arrow(exact, pen=13, fill=theme.TEXT, stroke=theme.CASING)
        appear(self, true, "mover", at="true")
        for words, y, colour, cue in (
            ("all weighed alike: imitation", 832.0, theme.MUTED, ("alike", 1.0)),
            ("the vote of this handful", 878.0, AMBER, ("vote", 1.8)),
            ("the true slope", 924.0, theme.TEXT, "true"),
        ):
            say(self, words, theme.RIGHT, y, 34, colour, "right", at=cue)


class FiveHundredHands(Stage):
    """Many handfuls of one, four, sixteen and more answers: the cloud shrinks, its middle stays."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        tips, spread = trace["tips"], trace["spread"]
        redraws = tips.shape[1]
        self.put(statement(f"{redraws} handfuls. *Where does each arrow end?*"), "text")
        area = (theme.LEFT, 140.0, theme.RIGHT - theme.LEFT, 690.0)
        ring = trace["exact"] + float(spread[0]) * np.array([[-1, 0], [1, 0], [0, -1], [0, 1]])
        wide = Compass.around(np.concatenate([tips.reshape(-1, 2), ring]), *area, margin=56)
        near = Compass.around(tips[-1], *area, margin=64)
        near = replace(near, zero_x=near.zero_x - 330)  # the bars stand on the right
        names = [self.put(name, "text") for name in wide.names()]
        scale = Scale(self, wide, theme.LEFT, 166)
        # A larger handful holds the smaller one, so every dot moves to where its new answers take it.
        gaps = [10.0 / float(n) ** 0.25 for n in trace["sizes"]]
        seen = [
            Sight(wide, t, gap * aside(t), AMBER, gap / gaps[0], float(s))
            for t, gap, s in zip(tips, gaps, spread, strict=True)
        ]
        none = seen[0]._replace(tips=0 * tips[0], ring=0.0)
        still = seen[0]._replace(ring=0.0)
        last = Sight(near, tips[-1], 1.6 * seen[-1].asides, AMBER, 1.6 * seen[-1].size, float(spread[-1]))
        cloud = Cloud(self, trace["exact"], none, radius=4.7)
        self.timeline.actor(cloud.dots).opacity = 0.0
        self.show(cloud.dots, at=("one", 0.8), over=0.2)
        cloud.follow(lambda s: none.towards(still, s), at=("one", 0.8), over=1.4)
        self.show(cloud.ring, at="wild", over=0.3)
        cloud.follow(lambda s: still.towards(seen[0], s), at="wild", over=1.0)
        for k, cue in enumerate(SIZES[1:]):
            cloud.follow(lambda s, k=k: seen[k].towards(seen[k + 1], s), at=cue, over=0.9)
        self.hide(*names, at="mean", over=0.2)
        scale.renew(near, "mean", 1.6)
        cloud.follow(lambda s: seen[-1].towards(last, s), at="mean", over=1.6)
        self.show(cloud.middle, at=("mean", 1.4))
        for words, x, colour, at in (
            ("arrow: the true slope", theme.LEFT, theme.TEXT, None),
            (f"dots: {redraws} handfuls", 560.0, AMBER, ("one", 0.4)),
            ("ring: their average", 980.0, theme.TEXT, ("mean", 1.4)),
        ):
            say(self, words, x, 896, 34, colour, at=at)
        self.scatter(trace)
        self.put(source("REINFORCE at the start policy. Dots that would hide each other are set side by side."), "text")

    def scatter(self, trace: Trace) -> None:
        # How far the arrows lie apart, a bar for each size of handful.
        spread, sizes, x = trace["spread"], trace["sizes"], 1150.0
        say(self, "scatter around the true slope (dashed)", x, 250, 28, theme.MUTED, edge=True, at=("wild", 0.3))
        for k, (size, s, cue) in enumerate(zip(sizes, spread, SIZES, strict=True)):
            y, at = 296.0 + 90 * k, (cue, 0.2)
            long = 320 * float(s) / max(float(spread[0]), 1e-12)
            say(self, "1 answer" if size == 1 else f"{size} answers", x, y + 30, 36, at=at, edge=True)
            appear(self, box(x + 200, y, long, 42, fill=AMBER), "mark", at=at)
            say(self, f"{float(s):.2g}", x + 200 + long + 16, y + 34, 36, at=at, edge=True)


class RarelyInHand(Stage):
    """The best answer is rarely in a handful, and REINFORCE walks to the common one."""

    traces = ("gradient_clouds",)
    SHOWN = 12

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        title = self.put(statement("Look into the hands: *how often is A among them?*"), "text")
        size, walks = int(trace["walk_size"]), trace["walk"]
        self.hands(trace, size)
        self.walks(trace, mountain(self, trace).plane)
        closing = statement("The slope is *sampled, not computed:* right on average, wild one by one")
        self.hide(title, at="answer", over=0.3)
        appear(self, closing, "text", at=("answer", 0.3))
        self.put(source(f"REINFORCE, {size} answers a step, {len(walks)} seeds. Dotted: expected reward."), "text")

    def hands(self, trace: Trace, size: int) -> None:
        hands = trace["drawn"][: self.SHOWN, :size].astype(int)
        rows = np.repeat(np.arange(len(hands)), size)
        batch = Batch(hands.ravel(), rows, theme.LEFT + 24, 196, min(50.0, 800 / size), gap=50)
        for marks in batch.marks:
            self.put(marks, "mark")
        self.dim(batch.marks[1], batch.marks[2], to=0.35, at="star")
        say(self, "one row, one handful; a star is an A", theme.LEFT, 802, theme.LABEL, theme.MUTED)
        missing = f"no A in a handful of {size}: *{float(trace['best_missing'][2]):.0%}*".replace("%", "\\%")
        say(self, missing, theme.LEFT, 868, 44, at=("star", 1.0))

    def walks(self, trace: Trace, plane: Plane) -> None:
        # All walks at once; then the true slope's own walk, as long as they are, and on until it turns.
        walk, exact = trace["walk"], trace["exact_walk"]
        steps = walk.shape[1] - 1
        over = max(2.0, min(4.0, self.time("true") - self.time("walk") - 0.4))
        for w in walk:
            path, starts = plane.trail(w[:, 0], w[:, 1])
            ghost = Ink(path, starts=starts, stroke=AMBER, pen=2.5, stroke_opacity=0.6)
            self.draw(appear(self, ghost, "line", at="walk", over=0.05), at="walk", over=over, ease=theme.linear)
        hikers = Marks(np.zeros((0, 2)), "circle", 9, fill=AMBER, stroke=theme.CASING, pen=2.5)

        def step(share: float) -> None:
            at = share * steps
            k = min(int(at), steps - 1)
            uv = walk[:, k] + (at - k) * (walk[:, k + 1] - walk[:, k])
            on_map = plane.inside(uv[:, 0], uv[:, 1])[:, None]
            hikers.place(np.where(on_map, plane.points(uv[:, 0], uv[:, 1])[:, :2], np.nan))

        step(0.0)
        self.write(appear(self, hikers, "mover", at="walk", over=0.05), step, at="walk", over=over)
        for part, cue, over, dash in ((exact[: steps + 1], "true", 1.6, ()), (exact[steps:], "late", 2.4, (4, 9))):
            path, starts = plane.trail(part[:, 0], part[:, 1])
            way = Ink(path, starts=starts, stroke=theme.TEXT, pen=5, casing=3, dash=dash)
            self.draw(appear(self, way, "mover", at=cue, over=0.05), at=cue, over=over)
        x, y = plane.x + 0.22 * plane.width, plane.y + 0.24 * plane.height
        for words, dy, colour, at in (
            (f"{len(walk)} walks of {steps} steps", 0.0, AMBER, ("walk", 0.6)),
            (f"along the true slope, {steps} steps", 46.0, theme.TEXT, ("true", 0.6)),
            (f"and {len(exact) - 1 - steps} more", 92.0, theme.TEXT, ("late", 0.6)),
        )[: 3 if len(exact) - 1 > steps else 2]:
            say(self, words, x, y + dy, 34, colour, at=at, edge=True)
