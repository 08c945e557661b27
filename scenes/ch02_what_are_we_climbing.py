"""What are we climbing? One question, three answers: odds, a triangle, a plane, a mountain."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink, Marks, rule
from scenes.lettering import formula, plain
from scenes.parts import knobs
from scenes.parts.answers import Answers
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.formula import Formula
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.mountain import HEIGHTS, name_corner, plane_of
from scenes.parts.plane import Plane
from scenes.parts.say import appear, say
from scenes.parts.triangle import Triangle
from scenes.stage import Stage
from scenes.theme import FloatArray
from traces.store import Trace

SIDE = 620  # of the triangle
ODDS_X, ODDS_WIDTH = 256.0, 300.0  # bars of odds in the second clip
LOGIT_X, LOGIT_WIDTH = 640.0, 280.0  # and the tracks on which logits run
LIFT = 3.6  # how far A's logit is raised and put back
SOFTMAX = "{{ pi_k : logp }} thin = thin e^(z_k) \\/ (e^(z_A) + e^(z_B) + e^(z_C))"


class ThreeAnswers(Stage):
    """One question, three answers: what they say, what they are paid, how likely they are."""

    traces = ("centrepiece",)
    SCORE, ODDS, WIDTH = 900.0, 1120.0, 440.0

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.put(statement("What are we *climbing?*"), "text")
        say(self, "_What is two plus two?_", theme.LEFT, 232, 76)
        rows = Answers(self, theme.LEFT, 460, 190, 64, 128)
        rows.heading("answer", theme.LEFT)
        for k, (cue, words) in enumerate(zip(("best", "lazy", "wrong"), trace["texts"], strict=True)):
            thought, _, said = str(words).rpartition("</think>")
            if thought := thought.removeprefix("<think>").strip():
                say(self, f"_{plain(thought)} …_", theme.LEFT + 160, rows.base(k) - 66, 40, theme.MUTED, at=cue)
            say(self, plain(said.strip()), theme.LEFT + 160, rows.base(k), 64, at=(cue, 0.4))
        rows.heading("score", self.SCORE, anchor="center")
        rows.column(self.SCORE, [f"{float(r):.1f}" for r in trace["rewards"]], ("scores", 0.5), 0.6)
        rows.heading("odds at the start", self.ODDS)
        rows.bars(self.ODDS, self.WIDTH, trace["start_probs"], ("odds", 0.4), numbers=True, each=0.4)


class PointOnPlane(Stage):
    """Three odds are a point in a triangle; behind them stand logits, and their differences are a plane."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
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


