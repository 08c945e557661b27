"""The film's thumbnail: six paths over one mountain, and three names that people ask about."""

from __future__ import annotations

from scenes import theme
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Still
from scenes.parts.map_panel import MapPanel, levels, together
from scenes.parts.plane import Plane, spans


class Thumbnail(Still):
    """Six paths over one mountain, with the film's question."""

    traces = ("six_objectives",)

    def build(self) -> None:
        """One picture, made for a phone's width."""
        trace = self.trace("six_objectives")
        side = float(theme.HEIGHT)
        plane = Plane(theme.WIDTH - side, 0, side, side, *spans(trace))
        panel = MapPanel(plane, trace)
        self.put(panel.surface(trace["true_j"]), "ground")
        self.put(panel.territory(levels(trace), pen=4.0, dash=(4, 12)), "grid")
        groups = together(trace["theta"][0], plane, near=24.0)
        for k, look in enumerate(theme.OBJECTIVES.values()):
            path = trace["theta"][0, k]
            under = next(len(g) - 1 - g.index(k) for g in groups if k in g)  # how many walk the same way above it
            self.put(panel.trail(path, look, pen=15 + 18 * under, casing=5, dash=()), "line")
            hiker = self.put(panel.hiker(look, 30 + 20 * under), "mover")
            hiker.place(plane.stop(path[:, 0], path[:, 1]))
        self.put(panel.start(trace["theta"][0, 0, 0], radius=20), "mover")
        for k, (name, words) in enumerate((("ppo", "PPO?"), ("grpo", "GRPO?"), ("dapo", "DAPO?"))):
            look = theme.OBJECTIVES[name]
            self.put(text(f"*{words}*", theme.LEFT, 300 + k * 190, 190, look.colour), "text")
        self.put(halo(text("what they really do", theme.LEFT, 830, 78)), "text")
