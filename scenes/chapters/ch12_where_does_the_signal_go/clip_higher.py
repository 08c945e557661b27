"""The upper post of the clip in chances: a rare token meets it at once, a likely one never; and DAPO's higher post."""

from __future__ import annotations

from typing import Any

from manim import Typst

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import paragraph, percent, text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import statement
from scenes.parts.settings import foot, quote, sources
from scenes.parts.spoken import Spoken
from scenes.theme import Area
from traces.store import Trace

RARE, CLOSE, COMMON, RULE = layout.rows(theme.PICTURE, 4, gap=theme.GAP)
KEYS = ("dapo_rare", "dapo_rare_bound", "dapo_common", "dapo_common_bound", "dapo_low", "dapo_high")
CLIP = theme.SYMBOLS["clip"]
FORMULA = (
    '{{ upright("clip") : clip }} ( {{ rho : ratio }}, 1 - {{ epsilon_(upright("low")) : clip-2 }},'
    ' 1 + {{ epsilon_(upright("high")) : clip-3 }} )'
)
QUOTE = "The sampled responses of certain groups tend to be nearly identical."
SHARES = (2, 7, 4)  # of the width: the name of a token, its rail, and what is said of it


class ClipHigher(Stage):
    """The upper post in chances: a rare token meets it at once, a likely one never; and DAPO's higher post."""

    traces = ("dynamic_sampling", "papers")

    def build(self) -> None:
        trace, papers = self.trace("dynamic_sampling"), self.trace("papers")
        self.bring(statement("How far may a token *rise in one batch?*"))
        bound, words = trace["bound"], trace["words"]
        self.most = 1.05 * max(1.0, float(bound[:, :2].max()))
        self.quote()
        self.rare(trace)
        self.close(trace)
        # A likely token: its post lies beyond certainty.
        rail, told = self.row(COMMON, "a likely token", float(words[1]), 1.0, self.most, "common")
        post = self.post(rail, float(bound[0, 1]) / self.most, ("common", theme.REST), dash=theme.DASHED)
        self.shift(post, across=float(bound[1, 1] - bound[0, 1]) / self.most * rail.width, at="higher")
        end = self.say(told, f"*{percent(words[1])}* → {percent(bound[0, 1])}", ("common", theme.REST))
        self.bring(layout.below(text("no such chance", size=theme.NOTE), end, theme.GUTTER), ("common", 2 * theme.REST))
        self.hide(end, at="higher")
        self.say(told, f"*{percent(words[1])}* → {percent(bound[1, 1])}", ("higher", theme.CHANGE))
        self.raised(papers)
        self.bring(foot(sources([quote(papers, key) for key in KEYS])))

    def row(self, row: Area, name: str, chance: float, end: float, most: float, at: When) -> tuple[Area, Area]:
        # A rail up to `end`, on a scale up to `most`, and a bar of a token's chance in it.
        left, rail, told = layout.columns(row, SHARES, gap=theme.GAP)
        y = rail.top + theme.GAP
        high = rail.height - 2 * theme.GAP
        wide = rail.width / most
        self.bring(box(rail.left, y, end * wide, high, fill=theme.HAIRLINE, quiet=True), at, "ground")
        self.bring(box(rail.left, y, chance * wide, high, fill=theme.SYMBOLS["ratio"], round_joins=False), at, "mark")
        self.bring(text(name, left.left, y + high / 2 + theme.BODY / 3, theme.BODY), at)
        for value in (end,) if row is RARE else (0.0, end):  # under the rare token, lines lead on
            x = rail.left + value * wide
            self.bring(text(percent(value), x, y + high + theme.GAP, theme.NOTE, theme.MUTED, "center"), at)
        return Area(rail.left, y, rail.right, y + high), told

    def rare(self, trace: Trace) -> None:
        # A rare token: on this scale its chance and its post can hardly be told apart.
        words, bound = trace["words"], trace["bound"]
        rail, _ = self.row(RARE, "a rare token", float(words[0]), 1.0, self.most, "rare")
        self.post(rail, float(bound[0, 0]) / self.most, ("rare", 2 * theme.REST))
        self.rail = rail

    def quote(self) -> None:
        # What the paper's authors saw.
        words = paragraph(f"“{QUOTE}”", theme.LEFT, theme.PICTURE.middle[1], theme.PICTURE.width, theme.TITLE)
        whose = text("DAPO, the paper's own words", size=theme.BODY, colour=theme.MUTED)
        layout.below(whose, words)
        for part in (words, whose):
            self.bring(part, at=-theme.CHANGE)
            self.hide(part, at=("rare", -theme.QUICK))

    def close(self, trace: Trace) -> None:
        # The same from close by.
        words, bound = trace["words"], trace["bound"]
        most = 1.3 * float(bound.min(axis=1).max())
        close = ("rare", theme.REST)
        rail, told = self.row(CLOSE, "from close by", float(words[0]), most, most, close)
        for k, x in enumerate((rail.left, rail.right)):
            edge = self.rail.left + k * self.rail.width * most / self.most
            line = rule(edge, self.rail.bottom, x, rail.top, stroke=theme.AXIS, pen=theme.FINE, dash=theme.DOTTED)
            self.bring(line, close, "ground")
        posts = [float(bound[k, 0]) / most for k in range(2)]
        low = self.post(rail, posts[0], ("rare", 2 * theme.REST))
        first = self.say(told, f"*{percent(words[0])}* → {percent(bound[0, 0], 1)}", ("rare", 2 * theme.REST))
        self.shift(low, across=(posts[1] - posts[0]) * rail.width, at="higher")
        self.hide(first, at="higher")
        self.say(told, f"*{percent(words[0])}* → {percent(bound[1, 0], 2)}", ("higher", theme.CHANGE))

    def post(self, rail: Area, share: float, at: When, **style: Any) -> Ink:
        # The upper post.
        x = rail.left + share * rail.width
        look: dict[str, Any] = {"stroke": CLIP, "pen": theme.BOLD, **style}
        return self.bring(rule(x, rail.top - theme.TIGHT, x, rail.bottom + theme.TIGHT, **look), at, "mover")

    def say(self, told: Area, words: str, at: When) -> Typst:
        # What becomes of a chance, beside its rail.
        return self.bring(text(words, told.left, told.middle[1] + theme.STATEMENT / 3, theme.STATEMENT), at)

    def raised(self, papers: Trace) -> None:
        # The clip with two widths, and DAPO's.
        formula = Spoken(FORMULA, size=theme.TITLE)
        low, high = (quote(papers, key).shown for key in ("dapo_low", "dapo_high"))
        values = text(
            f'DAPO: $epsilon_upright("low") = {low}$, $epsilon_upright("high")$ = *{high}*', size=theme.STATEMENT
        )
        left, right = layout.columns(RULE, 2)
        layout.centred(formula, left)
        layout.centred(values, right)
        formula.enter(self, at="higher")
        formula.light(self, "clip-3", at=("higher", theme.REST))
        formula.rest(self, at="rest")
        self.bring(values, ("higher", theme.REST))
