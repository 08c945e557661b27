"""What VAPO changes of PPO, one after the other, and what its paper measured."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box, rule
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.settings import quote

CHANGES = (  # cue, what is changed
    ("first", "the critic learns *before the policy*"),
    ("targets", "its targets are *final rewards*: $lambda = 1$"),
    ("length", "for the policy, $lambda$ *grows with the length*"),
    ("dapo", "DAPO's *clip range*, and its *average*"),
    ("right", "right answers are *imitated*, questions asked *in groups*"),
)
RUNS = {"vapo_ppo": ("PPO", theme.OBJECTIVES["ppo"].colour), "vapo_all": ("VAPO", theme.TEXT)}
WORDS, PLOT = layout.columns(theme.PICTURE, (5, 3), gap=2 * theme.WIDE)


class CriticRepaired(Stage):
    """What VAPO changes of PPO, one after the other, and what its paper measured."""

    traces = ("papers",)

    def build(self) -> None:
        self.bring(statement("*VAPO:* PPO, with its critic repaired"))
        rows = layout.rows(WORDS, len(CHANGES), 0)
        for (cue, words), row in zip(CHANGES, rows, strict=True):
            self.bring(text(words, row.left, row.middle[1] + theme.LABEL / 2, theme.STATEMENT), cue)
        quotes = {key: quote(self.trace("papers"), key) for key in RUNS}
        foot = PLOT.bottom - theme.WIDE
        unit = (foot - PLOT.top - theme.WIDE) / max(of.value for of in quotes.values())
        self.bring(rule(PLOT.left, foot, PLOT.right, foot, stroke=theme.AXIS, pen=theme.FINE), None, "grid")
        self.bring(text("points on AIME 2024", PLOT.left, PLOT.top, theme.BODY, theme.MUTED))
        for (key, (name, colour)), room in zip(RUNS.items(), layout.columns(PLOT, len(RUNS)), strict=True):
            of, place = quotes[key], layout.narrowed(room, 0.6)
            self.bring(text(f"*{name}*", room.middle[0], foot + theme.STATEMENT, theme.STATEMENT, colour, "center"))
            height = unit * of.value
            bar = box(place.left, foot - height, place.width, height, fill=colour, round_joins=False)
            self.bring(bar, "own", "mark")
            y = foot - height - theme.TIGHT
            self.bring(text(f"*{of.shown}*", room.middle[0], y, theme.STATEMENT, colour, "center"), "own")
        of = quotes["vapo_all"]
        self.bring(source(plain(f"{of.tag[0].upper()}{of.tag[1:]}, as reported: {of.paper} {of.place}.")))
