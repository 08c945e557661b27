"""A clip in Manim's own program: a camera that paints the actors of a timeline, and an animation that plays it.

manim -ql scenes/chapters/ch14a_six_maps/six_maps.py SixMaps
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from manim import Animation, Mobject, config

from scenes.engine.painter import Painter
from scenes.engine.timeline import Timeline


class ProgramCamera(Painter):
    """A painter as large as Manim's program asks for; whatever the renderer captures, the timeline is painted."""

    def __init__(self, **_: Any) -> None:
        self.timeline = Timeline()
        super().__init__(config.pixel_width, config.pixel_height)

    def capture_mobjects(self, mobjects: Iterable[Mobject], **_: Any) -> None:
        """Paint every actor, as it is now."""
        self.clear()
        self.paint((leaf, actor.opacity) for actor in self.timeline.actors for leaf in actor.leaves)


class Playback(Animation):
    """A whole timeline as one animation."""

    def __init__(self, timeline: Timeline, duration: float) -> None:
        self.timeline, self.duration = timeline, duration
        super().__init__(Mobject(), run_time=duration)

    def interpolate(self, alpha: float) -> None:
        """Put every actor into its state at this share of the time."""
        self.timeline.seek(alpha * self.duration)


def stop(sentence: str) -> NoReturn:
    """End the program with a sentence for its user."""
    print(sentence[:1].upper() + sentence[1:], file=sys.stderr)
    raise SystemExit(2)
