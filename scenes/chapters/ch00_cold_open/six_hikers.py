"""Six hikers start on one spot with the same dice, and part; then the ground as each of them sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.engine.ink import Ink, Marks, Picture, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.map_panel import MapPanel, along, levels, together
from scenes.parts.plane import Plane
from scenes.parts.say import appear

UNLIT = 0.25  # of what is not spoken of
LINES = (
    ("", "One mountain."),
    ("dice", "Same dice."),
    ("scores", "Same judge."),
    ("part", "*Six rules for learning.*"),
)


@dataclass(frozen=True)
class Layout:
    """Where things stand: left edges, baselines and sizes in canvas pixels; one number for each line of the title."""

    map: tuple[float, float, float]  # left, top, side
    title_x: float
    title_y: tuple[float, float, float, float]
    title_size: tuple[float, float]  # of the first three, and of the last
    names_x: float
    names_y: float
    names_row: float
    names_size: float
    note_rows: int
    note_size: float


SIDE = theme.BOTTOM - theme.TOP - 40
LYING = Layout(
    map=(theme.RIGHT - SIDE - 16, theme.TOP, SIDE),
    title_x=theme.LEFT,
    title_y=(116, 198, 280, 370),
    title_size=(theme.TITLE, 64),
    names_x=theme.LEFT,
    names_y=490,
    names_row=74,
    names_size=46,
    note_rows=1,
    note_size=theme.LABEL,
)
UPRIGHT = Layout(
    map=(theme.UPRIGHT.left + 17, 372, 512),
    title_x=theme.UPRIGHT.left,
    title_y=(120, 182, 244, 340),
    title_size=(44, 50),
    names_x=theme.UPRIGHT.right - 214,
    names_y=110,
    names_row=35,
    names_size=28,
    note_rows=2,
    note_size=theme.TICK,
)


class SixHikers(Stage):
    """Six hikers start on one spot with the same dice, and part; then the ground as each of them sees it."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.iterations", "sampling.seed")
    sizes = ("1080x1920",)

    def build(self) -> None:
        self.places = UPRIGHT if self.upright else LYING
        trace = self.trace("six_objectives")
        us, vs = trace["grid_u"], trace["grid_v"]
        span = ((float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        left, top, side = self.places.map
        plane = Plane(left, top, side, side, *span)
        panel = MapPanel(plane, trace)

        # The mountain is there from the first picture on.
        ground = self.put(panel.surface(trace["true_j"]), "ground")
        heights = levels(trace)
        self.put(panel.territory(heights, pen=2.5, dash=(3, 8)), "grid")
        for tag in panel.heights(heights, theme.LABEL):
            self.put(tag, "text")
        self.put(panel.start(trace["theta"][0, 0, 0], radius=13), "mark")

        # Six names, six hikers in a ring around one spot; they step onto it and walk. Where two walk as one, the lower
        # trail and its hiker are wider, so that both are seen.
        paths = trace["theta"][0]  # seed 0: [objective, state, 2]
        looks = list(theme.OBJECTIVES.values())
        groups = together(paths, plane)
        wider = [next(len(g) - 1 - g.index(k) for g in groups if k in g) for k in range(len(looks))]
        trails, hikers = [], []
        for k, look in enumerate(looks):
            style = {"pen": 6.0 + 9.0 * wider[k], "dash": () if wider[k] else look.dash}
            trails.append(self.put(panel.trail(paths[k], look, **style), "mover"))
            hikers.append(self.put(panel.hiker(look, 13), "mover", shown=False))
        lines = self.names()
        self.gather(hikers, plane.centre(*paths[0, 0]))
        self.walk(trails, hikers, paths, plane, wider)
        own: list[list[Mobject]] = [[trails[k], hikers[k]] for k in range(len(looks))]
        apart: list[Mobject] = []
        for group in groups:
            if len(group) > 1:
                words = self.pair([looks[k] for k in group], paths[group[-1]], plane)
                self.hide(*words, at="sees")
                apart += words
        maps = [self.put(panel.surface(seen), "ground", shown=False) for seen in trace["surface"]]
        end = self.look(ground, maps, own, lines)

        # The title builds up with the sentence.
        for k, (cue, words) in enumerate(LINES):
            size = self.places.title_size[words.startswith("*")]
            line = self.put(text(words, self.places.title_x, self.places.title_y[k], size), "text", shown=not cue)
            if cue:
                self.show(line, at=cue)
        count, seed = self.hyper("sampling.iterations"), self.hyper("sampling.seed")
        for note in self.note(f"A real run of {count} batches, seed {seed}.", "Brighter: more reward."):
            self.hide(self.put(note, "text"), at="sees")
            self.show(note, at=end)
        self.show(*apart, at=end)
        answers = len(trace["batch_answer"])
        for note in self.note(f"Drawn from the first {answers} answers.", "Brighter: it promises more."):
            self.hide(appear(self, note, "text", at=("sees", 0.4)), at=end - 0.4)

    def note(self, *sentences: str) -> list[Typst]:
        """Sentences at the foot of the safe area, on one line or on a line each."""
        size, area = self.places.note_size, self.safe
        rows = [" ".join(sentences)] if self.places.note_rows == 1 else list(sentences)
        feet = [area.bottom - 6 - 1.3 * size * k for k in range(len(rows))][::-1]
        return [text(row, area.left, foot, size, theme.MUTED) for row, foot in zip(rows, feet, strict=True)]

    def names(self) -> list[Ink]:
        """Name the six; returns a line below each name, not yet shown."""
        lines = []
        left, size = self.places.names_x, self.places.names_size
        for k, look in enumerate(theme.OBJECTIVES.values()):
            y = self.places.names_y + k * self.places.names_row
            centre = theme.point(left + 0.4 * size, y - 0.3 * size)[None, :2]
            self.put(Marks(centre, look.marker, size / 3, fill=look.colour), "text")
            label = self.put(text(look.label, left + 1.3 * size, y, size, look.colour), "text")
            end = left + 1.3 * size + float(label.width) * theme.PIXELS_PER_UNIT
            foot = y + size / 3
            lines.append(self.put(rule(left, foot, end, foot, stroke=look.colour, pen=size / 9), "line", False))
        return lines

    def look(self, ground: Mobject, maps: list[Picture], own: list[list[Mobject]], lines: list[Ink]) -> float:
        """Show the ground as each rule sees it, its own walk lit; then, from the time returned, the mountain."""
        start, fade = self.time("sees"), 0.3
        each = (self.duration - 1.4 - start) / len(maps)
        end = start + each * len(maps)
        self.hide(ground, at=start + fade, over=0.0)
        self.show(ground, at=end - fade, over=0.0)
        for k, (seen, parts) in enumerate(zip(maps, own, strict=True)):
            turn, over = start + each * k, start + each * (k + 1)
            if k:
                self.dim(*parts, to=UNLIT, at=start, over=fade)
                self.show(*parts, at=turn, over=fade)
            self.show(seen, at=turn, over=fade)  # the one below goes when this one hides it
            self.show(lines[k], at=turn, over=fade)
            self.hide(lines[k], at=over, over=fade)
            if k == len(maps) - 1:
                self.hide(seen, at=end, over=fade)
            else:
                self.hide(seen, at=over + fade, over=0.0)
                self.dim(*parts, to=UNLIT, at=over, over=fade)
                self.show(*parts, at=end, over=fade)
        return end

    def pair(self, looks: list[theme.Look], path: np.ndarray, plane: Plane) -> list[Mobject]:
        """Name those who walk as one, beside the end of their way: off the map, if that is near."""
        x, y = (float(at) for at in plane.pixels(*path[-1]))
        half = 21 * len(looks) + 10
        y = min(max(y, plane.y + half), plane.y + plane.height - half)
        if x < plane.x + 0.2 * plane.width and not self.upright:
            side, anchor = plane.x - 24, "right"
        elif x < plane.x + 0.6 * plane.width:
            side, anchor = x + 44, "left"
        else:
            side, anchor = min(x, plane.x + plane.width) - 44, "right"
        names: list[Mobject] = []
        for k, look in enumerate(looks):
            row = y + 12 + 42 * (k - (len(looks) - 1) / 2)
            words = halo(text(f"*{look.label}*", side, row, 36, look.colour, anchor))
            names.append(appear(self, words, "mover", ("part", 0.6)))
        return names

    def gather(self, hikers: list[Marks], spot: np.ndarray) -> None:
        angle = np.pi / 2 - np.arange(6) * np.pi / 3
        ring = spot + theme.length(56) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        for k, hiker in enumerate(hikers):
            hiker.place(ring[k][None])
            self.show(hiker, at=0.1 + 0.2 * k, over=0.4)

            def step(share: float, k: int = k, hiker: Marks = hiker) -> None:
                hiker.place((ring[k] + share * (spot - ring[k]))[None])

            self.write(hiker, step, at=("walk", -0.8), over=0.7, ease=theme.smooth)

    def walk(self, trails: list[Ink], hikers: list[Marks], paths: np.ndarray, plane: Plane, wider: list[int]) -> None:
        over = max(4.0, self.time("sees") - 0.5 - self.time("walk"))
        last = paths.shape[1] - 1
        for k, (trail, hiker) in enumerate(zip(trails, hikers, strict=True)):
            outline = hiker.outline

            def go(
                share: float, k: int = k, trail: Ink = trail, hiker: Marks = hiker, outline: np.ndarray = outline
            ) -> None:
                at = share * last
                hiker.outline = outline * (1 + 0.75 * wider[k] * min(1.0, 8 * share))
                walked = np.vstack([paths[k, : int(at) + 1], along(paths[k], at)[None]])
                trail.write(*plane.trail(walked[:, 0], walked[:, 1]))
                hiker.place(plane.stop(walked[:, 0], walked[:, 1]))

            self.write([trail, hiker], go, at="walk", over=over)
