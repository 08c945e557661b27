"""Why not just compute the slope? Known for three answers, out of reach for all texts, and voted on by handfuls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import Typst

from scenes import theme
from scenes.ink import Ink, Marks, box, rule
from scenes.lettering import counted, formula, text
from scenes.parts import slopes
from scenes.parts.bars import Bars
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, aside
from scenes.parts.formula import Formula
from scenes.parts.mountain import mountain
from scenes.parts.plane import Plane
from scenes.parts.powers import Powers, digits
from scenes.parts.say import appear, say
from scenes.parts.terms import Terms
from scenes.parts.votes import Votes
from scenes.stage import Stage
from traces.store import Trace

AMBER = theme.OBJECTIVES["reinforce"].colour
UNREAD = theme.ANSWERS[1]
SIZES = ("one", "second", "third", "fourth")  # cues of the four sizes of a handful


class SlopeEverywhere(Stage):
    """With three answers the slope is a sum of three terms, known everywhere."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("Why not just *compute the slope?*"), "text")
        plane = mountain(self, trace, trace["start"]).plane
        self.formulas()
        terms = Terms(self, trace)
        terms.table("terms", "score", "way")
        terms.add(plane, "sum")
        terms.everywhere(plane, "field")
        note = "Exact. Arrows of one column share a scale. Dotted: expected reward."
        self.put(source(note, theme.LABEL), "text")

    def formulas(self) -> None:
        # The average score, odds times score. A step changes the odds: by themselves, times the slope of their log.
        steps = [Formula(f, theme.LEFT, 222, 50) for f in (slopes.HEIGHT, slopes.MOVED, slopes.SLOPE)]
        for part in steps:
            part.put(self)
        steps[0].enter(self, at=-1.0, over=0.0)
        steps[0].become(self, steps[1], at="move")
        steps[1].become(self, steps[2], at="sum")
        appear(self, formula(slopes.LOG, theme.LEFT, 912, 46), "text", at=("log", 0.2))
        say(self, "as the slope of log x is 1/x", 584, 910, 34, theme.MUTED, at=("log", 0.2))


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
        note = source(
            "Vocabulary: DeepSeek-V3 (2412.19437) section 4.1. Reading: one text a second, day and night.", 28
        )
        appear(self, note, "text", at=("read", 1.0))

    def slots(self, count: int) -> None:
        # One box a token; each can be any of the vocabulary.
        begin, end = self.time("grow"), self.time("count")
        pitch = (theme.RIGHT - theme.LEFT) / count
        for k in range(count):
            slot = box(theme.LEFT + k * pitch, 148, pitch - min(8.0, 0.2 * pitch), 52, fill=UNREAD)
            appear(self, slot, "mark", None if k == 0 else begin + (end - begin) * k / count, over=0.3)
        vocabulary = int(self.hyper("gradient_clouds.vocabulary"))
        say(self, f"a token: one of {vocabulary:,}", theme.LEFT, 244, 34)
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
        say(self, f"texts read in {counted(years, 'year')}, one a second", theme.LEFT, below - 16, 34, at="read")
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

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.put(statement("So read a few. *Each handful votes for a direction.*"), "text")
        raw = trace.hyperparameters["reinforce.baseline"] == 0.0
        full = Formula(slopes.SLOPE, theme.LEFT, 216, 50)
        sampled = Formula(slopes.SAMPLED if raw else slopes.MINUS_CONSTANT, theme.LEFT, 216, 50 if raw else 44)
        full.put(self)
        sampled.put(self)
        full.enter(self, at=-1.0, over=0.0)
        full.become(self, sampled, at=("few", 0.6))
        say(self, "*REINFORCE*", 980, 222, 44, AMBER, "right", at="name")
        votes = Votes(self, trace)
        votes.write(self.odds(trace), at="few")
        votes.point("way")
        votes.weigh("alike", "score", slopes.SCORE_ONE if raw else slopes.SCORE_LESS)
        votes.add("alike", "vote", "true")
        note = (
            f"The first handful of {len(trace['hand'])} from the start policy; arrows exact. REINFORCE: Williams 1992."
        )
        self.put(source(note, 28), "text")

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
        names = [self.put(name, "text") for name in wide.names(theme.LABEL, right=True)]
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
        self.show(cloud.dots, at=("one", 0.2), over=0.2)
        cloud.follow(lambda s: none.towards(still, s), at=("one", 0.2), over=1.4)
        self.hide(*self.letters(trace, still), at=("wild", -0.3), over=0.2)
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
        self.put(
            source("REINFORCE at the start policy. Dots that would hide each other are set side by side.", 28), "text"
        )

    def letters(self, trace: Trace, sight: Sight) -> list[Typst]:
        # Which answer the handfuls of one hold, below its dots; answers that push alike share a spot.
        places = sight.view.pixels(sight.tips) + sight.asides
        spots: dict[tuple[float, ...], list[int]] = {}
        for k in range(len(trace["answers"])):
            drawn = np.flatnonzero(trace["drawn"][:, 0] == k)
            if len(drawn):
                spots.setdefault(tuple(np.round(trace["tips"][0, drawn[0]], 9)), []).append(k)
        out = []
        for tip, answers in spots.items():
            swarm = places[(np.round(trace["tips"][0], 9) == tip).all(axis=1)]
            words = " or ".join(str(trace["answers"][k]) for k in answers)
            x, y = min(float(swarm[:, 0].mean()), theme.RIGHT - 90), float(swarm[:, 1].max()) + 44
            out.append(say(self, f"it wrote {words}", x, y, 32, AMBER, "center", at=("one", 1.4), edge=True))
        return out

    def scatter(self, trace: Trace) -> None:
        # How far the arrows lie apart, a bar for each size of handful.
        spread, sizes, x = trace["spread"], trace["sizes"], 1150.0
        say(self, "scatter around the true slope (dashed)", x, 250, 30, theme.MUTED, edge=True, at=("wild", 0.3))
        for k, (size, s, cue) in enumerate(zip(sizes, spread, SIZES, strict=True)):
            y, at = 296.0 + 90 * k, (cue, 0.2)
            long = 320 * float(s) / max(float(spread[0]), 1e-12)
            say(self, counted(int(size), "answer"), x, y + 30, 36, theme.MUTED, edge=True)
            appear(self, box(x + 200, y, long, 42, fill=AMBER), "mark", at=at)
            say(self, f"{float(s):.2g}", x + 200 + long + 16, y + 34, 36, at=at, edge=True)


