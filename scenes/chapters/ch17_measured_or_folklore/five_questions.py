"""Five questions to ask before one believes a learning curve, each with what the film has shown of it."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.settings import quote

TAKEN = layout.columns(theme.PICTURE, (5, 4), gap=theme.WIDE)


class FiveQuestions(Stage):
    """Five questions to ask before one believes a learning curve, each with what the film has shown of it."""

    traces = ("six_objectives", "length_phantom", "papers")

    def build(self) -> None:
        self.bring(statement("Before you *believe a curve*"))
        papers, race = self.trace("papers"), self.trace("six_objectives")
        first, second = (quote(papers, key).shown for key in ("zero_first", "zero_nature"))
        strides = race.numbers["batch_kl_times"]
        lighter = self.trace("length_phantom").numbers["lighter"]
        questions = {
            "step": ("How *far* does each rule step?", f"*{strides:.0f} ×*  the stride, DAPO to REINFORCE"),
            "seeds": ("How many *seeds*?", f"*{len(race['j'])}*  here"),
            "mean": ("Which *average*?", f"*{lighter:.0f} ×*  lighter, in a long answer"),
            "where": ("Which *KL*, and *where*?", "in the reward, or in the loss"),
            "edition": ("*Who* measured it, in which *edition*?", f"*{first}*  or  *{second}*"),
        }
        left, right = TAKEN
        rows = layout.rows(theme.PICTURE, len(questions), gap=0)
        for (cue, (asked, shown)), row in zip(questions.items(), rows, strict=True):
            y = row.middle[1] + theme.STATEMENT / 3
            self.bring(text(asked, left.left, y, theme.STATEMENT), cue)
            self.bring(text(shown, right.left, y, theme.BODY, theme.MUTED), (cue, theme.REST))
        self.bring(source("Numbers of this film: chapters 14, 13 and this one."))
