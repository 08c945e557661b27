"""The maze unrolls into the tree of its walks, and the tree of walks into one of sentences."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import HOUSE, RIGHT, hidden
from scenes.chapters.ch01_what_is_a_policy.sentences import Sentences
from scenes.chapters.ch01_what_is_a_policy.tree import Tree
from scenes.engine.ink import Ink
from scenes.engine.lettering import counted, plain
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.house import House
from traces.store import Trace

BREADTH = 230.0  # of all walks together, in pixels
WORD_BREADTH, WORD_GAP = 150.0, 92.0


class WordsAreSteps(Stage):
    """The maze unrolls into the tree of its walks, and the tree of walks into one of sentences."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.say(trace)
        walks = Tree(
            trace["branch_parent"], trace["branch_depth"], RIGHT + 40, HOUSE[1], theme.RIGHT - RIGHT - 60, HOUSE[3]
        )
        words = Tree(trace["parent"], trace["depth"], 250, 160, 1290, 660, gap=WORD_GAP)
        river = self.unroll(trace, walks)
        self.turn_into_words(trace, walks, words, river)

    def say(self, trace: Trace) -> None:
        # What stands on top changes with the picture; the last one is the answer to the chapter's question.
        first = self.put(statement("Every walk, *laid out as a tree*"), "text")
        asked = self.put(statement(f"_{plain(str(trace['prompt']))}_"), "text", shown=False)
        last = self.put(
            statement("Choosing a word is *taking a step.* A policy: *only the odds.*"), "text", shown=False
        )
        for before, after, cue in ((first, asked, "words"), (asked, last, "answer")):
            self.hide(before, at=cue)
            self.show(after, at=(cue, 0.4))

    def unroll(self, trace: Trace, tree: Tree) -> Ink:
        # Copies of the rooms fly to the places of the walks that end in them; then the odds learn.
        house = House(trace, *HOUSE, skin=1)
        house.put(self)
        self.put(house.who.ink, "mark")
        first, last = trace["branch_reach"][0], trace["branch_reach"][-1]
        odds = self.put(house.odds(trace["policy"][0]), "line")
        river = self.put(tree.river(first, BREADTH), "line", shown=False)
        self.flock = tree.gather(self, house.centres(trace["branch_room"]), at=("unroll", -0.4))
        deepest = int(trace["branch_depth"].max())
        self.show(river, at=("unroll", 0.7 + 0.4 * deepest))
        walks = int((trace["branch_depth"] == deepest).sum())
        note = self.put(
            source(
                f"All {walks} walks of {counted(deepest, 'step')}. Breadth: the chance of the walk, exact.", theme.LABEL
            ),
            "text",
        )
        self.hide(note, at="words")
        house.turn(self, odds, trace["policy"][0], trace["policy"][-1], at=("thick", 0.3), over=1.6)
        tree.flow(self, river, first, last, BREADTH, at=("thick", 0.3), over=1.6)
        gone = [house.floor, house.blocks, house.wall, odds, house.who.ink]
        gone += [thing.ink for things in house.things.values() for thing in things]
        self.hide(*gone, at="words", over=theme.CHANGE)
        return river

    def turn_into_words(self, trace: Trace, walks: Tree, words: Tree, river: Ink) -> None:
        # Every walk becomes the sentence in its place; then the model speaks, and learns.
        reach = trace["reach"]
        walks.become(self, river, words, BREADTH * trace["branch_reach"][-1], WORD_BREADTH * reach[0], at="words")
        self.hide(*self.flock, at="words", over=0.6)
        self.hide(river, at=("words", 1.5), over=0.4)
        clean = self.put(words.river(reach[0], WORD_BREADTH), "line", shown=False)
        self.show(clean, at=("words", 1.4), over=0.4)
        note = source(
            "A tiny model that sees only its last word. Breadth: the chance of getting there. Violet: its exact worth.",
            28,
        )
        self.show(*hidden(self, note), at=("words", 2.2))
        sentences = Sentences(trace, words)
        sentences.enter(self, at=("words", 1.4))
        sentences.tell(self, at=("dice", -0.6))
        sentences.speak(self, WORD_BREADTH, "dice", "judged", "learn")
        sentences.learn(self, clean, WORD_BREADTH, "learn", "answer")
