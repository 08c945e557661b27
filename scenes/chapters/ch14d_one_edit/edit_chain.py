"""One edit at a time: sum, map and walk change together, and what was before stays as a ghost.

chain = EditChain(stage, trace, ("ratio", "clip"))   # the edits of this clip: `stage` has a cue for each of them
chain.put()                                          # before the first cue: as the clip before this one ended
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.chapters.ch14d_one_edit.ladder import BEFORE, Ladder
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, travelled
from scenes.engine.lettering import counter, text
from scenes.parts import rules
from scenes.parts.formula import Formula
from scenes.parts.headings import source
from scenes.parts.legend import HATCHED, SIZE
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.plane import Plane, spans
from scenes.parts.say import appear
from scenes.parts.value_strip import ValueStrip, scale
from scenes.parts.weights import Weights

if TYPE_CHECKING:
    from scenes.engine.stage import Stage
    from scenes.theme import FloatArray
    from traces.store import Trace

ROOM = theme.Area(theme.LEFT, theme.PICTURE.top - theme.GUTTER, theme.RIGHT, theme.BOTTOM - theme.GAP)
LARGE = 1.1 * theme.DISPLAY  # the sum is the largest thing to be read
SUM, MEANS = ROOM.top + theme.DISPLAY, ROOM.top + 2 * theme.DISPLAY + theme.TIGHT  # baselines, over the whole width
LOWER = layout.trimmed(ROOM, top=MEANS + theme.GAP - ROOM.top)
MAP = layout.square(LOWER, "start")
BESIDE = layout.trimmed(LOWER, left=MAP.width + 2 * theme.GAP)  # from the top: the edits, two charts
EDITS = BESIDE.top + theme.LABEL
CHARTS = layout.trimmed(BESIDE, left=theme.TITLE, top=4 * theme.WIDE, bottom=theme.TITLE)
CHART, PUSHES = layout.columns(CHARTS, (3, 1))  # expected reward; the push of one answer of each kind
GROWN = 1.4  # seconds after its cue that an edit's map has grown, and its walk begins
GHOST = 0.28
TITLE = "One edit at a time. *The mountain never moves.*"
NAMES = list(rules.EDITS)


class EditChain:
    """The edits `names`, each at the cue of its name; `end` is the cue at which the mountain comes back."""

    def __init__(self, stage: Stage, trace: Trace, names: Sequence[str], end: str | None = None):
        self.stage, self.trace, self.names, self.end = stage, trace, list(names), end
        self.written, self.seed = rules.spell(trace.hyperparameters), trace.hyperparameters["sampling.seed"]
        self.first = NAMES.index(self.names[0])
        self.plane = Plane(*layout.rectangle(MAP), *spans(trace))
        self.panel = MapPanel(self.plane, trace)
        batches, (up, ticks) = trace["edit_j"].shape[1] - 1, scale(trace["rewards"])
        self.strip = ValueStrip(*layout.rectangle(CHART), batches, up, ticks, theme.NOTE)
        means = [Weights.means(a, trace["batch_answer"]) for a in trace["edit_advantage"]]
        self.pushes, self.largest = means, max(float(np.abs(m).max()) for m in means)
        self.paths: dict[str, tuple[Ink, Ink, Marks]] = {}
        self.times: dict[str, list[float]] = {}  # when a walk's later maps appear

    def put(self) -> None:
        """Everything, in the order of time."""
        before = NAMES[: self.first]
        self.ground()
        self.axes()
        self.bars()
        if before:
            self.formulas()
        Ladder(self.written.edits, BESIDE.left, EDITS, BESIDE.width).put(
            self.stage, self.names, before, None if before else (self.names[0], -0.9), self.end
        )
        if not before:
            self.formulas()
        for name in before:
            self.opening(name)
        for name in self.names:
            self.edit(name)
        self.maps()

    # -- what stands still

    def ground(self) -> None:
        """Map frame, mountain, and where all begin."""
        stage, panel, trace = self.stage, self.panel, self.trace
        stage.put(panel.frame(), "grid")
        stage.put(panel.surface(trace["true_j"]), "ground")  # the mountain lies under every map
        stage.put(panel.territory(levels(trace), pen=3.0, dash=theme.DOTTED), "line")
        for tag in [*panel.heights(levels(trace), theme.LABEL), *panel.letters(size=theme.BODY)]:
            stage.put(tag, "text")
        stage.put(panel.start(trace["edit_theta"][0, 0], radius=theme.TIGHT), "mark")

    def axes(self) -> None:
        """The empty chart of expected reward."""
        for ink in self.strip.axes:
            self.stage.put(ink, "grid")
        foot = CHART.bottom + theme.LABEL
        words = [(f"{self.trace['edit_j'].shape[1] - 1}", CHART.right, "right"), ("0", CHART.left, "center")]
        for word, at, anchor in [*words, ("batch", CHART.middle[0], "center")]:
            self.stage.put(text(word, at, foot, theme.NOTE, theme.MUTED, anchor), "text")
        title = text("expected reward", CHART.left, CHART.top - theme.TIGHT, theme.LABEL, theme.MUTED)
        for name in [*self.strip.words, title]:
            self.stage.put(name, "text")

    # -- what changes

    def following(self, name: str) -> str | None:
        """The cue of the edit after this one, or of the end."""
        after = [*NAMES[NAMES.index(name) + 1 :]]
        return after[0] if after and after[0] in self.names else (self.end if name == self.names[-1] else None)

    def formulas(self) -> None:
        """The sum on the first line, what its new symbol means on the second."""
        stage = self.stage
        sums = {name: edit[2] for name, edit in self.written.edits.items()}
        for y, size, lines in ((SUM, LARGE, sums), (MEANS, theme.STATEMENT, self.written.means)):
            now: Formula | None = None
            if self.first:
                now = Formula(lines[NAMES[self.first - 1]], ROOM.left, y, size)
                for term in now.terms.values():
                    stage.put(term, "text")
            for before, name in itertools.pairwise(NAMES[max(0, self.first - 1) : self.first + len(self.names)]):
                if now is None:
                    now = self.enter(lines[before], y, size, before)
                if lines[name] != lines[before]:
                    new = Formula(lines[name], ROOM.left, y, size)
                    new.put(stage)
                    now.become(stage, new, at=name)
                    now = new

    def enter(self, line: str, y: float, size: float, at: str) -> Formula:
        """The first formula of all."""
        formula = Formula(line, ROOM.left, y, size)
        formula.put(self.stage)
        formula.enter(self.stage, at=at)
        return formula

    def bars(self) -> None:
        """The push of one answer of each kind, anew whenever an edit changes it."""
        stage, shown = self.stage, None
        for k in range(max(0, self.first - 1), self.first + len(self.names)):
            bars = Weights(*layout.rectangle(PUSHES), self.pushes[k], self.largest, size=theme.LABEL)
            at = None if k < self.first else stage.time(NAMES[k])
            if shown is None:
                x, y = PUSHES.middle[0], PUSHES.top - theme.TIGHT
                word = text("one push", x, y, theme.LABEL, theme.MUTED, "center")
                for mob in (word, bars.zero, *bars.names):
                    appear(stage, mob, "grid" if mob is bars.zero else "text", at)
            elif np.array_equal(self.pushes[k], self.pushes[k - 1]):
                continue
            else:
                stage.hide(*shown, at=NAMES[k])
            shown = [appear(stage, bar, "mark", None if at is None else at + theme.QUICK) for bar in bars.bars]

    def path(self, name: str) -> tuple[Ink, Ink, Marks]:
        """Trail, curve of reward, and hiker of one walk."""
        k, look = NAMES.index(name), theme.OBJECTIVES[rules.EDITS[name][1]]
        trail = self.panel.trail(self.trace["edit_theta"][k], look, pen=2 * theme.PEN, casing=3.0)
        curve = self.strip.curve(self.trace["edit_j"][k], stroke=look.colour, pen=theme.BOLD, dash=look.dash)
        hiker = self.panel.hiker(look, theme.LABEL / 2)
        self.paths[name] = trail, curve, hiker
        return trail, curve, hiker

    def opening(self, name: str) -> None:
        """A walk of an earlier clip: the last one as it ended, the others as ghosts."""
        stage, walk = self.stage, self.trace["edit_theta"][NAMES.index(name)]
        last = name == NAMES[self.first - 1]
        trail, curve, hiker = self.path(name)
        for mob in (trail, curve):
            stage.put(mob, "mover")
            stage.dim(mob, to=1.0 if last else GHOST, at=BEFORE)
        if last:
            hiker.place(self.stop(walk))
            stage.put(hiker, "mover")
            self.leave(name, self.names[0])

    def stop(self, path: FloatArray) -> FloatArray:
        """Where a walk [n, 2] stands: on the map, and not half beside it when it has left it."""
        room = layout.inset(MAP, theme.TIGHT)
        low, high = theme.point(room.left, room.bottom)[:2], theme.point(room.right, room.top)[:2]
        return np.clip(self.plane.stop(path[:, 0], path[:, 1]), low, high)

    def leave(self, name: str, at: str) -> None:
        """What was bright steps back when the next edit begins."""
        trail, curve, hiker = self.paths[name]
        self.stage.dim(trail, curve, to=GHOST, at=(at, 0.1))
        self.stage.hide(hiker, at=(at, 0.1))

    def edit(self, name: str) -> None:
        """The hiker walks under the new rule, after its map has grown over the old one."""
        stage, trace, k = self.stage, self.trace, NAMES.index(name)
        path, until = trace["edit_theta"][k], self.following(name)
        stop = stage.time(until) - 1.0 if until else stage.duration - theme.REST
        over = max(theme.REST, min(4.0, stop - stage.time(name) - GROWN))
        trail, curve, hiker = self.path(name)
        for mob in (trail, curve):
            stage.put(mob, "mover")
        stage.put(hiker, "mover", shown=False)
        last, length = len(path) - 1, travelled(curve.points[:, :2])
        pace = [0.0, 1.0], [0.0, float(last)]  # shares of the time, and batches
        if (moments := self.later(name)) and moments[-1] + 4 < last:  # slowly while its maps are drawn again
            over = max(theme.REST, stop - stage.time(name) - GROWN)
            pace = [0.0, 0.85, 1.0], [0.0, moments[-1] + 4.0, last]

        def walk(share: float) -> None:
            at = float(np.interp(share, *pace))
            here = along(path, at)
            so_far = np.vstack([path[: int(at) + 1], here[None]])
            trail.write(*self.plane.trail(so_far[:, 0], so_far[:, 1]))
            hiker.place(self.stop(so_far))
            curve.reveal = float(np.interp(at, np.arange(last + 1), length)) / max(float(length[-1]), 1e-12)

        begin = stage.time(name) + GROWN
        stage.show(hiker, at=begin - 0.2, over=0.2)
        stage.write([trail, hiker, curve], walk, at=begin, over=over)
        self.times[name] = [begin + over * float(np.interp(m, *pace[::-1])) for m in moments]
        if until:
            self.leave(name, until)
        if self.end and until == self.end:
            for past in self.paths.values():
                stage.dim(*past[:2], to=0.9, at=(self.end, theme.CHANGE), over=theme.SLOW)

    def later(self, name: str) -> list[int]:
        """After how many batches the map of this walk is drawn again: PPO's is."""
        return sorted({int(m) for m in self.trace["later"]} - {0}) if name == "scale" else []

    def maps(self) -> None:
        """Which map is shaded, from when to when, and the lines that say so."""
        trace, stage = self.trace, self.stage
        answers = len(trace["batch_answer"])
        first = f"the first map ({answers} answers, seed {self.seed})."
        shaded = [_Shaded(None, "the mountain, exact expected reward.")]
        if self.first:
            k = self.first - 1
            shaded = [_Shaded(None, first, trace["edit_surface"][k], trace["edit_gate"][k])]
        for name in self.names:
            k, before = NAMES.index(name), shaded[-1].surface
            if before is None or not np.array_equal(trace["edit_surface"][k], before):
                at = stage.time(name) + 0.2
                shaded.append(_Shaded(at, first, trace["edit_surface"][k], trace["edit_gate"][k]))
            for moment, at in zip(self.later(name), self.times[name], strict=True):
                n = int(np.flatnonzero(trace["later"] == moment)[0])
                words = f"the map of batch {moment + 1}, from {answers} new answers."
                shaded.append(_Shaded(at, words, trace["later_surface"][n], trace["later_gate"][n], counts=True))
        if self.end:
            shaded.append(_Shaded(stage.time(self.end) + theme.CHANGE, "the mountain, exact expected reward."))
        for now, after in itertools.zip_longest(shaded, shaded[1:]):
            self.shade(now, after)
        told = [entry for k, entry in enumerate(shaded) if k == 0 or entry.words != shaded[k - 1].words]
        for now, after in itertools.zip_longest(told, told[1:]):
            self.note(now, after)
        if hatched := [entry.at for entry in shaded if entry.silent]:
            word = text("Hatched: most answers silent.", BESIDE.left, theme.BOTTOM - theme.BOLD, SIZE, theme.MUTED)
            appear(stage, word, "text", hatched[0], theme.QUICK)
            if self.end:
                stage.hide(word, at=(self.end, theme.CHANGE))

    def shade(self, now: _Shaded, after: _Shaded | None) -> None:
        """One map, its relief and its hatching; until the next one lies over it, or the mountain is bare again."""
        if now.surface is None or now.gate is None:
            return
        stage, panel = self.stage, self.panel
        surface = appear(stage, panel.surface(now.surface), "ground", now.at, theme.SLOW)
        over = [appear(stage, panel.relief(now.surface), "grid", now.at, theme.SLOW)]
        if now.silent:
            over.append(appear(stage, panel.silent(now.gate, spacing=2 * theme.TIGHT, **HATCHED), "line", now.at))
        if after is not None and after.at is not None:
            bare = after.surface is None
            stage.hide(*over, at=after.at, over=theme.CHANGE if bare else theme.QUICK)
            stage.hide(surface, at=after.at if bare else after.at + theme.SLOW, over=theme.SLOW if bare else 0.0)

    def note(self, now: _Shaded, after: _Shaded | None) -> None:
        """The line under the map: a counter where the map is drawn again and again."""
        over = 0.0 if now.counts else theme.QUICK
        word = appear(self.stage, source(f"Shaded: {now.words}", SIZE), "text", now.at, over)
        if now.counts:
            counter(word)
        if after is not None and after.at is not None:
            self.stage.hide(word, at=after.at, over=0.0 if after.counts else 0.3)


@dataclass(frozen=True)
class _Shaded:
    """What is shaded from a time on (None: from the start): a map and where it is silent, or the bare mountain."""

    at: float | None
    words: str
    surface: FloatArray | None = None
    gate: FloatArray | None = None
    counts: bool = False

    @property
    def silent(self) -> bool:
        """Whether there is ground to be hatched."""
        return self.gate is not None and bool((self.gate >= 0.5).any())
