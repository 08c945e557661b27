"""Maps, walks, triangles and clouds, with sample data."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.company import axis, uphill
from scenes.chapters.ch02_what_are_we_climbing.knobs import Dial
from scenes.chapters.ch06_may_i_reuse.handful import Handful
from scenes.chapters.ch07_how_far_does_the_map_hold.walks import Walks
from scenes.chapters.ch14d_one_edit.edit_chain import EditChain
from scenes.engine.ink import Ink
from scenes.engine.stage import Inputs, Stage
from scenes.parts import batch as batches
from scenes.parts import clip_fence as fences
from scenes.parts import cloud as clouds
from scenes.parts import mountain as mountains
from scenes.parts import plane as planes
from scenes.parts.hikers import Hikers
from scenes.parts.kl_window import KLWindow
from scenes.parts.map_panel import MapPanel
from scenes.parts.rules import EDITS
from scenes.parts.six_panels import cells
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import NATURAL, PLAIN, TrustRegionCloseup
from tests.scenes.samples import data
from traces.store import Trace

SIDE = 760.0
LEFT, TOP = (theme.WIDTH - SIDE) / 2, 140.0


def _panel() -> MapPanel:
    spans = [(float(low), float(high)) for low, high in zip(data.LOW, data.HIGH, strict=True)]
    return MapPanel(planes.Plane(LEFT, TOP, SIDE, SIDE, *spans), data.plane())  # type: ignore[arg-type]


def plane(stage: Stage) -> None:
    """Contour lines of a bowl, hatching where it is deep, and a spiral that is cut at the edge."""
    part = planes.Plane(LEFT, TOP, SIDE, SIDE, (-1.0, 1.0), (-1.0, 1.0))
    at = np.linspace(-1, 1, 41)
    bowl = at[None] ** 2 + at[:, None] ** 2
    stage.put(part.hatch(at, at, (bowl < 0.25).astype(float), stroke=theme.HATCH, pen=2.0), "line")
    stage.put(part.contour(at, at, bowl, (0.25, 0.5, 0.75, 1.0), stroke=theme.AXIS, pen=3.0), "line")
    turn = np.linspace(0, 4 * np.pi, 121)
    points, starts = part.trail(0.1 * turn * np.cos(turn), 0.1 * turn * np.sin(turn))
    stage.put(Ink(points, starts=starts, stroke=theme.TEXT, pen=6.0, casing=2.5), "mark")


def mountain(stage: Stage) -> None:
    """The mountain on the right, as contour lines."""
    mountains.mountain(stage, data.plane(), data.place(data.START))


def map_panel(stage: Stage) -> None:
    """A map over the territory: silent ground, a ring, a walk, and where it began."""
    panel, trace, look = _panel(), data.plane(), theme.OBJECTIVES["trpo"]
    stage.put(panel.surface(trace["surface"]), "ground")
    stage.put(panel.relief(trace["surface"]), "grid")
    stage.put(panel.silent(trace["gate"]), "line")
    stage.put(panel.level(trace["kl_old"], 0.3, look), "mark")
    hiker = panel.hiker(look, 18)
    hiker.place(panel.plane.centre(*trace["theta"][-1])[None])
    for mobject in (panel.frame(), panel.territory(pen=3.0), *panel.heights(size=theme.LABEL)):
        stage.put(mobject, "text")
    stage.bring(panel.corners(theme.STATEMENT), layer="text")
    for mobject in (panel.trail(trace["theta"], look), panel.start(trace["theta"][0]), hiker):
        stage.put(mobject, "mover")


def hikers(stage: Stage) -> None:
    """Six ways on one mountain, each shorter and more bent than the last, and where they end."""
    way = data.walk()
    six = [way[0] + (way - way[0]) * np.array([1.0 - 0.15 * k, 1.0 - 0.05 * k]) for k in range(6)]
    spans = [(float(low), float(high)) for low, high in zip(data.LOW, data.HIGH, strict=True)]
    trace = {**data.plane(), "theta": np.array([six])}
    part = Hikers(trace, planes.Plane(LEFT, TOP, SIDE, SIDE, *spans))  # type: ignore[arg-type]
    part.mountain(stage)
    part.arrived(stage)
    part.legend(stage, theme.LEFT, theme.TITLE, theme.STATEMENT, theme.BODY)


def clip_fence(stage: Stage) -> None:
    """The cell of the policies whose ratios are all between the posts, and one post that goes on."""
    panel, trace, posts = _panel(), data.plane(), data.clipped(0)["posts"]
    stage.put(panel.surface(trace["true_j"]), "ground")
    stage.put(fences.line(panel, trace["ratio"][1], posts[1]), "line")
    stage.put(fences.cell(panel, trace["ratio"], posts, pen=8.0), "line")
    stage.put(fences.beside(panel, trace["ratio"][1], posts[1], f"B {posts[1]:g}", 36), "mover")
    gates = np.array([[0, 0]] * 3 + [[1, 0]] * 3 + [[1, 1]] * 3)
    gates_shown = fences.GateTimeline(gates, theme.LEFT, 520, 400)
    stage.put(gates_shown.sockets, "grid")
    for pair in gates_shown.lamps:
        for lamp in pair:
            stage.put(lamp, "mark")


def six_panels(stage: Stage) -> None:
    """Six panels alike, each with its name, its formula and an empty map."""
    trace = data.plane()
    for cell in cells(trace):  # type: ignore[arg-type]
        panel = MapPanel(cell.plane, trace)  # type: ignore[arg-type]
        for mobject in (*cell.heading(), cell.short(), panel.frame(), panel.territory()):
            stage.put(mobject, "text")


def triangle(stage: Stage) -> None:
    """The same walk, told in answers."""
    part, probs, look = Triangle(LEFT, TOP + 40, SIDE, size=theme.STATEMENT), data.softmax(data.walk()), "dapo"
    stage.bring(part)
    stage.put(part.path(probs, theme.OBJECTIVES[look], pen=6.0), "mark")
    stage.put(part.marker(probs[-1:], theme.OBJECTIVES[look], 18), "mover")


def walks(stage: Stage) -> None:
    """Two runs, told apart by their lines."""
    triangle, probs = Triangle(LEFT - 200, TOP + 40, SIDE, size=theme.STATEMENT), data.softmax(data.walk())
    stage.put(triangle.frame, "line")
    part = Walks(triangle, LEFT + SIDE, 400)
    part.go(stage, probs, theme.OBJECTIVES["trpo"], 0.0, 1.0, pen=11.0, casing=2.0)
    part.go(stage, probs[:, [0, 2, 1]], theme.OBJECTIVES["reinforce"], 0.0, 1.0, dash=(3, 14))
    part.key(stage, "one")
    part.key(stage, "other", at=0.0, dash=(3, 14))


def cloud(stage: Stage) -> None:
    """Sampled slopes around the true one; equal ones side by side."""
    exact = np.array([0.9, 0.5])
    turn = np.arange(60) * clouds.GOLDEN
    tips = exact + 0.09 * np.sqrt(np.arange(60))[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    tips[:12] = tips[0]
    part = clouds.Compass.around(tips, theme.LEFT, TOP, theme.RIGHT - theme.LEFT, SIDE)
    for mobject in (part.cross(), *part.names(theme.LABEL), *part.bar(theme.LEFT + 20, TOP + SIDE - 40)):
        stage.put(mobject, "grid")
    dots = clouds.Dots(part.pixels(tips) + 14 * clouds.aside(tips), 7.0, fill=theme.OBJECTIVES["reinforce"].colour)
    stage.put(dots, "mark")
    stage.put(part.arrow(exact, fill=theme.TEXT, pen=12.0), "mover")


def kl_window(stage: Stage) -> None:
    """A map around one policy, stretched to four times its height."""
    trace = data.plane()
    part = KLWindow(LEFT, TOP, SIDE, trace["grid_u"], trace["grid_v"], trace["surface"], reach=3.0)
    part.put(stage)
    part.stretch(4.0)
    stage.put(Ink(part.arrow(np.array([1.5, 0.8])), fill=theme.TEXT, closed=True), "mover")


def trust_region_closeup(stage: Stage) -> None:
    """An oblong ring, its sheet stretched to twice its height, and both strides with their names."""
    part = TrustRegionCloseup(data.ring(), LEFT, TOP, SIDE, 2.0)  # type: ignore[arg-type]
    part.put(stage)
    part.stretch(2.0)
    for one in (NATURAL, PLAIN):
        stage.put(part.arrow(one), "mark")
        stage.put(part.name(one), "mover")
    stage.put(part.tag("KL = 0.1 nat"), "mover")


def knobs(stage: Stage) -> None:
    """Two knobs: one low, one high."""
    for x, share in ((660.0, 0.2), (1260.0, 0.9)):
        dial = Dial(x, 520, 220)
        dial.turn(share)
        for mobject in dial.parts:
            stage.put(mobject, "mark")


def edit_chain(stage: Stage) -> None:
    """Two edits have been made before, the third bends the map and the walk."""
    edits = list(EDITS)
    plane, ways = data.plane(), np.stack([data.walk() * (0.3 + 0.1 * k) for k in range(len(edits))])
    surfaces = np.stack([plane["surface"] - 0.05 * k * plane["ratio"][0] for k in range(len(edits))])
    arrays = {
        **plane,
        "rewards": data.REWARDS,
        "batch_answer": np.array([0, 1, 2]),
        "edit_advantage": np.outer(1 + 0.1 * np.arange(len(edits)), [0.6, 0.2, -0.4]),
        "edit_theta": ways - ways[:, :1] + data.place(data.START),
        "edit_j": np.stack([0.4 + 0.06 * k * np.linspace(0, 1, 21) for k in range(len(edits))]),
        "edit_surface": surfaces,
        "edit_gate": np.zeros_like(surfaces),
    }
    settings = {"sampling.seed": 0, "reinforce.baseline": 0.0, "ppo.whiten": True, "grpo.beta": 0.04}
    settings |= {"grpo.scale": "std", "dapo.scale": "std", "grpo.clip_high": 0.2, "dapo.clip_high": 0.28}
    settings["six_objectives.dapo_filter"] = "reward"
    stage.inputs = Inputs(cues={"ratio": -4.0}, duration=stage.duration)
    trace = Trace("sample", "", arrays=arrays, hyperparameters=settings)
    EditChain(stage, trace, ("ratio",)).put()


def batch(stage: Stage) -> None:
    """Four groups of eight answers: star A, circle B, dot C."""
    answers = np.array([1, 1, 2, 1, 2, 1, 0, 2] * 4)
    part = batches.Batch(answers, np.repeat(np.arange(4), 8), 400, 240, 160)
    for marks in part.marks:
        stage.put(marks, "mark")


def handful(stage: Stage) -> None:
    """Six answers, weighed: A counts four times, C hardly."""
    kinds = np.array([0, 1, 1, 1, 2, 2])
    part = Handful(kinds, 310 + 260 * np.arange(6), np.full(6, 520), pitch=120)
    part.weigh((4.0, 1.0, 0.2))
    part.put(stage)


def company(stage: Stage) -> None:
    """The two axes of a company's map, and the way uphill from a point on it."""
    panel = _panel()
    for which, name in enumerate(("price", "advertising")):
        for mobject in axis(panel.plane, name, which):
            stage.put(mobject, "text")
    stage.put(uphill(panel.plane, np.array([0.0, 0.0]), np.array([1.0, 0.5])), "mark")
