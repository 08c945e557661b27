"""One answer, token by token, and one reward at its end."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import line, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.formula import Formula
from scenes.parts.headings import statement
from scenes.parts.targets import PROMPT, REWARD, VALUE, arch, edges, middles, shortly
from traces.store import Trace

LINE = theme.PICTURE.middle[1] + 2 * theme.WIDE  # baseline of the answer
WORDS, SCORE = theme.NUMBER, 1.5 * theme.NUMBER
UNDER = LINE + theme.GAP


class WhichToken(Stage):
    """One answer, token by token, and one reward at its end."""

    traces = ("token_values",)
    hyperparameters = ("three_answers.reward_correct", "answer_tree.reward_sentence")

    def build(self) -> None:
        trace = self.trace("token_values")
        self.open()
        title = self.bring(statement("An answer, *token by token*"), at=("answer", theme.QUICK))
        self.hide(title, at="earned")
        question = self.bring(statement("One reward, at the very end. *Which token earned it?*"), at=("earned", 0.4))
        prompt = text(PROMPT, theme.LEFT, theme.PICTURE.top + theme.WIDE, theme.DISPLAY, theme.MUTED)
        self.bring(prompt, at=("answer", theme.QUICK))
        self.tokens = [str(token) for token in trace["sentence"]]
        self.x = middles(edges(theme.LEFT, theme.column(0, 9)[1], len(self.tokens)))
        self.paid_x = sum(theme.column(9, 3)) / 2
        later = self.answer(trace)
        why = self.blame()
        self.hide(question, *why, *later, at="middle")
        self.bring(statement("In the middle of a sentence: *what to expect?*"), at=("middle", 0.4))
        self.half_way()

    def open(self) -> None:
        # Where the last chapter stopped: an advantage, and the half of it that nobody has told yet.
        asked = self.bring(statement("Better than expected. *Expected by whom?*"))
        terms = ("{{ #word[advantage] : advantage }}", "{{ #word[reward] : reward }}", "{{ #word[expected] : value }}")
        known = Formula(f"{terms[0]} thin = thin {terms[1]} thin - thin {terms[2]}", 0.0, 0.0, 1.4 * theme.DISPLAY)
        known.put(self)
        for term in known.terms.values():
            self.show(term, at=-1.0, over=0.0)
        layout.centred(known.maths, theme.PICTURE)
        mark = text("*?*", 0.0, 0.0, SCORE, VALUE)
        layout.below(mark, known.terms["value"], theme.GAP, "middle")
        self.bring(mark, at=("ask", 3.0))
        self.hide(asked, *known.terms.values(), mark, at="answer")

    def answer(self, trace: Trace) -> list[Mobject]:
        # The tokens come one by one, and only then the reward; returned is what is not yet written after two tokens.
        half = (self.x[1] - self.x[0]) / 2 - theme.GUTTER
        for x in (*self.x, self.paid_x):
            slot = rule(x - half, UNDER, x + half, UNDER, stroke=theme.AXIS, pen=3.0, dash=(10, 12))
            self.bring(slot, at="answer", layer="grid")
        written: list[Mobject] = []
        for token, x, cue in zip(self.tokens, self.x, ("first", "second", "third", "fourth"), strict=True):
            colour = theme.MUTED if token == "end" else theme.TEXT
            written.append(self.bring(text(f"*{token}*", x, LINE, WORDS, colour, "center"), at=cue, over=theme.QUICK))
        paid = text(f"*{shortly(float(trace['sentence_paid']))}*", self.paid_x, LINE, SCORE, REWARD, "center")
        under = [text("reward", self.paid_x, UNDER + theme.WIDE, theme.TITLE, REWARD, "center")]
        parts = (("three_answers.reward_correct", "right number"), ("answer_tree.reward_sentence", "whole sentence"))
        for key, words in parts:
            under.append(
                text(f"*{float(self.hyper(key)):g}*  {words}", self.paid_x, 0.0, theme.BODY, theme.MUTED, "center")
            )
        layout.lines(*under, pitch=1.4 * theme.STATEMENT, align="middle")
        for part in (paid, *under):
            self.bring(part, at="paid")
        return [*written[2:], paid, *under]

    def blame(self) -> list[Mobject]:
        # From the reward an arch to every token: which of them earned it?
        parts: list[Mobject] = []
        for k, x in enumerate(reversed(self.x)):
            at = self.time("earned") + 0.2 * k
            rise = theme.GAP + (self.paid_x - x) / 12
            arc = arch(self.paid_x - theme.GAP * k, x, LINE - 1.9 * WORDS, rise, stroke=theme.MUTED, pen=theme.PEN)
            parts.append(self.bring(arc, at=at, over=0.1))
            self.draw(arc, at=at, over=theme.CHANGE)
            parts.append(
                self.bring(
                    text("*?*", x, LINE - 1.2 * WORDS, theme.DISPLAY, anchor="center"), at=at + 0.3, over=theme.QUICK
                )
            )
        return parts

    def half_way(self) -> None:
        # After "2+2 is" the rest is not yet written: the forecast stands where the reward will be.
        left, right = self.x[0] - theme.WIDE - theme.GAP, self.x[1] + theme.WIDE
        y = UNDER + theme.GAP
        brace = line([left, left, right, right], [y, y + theme.GUTTER, y + theme.GUTTER, y], stroke=VALUE, pen=5.0)
        self.bring(brace, at=("middle", 0.5))
        far = y + 2 * theme.STATEMENT
        self.bring(text("so far", (left + right) / 2, far, theme.TITLE, VALUE, "center"), at=("middle", 0.7))
        arrow = arch(right + theme.GAP, self.paid_x - theme.WIDE, LINE - theme.GAP, 0.0, stroke=VALUE, pen=5.0)
        self.bring(arrow, at=("middle", 1.0))
        self.draw(arrow, at=("middle", 1.0))
        self.bring(text("*?*", self.paid_x, LINE, SCORE, VALUE, "center"), at=("middle", 1.8))
        self.bring(text("expect", self.paid_x, far, theme.TITLE, VALUE, "center"), at=("middle", 1.8))
