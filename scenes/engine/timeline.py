"""A film strip as a pure function of time: actors on layers, and tracks that write their state.

`Timeline` knows nothing of frames or files. A track writes the state of one channel of one actor for an eased share in
0..1; writing the same share twice gives the same state, so any instant can be reached from any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink

Write = Callable[[float], None]
Ease = Callable[[float], float]

LAYERS = ("ground", "grid", "line", "mark", "text", "mover")  # bottom to top: what never moves first, movers last


class SceneError(Exception):
    """A scene that cannot be drawn as written; the message is one sentence for its author."""


@dataclass
class Actor:
    """A mobject that is on stage, with its opacity as a whole."""

    mobject: Mobject
    layer: int
    opacity: float = 1.0
    leaves: list[Mobject] = field(default_factory=list)

    def refresh(self) -> None:
        """Collect what is to be painted."""
        self.leaves = [
            m for m in self.mobject.get_family() if len(m.points) or isinstance(m, Ink)
        ]  # ink may come later


@dataclass
class Track:
    """One change of one or more actors: `write(share)` while time runs from `start` to `end`."""

    actors: tuple[Actor, ...]
    channel: str
    start: float
    end: float
    write: Write
    ease: Ease

    def apply(self, time: float) -> None:
        """Write the state at `time`."""
        if time >= self.end:
            self.write(1.0)
        elif time <= self.start:
            self.write(0.0)
        else:
            self.write(self.ease((time - self.start) / (self.end - self.start)))


class Timeline:
    """Actors in drawing order and the tracks that move them.

    Schedule in the order of time: each call leaves the mobject in the state in which its change ends, so that the next
    call, and any layout code in between, starts from there. `begin` puts everything back to time zero.
    """

    def __init__(self) -> None:
        self.actors: list[Actor] = []
        self.tracks: list[Track] = []
        self._of: dict[int, Actor] = {}
        self.now = 0.0

    # -- who is on stage

    def put(self, mobject: Mobject, layer: str, shown: bool) -> Actor:
        """Add an actor on top of its layer."""
        actor = Actor(mobject, LAYERS.index(layer), 1.0 if shown else 0.0)
        if id(mobject) in self._of:
            raise SceneError(f"{mobject!r} is put on stage twice.")
        self.actors.append(actor)
        self._of[id(mobject)] = actor
        return actor

    def has(self, mobject: Mobject) -> bool:
        """Whether a mobject was put on stage."""
        return id(mobject) in self._of

    def actor(self, mobject: Mobject) -> Actor:
        """The actor of a mobject that was put on stage."""
        try:
            return self._of[id(mobject)]
        except KeyError:
            raise SceneError(f"{mobject!r} is not on stage; put() it before it is shown or moved.") from None

    # -- what happens

    def add(
        self, mobjects: Sequence[Mobject], channel: str, start: float, over: float, write: Write, ease: Ease
    ) -> None:
        """Schedule `write` for a channel of some actors, and leave them in the state in which it ends."""
        actors = tuple(self.actor(mobject) for mobject in mobjects)
        self.tracks.append(Track(actors, channel, start, start + max(over, 1e-6), write, ease))
        write(1.0)

    def fade(self, mobject: Mobject, to: float, start: float, over: float) -> None:
        """Change the opacity to `to`."""
        actor = self.actor(mobject)
        before = actor.opacity

        def write(share: float) -> None:
            actor.opacity = before + share * (to - before)

        self.add([mobject], "opacity", start, over, write, theme.smooth)

    def draw(self, ink: Ink, start: float, over: float, ease: Ease) -> None:
        """Reveal a line along its length."""

        def write(share: float) -> None:
            ink.reveal = share

        self.add([ink], "reveal", start, over, write, ease)

    def move(
        self, mobject: Mobject, change: Callable[[Mobject], object], start: float, over: float, ease: Ease
    ) -> None:
        """Move every point in a straight line to where `change(mobject)` puts it."""
        family = [m for m in mobject.get_family() if len(m.points)]
        before = [m.points.copy() for m in family]
        change(mobject)
        after = [m.points.copy() for m in family]

        def write(share: float) -> None:
            for m, a, b in zip(family, before, after, strict=True):
                m.points = b.copy() if share >= 1.0 else a + share * (b - a)

        self.add([mobject], "points", start, over, write, ease)

    # -- time

    def close(self) -> None:
        """Order the tracks; a change that would still run when the next one of its channel begins ends there."""
        last: dict[tuple[int, str], Track] = {}
        for track in self.tracks:
            for actor in track.actors:
                key = (id(actor), track.channel)
                if (before := last.get(key)) is not None:
                    if track.start < before.start:
                        name = type(actor.mobject).__name__
                        raise SceneError(
                            f"a change of {track.channel} of {name} at {track.start:.2f} s is scheduled after one at "
                            f"{before.start:.2f} s; schedule in the order of time."
                        )
                    before.end = max(before.start, min(before.end, track.start))
                last[key] = track
        self.actors.sort(key=lambda a: a.layer)  # stable: within a layer, the order of put()
        for track in reversed(self.tracks):
            track.write(0.0)
        for actor in self.actors:
            actor.refresh()
        self.tracks.sort(key=lambda t: t.start)
        self.now = 0.0
        self.seek(0.0)

    def seek(self, time: float) -> None:
        """Put every actor into its state at `time`, from any other time."""
        for track in reversed(self.tracks):
            if track.start > time:
                track.write(0.0)
        for track in self.tracks:
            if track.start <= time:
                track.apply(time)
        self.now = time

    def step(self, time: float) -> set[int]:
        """Advance to a later `time`; returns the ids of the actors whose state was written."""
        touched: set[int] = set()
        for track in self.tracks:
            if track.start > time:
                break
            if track.end > self.now:
                track.apply(time)
                touched.update(id(actor) for actor in track.actors)
        self.now = time
        return touched

    def rests(self, minimum: float) -> Iterable[tuple[float, float]]:
        """Spans of at least `minimum` seconds in which nothing moves."""
        at = 0.0
        for track in self.tracks:
            if track.start - at >= minimum:
                yield at, track.start
            at = max(at, track.end)
