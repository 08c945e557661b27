"""Four variances on one ruler; the rule with what was expected taken off; and its name."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import AMBER, BEST, PLAIN, SHIFTED, VALUE, YELLOW
from scenes.engine.ink import box
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.powers import Powers
from scenes.parts.say import appear, say
from traces.store import Trace


class QuietInNumbers(Stage):
    """Four variances on one ruler; the rule with what was expected taken off; and its name."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        title = self.put(statement("How much *quieter?*"), "text")
        self.bars(trace)
        rules = [Formula(f, theme.LEFT, 862, 54) for f in (slopes.SAMPLED, slopes.MINUS_VALUE, slopes.ADVANTAGE)]
        for part in rules:
            part.put(self)
        rules[0].enter(self, at=-1.0, over=0.0)
        rules[0].become(self, rules[1], at="formula")
        rules[1].become(self, rules[2], at="name")
        words, colour = "*advantage:* reward minus what was expected", theme.SYMBOLS["advantage"]
        say(self, words, theme.RIGHT, 862, 40, colour, "right", at=("name", 0.6))
        self.hide(title, at=("name", 1.6))
        appear(self, statement("Better than what? *Better than expected.*"), "text", at=("name", 2.0))
        note = "Best number: the mean reward, each answer weighed by the squared length of its direction."
        self.put(source(note, theme.LABEL), "text")

    def bars(self, trace: Trace) -> None:
        noise = np.log10(np.maximum(trace["noise"], 1e-12))
        ruler = Powers(620, 190, 880, 470, float(noise.min()) - 0.2, float(noise.max()))
        ruler.put(self, size=28)
        words = "variance of one answer's arrow (reward²), exact; each line is ten times the one before"
        say(self, words, theme.LEFT, ruler.foot + 92, 28, theme.MUTED)
        for k, words in enumerate(("answers to read", "for the same calm")):
            say(self, words, theme.RIGHT, 138 + 36 * k, theme.LABEL, YELLOW, "right", at="reading")
        rows = (
            (PLAIN, "as it was", AMBER, None),
            (SHIFTED, f"each score + {float(trace['offset']):g}", AMBER, "shifted"),
            (VALUE, f"minus the expectation, {float(trace['value']):.2f}", YELLOW, "value"),
            (BEST, f"minus the best number, {float(trace['best_constant']):.2f}", theme.ANSWERS[1], "best"),
        )
        for j, (kind, words, colour, at) in enumerate(rows):
            y, v, x = ruler.y + 18 + 116 * j, float(trace["noise"][kind]), float(ruler.at(noise[kind]))
            say(self, words, theme.LEFT, y + 42, 36, at=at)
            appear(self, box(ruler.x, y, x - ruler.x, 60, fill=colour), "mark", at=at)
            say(self, f"{v:.2f}" if v >= 1 else f"{v:.4f}", x + 18, y + 46, 44, at=at, edge=True)
            if (quiet := float(trace["noise"][VALUE])) > 0:
                times = f"{v / quiet:.1f}" if v < 10 * quiet and kind != VALUE else f"{v / quiet:,.0f}"
                when = {PLAIN: "plain", BEST: at}.get(kind, "reading")
                # The points were added by hand: what counts is the saving on plain scores.
                words, size, colour = f"× {times}", 40.0, theme.MUTED
                if kind == PLAIN:
                    words, size, colour = f"*{words}*", 72.0, YELLOW
                say(self, words, theme.RIGHT, y + 0.6 * size + 20, size, colour, "right", at=when)
