"""What is a policy? A cat in a house, a robot in a maze, a model mid-sentence: only the odds."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink
from scenes.lettering import counted, plain, text
from scenes.parts.bars import Bars
from scenes.parts.card import source, statement
from scenes.parts.formula import Formula
from scenes.parts.glyphs import Glyph
from scenes.parts.house import ODDS, WORTH, House, signed
from scenes.parts.rounds import Rounds
from scenes.parts.sentences import Sentences
from scenes.parts.tree import Tree
from scenes.stage import Stage
from traces.store import Trace

HOUSE = (theme.LEFT, 142.0, 780.0, 780.0)
RIGHT = 960.0  # left edge of the column beside the house
SMALL = 0.11  # radius of the cat in the corner of its room, in rooms
WORDS, QUIET = 44, 34
WORTH_OF_A_ROOM = (
    "{{ V(#word[room]) : value }} = sum_#word[step] {{ pi(#word[step] | #word[room]) : logp }} "
    "lr(({{ r : reward }} + gamma {{ V(#word[next room]) : value-next }}))"
)
BREADTH = 230.0  # of all walks together, in pixels
WORD_BREADTH, WORD_GAP = 150.0, 92.0


def house_of(stage: Stage, trace: Trace, skin: int = 0) -> House:
    """The house in its place, with all that stands in it."""
    house = House(trace, *HOUSE, skin=skin)
    house.put(stage)
    return house


def hidden(stage: Stage, *words: Mobject) -> list[Mobject]:
    """Put words on stage that will be shown later."""
    return [stage.put(word, "text", shown=False) for word in words]


class CatsHouse(Stage):
    """State, action, reward: where am I, what can I do, what follows."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("What is *a policy?*"), "text")
        house = house_of(self, trace)
        for part in house.who.parts:
            self.put(part, "mover")
        rooms = np.flatnonzero(house.open)
        each = 1.6 / len(rooms)
        for k, room in enumerate(rooms):
            light = self.put(house.light([int(room)]), "line", shown=False)
            self.show(light, at=("where", 0.5 + k * each), over=0.2)
            self.hide(light, at=("where", 1.1 + k * each), over=0.5)
        home = np.zeros(len(house.kinds), dtype=bool)
        home[house.home] = True
        steps, starts = house.arrows(np.ones_like(trace["policy"][0]), home)
        arrows = self.put(Ink(steps, starts=starts, fill=theme.TEXT, closed=True), "line", shown=False)
        self.show(arrows, at=("what", 0.5))
        self.show(*hidden(self, *house.prices()), at=("follows", 0.6), each=0.3)
        names = ", ".join(str(name) for name in trace["actions"])
        self.row(0, "where", "Where am I?", "State", f"one of {len(rooms)} rooms")
        self.row(1, "what", "What can I do?", "Action", f"a step: {names}")
        self.row(2, "follows", "What follows?", "Reward", "")
        x, y = RIGHT, self.baseline(2) + 146
        for kind, thing in house.things.items():
            if thing:
                glyph = Glyph(thing[0].name, x + 42, y - 16, 42, thing[0].colour)
                self.put(glyph.ink, "mark", shown=False)
                pays = float(trace["enter"][house.kinds.index(kind)])
                price = self.put(text(signed(pays), x + 108, y, 52), "text", shown=False)
                self.show(glyph.ink, price, at=("follows", 0.6 if kind == "food" else 1.4))
                x += 300

    @staticmethod
    def baseline(k: int) -> float:
        """Baseline of the question of row k."""
        return 216.0 + 262 * k

    def row(self, k: int, cue: str, question: str, name: str, words: str) -> None:
        # The three questions stand from the first; their answers come one by one.
        y = self.baseline(k)
        self.put(text(f"_{question}_", RIGHT, y, 48, theme.MUTED), "text")
        answers = [text(f"*{name}*", RIGHT, y + 74, 64)]
        if words:
            answers.append(text(words, RIGHT, y + 142, 46))
        for answer in answers:
            self.put(answer, "text", shown=False)
        self.show(*answers, at=(cue, 0.8), each=0.4)


