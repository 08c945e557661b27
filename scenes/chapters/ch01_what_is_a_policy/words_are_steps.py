"""Other names for the same things: robot and exit, and then prompt, token and answer."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import COLUMN, TREE, house_of
from scenes.chapters.ch01_what_is_a_policy.sentences import BREADTH, Sentences, tree_of
from scenes.engine import layout
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.house import House
from traces.store import Trace

LINE = theme.BOTTOM - theme.WIDE  # baseline of the line that is being written


class WordsAreSteps(Stage):
    """Other names for the same things: robot and exit, and then prompt, token and answer."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        first = self.bring(statement("The same numbers, *other names*"))
        self.hide(first, at="words")
        self.bring(statement("A language model *chooses tokens*"), "words")
        self.skins(trace)
        tree = tree_of(trace, TREE)
        sentences = Sentences(trace, tree)
        # All answers that it can write, as a tree of tokens; and the question that it is given.
        self.bring(tree.river(trace["reach"][0], BREADTH), ("words", theme.QUICK), "line", theme.QUICK)
        sentences.enter(self, ("words", theme.QUICK))
        top = theme.PICTURE.top + theme.GAP
        prompt = text(f"_{plain(str(trace['prompt']))}_", TREE.left, top, theme.TITLE)
        self.bring(prompt, "words_rest")
        self.bring(layout.beside(text("*prompt*", size=theme.TITLE, colour=theme.MUTED), prompt, theme.GAP), "prompt")
        # A token is a word: every word of the tree is one.
        spot = float(tree.x.max()) + theme.WIDE, top
        self.bring(text("*tokens*", *spot, theme.TITLE, theme.MUTED, "right"), ("tokens", theme.CHANGE))
        self.state_and_action(trace, sentences)
        self.one_answer(trace, sentences)
        self.bring(source("A tiny model that sees only its last word. Breadth: the chance of getting there."), "words")

    def skins(self, trace: Trace) -> None:
        # Cat and fish become robot and exit; the arrows stay as they are.
        house = house_of(self, trace)
        odds = self.bring(house.odds(trace["policy"][-1]))
        self.bring(house.who, layer="mover")
        old, new = (
            {str(r): str(n) for r, n in zip(trace["roles"], names, strict=True)} for names in trace["skins"][:2]
        )
        house.who.become(self, new["who"], at=("skin", theme.QUICK))
        for kind, role in (("food", "good"), ("vacuum", "bad")):
            for thing in house.things[kind]:
                thing.become(self, new[role], at=("skin", theme.SLOW))
        names = []
        for role, place in zip(("who", "good", "bad"), layout.rows(COLUMN, 3), strict=True):
            word = "fish" if old[role] == "food" else old[role]
            before = text(word, place.left, place.middle[1], theme.TITLE, theme.MUTED)
            after = layout.beside(text(f"→ *{new[role]}*", size=theme.TITLE), before, theme.GAP)
            names += [self.bring(before), self.bring(after, ("skin", theme.SLOW))]
        self.hide(*self.drawn(house), odds, *names, at="words", over=theme.CHANGE)

    @staticmethod
    def drawn(house: House) -> list[Mobject]:
        """All that is drawn of a house and who walks in it."""
        things = [thing.ink for several in house.things.values() for thing in several]
        return [house.floor, house.blocks, house.wall, *house.who.parts, *things]

    def state_and_action(self, trace: Trace, sentences: Sentences) -> None:
        # In the middle of an answer: what is written so far, and which tokens may follow.
        here = next((k for k, depth in enumerate(trace["depth"]) if depth == 2), 1)
        written = text(
            f"*State*  {plain(str(trace['prompt']))} *{plain(str(trace['text'][here]))}* …",
            TREE.left,
            LINE,
            theme.STATEMENT,
        )
        nexts = [k for k, parent in enumerate(trace["parent"]) if k and int(parent) == here]
        words = " or ".join(plain(str(trace["word"][k])) for k in nexts)
        action = layout.beside(text(f"*Action*  {words}", size=theme.STATEMENT), written, theme.WIDE)
        lit = [self.bring(branch, "state", "mark") for branch in sentences.path(here)]
        self.bring(written, "state")
        lit += [self.bring(sentences.branch(k), "action", "mark") for k in nexts]
        self.bring(action, "action")
        self.hide(*lit, written, action, at=("first", -theme.QUICK))

    def one_answer(self, trace: Trace, sentences: Sentences) -> None:
        # One answer from dice: the chances of each token, then the token that was written.
        cues = ("first", "verb", "judged")
        deepest = int(trace["depth"].max())
        for depth in range(1, deepest + 1):
            for word in sentences.chances(0, depth):
                self.bring(word, cues[min(depth, len(cues)) - 1])
        said, row, verdict = sentences.spoken(TREE.left, LINE, theme.TITLE)
        late = max(0, len(cues) - len(said))
        for k, (node, word) in enumerate(zip(said, row, strict=True)):
            at = (cues[min(late + k, len(cues) - 1)], theme.SLOW)
            self.bring(sentences.branch(node), at, "mark")
            self.bring(word, at)
        self.bring(verdict, ("judged", theme.REST))
