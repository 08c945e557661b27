"""Three odds are a point in a triangle; behind them stand logits, and their differences are a plane."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.common import mesh_lines
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.mountain import plane_of
from scenes.parts.plane import Plane
from scenes.parts.say import appear, say
from scenes.parts.triangle import Triangle
from scenes.theme import FloatArray

SIDE = 620  # of the triangle
ODDS_X, ODDS_WIDTH = 256.0, 300.0  # bars of odds in the second clip
LOGIT_X, LOGIT_WIDTH = 640.0, 280.0  # and the tracks on which logits run
LIFT = 3.6  # how far A's logit is raised and put back
SOFTMAX = "{{ pi_k : logp }} thin = thin e^(z_k) \\/ (e^(z_A) + e^(z_B) + e^(z_C))"


class PointOnPlane(Stage):
    """Three odds are a point in a triangle; behind them stand logits, and their differences are a plane."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.put(statement("Three odds, *one point*"), "text")
        start, probs = trace["theta"][0, 0, 0], trace["start_probs"]
        plane = plane_of(trace)
        triangle = Triangle(plane.x + (plane.width - SIDE) / 2, 250, SIDE, size=theme.STATEMENT)
        frame = [self.put(triangle.frame, "line"), *(self.put(name, "text") for name in triangle.names)]
        spot = triangle.points(probs)[:, :2]
        dot = self.put(Marks(spot, "circle", 13, fill=theme.TEXT, stroke=theme.CASING, pen=3), "mover")

        self.rows = Answers(self, theme.LEFT, 340, 150)
        self.rows.heading("odds", ODDS_X)
        bars = self.rows.bars(ODDS_X, ODDS_WIDTH, probs)
        beads = self.logits(start)
        self.lines()

        def certain(share: float) -> None:
            # Certainty in a corner: the dot visits A and comes back.
            p = probs + there_and_back(share) * (np.eye(3)[0] - probs)
            dot.place(triangle.points(p)[:, :2])
            self.rows.fill(bars, ODDS_X, ODDS_WIDTH, p)

        def lifted(share: float) -> None:
            # A's logit goes up and down again; odds and dot follow.
            z = logits_of(start[None])[0] + there_and_back(share) * LIFT * np.eye(3)[0]
            p = softmax(z[None])[0]
            dot.place(triangle.points(p)[:, :2])
            self.rows.fill(bars, ODDS_X, ODDS_WIDTH, p)
            beads.place(self.beads(z))

        self.write([dot, bars], certain, at="corner", over=2.6)
        self.write([dot, bars, beads], lifted, at="up", over=self.time("plane") - self.time("up") - 0.2)
        self.unfold(plane, triangle, frame, dot, start)
        self.put(source("The dot: the policy with which training starts.", theme.LABEL), "text")

    def logits(self, start: FloatArray) -> Marks:
        # A bead on a track for each answer.
        self.rows.heading("logit", LOGIT_X + LOGIT_WIDTH / 2, "logits", "center")
        for k in range(3):
            y = self.rows.base(k) - 16
            track = rule(LOGIT_X, y, LOGIT_X + LOGIT_WIDTH, y, stroke=theme.AXIS, pen=3)
            middle = LOGIT_X + LOGIT_WIDTH / 2
            zero = rule(middle, y - 12, middle, y + 12, stroke=theme.AXIS, pen=3)
            for part in (track, zero):
                appear(self, part, "grid", ("logits", 0.4))
        z = logits_of(start[None])[0]
        self.range = max(4.6, 1.1 * float(np.abs(z).max()), 1.1 * float(z[0] + LIFT))
        beads = Marks(self.beads(z), "circle", 15, fill=theme.TEXT, stroke=theme.CASING, pen=3)
        return appear(self, beads, "mover", ("logits", 0.6))

    def beads(self, z: FloatArray) -> FloatArray:
        """Where the beads of logits [3] lie, as Manim points [3, 2]."""
        x = LOGIT_X + LOGIT_WIDTH * (0.5 + 0.5 * np.asarray(z) / self.range)
        return theme.points(x, np.array([self.rows.base(k) - 16 for k in range(3)]))[:, :2]

    def lines(self) -> None:
        # What the picture on the right says, in one line each, below the table.
        say(self, "Odds add up to one: two free numbers.", theme.LEFT, 748, 36, at="triangle")
        soft = Formula(SOFTMAX, theme.LEFT, 830, 46)
        soft.put(self)
        soft.enter(self, at=("up", 0.4))
        say(self, "softmax", 680, 830, 36, theme.MUTED, at=("up", 0.4))
        say(self, "Differences of logits: a plane.", theme.LEFT, 908, 36, at="plane")

    def unfold(self, plane: Plane, triangle: Triangle, frame: list[Mobject], dot: Marks, start: FloatArray) -> None:
        # The triangle opens into the plane of logits; a mesh of policies shows what goes where.
        mesh = self.put(Ink(np.zeros((0, 3)), stroke=theme.AXIS, pen=1.6), "grid", shown=False)
        flat, starts = mesh_lines(plane)
        in_triangle = triangle.points(softmax(logits_of(flat)))
        on_plane = plane.points(flat[:, 0], flat[:, 1])
        before, after = triangle.points(softmax(logits_of(start[None])))[0, :2], plane.centre(*start)

        def unfold(share: float) -> None:
            mesh.write(in_triangle + share * (on_plane - in_triangle), starts)

        self.show(mesh, at=("plane", -0.4))
        self.write(mesh, unfold, at=("plane", 0.5), over=2.0, ease=theme.smooth)
        self.write(
            dot,
            lambda s: dot.place((before + s * (after - before))[None]),
            at=("plane", 0.5),
            over=2.0,
            ease=theme.smooth,
        )
        self.hide(*frame, at=("plane", 0.5))
        for words, x, y, anchor in (
            ("↑ _v_: logits of A and B against C", plane.x, plane.y - 16, "left"),
            ("_u_: logit of A against B →", plane.x + plane.width, plane.y + plane.height + 34, "right"),
        ):
            say(self, words, x, y, theme.LABEL, theme.MUTED, anchor, at=("plane", 1.9))


def there_and_back(share: float) -> float:
    """From 0 to 1, a rest, and back, for shares from 0 to 1."""
    return theme.smooth(min(1.0, 2.4 * share)) * (1.0 - theme.smooth(max(0.0, min(1.0, 2.4 * share - 1.4))))


def logits_of(uv: FloatArray) -> FloatArray:
    """Logits [n, 3] that sum to zero, of plane points [n, 2]: u = (zA - zB)/sqrt 2, v = (zA + zB - 2 zC)/sqrt 6."""
    u, v = uv[:, 0], uv[:, 1]
    return np.stack([u / np.sqrt(2) + v / np.sqrt(6), -u / np.sqrt(2) + v / np.sqrt(6), -2 * v / np.sqrt(6)], axis=1)


def softmax(z: FloatArray) -> FloatArray:
    """Probabilities [n, 3] of logits [n, 3]."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
