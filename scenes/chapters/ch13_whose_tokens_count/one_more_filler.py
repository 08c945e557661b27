"""One more filler token: what three averages push where all answers are equally wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from traces.store import Trace

SHARED, PUSHED = layout.columns(theme.PICTURE, (1, 1), gap=theme.WIDE)
FILLERS = (0, 1, 2, 4)  # in the answers that are drawn
GRPO, DAPO = (theme.OBJECTIVES[name].colour for name in ("grpo", "dapo"))
PUSHES = {  # cue: kind in the trace, who takes it, its name, its colour
    "push": ("sequence", "GRPO", "mean of means", GRPO),
    "token": ("token", "DAPO", "token mean", DAPO),
    "constant": ("constant", "Dr. GRPO", "a constant", theme.TEXT),
}


class OneMoreFiller(Stage):
    """One more filler token: what three averages push where all answers are equally wrong."""

    traces = ("length_phantom",)
    hyperparameters = ("length_phantom.cap", "length_phantom.group")

    def build(self) -> None:
        trace = self.trace("length_phantom")
        self.bring(statement("Does the mean *change what is learnt?*"))
        middle = len(trace["fillers"]) // 2
        self.world(float(trace["fillers"][middle]))
        self.pushes(trace, middle)
        cap, group = (self.hyper(f"length_phantom.{key}") for key in ("cap", "group"))
        self.bring(source(f"Exact gradients, advantage −1, answers of at most {cap} tokens, groups of {group}."))

    def world(self, filler: float) -> None:
        # Answers that are all wrong: every one is cut into its tokens, and they share its blame.
        head, chances, *rows = layout.rows(SHARED, (3, 3, *[4] * len(FILLERS)), gap=theme.GUTTER)
        self.bring(text("*The wrong answers of a group*", head.left, head.top + theme.BODY, theme.STATEMENT))
        words = f"after each token: _um_ *{filler:g}*, or _stop_ *{1 - filler:.2g}*"
        self.bring(text(words, chances.left, chances.top + theme.BODY / 2, theme.BODY, theme.MUTED), "world")
        for k, (count, row) in enumerate(zip(FILLERS, rows, strict=True)):
            place = layout.trimmed(row, top=theme.TIGHT, right=2 * theme.WIDE, bottom=theme.TIGHT)
            y = place.middle[1] + theme.BODY / 3
            for word, cell in zip([*["um"] * count, "stop"], layout.columns(place, count + 1, gap=0), strict=True):
                edge = box(*layout.rectangle(cell), stroke=theme.DOWN, pen=theme.PEN, round_joins=False)
                self.bring(edge, layer="mark")
                colour = theme.MUTED if word == "um" else theme.TEXT
                self.bring(text(word, cell.middle[0], y, theme.BODY, colour, "center"))
            share = f"*1\\/{count + 1}* each" if count else "*1*"
            told = text(share, place.right + theme.GUTTER, y, theme.BODY, theme.DOWN)
            self.bring(told, ("why", theme.CHANGE + k * theme.QUICK))

    def pushes(self, trace: Trace, middle: int) -> None:
        # To the right: how hard one more filler is pushed, a bar for each average.
        values = trace["phantom"][:, middle]
        kinds = trace["kinds"].tolist()
        head, *rows = layout.rows(PUSHED, (3, *[5] * len(PUSHES)), gap=theme.GUTTER)
        title = text("*push on the logit of* _um_", head.left, head.top + theme.BODY, theme.STATEMENT)
        self.bring(title, "push")
        self.bring(rule(head.left, head.bottom, head.left, rows[-1].bottom, stroke=theme.AXIS, pen=theme.FINE), "push")
        unit = (PUSHED.width - 2 * theme.NUMBER) / max(float(abs(values).max()), 1e-9)
        for cue, row in zip(PUSHES, rows, strict=True):
            kind, who, name, colour = PUSHES[cue]
            value = float(values[kinds.index(kind)])
            label = text(f"*{who}*, {name}", row.left + theme.TIGHT, row.top + theme.BODY, theme.BODY, colour)
            self.bring(label, cue)
            place = layout.trimmed(row, top=theme.TITLE, bottom=theme.GUTTER)
            bar = box(place.left, place.top, max(unit * value, theme.FINE), place.height, fill=colour)
            full = bar.points.copy()
            start = theme.point(place.left, 0.0)[0]

            def grow(share: float, bar=bar, full=full, start=start) -> None:  # type: ignore[no-untyped-def]
                points = full.copy()
                points[:, 0] = start + share * (full[:, 0] - start)
                bar.write(points)

            grow(0.0)
            self.put(bar, "mark")
            self.write(bar, grow, at=cue, over=theme.SLOW, ease=theme.smooth)
            x = place.left + unit * value + theme.GUTTER
            number = "0" if abs(value) < 1e-9 else f"+{value:.2f}"
            y = place.middle[1] + theme.STATEMENT / 3
            self.bring(text(f"*{number}*".replace("+", "\\+"), x, y, theme.STATEMENT, colour), (cue, theme.CHANGE))