class OurMountain(Stage):
    """The average score of every policy is a height; with a real model it is only guessed, from a few answers."""

    traces = ("centrepiece",)
    ODDS, SCORE, PAID = 320.0, 520.0, 740.0

    def build(self) -> None:
        trace = self.trace("centrepiece")
        seen = self.put(statement("Height: *what a policy earns on average*"), "text")
        self.hide(seen, at=("blind", -0.1))
        appear(self, statement("Nobody sees the mountain: *a few answers, and a map*"), "text", ("blind", 0.3))
        plane = plane_of(trace)
        panel = MapPanel(plane, trace)
        self.put(panel.frame(), "grid")
        self.put(panel.start(trace["theta"][0, 0, 0], 13), "mover")
        self.sum(trace)
        self.mountain(trace, panel)
        self.blind(trace, panel)

    def sum(self, trace: Trace) -> None:
        # Odds times score, one answer a row; their sum is the height.
        rows = Answers(self, theme.LEFT, 340, 150)
        odds, scores = trace["start_probs"], trace["rewards"]
        rows.heading("odds", self.ODDS, anchor="center")
        rows.column(self.ODDS, [f"{float(p):.2f}" for p in odds])
        rows.heading("score", self.SCORE, anchor="center")
        rows.column(self.SCORE, [f"{float(r):.1f}" for r in scores])
        rows.column((self.ODDS + self.SCORE) / 2, ["×"] * 3, ("height", 0.4), size=40, colour=theme.MUTED)
        rows.column((self.SCORE + self.PAID) / 2, ["="] * 3, ("height", 0.8), size=40, colour=theme.MUTED)
        rows.column(self.PAID, [f"{float(p * r):.2f}" for p, r in zip(odds, scores, strict=True)], ("height", 0.8), 0.3)
        line = rule(self.PAID - 70, 690, self.PAID + 70, 690, stroke=theme.AXIS, pen=2.5)
        height = float(trace["j"][0, 0, 0])
        rows.keep(appear(self, line, "grid", ("height", 2.0)))
        rows.keep(say(self, f"*{height:.2f}*", self.PAID, 760, 60, anchor="center", at=("height", 2.0)))
        rows.keep(say(self, "expected reward", 556, 760, 44, anchor="right", at=("height", 3.0)))
        rows.keep(appear(self, formula("J =", 576, 760, 52), "text", ("height", 3.0)))
        self.hide(*rows.parts, at=("few", -0.5))

    def mountain(self, trace: Trace, panel: MapPanel) -> None:
        # Dark to pale, and the contour lines that stay for the whole film.
        plane = panel.plane
        flat, starts = mesh_lines(plane)
        mesh = Ink(plane.points(flat[:, 0], flat[:, 1]), starts=starts, stroke=theme.AXIS, pen=1.6)
        self.dim(self.put(mesh, "grid"), to=0.0, at=("height", 0.4), over=theme.CHANGE)
        self.ground = appear(self, panel.surface(trace["true_j"]), "ground", "height", theme.SLOW)
        heights = levels(trace)
        contours = appear(self, panel.territory(heights, pen=3.0, dash=(3, 8)), "line", ("height", 1.0))
        tags = [
            appear(self, tag, "mover", ("mountain", 0.2 * k)) for k, tag in enumerate(panel.heights(heights, HEIGHTS))
        ]
        for cue, words in (("summit", "always A"), ("shelf", "always B")):
            name_corner(self, plane, words, at=cue)
        words = "Exact expected reward of every policy. The dot: where training starts."
        exact = self.put(source(words, theme.LABEL), "text")
        # Nobody sees the mountain: it goes, with its contour lines.
        self.hide(self.ground, contours, *tags, exact, at=("blind", 0.3), over=theme.SLOW)

    def blind(self, trace: Trace, panel: MapPanel) -> None:
        # What one sees instead: some answers, and the map that a rule draws from them.
        answers, groups = trace["batch_answer"], trace["batch_group"]
        across, down = int((groups == groups[0]).sum()), len(np.unique(groups))
        pitch, gap = min(50.0, 800 / across), min(62.0, 560 / down)
        batch = Batch(answers, groups, theme.LEFT + 24, 236, pitch, gap)
        for marks in batch.marks:
            appear(self, marks, "mark", ("few", 0.1))
        say(self, f"{len(answers)} answers that it wrote", theme.LEFT, 824, 40, at=("few", 0.1))
        appear(self, panel.surface(trace["surface"][0]), "ground", ("map", 0.2), theme.SLOW)
        say(self, "the map that they give", theme.LEFT, 888, 40, at=("map", 0.4))
        note = source("The map is the one that REINFORCE draws. Not exact: sampled.", theme.LABEL)
        appear(self, note, "text", ("few", 0.1))


class CompanyKnobs(knobs.CompanyKnobs, Stage):
    """A company turns two knobs uphill; a policy has two knobs too, and climbs by the same code."""

    traces = ("company", "centrepiece")


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


def mesh_lines(plane: Plane, count: int = 13, steps: int = 80) -> tuple[FloatArray, list[int]]:
    """A mesh over the plane: points [n, 2] of lines of equal u, then of equal v, and where each begins."""
    u, v = np.linspace(*plane.u, count), np.linspace(*plane.v, count)
    fine_u, fine_v = np.linspace(*plane.u, steps), np.linspace(*plane.v, steps)
    upright = [np.stack([np.full(steps, a), fine_v], axis=1) for a in u]
    level = [np.stack([fine_u, np.full(steps, b)], axis=1) for b in v]
    return np.concatenate([*upright, *level]), list(range(0, 2 * count * steps, steps))
