"""Words, formulas, glyphs and trees, with sample data."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.sentences import Sentences
from scenes.chapters.ch01_what_is_a_policy.tree import Tree
from scenes.chapters.ch05_who_says_what_to_expect.answer_tree import AnswerTree
from scenes.chapters.ch14d_one_edit.ladder import Ladder
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.stage import Stage
from scenes.parts import code as codes
from scenes.parts import definition as definitions
from scenes.parts import glyphs as glyph
from scenes.parts import headings as cards
from scenes.parts import recap as recaps
from scenes.parts import say as says
from scenes.parts import slopes as slope
from scenes.parts import spoken as spokens
from scenes.parts import upright as shapes
from scenes.parts.formula import Formula
from scenes.parts.legend import Legend
from scenes.parts.rules import EDITS, FULL
from tests.scenes.samples import data


def _column(stage: Stage, sources: list[str], size: float = 52.0) -> None:
    pitch = 780 / len(sources)
    for row, source in enumerate(sources):
        written = Formula(source, theme.LEFT, 140 + pitch * (row + 0.6), size)
        written.put(stage)
        written.enter(stage, at=0.0, over=0.0)


def headings(stage: Stage) -> None:
    """Where words stand around a picture."""
    for mobject in (
        cards.statement("Say the question. *Then show.*"),
        cards.corner("a quiet note"),
        cards.source("Where the picture comes from: size, seed, exact or sampled."),
    ):
        stage.put(mobject, "text")


def upright(stage: Stage) -> None:
    """The same in the shape that is drawn, around what is left for the picture."""
    place = layout.rectangle(shapes.picture(stage))
    stage.put(box(*place, stroke=theme.AXIS, pen=theme.FINE), "line")
    stage.put(shapes.statement(stage, "Say the question. *Then show.*"), "text")
    stage.put(shapes.source(stage, "Where the picture comes from: size, seed, exact or sampled."), "text")


def formula(stage: Stage) -> None:
    """Labelled terms in the colours of their symbols, before and after one of them has changed."""
    _column(
        stage,
        ["{{ r : reward }} thin {{ log pi : logp }}", "({{ r : reward }} - {{ V : value }}) {{ log pi : logp }}"],
        120,
    )


def rules(stage: Stage) -> None:
    """The formulas of the six rules."""
    _column(stage, list(FULL.values()))


def ladder(stage: Stage) -> None:
    """Nine edits: five have been made, the sixth has just been, three are to come."""
    part = Ladder(EDITS, theme.LEFT, 420, theme.RIGHT - theme.LEFT)
    for k, name in enumerate(EDITS):
        stage.put(part.bright[name] if k < 6 else part.quiet[name], "text")


def legend(stage: Stage) -> None:
    """Everything that a line under six maps may explain."""
    part = Legend(theme.LEFT, 520, 52)
    entries = [*part.dots(120), *part.say("reward"), *part.say("map: low"), *part.ramp(240), *part.say("high")]
    entries += [*part.line(theme.OBJECTIVES["trpo"].colour, 120), *part.say("ring"), *part.hatch(160)]
    for mobject in entries + part.say("silent"):
        stage.put(mobject, "text")


def slopes(stage: Stage) -> None:
    """The slope, over all answers and over a handful."""
    _column(stage, [slope.SLOPE, slope.LESS, slope.SAMPLED, slope.ADVANTAGE], 64)


def spoken(stage: Stage) -> None:
    """Two lines, all there; the ratio is being spoken of."""
    part = spokens.Spoken(
        "J &= {{ 1/N sum_i : mean }} min( {{ rho_i : ratio }} thin {{ hat(A)_i : advantage }}, thin"
        ' {{ upright("clip")(rho_i, 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A)_i : advantage-2 }} )',
        '&quad - {{ beta thin upright("KL")(pi_theta || pi_upright("ref")) : kl }}',
    )
    layout.centred(part, theme.PICTURE)
    part.enter(stage, at=0.0, over=0.0)
    part.light(stage, "ratio", at=0.5)


def code(stage: Stage) -> None:
    """Ten lines, with an indent and a remark; the seventh is being spoken of."""
    part = codes.Code(
        """
        for prompt in prompts:
            answers = model.sample(prompt, 16)
            rewards = judge(prompt, answers)

            expected = critic(prompt)
            advantage = rewards - expected   # no gradient here
            ratio = exp(log_prob - log_prob_old)
            loss = -min(ratio * advantage, clip(ratio) * advantage).mean()
            loss.backward()
            optimiser.step()
        """,
        symbols={
            "rewards": "reward",
            "expected": "value",
            "advantage": "advantage",
            "ratio": "ratio",
            "log_prob": "logp",
            "log_prob_old": "logp",
            "clip": "clip",
        },
        size=theme.BODY,
        y=240,
    )
    part.enter(stage, at=0.0, over=0.0)
    part.light(stage, 6, at=0.5)


def definition(stage: Stage) -> None:
    """A word is learnt."""
    part = definitions.Definition(
        "advantage", "how much better this answer was than what we expected", symbol="advantage", sign="hat(A)"
    )
    stage.bring(layout.centred(part, theme.PICTURE, across=False))


def recap(stage: Stage) -> None:
    """A chapter closes."""
    part = recaps.Recap(
        "Why not just compute the slope?",
        "There are too many texts to read. So we sample a few, weigh each one's direction by its reward, and take the"
        " average.",
        slope.SAMPLED,
        "The estimate is noisy, and it learns slowly about what is rarely written.",
    )
    part.enter(stage, question=0.0, answer=0.1, equation=0.2, wrong=0.3)


def say(stage: Stage) -> None:
    """Words that were there from the start, and words that came."""
    says.say(stage, "The true slope.", theme.LEFT, 420, 120)
    says.say(stage, "A vote of this handful.", theme.LEFT, 640, 120, theme.SYMBOLS["logp"], at=0.1, edge=True)


def glyphs(stage: Stage) -> None:
    """Every drawing that there is."""
    names = list(glyph.BODIES)
    for k, name in enumerate(names):
        drawn = glyph.Glyph(name, 420 + 540 * (k % 3), 340 + 400 * (k // 3), 150)
        for mobject in drawn.parts:
            stage.put(mobject, "mark")


def tree(stage: Stage) -> None:
    """Two words, two branches each, as broad as they are likely."""
    trace = data.sentences()
    part = Tree(trace["parent"], trace["depth"], 260, 140, 1300, 780)
    stage.put(part.river(trace["reach"][0], 260), "line")


def sentences(stage: Stage) -> None:
    """The words on that tree, with odds, worths and verdicts."""
    trace = data.sentences()
    branches = Tree(trace["parent"], trace["depth"], 250, 160, 1250, 740, gap=92)
    part = Sentences(trace, branches)  # type: ignore[arg-type]
    stage.put(branches.river(trace["reach"][0], 110, fill_opacity=0.5), "line")
    stage.put(part.root, "mark")
    for word in (*part.words, *part.chances(0), *part.worths(0)):
        stage.put(word, "text")


def answer_tree(stage: Stage) -> None:
    """The tree of prefixes with what is paid, the value of three of them, and one that is pointed at."""
    part = AnswerTree(data.prefixes(), theme.PICTURE)  # type: ignore[arg-type]
    part.grow(stage, at=0.0, over=0.4)
    part.pay(stage, at=0.0)
    for node in (0, 1, 3):
        part.value(stage, node, at=0.0)
    stage.bring(part.ring(3), layer="mark")
