"""Formulas and curves that are taken away too soon are found, and footnotes that define."""

import numpy as np

from scenes import theme
from scenes.engine import pacing
from scenes.engine.lettering import formula, text
from scenes.engine.stage import Inputs, Stage
from scenes.parts.chart import Chart
from scenes.parts.formula import Formula
from scenes.parts.headings import source
from scenes.parts.spoken import Spoken


class Written(Stage):
    """A formula from 2 s on, until it is taken away at `GONE`; its term is lit at 9 s."""

    GONE = 12.0

    def build(self) -> None:
        maths = formula("a + b", 400, 400, theme.FORMULA)
        self.put(maths, "text", shown=False)
        self.show(maths, at=2.0)
        self.hide(maths, at=self.GONE)


class Grows(Stage):
    """A formula that becomes another at 3 s."""

    def build(self) -> None:
        first, second = (Formula(f"{{{{ a : reward }}}} + {k}", 400, 400, theme.FORMULA) for k in (1, 2))
        first.put(self)
        second.put(self)
        first.enter(self, at=0.5)
        first.become(self, second, at=3.0)


class Quiet(Stage):
    """A formula that stands for 8 s, one of its terms lit and the other quiet, and then leaves as a whole."""

    def build(self) -> None:
        maths = Spoken("{{ a : reward }} + {{ b : mean }}", x=400, y=400)
        maths.enter(self, at=0.5)
        maths.light(self, "reward", at=1.5)
        maths.leave(self, at=9.0)


class Charted(Stage):
    """A curve that is drawn until 3 s."""

    def build(self) -> None:
        chart = Chart(400, 200, 600, 400, across=(0, 1), up=(0, 1))
        curve = self.put(chart.curve(np.linspace(0, 1, 50), np.linspace(0, 1, 50), stroke=theme.TEXT), "mark")
        self.draw(curve, at=1.0, over=2.0)


class Noted(Stage):
    """A quiet line at the foot."""

    WORDS = "Seed 0, 16 answers."

    def build(self) -> None:
        self.put(source(self.WORDS), "text")
        self.put(text("a label", 400, 400, 40), "text", shown=False)
        self.show(self.timeline.actors[-1].mobject, at=1.0, over=0.4)


def said(kind: type[Stage], duration: float, **changes: object) -> list[str]:
    made = type(kind.__name__, (kind,), changes)
    return [fault.sentence for fault in pacing.faults(made.make(Inputs(duration=duration), 214, 120))]


def test_a_formula_needs_six_seconds_after_its_last_change() -> None:
    assert said(Written, 14.0) == []
    (fault,) = said(Written, 14.0, GONE=6.0)
    assert fault.startswith('the formula "a + b" rests 4.')
    assert fault.endswith("it needs 6 s.")
    assert len(said(Written, 7.0, GONE=20.0)) == 1  # the clip ends too soon


def test_a_formula_that_becomes_another_is_counted_from_there() -> None:
    assert said(Grows, 12.0) == []
    (fault,) = said(Grows, 8.0)
    assert "+ 2" in fault


def test_a_formula_with_a_quiet_term_rests_until_it_leaves_as_a_whole() -> None:
    assert said(Quiet, 12.0) == []


def test_a_curve_needs_five_seconds_after_it_is_drawn() -> None:
    assert said(Charted, 9.0) == []
    assert [fault[:32] for fault in said(Charted, 6.0)] == ["a curve of the chart rests 3.2 s"]


def test_a_footnote_that_defines_is_found_and_one_of_seeds_is_not() -> None:
    assert said(Noted, 3.0) == []
    (fault,) = said(Noted, 3.0, WORDS="KL means how differently it behaves.")
    assert 'defines something ("means")' in fault


def test_new_words_are_listed_with_their_time_and_footnotes_are_not() -> None:
    (label,) = pacing.labels(Noted.make(Inputs(duration=3.0), 214, 120))
    assert label == (1.25, "a label")
