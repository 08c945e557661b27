"""The KL penalty to the reference: the best policy under it, and the gold that a safe one costs."""

from __future__ import annotations

from functools import partial

import numpy as np

from scenes import theme
from scenes.chapters.ch09_who_judges.common import CHANCE, KL, OBJECTIVE, between, dot, outlines, slots, span, whole
from scenes.engine import layout
from scenes.engine.ink import Ink
from scenes.engine.lettering import formula, halo, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray
from traces.store import Trace

BEST = '{{ pi^* : best }} prop {{ pi_(upright("ref")) : reference }} thin exp( {{ r : reward }} / {{ beta : kl }} )'
LEFT, RIGHT = layout.columns(theme.PICTURE, (1, 1), theme.NUMBER)
RULES, BARS = layout.rows(LEFT, (1, 1), theme.WIDE)
PLOT = layout.trimmed(RIGHT, left=theme.WIDE, top=theme.GAP, right=theme.GAP, bottom=theme.GAP)
LEAST = 1e-3  # nats that the axis shows
HIGHEST = 1.15  # of the largest value, where an axis ends


class TheLeash(Stage):
    """The KL penalty to the reference: the best policy under it, and the gold that a safe one costs."""

    traces = ("reward_hacking",)

    def build(self) -> None:
        trace = self.trace("reward_hacking")
        self.bring(statement("A *leash* to the reference policy"))
        self.rules()
        self.policies(trace)
        self.gold(trace)
        self.bring(source("Our toy: exact averages over its answers. Dots: where each climb ends."))

    def rules(self) -> None:
        # What is climbed, and where that ends.
        rows = layout.rows(RULES, 2, gap=0)
        objective = Spoken(OBJECTIVE, x=LEFT.left, y=rows[0].middle[1], size=theme.TITLE)
        objective.enter(self, at={"reward": -theme.CHANGE, "kl": "penalty"})
        objective.rest(self, at="gibbs")
        best = Spoken(BEST, x=LEFT.left, y=rows[1].middle[1], size=theme.TITLE)
        best.enter(self, at="gibbs", each=theme.CHANGE)
        told = text("scaled to add up to 1", 0.0, 0.0, theme.BODY, theme.MUTED)
        layout.beside(told, best, gap=theme.GAP)
        self.bring(told, at=("gibbs", 2 * theme.REST))

    def policies(self, trace: Trace) -> None:
        # The reference as outlines; the best policy under each beta as bars.
        place = layout.trimmed(BARS, left=theme.WIDE, top=theme.WIDE, bottom=theme.GAP)
        top = HIGHEST * float(max(trace["ref_probs"].max(), trace["gibbs"][1:].max()))
        chart = slots(place, len(trace["gold"]), (0.0, top))
        chart.put(self, "flattery", {}, "chance of each answer", whole(chart), size=theme.LABEL)
        self.bring(outlines(chart, trace["ref_probs"]), None, "mark")
        name = text("reference policy", place.right, place.top, theme.BODY, KL, "right")
        self.bring(name, at="reference")
        bars = chart.columns(trace["ref_probs"], fill=CHANCE)
        self.bring(bars, "gibbs", "line")
        stops = [trace["ref_probs"], *trace["gibbs"][1:]]
        said = None
        for k, cue in enumerate(self.cues(trace), start=1):
            step = partial(self.fill, bars, chart, np.stack([stops[k - 1], stops[k]]))
            self.write(bars, step, at=cue, over=1.0, ease=theme.smooth)
            words = f"best policy, #box[$beta = {float(trace['betas'][k]):g}$]"
            if said is not None:
                self.hide(said, at=cue)
            said = self.bring(text(words, place.right, place.top + theme.TITLE, theme.BODY, anchor="right"), at=cue)

    @staticmethod
    def fill(bars: Ink, chart: Chart, rows: FloatArray, share: float) -> None:
        """Set the bars to the policy that share of the way through some policies."""
        bars.write(chart.columns(between(rows, share)).points)

    def cues(self, trace: Trace) -> list[When]:
        # The smallest beta at its cue, the others one after the other.
        return ["long", *(("short", 2.0 * k) for k in range(len(trace["betas"]) - 2))]

    def gold(self, trace: Trace) -> None:
        # To the right the KL, upwards gold: the free climb, each beta's end, and every beta between.
        kl, gold = trace["climb_kl"][0], trace["climb_gold"][0]
        far = max(LEAST, HIGHEST * float(max(kl.max(), trace["gibbs_kl"][1:].max())))
        up = span(np.append(gold, 0.0), trace["gibbs_gold"][1:], over=HIGHEST - 1)
        chart = Chart(*layout.rectangle(PLOT), (0.0, far), up)
        ticks = {0.0: "0", float(int(far)): f"{int(far)}"}
        best = float(gold.max())
        levels = {0.0: "0", best: f"{best:.2f}"}
        axes = chart.put(self, "KL to the reference (nat)", ticks, "gold", levels, shown=False, size=theme.LABEL)
        self.show(*axes, at="axes")
        free = self.put(chart.curve(kl, gold, stroke=theme.TEXT, pen=theme.PEN), "line")
        self.write(free, chart.growing(free, kl, gold), at="free", over=theme.REST, ease=lambda s: s**2)
        x, y = chart.pixels(float(kl[-1]), float(gold[-1]))
        self.bring(
            halo(text("no leash, still on its way", x, y + theme.STATEMENT, theme.BODY, anchor="right")),
            at=("free", theme.SLOW),
            over=theme.QUICK,
        )
        for k, cue in enumerate(self.cues(trace), start=1):
            x, y = chart.pixels(float(trace["gibbs_kl"][k]), float(trace["gibbs_gold"][k]))
            self.bring(dot(chart, float(trace["gibbs_kl"][k]), float(trace["gibbs_gold"][k]), KL), cue, "mover")
            word = formula(f"{{{{ beta : kl }}}} = {float(trace['betas'][k]):g}", x, y, theme.BODY)
            last = k == len(trace["betas"]) - 1  # it stands below its dot, the others beside theirs
            layout.shifted(word, *((0.0, 2 * theme.BODY) if last else (theme.GUTTER, theme.TIGHT)))
            self.bring(halo(word), at=cue)
        order = np.argsort(trace["leash_kl"])
        x_all, y_all = trace["leash_kl"][order], trace["leash_gold"][order]
        every = self.put(chart.curve(x_all, y_all, stroke=KL, pen=theme.PEN, dash=theme.DASHED), "line", shown=False)
        self.show(every, at="cost")
