"""A token adds its ratio times its advantage; held at a post, it adds no more, and has no slope."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch08_a_cheaper_fence.two_curves import FORMULA_AT, GAIN, SOURCE, Panel
from scenes.engine.stage import Stage
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement

LOW, HIGH = 0.4, 1.8  # ratios between which the dot travels


class HeldAtThePosts(Stage):
    """A token adds its ratio times its advantage; held at a post, it adds no more, and has no slope."""

    traces = ("ppo_clip",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("What does the clip do *to a single token?*"), "text")
        gain = Formula(GAIN, theme.WIDTH / 2, FORMULA_AT, theme.TITLE, anchor="center")
        gain.put(self)
        gain.enter(self, at="good")
        panels = [Panel(self, trace, sign) for sign in range(2)]
        # First what each token adds without a clip.
        lines = [panel.plain(shown=False) for panel in panels]
        dots = []
        for panel, line, cue, way in zip(panels, lines, ("good", "bad"), ((LOW, HIGH), (HIGH, LOW)), strict=True):
            self.draw(line, at=cue, over=theme.SLOW)
            self.show(line, at=cue, over=0.1)
            dots.append(panel.travel(*way, cue, over=3))
        # Then the posts, and where the held line is flat.
        for panel, dot in zip(panels, dots, strict=True):
            held, posts = panel.held(shown=False)
            hatch = panel.silent(shown=False)
            self.hide(dot, at="clip")
            self.show(*posts, at="clip")
            self.draw(held, at=("clip", 0.5), over=theme.SLOW)
            self.show(hatch, at="silent")
        self.put(source(SOURCE), "text")