class RarelyInHand(Stage):
    """The best answer is rarely in a handful, and REINFORCE walks to the common one; so does the true slope."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        title = self.put(statement("Look into the hands: *how often is A among them?*"), "text")
        size, walks = int(trace["walk_size"]), trace["walk"]
        self.hands(trace, size)
        plane = mountain(self, trace, trace["start"]).plane
        self.legend(trace)
        self.walks(trace, plane)
        self.true_slope(trace, plane)
        closing = statement("The slope is *sampled, not computed:* right on average, wild one by one")
        self.hide(title, at="answer", over=0.3)
        appear(self, closing, "text", at=("answer", 0.3))
        note = f"REINFORCE, {size} answers a step, {counted(len(walks), 'seed')}. Dotted: expected reward."
        self.put(source(note, theme.LABEL), "text")

    def hands(self, trace: Trace, size: int) -> None:
        # Handfuls in two columns, one a row; then all but the stars step back.
        hands = trace["shown"].astype(int)
        rows = -(-len(hands) // 2)
        pitch = min(24.0, 384 / size)
        for column, part in enumerate((hands[:rows], hands[rows:])):
            places = np.repeat(np.arange(len(part)), size)
            left = theme.LEFT + 14 + 436 * column
            batch = Batch(part.ravel(), places, left, 170, pitch, gap=430 / rows)
            for marks in batch.marks:
                self.put(marks, "mark")
            self.dim(batch.marks[1], batch.marks[2], to=0.35, at="star")
        say(self, f"one row, one handful of {size}; a star is an A", theme.LEFT, 634, 32, theme.MUTED)
        share = f"*{float(trace['start_probs'][0]):.0%}* of all answers are A".replace("%", "\\%")
        say(self, share, theme.LEFT, 694, 38, at=("star", 0.6))
        none = int((hands != 0).all(axis=1).sum())
        say(
            self,
            f"*{none} of {len(hands)}* handfuls {'holds' if none == 1 else 'hold'} none",
            theme.LEFT + 440,
            694,
            38,
            at=("none", 0.3),
        )

    def legend(self, trace: Trace) -> None:
        # What walks on the map, each beside a piece of its line.
        walk, exact = trace["walk"], trace["exact_walk"]
        steps, escape = walk.shape[1] - 1, int(trace["escape"])
        turns = steps < escape < len(exact)
        for k, (words, cue, colour, dash) in enumerate(
            (
                (f"REINFORCE: {counted(len(walk), 'walk')} of {steps} steps", "walk", AMBER, ()),
                (f"the true slope: {steps} steps", "true", theme.TEXT, ()),
                (f"the true slope: to {escape} steps and on", "late", theme.TEXT, (4, 9)),
            )[: 3 if turns else 2]
        ):
            y = 776 + 58 * k
            line = rule(theme.LEFT, y - 11, theme.LEFT + 74, y - 11, stroke=colour, pen=5, dash=dash)
            appear(self, line, "line", at=(cue, 0.2))
            say(self, words, theme.LEFT + 100, y, 38, colour, at=(cue, 0.2))

    def walks(self, trace: Trace, plane: Plane) -> None:
        # All walks at once.
        walk = trace["walk"]
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

    def true_slope(self, trace: Trace, plane: Plane) -> None:
        # The true slope's own walk, as long as the others, and on until it turns; there a mark and its number.
        exact, steps, escape = trace["exact_walk"], trace["walk"].shape[1] - 1, int(trace["escape"])
        for part, cue, over, dash in ((exact[: steps + 1], "true", 1.6, ()), (exact[steps:], "late", 2.4, (4, 9))):
            path, starts = plane.trail(part[:, 0], part[:, 1])
            way = Ink(path, starts=starts, stroke=theme.TEXT, pen=5, casing=3, dash=dash)
            self.draw(appear(self, way, "mover", at=cue, over=0.05), at=cue, over=over)
        turn = exact[escape : escape + 1].T
        if steps < escape < len(exact) and plane.inside(*turn)[0]:
            spot = plane.centre(*exact[escape])
            mark = Marks(spot[None], "circle", 11, fill=theme.TEXT, stroke=theme.CASING, pen=3)
            appear(self, mark, "mover", at=("late", 1.0))
            x, y = (float(p[0]) for p in plane.pixels(*turn))
            for k, words in enumerate((f"*{escape} steps:*", "A is likelier than not")):
                say(self, words, x + 18, y + 52 + 46 * k, 40 - 4 * k, at=("late", 1.0), edge=True)
