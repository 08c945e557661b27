"""The closing frame of a chapter: its question, the answer in one sentence, one equation, and what is still wrong.

recap = Recap(
    question="Why not just compute the slope?",
    answer="There are too many texts, so we sample a few and average.",
    equation=SAMPLED,
    wrong="It is noisy, and it learns slowly about what is rare.",
)
recap.enter(stage, question="open", answer="so", equation="formula", wrong="but")
recap.equation.light(stage, "reward", at="weigh")       # a `Spoken`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import paragraph, text
from scenes.parts.spoken import Spoken

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

STILL = "Still wrong"


class Recap:
    """Four things below one another, in the safe area; `equation` may be several lines, `still` what is said of the
    last: a chapter that leaves nothing wrong says something else.
    """

    def __init__(self, question: str, answer: str, equation: str | tuple[str, ...], wrong: str, still: str = STILL):
        safe = theme.SAFE
        self.question = paragraph(
            question, safe.left, safe.top + theme.STATEMENT, safe.width, theme.STATEMENT, theme.MUTED
        )
        self.answer = paragraph(f"*{answer}*", safe.left, 0.0, safe.width, theme.TITLE)
        lines = (equation,) if isinstance(equation, str) else equation
        self.equation = Spoken(*lines, size=theme.DISPLAY)
        self.still = text(still, safe.left, safe.bottom, theme.LABEL, theme.MUTED)
        self.wrong = paragraph(wrong, safe.left, 0.0, safe.width, theme.STATEMENT)
        layout.below(self.answer, self.question, gap=theme.GAP)
        layout.shifted(self.wrong, 0.0, safe.bottom - theme.TIGHT - layout.area(self.wrong).bottom)
        layout.above(self.still, self.wrong, gap=theme.GUTTER)
        over = layout.area(self.still).top - theme.GAP
        self.rule = rule(safe.left, over, safe.right, over, stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True)
        room = theme.Area(safe.left, layout.area(self.answer).bottom, safe.right, over)
        wide = layout.area(self.equation)
        if wide.width > room.width:
            self.equation = Spoken(*lines, size=theme.DISPLAY * room.width / wide.width)
        layout.centred(self.equation, room)

    @property
    def parts(self) -> list[Mobject]:
        """All of it."""
        return [self.question, self.answer, *self.equation.parts, self.rule, self.still, self.wrong]

    def enter(self, stage: Stage, question: When, answer: When, equation: When, wrong: When) -> None:
        """Each of the four at its cue; the equation term by term."""
        stage.bring(self.question, question)
        stage.bring(self.answer, answer)
        self.equation.enter(stage, equation, each=0.5 * theme.CHANGE)
        for mobject in (self.rule, self.still, self.wrong):
            stage.bring(mobject, wrong)
