"""Settings that real runs use, as a table: what it is, its value, whose run; below it where the numbers stand.

    table = Settings(self.trace("papers"), ("ppo_clip", "ppo_epochs", "instruct_beta"))
    table.enter(stage, at="settings", each=0.3)
    table.light(stage, "ppo_clip", at="clip")
    table.rest(stage, at="rest")
    quote(self.trace("papers"), "ppo_clip").shown      # "0.2": one number in the picture

The numbers are quoted: the trace says of each which edition, which table, and who measured it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from manim import Mobject, Typst

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import footnote, paragraph, plain, said, text
from scenes.engine.spotlight import Spotlight

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from traces.store import Trace

HEADS = ("setting", "value", "whose run")
SHARES = (0.44, 0.14, 0.42)  # of the width, for the three columns
PITCH = 2.0  # between baselines, in ems


@dataclass(frozen=True)
class Quote:
    """A number that a paper says."""

    name: str
    value: float
    shown: str
    run: str
    paper: str
    """Authors and year, edition."""
    place: str
    """Section or table, page."""
    tag: str
    """"the paper's own"."""


def quote(trace: Trace, key: str) -> Quote:
    """The quote of that key; a KeyError names those that there are."""
    keys = trace["key"].tolist()
    if key not in keys:
        raise KeyError(f"no paper is quoted for {key!r}; there are {', '.join(keys)}")
    row = {name: trace[name][keys.index(key)] for name in trace}
    paper, place = f"{row['cite']} ({row['edition']})", str(row["where"])
    if row["page"]:
        place += f" p. {row['page']}"
    name, shown, run, tag = (str(row[key]) for key in ("name", "shown", "run", "tag"))
    return Quote(name, float(row["value"]), shown, run, paper, place, tag)


class Settings:
    """A table of quotes in the trace "papers", its heads on the baseline `y`; the name of a row is its key."""

    def __init__(
        self,
        trace: Trace,
        keys: Sequence[str],
        x: float = theme.LEFT,
        y: float = theme.PICTURE.top + theme.BODY,
        width: float = theme.RIGHT - theme.LEFT,
        size: float = theme.BODY,
    ):
        quotes = [quote(trace, key) for key in keys]
        columns = layout.columns(theme.Area(x, y, x + width, y), SHARES, gap=theme.GUTTER)
        value = columns[1].right - theme.WIDE
        anchors = ((columns[0].left, "left"), (value, "right"), (columns[2].left, "left"))

        def line(words: Sequence[str], baseline: float, sizes: float, colours: Sequence[str]) -> list[Typst]:
            return [
                text(word, at, baseline, sizes, colour, anchor)
                for word, colour, (at, anchor) in zip(words, colours, anchors, strict=True)
            ]

        self.heads = line(HEADS, y, theme.LABEL, [theme.MUTED] * len(HEADS))
        under = y + 0.6 * theme.LABEL
        self.rule = rule(x, under, x + width, under, stroke=theme.AXIS, pen=theme.FINE)
        self.rows = {
            key: line(
                (plain(q.name), f"*{plain(q.shown)}*", plain(q.run)),
                y + (k + 1) * PITCH * size,
                size,
                (theme.TEXT, theme.SYMBOLS["clip"], theme.MUTED),
            )
            for k, (key, q) in enumerate(zip(keys, quotes, strict=True))
        }
        self.source = foot(plain(sources(quotes)))
        for row in self.rows.values():
            for word in row:
                told = said(word)
                assert told is not None
                told.owner = id(self)  # a row is quiet while another one is spoken of
        self.spotlight = Spotlight(self.rows)

    @property
    def parts(self) -> list[Mobject]:
        """Heads, rule, rows and the line of sources."""
        return [*self.heads, self.rule, *self.spotlight.parts, self.source]

    def enter(self, stage: Stage, at: When, over: float = theme.CHANGE, each: float = 0.0) -> None:
        """Heads and sources come first, then row by row, `each` seconds apart."""
        for mobject in (*self.heads, self.rule, self.source):
            stage.bring(mobject, at, over=over)
        self.spotlight.enter(stage, at, each, over)

    def light(self, stage: Stage, *keys: str, at: When, over: float = theme.QUICK) -> None:
        """Make these rows bright and the rest quiet."""
        self.spotlight.light(stage, *keys, at=at, over=over)

    def rest(self, stage: Stage, at: When, over: float = theme.CHANGE) -> None:
        """Make every row bright."""
        self.spotlight.rest(stage, at, over)


def sources(quotes: Sequence[Quote]) -> str:
    """Where some quotes stand: after each tag its papers, after each paper its places, each named once."""
    tags: dict[str, dict[str, list[str]]] = {}
    for q in quotes:
        places = tags.setdefault(q.tag, {}).setdefault(q.paper, [])
        if q.place not in places:
            places.append(q.place)
    told = [
        f"{tag.capitalize()}: " + "; ".join(f"{paper} {', '.join(places)}" for paper, places in papers.items())
        for tag, papers in tags.items()
    ]
    return ". ".join(told) + "."


def foot(markup: str) -> Typst:
    """A source line that may be several, the last one where `card.source` has its own."""
    lines = paragraph(markup, theme.LEFT, theme.BOTTOM, theme.RIGHT - theme.LEFT, theme.TICK, theme.MUTED)
    return layout.shifted(footnote(lines), 0.0, theme.BOTTOM - layout.area(lines).bottom)
