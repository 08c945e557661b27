"""How each of the six steps in the race: updates on a batch, what its advantages are divided by, how long."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from scenes.parts.settings import quote

CUES = {
    "reinforce": "plain",
    "baseline": "plain",
    "trpo": "trpo",
    "ppo": "several",
    "grpo": "several",
    "dapo": "several",
}
SHARES = (3, 3, 4, 3)
HEADS = ("updates on a batch", "advantages divided by", "length of an update")
BATCH, GROUP, NOTHING = "standard deviation, batch", "standard deviation, group", "nothing"


class RulesOfTheRace(Stage):
    """How each of the six steps in the race: updates on a batch, what its advantages are divided by, how long."""

    traces = ("six_objectives", "papers")
    hyperparameters = (
        "training.learning_rate",
        "baseline.whiten",
        "trpo.whiten",
        "trpo.delta",
        "ppo.whiten",
        "grpo.scale",
        "dapo.scale",
    )

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("Which rule *climbs fastest?*"))
        room = layout.trimmed(theme.PICTURE, top=theme.GAP)
        columns = layout.columns(room, SHARES, gap=theme.GAP)
        rows = layout.rows(layout.trimmed(room, top=theme.GAP), len(theme.OBJECTIVES), gap=0)
        for words, column in zip(HEADS, columns[1:], strict=True):
            self.bring(text(words, column.left, room.top, theme.LABEL, theme.MUTED))
        divided, rate = self.divided(), f"rate {self.hyper('training.learning_rate'):g}"
        for k, ((name, look), row) in enumerate(zip(theme.OBJECTIVES.items(), rows, strict=True)):
            y, cue = row.middle[1] + theme.TIGHT, CUES[name]
            place = theme.points(room.left + theme.TIGHT, y - theme.TIGHT)[:, :2]
            self.bring(Marks(place, look.marker, theme.TIGHT + 3, fill=look.colour), layer="text")
            self.bring(text(f"*{look.label}*", room.left + theme.GAP, y, theme.STATEMENT, look.colour))
            # A dot an update; then what the advantages are divided by, and how long one update is.
            count = int(trace["updates"][k])
            across = columns[1].left + theme.TIGHT + theme.GAP * np.arange(count)
            dots = Marks(theme.points(across, y - theme.TIGHT)[:, :2], "circle", theme.TIGHT, fill=look.colour)
            self.bring(dots, cue, "mark")
            length = f"KL up to {self.hyper('trpo.delta'):g}" if name == "trpo" else rate
            for words, column in ((divided[name], columns[2]), (length, columns[3])):
                muted = theme.MUTED if words == NOTHING else theme.TEXT
                self.bring(text(words, column.left, y, theme.BODY, muted), (cue, theme.CHANGE))
            if name == "grpo":
                math = quote(self.trace("papers"), "math_updates")
                said = f"{plain(math.run)}: {plain(math.shown)}"
                self.bring(text(said, columns[1].left, y + theme.GAP, theme.NOTE, theme.MUTED), "one")
        self.bring(
            source(f"The same start and random numbers for all. {len(trace['batch_answer'])} answers in a batch.", SIZE)
        )

    def divided(self) -> dict[str, str]:
        """What each rule divides its advantages by."""
        words = {name: BATCH if self.hyper(f"{name}.whiten") else NOTHING for name in ("baseline", "trpo", "ppo")}
        kinds = {"std": GROUP, "batch": BATCH, "none": NOTHING}
        return {
            "reinforce": NOTHING,
            **words,
            **{name: kinds[self.hyper(f"{name}.scale")] for name in ("grpo", "dapo")},
        }