class OnlyTheOdds(Stage):
    """A policy is the odds of each step in each room; a walk is dice."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("A policy: *the odds of each step, in each room*"), "text")
        house = house_of(self, trace)
        for price in house.prices():
            self.put(price, "text")
        odds = trace["policy"][0]
        whole = self.put(house.odds(odds), "line", shown=False)
        self.show(whole, at=("odds", 0.2), over=theme.SLOW)
        self.bars(trace, odds[house.home])
        self.walk(house, trace)

    def bars(self, trace: Trace, odds: np.ndarray) -> None:
        # The odds of the cat's own room, large; then their name.
        labels = [str(name) for name in trace["actions"]]
        bars = Bars(RIGHT, 200, 760, 300, ODDS, labels, 36)
        bars.write(odds)
        for part in (
            text("odds in the cat's room", RIGHT, 180, QUIET, theme.MUTED),
            text("100\\%", RIGHT + 860, 212, QUIET, theme.MUTED, "right"),
            bars.top,
            bars.base,
            *bars.names,
        ):
            self.put(part, "text")
        numbers = [
            text(
                f"{float(p):.0%}".replace("%", "\\%"),
                left + bars.bar / 2,
                500 - 300 * float(p) - 18,
                42,
                anchor="center",
            )
            for left, p in zip(bars.lefts, odds, strict=True)
        ]
        self.put(bars.ink, "text", shown=False)
        self.show(bars.ink, *hidden(self, *numbers), at=("odds", 1.2))
        symbol = Formula("{{ pi : logp }} thin ( #word[step] | #word[room] )", RIGHT, 660, 72)
        symbol.put(self)
        symbol.enter(self, at="even")

    def walk(self, house: House, trace: Trace) -> None:
        # One walk with these odds: a line that remembers, and the cat at its end.
        steps = int(trace["walk_steps"][0])
        rooms = trace["walk_room"][0, : steps + 1]
        path = house.walk(rooms, trace["walk_action"][0, :steps])
        trail = self.put(Ink(theme.points(path[:, 0], path[:, 1]), stroke=theme.TEXT, pen=5.0, casing=2.0), "mark")
        for part in house.who.parts:
            self.put(part, "mover")
        over = self.time("met") - self.time("dice") - 0.6
        self.draw(trail, at="dice", over=over, ease=theme.linear)
        house.who.follow(self, path, at="dice", over=over)
        final = house.kinds[int(rooms[-1])]
        paid = float(trace["enter"][int(rooms[-1])])
        words = counted(steps, "step") + (f", then *{signed(paid)}*" if final in house.things else ", and no end")
        self.show(*hidden(self, text(words, RIGHT, 784, 56)), at="met")
        chance = f"{float(trace['chance_food'][0]):.0%}".replace("%", "\\%")
        found = self.put(
            text(f"Of all walks, {chance} find the {house.names['good']}.", RIGHT, 868, WORDS), "text", shown=False
        )
        self.show(found, at=("met", 1.2))
        note = "A step out of the house leads nowhere. One walk from dice; the share of all walks is exact."
        self.put(source(note, theme.LABEL), "text")


class ForecastAndTurn(Stage):
    """Policy evaluation sweeps what a room is worth; improvement turns the odds; until nothing turns."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("Forecast, *then turn*"), "text")
        house = house_of(self, trace)
        x, y = house.centre(house.home)
        for part in house.who.parts:
            self.put(part, "mover")
        corner = (0.5 - 0.14) * house.room
        house.who.move(self, x - corner, y - corner, at="worth", over=theme.CHANGE, radius=SMALL * house.room)
        heat = self.put(house.heat(np.zeros(len(house.kinds))), "ground", shown=False)
        policy = trace["policy"]
        odds = self.put(house.odds(policy[0]), "line")
        self.head()
        rounds = len(policy)
        table = Rounds(trace, RIGHT, 508)
        hidden(self, *table.all())
        self.show(*table.heads[:2], at=("settle", 0.6))
        # The first round slowly, in its two halves.
        self.show(heat, at=("worth", 0.6))
        house.settle(self, heat, trace["sweeps"][0], at="sweep", over=self.time("settle") - self.time("sweep") + 0.6)
        worths = hidden(self, *house.worths(trace["values"][0]))
        self.show(*worths, at=("settle", 0.8))
        self.show(*table.worth[0], at=("settle", 1.0))
        house.turn(self, odds, policy[0], policy[min(1, rounds - 1)], at=("turn", 0.4), over=theme.SLOW)
        self.show(table.heads[2], at=("turn", 0.8))
        self.show(*table.turned[0], at=("turn", 1.4))
        corner_room = self.put(house.light([house.home]), "line", shown=False)
        self.show(corner_room, at="hide")
        self.hide(corner_room, *worths, at="again")
        # The others quickly, one after the other.
        start, end = self.time("again"), self.time("stop") - 0.3
        each = (end - start) / max(1, rounds - 1)
        for k in range(1, rounds):
            at = start + each * (k - 1)
            house.settle(self, heat, trace["sweeps"][k], at, 0.55 * each)
            self.show(*table.worth.get(k, []), at=at + 0.5 * each, over=theme.QUICK)
            house.turn(self, odds, policy[k], policy[min(k + 1, rounds - 1)], at + 0.58 * each, 0.36 * each)
            self.show(*table.turned.get(k, []), at=at + 0.75 * each, over=theme.QUICK)
        self.show(*hidden(self, *house.worths(trace["values"][-1])), at="stop")
        note = source(
            f"Exact. γ: reward that comes a step later counts {float(trace['gamma']):g} as much.", theme.LABEL
        )
        self.show(*hidden(self, note), at="sweep")

    def head(self) -> None:
        # The two halves of a round, and what a room is worth as a formula.
        y = 214.0
        forecast = [
            text("*1*  Forecast", RIGHT, y, 52, WORTH),
            text("what is each room worth?", RIGHT + 330, y, 38, theme.MUTED),
        ]
        turn = [
            text("*2*  Turn", RIGHT, y + 194, 52, ODDS),
            text("to the best step", RIGHT + 330, y + 194, 38, theme.MUTED),
        ]
        for word in (*forecast, *turn):
            self.put(word, "text")
        formula = Formula(WORTH_OF_A_ROOM, RIGHT, y + 92, 40)
        formula.put(self)
        formula.enter(self, at=("sweep", 1.2))


