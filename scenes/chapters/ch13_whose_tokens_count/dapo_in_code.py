"""One step of DAPO in ten lines, and the settings of its paper."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.stage import Stage
from scenes.parts.code import Code
from scenes.parts.headings import statement
from scenes.parts.settings import PITCH, Settings

CODE = """
while len(batch) < 512:                # draw again
    group = policy.write(next_question(), G)
    if 0 < sum(correct(group)) < G: batch += [group]
r = score(batch) + overlong(lengths)   # +1 or -1, ramp
A = (r - mean(r, group)) / std(r, group)  # advantage
for part in minibatches(batch):
    ratio = exp(log_prob - old_log_prob)
    gain = min(ratio * A, clip(ratio, 0.8, 1.28) * A)
    loss = -gain.sum() / part.tokens
    zero_grad(); loss.backward(); step()
"""
LINES = {"draw": (1, 2), "keep": (3,), "again": (1,), "reward": (4,), "grade": (5,), "gain": (7, 8), "loss": (9, 10)}
SYMBOLS = {"ratio": "ratio", "A": "advantage", "r": "reward"}
SIZES = ("dapo_prompts", "dapo_group", "dapo_updates")
KEYS = (*SIZES, "dapo_low", "dapo_high", "dapo_rate", "dapo_expected", "dapo_cache")


class DapoInCode(Stage):
    """One step of DAPO in ten lines, and the settings of its paper."""

    traces = ("papers",)

    def build(self) -> None:
        self.bring(statement("*One step of DAPO*", theme.OBJECTIVES["dapo"].colour))
        left, right = layout.columns(theme.PICTURE, (7, 5), gap=theme.GAP)
        code = Code(CODE, y=left.top + theme.TITLE, size=theme.NOTE, symbols=SYMBOLS, pitch=PITCH)
        code.enter(self, at=-theme.CHANGE)
        for cue, lines in LINES.items():
            code.light(self, *lines, at=cue)
        code.rest(self, at="settings")
        place = {"x": right.left, "y": right.top + theme.TITLE, "width": right.width}
        table = Settings(self.trace("papers"), KEYS, size=theme.NOTE, **place)
        table.enter(self, at="settings", each=theme.QUICK / 2)
        table.light(self, *SIZES, at=("settings", 2 * theme.REST))
        table.rest(self, at="rest")
