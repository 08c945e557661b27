"""What are we climbing? One question, three answers: odds, a triangle, a plane, a mountain."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink, Marks, box
from scenes.lettering import formula, halo, plain, text
from scenes.parts import knobs
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.map_panel import LEVELS, MapPanel
from scenes.parts.plane import Plane
from scenes.parts.triangle import Triangle
from scenes.stage import Stage
from traces.store import Trace

# The table fills the frame first; then it shrinks to the left by SHRINK to make room for the picture.
FIRST_ROW, ROW = 366.0, 190.0
LETTER_X, ANSWER_X, SCORE_X, ODDS_X, ODDS_WIDTH = theme.LEFT, theme.LEFT + 96, 830.0, 1080.0, 400.0
WORDS, THOUGHT, SHRINK = 60, 40, 0.58
SIDE = 620
MAP = Plane(1040, 148, 784, 784, (0, 1), (0, 1))  # the rectangle only; ranges come from the trace


class ThreeAnswers(Stage):
    """One question, three answers: every policy is a point, and its average score is a height."""

    traces = ("centrepiece",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        # The prompt, alone and large; then on top to the last picture.
        prompt = self.put(statement("_What is two plus two?_"), "text")
        on_top = prompt.get_center()
        prompt.scale(2.6).move_to(theme.point(theme.WIDTH / 2, 500))
        self.move(prompt, lambda m: m.scale(1 / 2.6).move_to(on_top), at=("answers", -0.3), over=1.0)
        self.table: list[Mobject] = []
        self.rows(trace["texts"], trace["rewards"], trace["start_probs"])
        anchor = theme.point(theme.LEFT, 190)
        for mobject in self.table:
            self.move(mobject, lambda m: m.scale(SHRINK, about_point=anchor), at=("triangle", -0.7), over=1.0)
        self.words(trace)
        triangle, dot = self.triangle(trace["start_probs"])
        self.mountain(triangle, dot)

    def row(self, mobject: Mobject, layer: str = "text") -> Mobject:
        """Put a part of the table on stage, hidden."""
        self.table.append(self.put(mobject, layer, shown=False))
        return mobject

    def rows(self, answers: np.ndarray, rewards: np.ndarray, probs: np.ndarray) -> None:
        # One row an answer: letter and words, then its score, then its odds.
        head = FIRST_ROW - 124
        heads = [
            self.row(text(word, x, head, THOUGHT, theme.MUTED))
            for word, x in (("answer", LETTER_X), ("score", SCORE_X), ("odds at the start", ODDS_X))
        ]
        self.show(heads[0], at="answers")
        for k, (cue, words) in enumerate(zip(("best", "lazy", "wrong"), answers, strict=True)):
            y = FIRST_ROW + k * ROW
            thought, _, said = str(words).rpartition("</think>")
            parts = [self.row(text(f"*{'ABC'[k]}*", LETTER_X, y, WORDS))]
            if thought := thought.removeprefix("<think>").strip():
                parts.append(self.row(text(f"_{plain(thought)} …_", ANSWER_X, y - 64, THOUGHT, theme.MUTED)))
            parts.append(self.row(text(plain(said.strip()), ANSWER_X, y, WORDS)))
            self.show(*parts, at=cue, each=0.4)
        self.show(heads[1], at="scores")
        for k, reward in enumerate(rewards):
            score = self.row(text(f"{float(reward):.1f}", SCORE_X, FIRST_ROW + k * ROW, WORDS, theme.SYMBOLS["reward"]))
            self.show(score, at=("scores", 0.5 + 0.6 * k))
        self.show(heads[2], at="odds")
        for k, p in enumerate(probs):
            y, wide = FIRST_ROW + k * ROW, ODDS_WIDTH * float(p)
            rail = self.row(
                box(ODDS_X, y - 46, ODDS_WIDTH, 52, fill=theme.HAIRLINE, fill_opacity=0.6, quiet=True), "grid"
            )
            bar = self.row(box(ODDS_X, y - 46, wide, 52, fill=theme.TEXT), "mark")
            number = self.row(text(f"{float(p):.0%}".replace("%", "\\%"), ODDS_X + ODDS_WIDTH + 22, y - 4, 46))
            self.show(rail, bar, number, at=("odds", 0.4 + 0.4 * k), each=0.1)

    def words(self, trace: Trace) -> None:
        # What the picture on the right says, in one line each, below the small table.
        probs, rewards = trace["start_probs"], trace["rewards"]
        terms = " + ".join(f"{p:.2f} dot {r:.1f}" for p, r in zip(probs, rewards, strict=True))
        lines = [
            ("triangle", text("Three odds that add up to one: two free numbers.", theme.LEFT, 640, 34)),
            ("plane", text("Two free numbers: a point on a plane.", theme.LEFT, 700, 34)),
            ("height", text("Height: the score it earns on average.", theme.LEFT, 760, 34)),
        ]
        for cue, line in lines:
            self.show(self.put(line, "text", shown=False), at=cue)
        sum_ = formula(f"J = {terms} = {float(trace['j'][0, 0, 0]):.2f}", theme.LEFT, 836, theme.FORMULA)
        self.show(self.put(sum_, "text", shown=False), at=("height", 1.2))

    def triangle(self, probs: np.ndarray) -> tuple[Triangle, Marks]:
        # The three odds become one point.
        left = MAP.x + (MAP.width - SIDE) / 2
        triangle = Triangle(left, 250, SIDE, size=theme.STATEMENT)
        self.put(triangle.frame, "line", shown=False)
        self.show(triangle.frame, at="triangle")
        for name in triangle.names:
            self.put(name, "text", shown=False)
        self.show(*triangle.names, at=("triangle", 0.4), each=0.15)
        dot = self.put(
            Marks(triangle.points(probs)[:, :2], "circle", 13, fill=theme.TEXT, stroke=theme.CASING, pen=3),
            "mover",
            False,
        )
        self.show(dot, at=("triangle", 1.0))
        # Certainty in a corner: the dot visits A and comes back.
        there = np.array([1.0, 0.0, 0.0])

        def visit(share: float) -> None:
            away = theme.smooth(min(1.0, 2.4 * share)) * (1.0 - theme.smooth(max(0.0, min(1.0, 2.4 * share - 1.4))))
            p = probs + away * (there - probs)
            dot.place(triangle.points(p)[:, :2])

        self.write(dot, visit, at="corner", over=2.6)
        return triangle, dot

    def mountain(self, triangle: Triangle, dot: Marks) -> None:
        # The triangle opens into the plane of logits; a mesh of policies shows what goes where.
        trace = self.trace("centrepiece")
        us, vs = trace["grid_u"], trace["grid_v"]
        plane = Plane(MAP.x, MAP.y, MAP.width, MAP.height, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        mesh = self.put(Ink(np.zeros((0, 3)), stroke=theme.AXIS, pen=1.6), "grid", shown=False)
        lines = mesh_lines(plane)
        flat = np.concatenate(lines)
        starts = np.cumsum([0, *[len(piece) for piece in lines[:-1]]]).tolist()
        in_triangle = triangle.points(softmax(flat))
        on_plane = plane.points(flat[:, 0], flat[:, 1])
        start = trace["theta"][0, 0, 0]

        def unfold(share: float) -> None:
            mesh.write(in_triangle + share * (on_plane - in_triangle), starts)

        self.show(mesh, at=("plane", -0.6))
        self.write(mesh, unfold, at=("plane", 0.3), over=2.0, ease=theme.smooth)
        before, after = triangle.points(softmax(start[None]))[0, :2], plane.centre(*start)
        self.write(
            dot,
            lambda s: dot.place((before + s * (after - before))[None]),
            at=("plane", 0.3),
            over=2.0,
            ease=theme.smooth,
        )
        self.hide(triangle.frame, *triangle.names, at=("plane", 0.3))

        # Height: the exact expected reward, dark to pale, and the contour lines that stay for the whole film.
        panel = MapPanel(plane, trace)
        ground = self.put(panel.surface(trace["true_j"]), "ground", shown=False)
        contours = self.put(panel.territory(LEVELS, pen=3.0, dash=(3, 8)), "line", shown=False)
        self.show(ground, at="height", over=theme.SLOW)
        self.dim(mesh, to=0.0, at=("height", 0.6), over=theme.CHANGE)
        self.show(contours, at=("height", 1.0))
        tags = [self.put(tag, "text", shown=False) for tag in panel.heights()]
        self.show(*tags, at="mountain", each=0.25)
        for cue, word, corner in (("summit", "always A", (0.80, 0.80)), ("shelf", "always B", (0.12, 0.80))):
            x, y = plane.x + corner[0] * plane.width, plane.y + (1 - corner[1]) * plane.height
            name = self.put(halo(text(f"*{word}*", x, y, 34, theme.TEXT, "center")), "text", shown=False)
            self.show(name, at=cue)
        # Nobody sees the mountain: it fades to its contour lines.
        self.dim(ground, to=0.0, at=("blind", 0.3), over=theme.SLOW)
        self.hide(contours, *tags, at=("blind", 1.0), over=theme.SLOW)
        handful = trace["batch_answer"][trace["batch_group"] == 0]
        pitch = plane.width / (len(handful) + 1)
        sampled = Batch(handful, np.zeros(len(handful)), plane.x + pitch, plane.y + 0.52 * plane.height, pitch)
        for marks in sampled.marks:
            self.show(self.put(marks, "mover", shown=False), at=("blind", 2.4))
        note = self.put(source("Exact expected reward of every policy. The dot: where training starts."), "text", False)
        self.show(note, at="mountain")


class CompanyKnobs(knobs.CompanyKnobs, Stage):
    """A company turns two knobs uphill; a policy has two knobs too, and climbs by the same code."""

    traces = ("company", "centrepiece")


def softmax(uv: np.ndarray) -> np.ndarray:
    """Probabilities [n, 3] of plane points [n, 2]: u = (zA - zB)/sqrt 2, v = (zA + zB - 2 zC)/sqrt 6."""
    u, v = uv[:, 0], uv[:, 1]
    z = np.stack([u / np.sqrt(2) + v / np.sqrt(6), -u / np.sqrt(2) + v / np.sqrt(6), -2 * v / np.sqrt(6)], axis=1)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def mesh_lines(plane: Plane, count: int = 13, steps: int = 80) -> list[np.ndarray]:
    """A mesh over the plane: lines [steps, 2] of equal u, then of equal v."""
    u, v = np.linspace(*plane.u, count), np.linspace(*plane.v, count)
    fine_u, fine_v = np.linspace(*plane.u, steps), np.linspace(*plane.v, steps)
    return [np.stack([np.full(steps, a), fine_v], axis=1) for a in u] + [
        np.stack([fine_u, np.full(steps, b)], axis=1) for b in v
    ]