class AnotherSkin(Stage):
    """The cat becomes a robot, and no number changes."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("The same numbers, *another skin*"), "text")
        house = house_of(self, trace)
        old, new = (
            {str(r): str(n) for r, n in zip(trace["roles"], names, strict=True)} for names in trace["skins"][:2]
        )
        self.put(house.heat(trace["values"][-1]), "ground")
        self.put(house.odds(trace["policy"][-1]), "line")
        for price in house.prices():
            self.put(price, "text")
        kept = [
            word
            for word, room in zip(house.worths(trace["values"][-1]), np.flatnonzero(house.open), strict=True)
            if room != house.home
        ]
        for word in kept:
            self.put(word, "text")
        self.hide(*kept, at="walk")
        # Names, one under the other.
        y = 236.0
        for k, role in enumerate(("who", "good", "bad", "where", "state")):
            base = y + 88 * k
            self.put(text(old[role], RIGHT, base, 52), "text")
            turned = [
                text("becomes", RIGHT + 250, base, QUIET, theme.MUTED),
                text(f"*{new[role]}*", RIGHT + 430, base, 52),
            ]
            for word in turned:
                self.put(word, "text", shown=False)
            self.show(*turned, at=("name", 0.3 + 0.7 * k))
        steps = int(trace["walk_steps"][1])
        path = house.walk(trace["walk_room"][1, : steps + 1], trace["walk_action"][1, :steps])
        trail = self.put(Ink(theme.points(path[:, 0], path[:, 1]), stroke=theme.TEXT, pen=6.0, casing=2.0), "mark")
        for part in house.who.parts:
            self.put(part, "mover")
        house.who.become(self, new["who"], at=("name", 0.4))
        for kind, role, after in (("food", "good", 1.1), ("vacuum", "bad", 1.8)):
            for thing in house.things[kind]:
                thing.become(self, new[role], at=("name", after))
        same = text("the same odds, the same values, the same rewards", RIGHT, 732, 40)
        self.show(self.put(same, "text", shown=False), at="same")
        self.draw(trail, at=("walk", 0.3), over=2.4, ease=theme.linear)
        house.who.follow(self, path, at=("walk", 0.3), over=2.4)
        self.show(*hidden(self, text(counted(steps, "step"), RIGHT, 820, 60)), at=("walk", 2.4))
        self.show(*hidden(self, source("Dice as in the first walk.", theme.LABEL)), at="walk")


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
