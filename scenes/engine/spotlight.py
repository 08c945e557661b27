"""Things that are spoken of one by one: the one that is meant is bright, the others are quiet, at rest all are bright.

    light = Spotlight({"reward": [mobject], "ratio": [mobject, mobject]})
    light.enter(stage, at="formula", each=0.4)
    light.light(stage, "ratio", at="how_much")
    light.rest(stage, at="rest")

Call in the order of time. What has not entered yet stays away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from manim import Mobject

from scenes import theme
from scenes.engine.timeline import SceneError

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

QUIET = 0.38
"""How bright what is not meant remains: to be found again, not to be read."""


class Spotlight:
    """Named groups of mobjects; `glue` belongs to a name, comes with it, and is bright at rest only."""

    def __init__(
        self, groups: Mapping[str, Sequence[Mobject]], glue: Mapping[str, Sequence[Mobject]] | None = None
    ) -> None:
        self.groups = {name: tuple(group) for name, group in groups.items()}
        self.glue = {name: tuple(group) for name, group in (glue or {}).items()}
        self.levels: dict[str, float] = {}
        """How bright each group that has entered is."""

    @property
    def parts(self) -> tuple[Mobject, ...]:
        """All mobjects, group by group."""
        return tuple(m for name in self.groups for m in self._all(name))

    def enter(
        self,
        stage: Stage,
        at: When | Mapping[str, When],
        each: float = 0.0,
        over: float = theme.CHANGE,
        layer: str = "text",
    ) -> None:
        """Fade in group by group: `each` seconds apart, or each named one at a cue of its own.

        With cues, the group that enters is lit; one without a cue comes with the next that has one, or the last.
        """
        for mobject in self.parts:
            if not stage.timeline.has(mobject):
                stage.put(mobject, layer, shown=False)
        if not isinstance(at, Mapping):
            for k, name in enumerate(self.groups):
                stage.show(*self._all(name), at=stage.time(at) + k * each, over=over)
            self.levels = dict.fromkeys(self.groups, 1.0)
            return
        for name in at:
            self._known(name)
        waiting: list[str] = []
        last = ""
        for name in self.groups:
            waiting.append(name)
            if name in at:
                self._come(stage, waiting, name, at[name], over)
                waiting, last = [], name
        if waiting:
            self._come(stage, waiting, waiting[-1], at[last], over)

    def light(self, stage: Stage, *names: str, at: When, over: float = theme.QUICK) -> None:
        """Make these groups bright and everything else that is there quiet."""
        for name in names:
            self._known(name)
            if name not in self.levels:
                raise SceneError(f"{name!r} is lit before it has entered.")
        for name in self.levels:
            self._set(stage, name, 1.0 if name in names else QUIET, at, over)
            stage.dim(*self.glue.get(name, ()), to=QUIET, at=at, over=over)

    def rest(self, stage: Stage, at: When, over: float = theme.CHANGE) -> None:
        """Make everything that is there bright."""
        for name in self.levels:
            self._set(stage, name, 1.0, at, over)
            stage.dim(*self.glue.get(name, ()), to=1.0, at=at, over=over)

    def leave(self, stage: Stage, at: When, over: float = theme.QUICK) -> None:
        """Fade everything out."""
        for name in self.levels:
            stage.hide(*self._all(name), at=at, over=over)
        self.levels = {}

    def _come(self, stage: Stage, names: Sequence[str], lit: str, at: When, over: float) -> None:
        for name in self.levels:
            self._set(stage, name, QUIET, at, theme.QUICK)
            stage.dim(*self.glue.get(name, ()), to=QUIET, at=at)
        for name in names:
            level = 1.0 if name == lit else QUIET
            stage.dim(*self.groups[name], to=level, at=at, over=over)
            stage.dim(*self.glue.get(name, ()), to=QUIET if name != lit else 1.0, at=at, over=over)
            self.levels[name] = level

    def _set(self, stage: Stage, name: str, level: float, at: When, over: float) -> None:
        if self.levels[name] != level:
            stage.dim(*self.groups[name], to=level, at=at, over=over)
            self.levels[name] = level

    def _all(self, name: str) -> tuple[Mobject, ...]:
        return self.groups[name] + self.glue.get(name, ())

    def _known(self, name: str) -> None:
        if name not in self.groups:
            raise SceneError(f"there is no {name!r} to be lit; there is {', '.join(self.groups)}.")
