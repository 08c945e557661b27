"""Every way in which the answer may go on, and the average reward from each prefix on."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.answer_tree import AnswerTree
from scenes.engine.lettering import halo, paragraph, text
from scenes.engine.stage import Stage
from scenes.parts.formula import Formula
from scenes.parts.headings import statement
from scenes.parts.targets import REWARD, VALUE, shortly
from traces.store import Trace

PLACE = theme.Area(theme.LEFT, theme.PICTURE.top - theme.GUTTER, theme.RIGHT, theme.PICTURE.bottom + theme.GUTTER)


class ValueOfPrefix(Stage):
    """Every way in which the answer may go on, and the average reward from each prefix on."""

    traces = ("token_values",)
    hyperparameters = ("answer_tree.stop",)

    def build(self) -> None:
        trace = self.trace("token_values")
        title = self.bring(statement("A *prefix*: what is written so far"))
        self.hide(title, at="value")
        self.bring(statement("The *value* of a prefix: what to expect from there"), at=("value", 0.4))
        tree = AnswerTree(trace, PLACE)
        # The tree unfolds token by token; the wider a line, the likelier.
        tree.grow(self, at="tree", over=3.2)
        tree.pay(self, at="ends")
        head = text("reward", tree.last, PLACE.top - theme.TIGHT, theme.LABEL, REWARD, "center")
        self.bring(head, at="ends")
        key = text("The wider a line, the likelier.", theme.LEFT, theme.BOTTOM - theme.TIGHT, theme.LABEL, theme.MUTED)
        self.bring(key, at=("tree", 1.0))
        self.meaning()
        self.work(tree, trace)
        self.back(tree)

    def meaning(self) -> None:
        # What value means, large, in the free corner.
        words = "*value:* the average reward of all that may follow"
        width = theme.column(0, 4)[1] - theme.LEFT
        note = paragraph(words, theme.LEFT, PLACE.top + theme.GAP, width, theme.STATEMENT, VALUE)
        self.bring(note, at="value")

    def work(self, tree: AnswerTree, trace: Trace) -> None:
        # One prefix by hand: it ends, or it goes on to nothing.
        node, after = tree.node("2+2", "is", "4"), tree.node("2+2", "is", "4", "or 22")
        ring = self.bring(tree.ring(node), at="work", layer="mark")
        stop, paid = float(self.hyper("answer_tree.stop")), float(trace["sentence_paid"])
        x = float(tree.x[node] + tree.x[after]) / 2
        ends = halo(text(f"*{stop:.0%}* end", x, float(tree.y[node]) - theme.TIGHT, theme.LABEL, anchor="center"))
        down = float(tree.y[after]) + theme.TIGHT
        on = halo(text(f"*{1 - stop:.0%}*", x - theme.GUTTER, down, theme.LABEL, anchor="center"))
        self.bring(ends, at=("work", 2.0))
        self.bring(on, at="hedge")
        value = float(trace["sentence_value"][3])
        parts = (f"{stop:g} times {{{{ {shortly(paid)} : reward }}}}", f"{1 - stop:g} times {{{{ 0 : reward-2 }}}}")
        source_ = f"{' + '.join(parts)} = {{{{ {value:.2f} : value }}}}"
        maths = Formula(source_, theme.LEFT, PLACE.top + 3 * theme.WIDE - theme.TIGHT, theme.STATEMENT)
        maths.put(self)
        maths.enter(self, at="product")
        tree.value(self, node, at=("product", 0.6))
        self.hide(ring, at="back")

    def back(self, tree: AnswerTree) -> None:
        # Then every other prefix, from right to left, and last the prompt.
        node, after_is = tree.node("2+2", "is", "4"), tree.node("2+2", "is")
        deepest = int(tree.depth.max())
        self.hide(self.bring(tree.ring(after_is), at="is", layer="mark"), at="root")
        for k in range(1, len(tree.names)):
            before, at = int(tree.parent[k]), ("back", 0.5 * (deepest - int(tree.depth[k])))
            if before != node:  # whose chances are there
                tree.chance(self, k, at="root" if not before else at if before != after_is else "is")
            if k != node:
                tree.value(self, k, at=("is", 2.5) if k == after_is else at if tree.depth[k] > 2 else "root")
        tree.value(self, 0, at=("root", 1.0))
