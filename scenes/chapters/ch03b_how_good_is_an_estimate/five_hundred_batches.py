"""Many batches of one, four, sixteen and more answers: the cloud shrinks, its middle stays."""

from __future__ import annotations

from functools import partial

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, box
from scenes.engine.lettering import counted, halo, text
from scenes.engine.stage import Stage, When
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, aside
from scenes.parts.headings import source, statement
from traces.store import Trace

AMBER = theme.OBJECTIVES["reinforce"].colour
SIZES = ("one", "second", "third")  # cues of the sizes of a batch
MAP, BARS = layout.columns(layout.trimmed(theme.PICTURE, bottom=theme.WIDE), (2, 1), theme.GUTTER)
BAR = 0.7  # of the width beside the map that the longest bar takes
CLOSER = 2.1  # times as large are the dots when the middle is looked at
TOLD = 1.6  # seconds after its cue that a word comes
APART = 7.5  # pixels between dots that would coincide, for a batch of one


class FiveHundredBatches(Stage):
    """Many batches of one, four, sixteen and more answers: the cloud shrinks, its middle stays."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        tips, count = trace["tips"][: len(SIZES)], trace["tips"].shape[1]
        self.bring(statement("How good is *one estimate?*"))
        wide = Compass.around(tips.reshape(-1, 2), *layout.rectangle(MAP), margin=2 * theme.GAP)  # for the heaps
        names = [self.bring(name, "axes") for name in wide.names(theme.NOTE, right=True)]
        scale = Scale(self, wide, MAP.left, MAP.bottom - theme.TIGHT, shown=False)
        self.show(*scale.parts, at="axes")
        # A larger batch holds the smaller one, so every dot moves to where its new answers take it.
        gaps = [APART / float(n) ** 0.25 for n in trace["sizes"]]
        seen = [Sight(wide, tip, gap * aside(tip), AMBER, gap / APART) for tip, gap in zip(tips, gaps, strict=False)]
        none = seen[0]._replace(tips=0 * tips[0])
        cloud = Cloud(self, trace["exact"], none, radius=0.8 * theme.PEN, shown=False)
        self.show(cloud.cross, cloud.arrow, at=0.0)
        self.show(cloud.dots, at=("one", 0.2), over=0.2)
        cloud.follow(lambda s: none.towards(seen[0], s), at=("one", 0.2), over=theme.REST)
        letters = self.letters(trace, seen[0])
        middles = np.unique(np.round(seen[0].view.pixels(tips[0]), 3), axis=0)
        spots = Marks(
            theme.points(*middles.T)[:, :2], "circle", theme.TIGHT, stroke=theme.TEXT, pen=theme.PEN, casing=3
        )
        letters.append(self.bring(spots, ("wild", theme.SLOW), "mover"))
        self.hide(*letters, at="second", over=0.2)
        for k, cue in enumerate(SIZES[1:]):
            cloud.follow(partial(seen[k].towards, seen[k + 1]), at=cue, over=theme.SLOW)
        # Closer, for the middle: the ring is the average of all dots.
        near = Compass.around(tips[-1], *layout.rectangle(MAP), margin=theme.WIDE)
        last = Sight(near, tips[-1], CLOSER * seen[-1].asides, AMBER, CLOSER * seen[-1].size)
        self.hide(*names, at="mean", over=0.2)
        scale.renew(near, "mean", TOLD)
        cloud.follow(lambda s: seen[-1].towards(last, s), at="mean", over=TOLD)
        self.show(cloud.middle, at=("mean", TOLD))
        closer = text(f"*{near.scale / wide.scale:.2g} ×* closer", MAP.left, MAP.top + theme.BODY, theme.BODY)
        self.bring(halo(closer), ("mean", theme.CHANGE))
        foot = theme.PICTURE.bottom
        key: tuple[tuple[str, str, When], ...] = (
            ("arrow: the true slope", theme.TEXT, "true"),
            (f"dots: {count} estimates", AMBER, "one"),
            ("ring: their average", theme.TEXT, ("mean", TOLD)),
        )
        for (words, colour, at), place in zip(key, layout.columns(MAP, len(key)), strict=True):
            self.bring(text(words, place.left, foot, theme.BODY, colour), at)
        self.scatter(trace)
        seed = trace.hyperparameters["sampling.seed"]
        self.bring(
            source(f"REINFORCE at the start policy, seed {seed}. Dots that would hide each other stand side by side.")
        )

    def letters(self, trace: Trace, sight: Sight) -> list[Mobject]:
        # Which answer the batches of one hold, below its dots; answers that push alike share a spot.
        places = sight.view.pixels(sight.tips) + sight.asides
        spots: dict[tuple[float, ...], list[int]] = {}
        for k in range(len(trace["answers"])):
            drawn = np.flatnonzero(trace["drawn"][:, 0] == k)
            if len(drawn):
                spots.setdefault(tuple(np.round(trace["tips"][0, drawn[0]], 9)), []).append(k)
        out: list[Mobject] = []
        for tip, answers in spots.items():
            swarm = places[(np.round(trace["tips"][0], 9) == tip).all(axis=1)]
            words = "wrote " + " or ".join(str(trace["answers"][k]) for k in answers)
            x = min(float(swarm[:, 0].mean()), MAP.right - theme.WIDE)
            y = float(swarm[:, 1].max()) + theme.STATEMENT
            out.append(self.bring(halo(text(words, x, y, theme.LABEL, AMBER, "center")), ("one", theme.REST)))
        return out

    def scatter(self, trace: Trace) -> None:
        # How far the estimates lie from the true slope, a bar for each size of batch.
        spread, left, longest = trace["spread"], BARS.left, BAR * BARS.width
        top = BARS.top + theme.GUTTER
        head = [text(words, left, top + k * theme.GAP, theme.LABEL, theme.MUTED) for k, words in enumerate(HEAD)]
        for words in head:
            self.bring(words, ("one", TOLD))
        for k, (size, cue) in enumerate(zip(trace["sizes"], SIZES, strict=False)):
            y, at = top + (k + 1) * theme.NUMBER + theme.GAP, (cue, 0.2 if k else TOLD)
            share = float(spread[k]) / max(float(spread[0]), 1e-12)
            self.bring(text(counted(int(size), "answer"), left, y - theme.TIGHT, theme.BODY, theme.MUTED), at)
            self.bring(box(left, y, longest * share, theme.GAP, fill=AMBER), at, "mark")
            told = f"{share:.0%}".replace("%", " \\%")
            x = left + longest * share + theme.GUTTER
            self.bring(text(told, x, y + theme.BODY - 2, theme.STATEMENT), at)


HEAD = ("noise: how far the estimates", "lie from the true slope")
