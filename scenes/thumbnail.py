"""The film's thumbnail: six paths over one mountain, all steps of equal KL, and the question of who is first."""

from __future__ import annotations

from scenes import theme
from scenes.engine.ink import Marks
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Still
from scenes.parts.map_panel import MapPanel, levels, together
from scenes.parts.plane import Plane, spans


class Thumbnail(Still):
    """Six paths over one mountain at equal steps, with the film's question."""

    traces = ("six_objectives", "equal_strides")

    def build(self) -> None:
        """One picture, made for a phone's width."""
        trace = self.trace("six_objectives")
        equal, high = self.trace("equal_strides"), trace.numbers["high"]
        paths = equal["theta"][0, 0].copy()  # first run: [objective, time, coordinate]
        for path, above in zip(paths, equal["j"][0, 0] > high, strict=True):
            path[above.argmax() :] = path[above.argmax()] if above.any() else path[above.argmax() :]  # up to the mark
        side = float(theme.HEIGHT)
        plane = Plane(theme.WIDTH - side, 0, side, side, *spans(trace))
        panel = MapPanel(plane, trace)
        self.put(panel.surface(trace["true_j"]), "ground")
        self.put(panel.territory(levels(trace), pen=4.0, dash=(4, 12)), "grid")
        groups = together(paths, plane, near=24.0)
        for k, look in enumerate(theme.OBJECTIVES.values()):
            path = paths[k]
            under = next(len(g) - 1 - g.index(k) for g in groups if k in g)  # how many walk the same way above it
            self.put(panel.trail(path, look, pen=15 + 18 * under, casing=5, dash=()), "line")
            hiker = self.put(panel.hiker(look, 30 + 20 * under), "mover")
            hiker.place(plane.stop(path[:, 0], path[:, 1]))
        self.put(panel.start(trace["theta"][0, 0, 0], radius=20), "mover")
        lines = (("*Six rules,*", 150), ("*one mountain.*", 105), ("Equal steps:", 92), ("*who is first?*", 105))
        y = float(theme.TOP)
        for words, size in lines:
            y += 1.5 * size
            self.put(halo(text(words, theme.LEFT, y, size)), "text")
        for k, look in enumerate(theme.OBJECTIVES.values()):
            x = theme.LEFT + (k + 0.5) * (theme.WIDTH - side - theme.LEFT - theme.GAP) / len(theme.OBJECTIVES)
            marker = Marks(theme.points(x, y + 2 * theme.WIDE)[:, :2], look.marker, 38, fill=look.colour)
            self.put(marker, "mover")
