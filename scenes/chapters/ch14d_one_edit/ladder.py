"""A list of edits in two columns: all are there, quiet, and the one that is being made takes its colour.

ladder = Ladder(rules.edits, x, y, width)
ladder.put(stage, ["ratio", "clip"], before=["reinforce", "baseline"])   # `stage` has a cue for the name of each
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scenes import theme
from scenes.engine.lettering import counter, text

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

PITCH = 48.0
BEFORE = -9.0  # a time before the first picture


class Ladder:
    """Edits (name -> words, whose colour, formula) in order, down the left column and then the right one."""

    def __init__(self, edits: Mapping[str, tuple[str, str, str]], x: float, y: float, width: float):
        rows = -(-len(edits) // 2)
        self.quiet, self.bright = {}, {}
        for k, (name, (words, look, _)) in enumerate(edits.items()):
            at = x + (k // rows) * (width / 2 + 8), y + (k % rows) * PITCH
            self.quiet[name] = text(words, *at, theme.LABEL, theme.MUTED)
            self.bright[name] = text(words, *at, theme.LABEL, theme.OBJECTIVES[look].colour)

    def put(
        self,
        stage: Stage,
        now: Sequence[str],
        before: Sequence[str] = (),
        at: When | None = None,
        end: When | None = None,
    ) -> None:
        """Let each edit of `now` shine from its cue to the next one's, the last one to `end`.

        Those `before` have been made, the last of them just now. The list is there at first, or comes `at` a time.
        """
        ends = dict(itertools.pairwise([*before[-1:], *now, end]))
        for k, name in enumerate(self.quiet):
            if name in before:
                bright = stage.put(self.bright[name], "text")
                stage.dim(bright, to=0.82, at=BEFORE if (then := ends.get(name, BEFORE)) is None else then)
                continue
            quiet = stage.put(self.quiet[name], "text", shown=False)
            begin = BEFORE if at is None else stage.time(at) + 0.03 * k
            stage.dim(quiet, to=0.8, at=begin, over=0.0 if at is None else 0.3)
            if name in now:
                bright = stage.put(self.bright[name], "text", shown=False)
                counter(quiet)  # the same words stay, brighter
                stage.hide(quiet, at=name)
                stage.show(bright, at=name)
                if (then := ends[name]) is not None:
                    stage.dim(bright, to=0.82, at=then)
