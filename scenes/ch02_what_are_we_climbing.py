"""What are we climbing? One question, three answers: odds, a triangle, a plane, a mountain."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink, Marks, box, rule
from scenes.lettering import plain, text
from scenes.parts.card import source, statement
from scenes.parts.map_panel import LEVELS, MapPanel
from scenes.parts.plane import Plane
from scenes.parts.triangle import Triangle
from scenes.stage import Stage

ROW, FIRST_ROW = 118, 330
TEXT_X, SCORE_X, ODDS_X = theme.LEFT, 560, 760
ODDS_WIDTH = 210
SIDE = 560
MAP = Plane(1040, 176, 784, 784, (0, 1), (0, 1))  # the rectangle only; ranges come from the trace


class ThreeAnswers(Stage):
    """One question, three answers: every policy is a point, and its average score is a height."""

    traces = ("centrepiece",)
    hyperparameters = ("three_answers.reward_correct", "three_answers.reward_format")

    def build(self) -> None:
        trace = self.trace("centrepiece")
        self.question()
        self.rows(trace["texts"], trace["rewards"], trace["start_probs"])
        triangle, dot = self.triangle(trace["start_probs"])
        self.mountain(triangle, dot)

    def question(self) -> None:
        # The prompt, alone and large, then on top.
        self.prompt = self.put(statement("_What is two plus two?_"), "text", shown=False)
        self.show(self.prompt, at="ask")

    def rows(self, answers: np.ndarray, rewards: np.ndarray, probs: np.ndarray) -> None:
        # One row an answer: letter and words, then its score, then its odds.
        heads = [
            self.put(text(word, x, FIRST_ROW - 74, 28, theme.MUTED), "text", shown=False)
            for word, x in (("answer", TEXT_X), ("score", SCORE_X), ("odds at the start", ODDS_X))
        ]
        self.show(heads[0], at="answers")
        for k, (cue, words) in enumerate(zip(("best", "lazy", "wrong"), answers, strict=True)):
            y = FIRST_ROW + k * ROW
            letter = self.put(text(f"*{'ABC'[k]}*", TEXT_X, y, theme.STATEMENT), "text", shown=False)
            thought, _, said = str(words).rpartition("</think>")
            thought = thought.removeprefix("<think>").strip()
            if thought:
                said_at = self.put(text(plain(said.strip()), TEXT_X + 62, y, theme.FORMULA), "text", shown=False)
                think = self.put(text(f"_{plain(thought)} …_", TEXT_X + 62, y - 44, 28, theme.MUTED), "text", shown=False)
                self.show(letter, think, said_at, at=cue, each=0.35)
            else:
                said_at = self.put(text(plain(said.strip()), TEXT_X + 62, y, theme.FORMULA), "text", shown=False)
                self.show(letter, said_at, at=cue, each=0.2)
        self.show(heads[1], at="scores")
        for k, reward in enumerate(rewards):
            y = FIRST_ROW + k * ROW
            score = self.put(text(f"{float(reward):.1f}", SCORE_X, y, theme.STATEMENT, theme.SYMBOLS["reward"]), "text", shown=False)
            self.show(score, at=("scores", 0.5 + 0.5 * k))
        self.show(heads[2], at="odds")
        for k, p in enumerate(probs):
            y = FIRST_ROW + k * ROW
            rail = self.put(rule(ODDS_X, y + 16, ODDS_X + ODDS_WIDTH, y + 16, stroke=theme.HAIRLINE, pen=3.0), "grid", False)
            bar = self.put(box(ODDS_X, y - 34, ODDS_WIDTH * float(p), 42, fill=theme.TEXT), "mark", shown=False)
            number = self.put(text(f"{float(p):.0%}".replace("%", "\\%"), ODDS_X + ODDS_WIDTH * float(p) + 14, y, theme.LABEL), "text", False)
            self.show(rail, bar, number, at=("odds", 0.4 + 0.3 * k), each=0.1)

    def triangle(self, probs: np.ndarray) -> tuple[Triangle, Marks]:
        # The three odds become one point.
        left = MAP.x + (MAP.width - SIDE) / 2
        triangle = Triangle(left, 300, SIDE, size=theme.STATEMENT)
        self.put(triangle.frame, "line", shown=False)
        self.show(triangle.frame, at="triangle")
        for name in triangle.names:
            self.put(name, "text", shown=False)
        self.show(*triangle.names, at=("triangle", 0.4), each=0.15)
        dot = self.put(Marks(triangle.points(probs)[:, :2], "circle", 13, fill=theme.TEXT, stroke=theme.CASING, pen=3), "mover", False)
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
        self.write(dot, lambda s: dot.place((before + s * (after - before))[None]), at=("plane", 0.3), over=2.0, ease=theme.smooth)
        self.hide(triangle.frame, *triangle.names, at=("plane", 0.3))

        # Height: the exact expected reward, dark to pale, and the contour lines that stay for the whole film.
        panel = MapPanel(plane, trace)
        ground = self.put(panel.surface(trace["true_j"]), "ground", shown=False)
        contours = self.put(panel.territory(LEVELS, pen=3.0, dash=(3, 8)), "line", shown=False)
        self.show(ground, at="height", over=theme.SLOW)
        self.dim(mesh, to=0.0, at=("height", 0.6), over=theme.CHANGE)
        self.show(contours, at=("height", 1.0))
        tags = self.labels(plane)
        self.show(*tags, at="mountain", each=0.25)
        for cue, word, corner in (("summit", "always A", (0.80, 0.80)), ("shelf", "always B", (0.12, 0.80))):
            x, y = plane.x + corner[0] * plane.width, plane.y + (1 - corner[1]) * plane.height
            name = self.put(text(f"*{word}*", x, y, theme.LABEL, theme.TEXT, "center"), "text", shown=False)
            self.show(name, at=cue)
        # Nobody sees the mountain: it fades to its contour lines.
        self.dim(ground, to=0.0, at=("blind", 0.3), over=theme.SLOW)
        note = self.put(source("Exact expected reward of every policy over three answers; plane of logits, start at the dot."), "text", False)
        self.show(note, at="mountain")

    def labels(self, plane: Plane) -> list[Mobject]:
        """The height of each contour line, where it meets the panel's upper edge or its right."""
        trace = self.trace("centrepiece")
        us, vs, j = trace["grid_u"], trace["grid_v"], trace["true_j"]
        out: list[Mobject] = []
        row = int(0.97 * len(vs))
        for level in LEVELS:
            across = np.flatnonzero(np.diff(np.sign(j[row] - level)))
            if len(across):
                x, y = plane.pixels(us[across[-1]], vs[row])
                out.append(self.put(text(f"{level:g}", float(x) + 8, float(y), theme.TICK, theme.MUTED), "text", False))
            else:
                down = np.flatnonzero(np.diff(np.sign(j[:, int(0.03 * len(us))] - level)))
                if len(down):
                    x, y = plane.pixels(us[int(0.03 * len(us))], vs[down[-1]])
                    out.append(self.put(text(f"{level:g}", float(x), float(y) - 8, theme.TICK, theme.MUTED), "text", False))
        return out


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
    return [np.stack([np.full(steps, a), fine_v], axis=1) for a in u] + [np.stack([fine_u, np.full(steps, b)], axis=1) for b in v]
