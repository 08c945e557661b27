"""The base scene. A clip is a `Stage`: it builds its opening state, schedules changes at cues, and draws any instant.

    class SixMaps(Stage):
        '''Six maps of one batch.'''
        traces = ("six_objectives",)

        def build(self):
            self.bring(statement("Six maps"), at="open")

A picture at time t depends on (traces, cues, t) and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
from manim import Mobject, Scene, tempconfig

from scenes import theme
from scenes.engine import layout
from scenes.engine.built import Inputs, built
from scenes.engine.compositor import Compositor
from scenes.engine.ink import Ink, Picture
from scenes.engine.lettering import haloed, said
from scenes.engine.painter import Painter, Pixels
from scenes.engine.program import Playback, ProgramCamera, stop
from scenes.engine.timeline import Ease, SceneError, Timeline, Write
from traces.store import Trace

M = TypeVar("M", bound=Mobject)
T = TypeVar("T")
When = float | str | tuple[str, float]


class Stage(Scene):
    """A clip. Subclasses declare what they read and write `build`."""

    traces: ClassVar[tuple[str, ...]] = ()
    hyperparameters: ClassVar[tuple[str, ...]] = ()
    sizes: ClassVar[tuple[str, ...]] = ()
    """Sizes of another shape than 16:9 that `build` has a layout for, such as "1080x1920" (see `upright`)."""

    def __init__(
        self, inputs: Inputs | None = None, width: int = 0, height: int = 0, transparent: bool = False
    ) -> None:
        """Manim's own program gives no arguments: then what was built is read, and Manim's renderer gets a painter."""
        self.timeline = Timeline()
        if inputs is None:
            try:
                self.inputs = built(type(self))
            except SceneError as error:
                stop(str(error))
            super().__init__(camera_class=ProgramCamera)
            camera = self.renderer.camera
            assert isinstance(camera, ProgramCamera), "Manim's OpenGL renderer does not draw these scenes"
            camera.timeline = self.timeline
            self.painter: Painter = camera
        else:
            super().__init__()
            self.inputs = inputs
            self.painter = Painter(width, height, transparent=transparent)
        self.duration = self.inputs.duration  # seconds

    @classmethod
    def make(
        cls, inputs: Inputs, width: int = theme.WIDTH, height: int = theme.HEIGHT, transparent: bool = False
    ) -> Stage:
        """Build the clip for pictures of `width` x `height` pixels, on the canvas colour or on nothing.

        Raises:
            SceneError: a declared trace or a used cue is missing, or the schedule contradicts itself.
        """
        if missing := [name for name in cls.traces if name not in inputs.traces]:
            raise SceneError(f"{cls.name()} needs the trace {missing[0]!r}, which was not given.")
        # Manim scales the strokes of formulas by the configured width: build on the 1080p canvas at every quality.
        with tempconfig({"pixel_width": theme.WIDTH, "pixel_height": theme.HEIGHT, "dry_run": True}):
            stage = cls(inputs, width, height, transparent)
            stage.build()
        stage.timeline.close()
        return stage

    def construct(self) -> None:
        """Build the clip and play its timeline, for `manim FILE.py CLASS`."""
        with tempconfig({"pixel_width": theme.WIDTH, "pixel_height": theme.HEIGHT}):
            self.build()
        self.timeline.close()
        with tempconfig({"disable_caching": True}):
            self.play(Playback(self.timeline, self.duration))

    @classmethod
    def name(cls) -> str:
        """The clip's name: the class name in snake case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    def build(self) -> None:
        """Put mobjects on stage and schedule what happens to them."""
        raise NotImplementedError

    @property
    def upright(self) -> bool:
        """Whether the picture is higher than wide: then it shows the middle of the canvas, from top to bottom."""
        return self.painter.upright

    @property
    def safe(self) -> theme.Area:
        """The part of the canvas where words and pictures belong."""
        return theme.UPRIGHT if self.upright else theme.SAFE

    # -- what the clip reads

    def trace(self, name: str) -> Trace:
        """A declared trace."""
        if name not in type(self).traces:
            raise SceneError(f"{self.name()} reads the trace {name!r} without declaring it in `traces`.")
        return self.inputs.traces[name]

    def hyper(self, key: str) -> Any:
        """A declared hyperparameter, to be printed."""
        if key not in type(self).hyperparameters:
            raise SceneError(f"{self.name()} prints {key!r} without declaring it in `hyperparameters`.")
        return self.inputs.hyperparameters[key]

    def time(self, when: When) -> float:  # type: ignore[override]  # Manim means the seconds that were played
        """Seconds of a time, a cue, or a cue with an offset."""
        if isinstance(when, tuple):
            return self.time(when[0]) + when[1]
        if isinstance(when, str):
            if when == "end":
                return self.duration
            if when not in self.inputs.cues:
                known = ", ".join(self.inputs.cues) or "none"
                raise SceneError(f"{self.name()} waits for the cue {when!r}; its narration has {known}.")
            return self.inputs.cues[when]
        return float(when)

    # -- what happens

    def put(self, mobject: M, layer: str = "line", shown: bool = True) -> M:
        """Put a mobject on stage on a layer of `timeline.LAYERS`, visible from the start or not."""
        self.timeline.put(mobject, layer, shown)
        return mobject

    def bring(
        self,
        thing: T,
        at: When | None = None,
        layer: str | None = None,
        over: float = theme.CHANGE,
        each: float = 0.0,
    ) -> T:
        """Bring a mobject, or a part with `parts`, on stage: there from the start, or faded in at `at`.

        Without a `layer`, images go to the ground, words to the text, words with a halo over everything, the rest to
        the lines. Several parts come one after the other by `each` seconds. What has left the stage is brought back.
        """
        mobjects = list(layout.leaves(thing))
        for mobject in mobjects:
            if not self.timeline.has(mobject):
                self.put(mobject, layer or layer_of(mobject), shown=at is None)
            elif at is None:
                raise SceneError(f"{mobject!r} is on stage already; bring it back `at` a time.")
        if at is not None:
            self.dim(*mobjects, to=1.0, at=at, over=over, each=each)
        return thing

    def show(self, *things: object, at: When, over: float = theme.CHANGE, each: float = 0.0) -> None:
        """Fade in what is on stage, one after the other by `each` seconds."""
        self.dim(*things, to=1.0, at=at, over=over, each=each)

    def hide(self, *things: object, at: When, over: float = theme.QUICK, each: float = 0.0) -> None:
        """Fade out."""
        self.dim(*things, to=0.0, at=at, over=over, each=each)

    def dim(self, *things: object, to: float, at: When, over: float = theme.QUICK, each: float = 0.0) -> None:
        """Fade mobjects, or parts with `parts`, to an opacity."""
        start = self.time(at)
        for k, thing in enumerate(things):
            for mobject in layout.leaves(thing):
                self.timeline.fade(mobject, to, start + k * each, over)

    def enter(self, mobject: Mobject, at: When, over: float = theme.CHANGE) -> None:
        """`bring` on the layer of lines, whatever it is."""
        self.bring(mobject, at, "line", over)

    def draw(
        self, *inks: Ink, at: When, over: float = theme.SLOW, each: float = 0.0, ease: Ease = theme.smooth
    ) -> None:
        """Draw lines along their length."""
        for k, ink in enumerate(inks):
            self.timeline.draw(ink, self.time(at) + k * each, over, ease)

    def move(
        self,
        mobject: Mobject,
        change: Callable[[Mobject], object],
        at: When,
        over: float = theme.CHANGE,
        ease: Ease = theme.smooth,
    ) -> None:
        """Move from the present place to where `change(mobject)` puts it."""
        self.timeline.move(mobject, change, self.time(at), over, ease)

    def shift(
        self, *things: object, across: float = 0.0, down: float = 0.0, at: When, over: float = theme.CHANGE
    ) -> None:
        """Move mobjects, or parts with `parts`, by pixels."""
        step = np.array([theme.length(across), -theme.length(down), 0.0])
        for thing in things:
            for mobject in layout.leaves(thing):
                self.move(mobject, lambda m: m.shift(step), at, over)

    def write(
        self,
        mobjects: Mobject | Sequence[Mobject],
        write: Write,
        at: When,
        over: float,
        ease: Ease = theme.linear,
        channel: str = "write",
    ) -> None:
        """Let `write(share)` set arrays of one or more mobjects for shares from 0 to 1; 0 is the state before."""
        several = [mobjects] if isinstance(mobjects, Mobject) else mobjects
        self.timeline.add(several, channel, self.time(at), over, write, ease)

    # -- pictures

    def frames(self, fps: int, start: float = 0.0, end: float | None = None) -> Iterator[tuple[Pixels, bool]]:
        """Pictures [h, w, 4] from `start` to `end`, `fps` a second, and whether each equals the one before.

        The array is reused: read it before asking for the next. On nothing, colours are premultiplied with alpha.
        """
        first, last = round(start * fps), round((self.duration if end is None else end) * fps)
        compositor = Compositor(self.painter, self.timeline.actors)
        for k in range(first, last):
            if k == first:
                self.timeline.seek(k / fps)
                yield compositor.whole(), False
            elif touched := self.timeline.step(k / fps):
                yield compositor.next(touched), False
            else:
                yield self.painter.pixels, True

    def picture(self, time: float) -> Pixels:
        """The picture at one instant: [h, w, 3], or [h, w, 4] premultiplied with alpha on nothing."""
        self.timeline.seek(min(max(time, 0.0), self.duration))
        self.painter.clear()
        self.painter.paint((m, a.opacity) for a in self.timeline.actors for m in a.leaves)
        return self.painter.pixels[..., : 4 if self.painter.transparent else 3].copy()

    def beats(self) -> Sequence[tuple[str, float]]:
        """Labelled instants worth a look: the start, just before each cue (a finished picture), and the end."""
        cues = sorted(self.inputs.cues.items(), key=lambda c: c[1])
        ends = [t for _, t in cues[1:]] + [self.duration]
        out = [("start", 0.0)]
        out += [(name, max(t, end - 0.05)) for (name, t), end in zip(cues, ends, strict=True)]
        return [*out, ("end", self.duration)]


def layer_of(mobject: Mobject) -> str:
    """Where a mobject belongs if nobody says so."""
    if isinstance(mobject, Picture):
        return "ground"
    if said(mobject):
        return "mover" if haloed(mobject) else "text"
    return "line"


class Still(Stage):
    """A scene of one picture, such as a thumbnail."""
