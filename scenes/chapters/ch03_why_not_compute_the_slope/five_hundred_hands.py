"""Many handfuls of one, four, sixteen and more answers: the cloud shrinks, its middle stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from manim import Typst

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.common import AMBER
from scenes.engine.ink import box
from scenes.engine.lettering import counted
from scenes.engine.stage import Stage
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, aside
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from traces.store import Trace

SIZES = ("one", "second", "third", "fourth")  # cues of the four sizes of a handful


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
