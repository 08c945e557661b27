"""A list of edits in two columns: all are there, quiet, and the one that is being made takes its colour.

ladder = Ladder(rules.edits, x, y, width)
ladder.put(stage, at="turn")                       # `stage` has a cue for the name of every edit
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scenes import theme
from scenes.lettering import text

if TYPE_CHECKING:
    from scenes.stage import Stage, When

PITCH = 50.0


class Ladder:
    """Edits (name -> words, whose colour, formula) in order, down the left column and then the right one."""

    def __init__(self, edits: Mapping[str, tuple[str, str, str]], x: float, y: float, width: float):
        rows = -(-len(edits) // 2)
        self.quiet, self.bright = {}, {}
        for k, (name, (words, look, _)) in enumerate(edits.items()):
            at = x + (k // rows) * (width / 2 + 8), y + (k % rows) * PITCH
            self.quiet[name] = text(words, *at, theme.LABEL, theme.MUTED)
            self.bright[name] = text(words, *at, theme.LABEL, theme.OBJECTIVES[look].colour)

    def put(self, stage: Stage, at: When, end: str) -> None:
        """Bring the list on stage at a time, and let each edit shine from its cue to the next one's, or to `end`."""
        for k, (name, after) in enumerate(itertools.pairwise([*self.quiet, end])):
            bright = stage.put(self.bright[name], "text", shown=False)
            if k:  # the first one comes with its edit
                quiet = stage.put(self.quiet[name], "text", shown=False)
                stage.dim(quiet, to=0.8, at=stage.time(at) + 0.03 * k, over=0.3)
                stage.hide(quiet, at=name)
            stage.show(bright, at=name)
            stage.dim(bright, to=0.82, at=after)


if __name__ == "__main__":
    from scenes.preview import main

    main(__file__)
