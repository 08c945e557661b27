"""A company with two knobs: what a slope is, before it is that of a policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.knobs import Climb, Dial
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import formula, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.house import signed
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane
from scenes.theme import FloatArray

SWEEP = 0.75 * np.pi  # angle of a pointer at the ends of its range, from the top
RADIUS = 112.0
DIALS = (theme.LEFT + 1.16 * RADIUS + 4, (292.0, 566.0))
WORDS = theme.LEFT + 2 * RADIUS + 84
MAP = (1090.0, 178.0, 700.0, 700.0)
COORDINATES = ("u = (z_A - z_B) \\/ sqrt(2)", "v = (z_A + z_B - 2 z_C) \\/ sqrt(6)")  # of logits z: what our knobs turn


class CompanyKnobs(Stage):
    """A company turns two knobs uphill; a policy has two knobs too, and climbs by the same code."""

    traces = ("two_knobs", "six_objectives")

    def build(self) -> None:
        """Put the knobs on stage; first the company's climb, then the policy's."""
        asked = self.put(statement("How do we *climb?*"), "text")
        told = self.put(statement("What are we climbing? *Expected reward.*"), "text", shown=False)
        self.hide(asked, at="ours")
        self.show(told, at=("ours", 0.4))
        self.dials = [Dial(DIALS[0], y) for y in DIALS[1]]
        for dial in self.dials:
            for part in dial.parts:
                self.put(part, "mover" if part is dial.pointer else "line")
        company, theirs = self.company()
        self.policy(company, theirs)

    def names(self, words: Sequence[str]) -> list[Mobject]:
        """What the two knobs and the height are called."""
        spots = (DIALS[1][0] - 34, DIALS[1][1] - 34, 792.0)
        return [
            self.put(text(word, WORDS, y, 44, theme.MUTED), "text", shown=False)
            for word, y in zip(words, spots, strict=True)
        ]

    def axes(self, plane: Plane, across: str, up: str) -> list[Mobject]:
        """Names and a few ticks of the two axes of the map."""
        parts: list[Mobject] = [
            text(across, plane.x + plane.width, plane.y + plane.height + 78, theme.LABEL, theme.MUTED, "right"),
            text(up, plane.x, plane.y - 16, theme.LABEL, theme.MUTED),
        ]
        foot, size = plane.y + plane.height, theme.TICK + 2
        for tick in ticks(*plane.u):
            x = float(plane.pixels(np.array([tick]), np.array([plane.v[0]]))[0][0])
            parts.append(text(signed(tick).lstrip("+"), x, foot + 30, size, theme.MUTED, "center"))
        for tick in ticks(*plane.v):
            y = float(plane.pixels(np.array([plane.u[0]]), np.array([tick]))[1][0])
            parts.append(text(signed(tick).lstrip("+"), plane.x - 12, y + 8, size, theme.MUTED, "right"))
        for part in parts:
            self.put(part, "text", shown=False)
        return parts

    def company(self) -> tuple[Climb, list[Mobject]]:
        """Two knobs, then the height of every setting, the slope where we stand, and the way up."""
        trace = self.trace("two_knobs")
        price, ads, profit = trace["price"], trace["ads"], trace["profit"]
        plane = Plane(*MAP, (float(price[0]), float(price[-1])), (float(ads[0]), float(ads[-1])))
        panel = MapPanel(plane, {"grid_u": price, "grid_v": ads})  # type: ignore[arg-type]
        columns = [
            [euros(float(x), ".2f") for x in trace["path"][:, 0]],
            [euros(1000 * float(x)) for x in trace["path"][:, 1]],
            [euros(1000 * float(x)) for x in trace["path_profit"]],
        ]
        climb = Climb(plane, trace["path"], self.dials, columns)
        climb.write(0.0)
        climb.put(self)
        names = self.names(("price", "advertising", "profit a month"))
        self.show(*names[:2], *(column[0] for column in climb.readings[:2]), at=-1.0, over=0.0)
        axes = self.axes(plane, "price (euro)", "advertising (thousand euro a month)")
        frame = self.put(panel.frame(), "grid", shown=False)
        self.show(frame, climb.hiker, *axes, at=-1.0, over=0.0)
        ground = self.put(panel.surface(profit), "ground", shown=False)
        lines = self.put(panel.relief(profit, stroke_opacity=0.6), "grid", shown=False)
        self.show(names[2], climb.readings[2][0], at="height")
        self.show(ground, lines, at=("height", 0.8))
        self.show(climb.trail, at="climb", over=0.0)
        arrow = self.put(uphill(plane, trace["path"][0], trace["slope"][0]), "mark", shown=False)
        self.show(arrow, at=("slope", 0.8))
        slopes = [
            text(f"slope: {euros(1000 * float(slope))} per {unit}", WORDS, y + 116, 34, theme.MUTED)
            for slope, unit, y in zip(trace["slope"][0], ("€1", "€1,000"), DIALS[1], strict=True)
        ]
        for slope in slopes:
            self.put(slope, "text", shown=False)
        self.show(*slopes, at=("slope", 0.8), each=0.5)
        self.hide(arrow, *slopes, at="climb")
        start = self.time("climb") + 0.3
        climb.go(self, start, max(2.0, self.time("top") - start))
        note = source("A toy market. Its profit is a stated formula, its slope exact.", theme.LABEL)
        self.show(self.put(note, "text", shown=False), at="height")
        inland = trace["summit"][1] > 0.05 * ads[-1]  # on the edge a ring would hide the axis
        top = self.put(
            Marks(
                plane.centre(*trace["summit"])[None],
                "circle",
                26 if inland else 0,
                stroke=theme.TEXT,
                pen=4.0,
                casing=5.0,
            ),
            "mark",
            False,
        )
        self.show(top, at="top")
        return climb, [*names, *axes, frame, ground, lines, note, top, climb.trail, climb.hiker, *climb.last]

    def policy(self, company: Climb, theirs: list[Mobject]) -> None:
        """Give the knobs new names, and the height too; what climbs stays the same."""
        trace, centre = self.trace("two_knobs"), self.trace("six_objectives")
        us, vs = centre["grid_u"], centre["grid_v"]
        plane = Plane(*MAP, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, centre)
        self.hide(*theirs, at="ours")
        columns = [[signed(round(float(x), 2), ".2f") for x in trace["policy_path"][:, k]] for k in (0, 1)]
        climb = Climb(plane, trace["policy_path"], self.dials, [*columns, [f"{x:.2f}" for x in trace["policy_j"]]])
        for dial, before, after in zip(
            self.dials, company.shares(company.path[-1]), climb.shares(climb.path[0]), strict=True
        ):
            self.write(dial.pointer, turning(dial, before, after), at=("ours", 0.2), over=1.0, ease=theme.smooth)
        climb.trail.write(np.zeros((0, 3)))
        climb.put(self)
        names = self.names(("_u_: logit of A against B", "_v_: logits of A and B against C", "expected reward"))
        self.show(*names, *(column[0] for column in climb.readings), at=("ours", 0.3), each=0.1)
        for maths, y in zip(COORDINATES, DIALS[1], strict=True):
            self.show(self.put(formula(maths, WORDS, y + 128, 40, theme.MUTED), "text", False), at=("ours", 1.2))
        ground = self.put(panel.surface(centre["true_j"]), "ground", shown=False)
        lines = self.put(panel.territory(levels(centre), pen=3.0, dash=(3, 8)), "line", shown=False)
        self.show(ground, lines, at="ours")
        self.show(*self.axes(plane, "_u_ (logit)", "_v_ (logit)"), at=("ours", 0.3))
        self.show(climb.hiker, at=("ours", 1.2))
        self.show(climb.trail, at="same", over=0.0)
        climb.go(self, self.time("same") + 0.1, 2.6)
        note = source("Exact expected reward of every policy of three answers.", theme.LABEL)
        self.show(self.put(note, "text", shown=False), at=("ours", 0.3))


def euros(amount: float, form: str = ",.0f") -> str:
    """A sum of money; what rounds to nothing has no sign."""
    shown = f"{abs(amount):{form}}"
    minus = "\N{MINUS SIGN}" if amount < 0 and shown.strip("0.,") else ""
    return f"{minus}€{shown}"


def turning(dial: Dial, before: float, after: float) -> Callable[[float], None]:
    """Turn a pointer from one share to another."""
    return lambda share: dial.turn(before + share * (after - before))


def ticks(low: float, high: float) -> list[float]:
    """About four round numbers inside a range."""
    rough = (high - low) / 4
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k >= 0.99 * rough)
    first = int(np.ceil(low / step - 1e-9))
    return [float(step * k) for k in range(first, int(np.floor(high / step + 1e-9)) + 1)]


def uphill(plane: Plane, start: FloatArray, slope: FloatArray, reach: float = 0.2) -> Ink:
    """An arrow from a place along the slope, `reach` of the map's width long, with its head."""
    away = np.array(
        [slope[0] * plane.width / (plane.u[1] - plane.u[0]), -slope[1] * plane.height / (plane.v[1] - plane.v[0])]
    )
    length = float(np.hypot(*away))
    if length == 0.0:
        return Ink(np.zeros((0, 3)))
    ahead = away / length
    side = np.array([-ahead[1], ahead[0]])
    foot = np.array([float(c[0]) for c in plane.pixels(start[:1], start[1:])])
    tip = foot + reach * plane.width * ahead
    corners = np.array([foot, tip, tip - 26 * ahead + 16 * side, tip, tip - 26 * ahead - 16 * side])
    return Ink(theme.points(*corners.T), stroke=theme.TEXT, pen=7.0, casing=2.5)
