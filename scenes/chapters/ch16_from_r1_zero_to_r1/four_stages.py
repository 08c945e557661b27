"""R1's four stages: two imitations that begin from the base model, each followed by practice."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch16_from_r1_zero_to_r1.common import STAGES
from scenes.engine import layout
from scenes.engine.ink import Marks, box, rule
from scenes.engine.lettering import as_one, paragraph, plain, text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import statement
from scenes.parts.settings import foot, quote, sources
from scenes.theme import Area

QUOTED = ("r1_reasoning", "r1_other", "r1_samples")
TOP, MIDDLE, BASE = layout.rows(layout.trimmed(theme.PICTURE, bottom=theme.GAP), (7, 2, 1), gap=theme.GAP)
ROOMS = layout.columns(TOP, len(STAGES), gap=theme.WIDE)
COLOURS = (theme.UP, theme.OBJECTIVES["grpo"].colour)
ARROW = theme.TIGHT


class FourStages(Stage):
    """R1's four stages: two imitations that begin from the base model, each followed by practice."""

    traces = ("papers",)

    def build(self) -> None:
        self.bring(statement("*R1:* four stages"))
        quotes = {key: quote(self.trace("papers"), key) for key in QUOTED}
        read = (
            "thousands of *readable examples*",
            "rules, and a reward for *one language*",
            f"{quotes['r1_reasoning'].shown} *kept answers*, {quotes['r1_other'].shown} others",
            "rules, and *reward models*",
        )
        for k, ((cue, (done, called)), words, room) in enumerate(zip(STAGES.items(), read, ROOMS, strict=True)):
            self.stage(room, k, done, called, words, cue)
        self.base()
        # From each stage to the next; on the way from practice to imitation, answers are kept.
        for k, cue in ((0, "practise"), (2, "last")):
            self.along(ROOMS[k], ROOMS[k + 1], cue)
        kept = Area(ROOMS[1].left, MIDDLE.top, ROOMS[2].left, MIDDLE.bottom)
        name = self.bring(text("*rejection sampling*", kept.left, kept.top + theme.GAP, theme.BODY), "keep")
        told = paragraph("right and readable answers are kept", kept.left, 0.0, kept.width, theme.NOTE)
        self.bring(layout.shifted(told, 0.0, kept.top + theme.WIDE - layout.area(told).top), "keep")
        as_one([name, told])
        self.along(ROOMS[1], ROOMS[2], "again")
        self.bring(foot(plain(sources(list(quotes.values())))))

    def stage(self, room: Area, k: int, done: str, called: str, words: str, at: When) -> None:
        # What is done, from what, and how the field calls it.
        colour = COLOURS[k % 2]
        self.bring(box(*layout.rectangle(room), stroke=theme.HAIRLINE, pen=theme.PEN, quiet=True))
        self.bring(box(*layout.rectangle(room), stroke=colour, pen=theme.PEN), at)
        inside = layout.inset(room, theme.GUTTER)
        self.bring(text(f"*{k + 1}*", inside.left, inside.top + theme.TITLE, theme.TITLE, colour))
        name = paragraph(f"*{done}*", inside.left, 0.0, inside.width, theme.STATEMENT)
        self.bring(layout.shifted(name, 0.0, inside.top + theme.TITLE + theme.GAP - layout.area(name).top))
        read = paragraph(words, inside.left, 0.0, inside.width, theme.BODY)
        self.bring(layout.shifted(read, 0.0, room.middle[1] - layout.area(read).top), at)
        field = text(called, inside.left, inside.bottom - theme.TIGHT, theme.NOTE, theme.MUTED)
        as_one([read, field])
        self.bring(field, at)

    def base(self) -> None:
        # Both imitations begin from the same base model.
        self.bring(rule(BASE.left, BASE.top, ROOMS[2].right, BASE.top, stroke=theme.AXIS, pen=theme.PEN))
        self.bring(text("the base model", BASE.left, BASE.top + theme.GAP, theme.BODY))
        for room, at in ((ROOMS[0], "imitate"), (ROOMS[2], "again")):
            x, tip = room.middle[0], room.bottom + 2 * ARROW
            self.bring(rule(x, BASE.top, x, tip, stroke=theme.AXIS, pen=theme.PEN), at)
            self.bring(Marks(theme.point(x, tip)[None, :2], "triangle", ARROW, fill=theme.TEXT), at, "mark")

    def along(self, left: Area, right: Area, at: When) -> None:
        # An arrow from one stage to the next.
        x, y = (left.right + right.left) / 2, left.middle[1]
        self.bring(text("$->$", x, y + theme.TIGHT, theme.TITLE, anchor="center"), at)
