"""PPO in a few lines, and the settings of the paper."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.stage import Stage
from scenes.parts.code import Code
from scenes.parts.headings import statement
from scenes.parts.settings import Settings

CODE = """
answers = policy.write(prompts)
rewards = score(answers)
A, R = gae(rewards, critic(answers))
for epoch in range(epochs):
    ratio = exp(log_prob - old_log_prob)
    gain = min(ratio * A, clip(ratio, 0.8, 1.2) * A)
    loss = -gain.mean() + c1 * ((V - R)**2).mean() - c2 * entropy.mean()
    loss.backward(); step()
"""
KEYS = ("ppo_clip", "ppo_epochs", "instruct_epochs")


class PpoInCode(Stage):
    """PPO in a few lines, and the settings of the paper."""

    traces = ("papers",)

    def build(self) -> None:
        self.put(statement("*PPO* in a few lines"), "text")
        code = Code(CODE, size=theme.BODY, symbols={"ratio": "ratio", "A": "advantage", "V": "value"})
        code.enter(self, at=-1.0)
        # The lines that are spoken of are lit.
        for cue, lines in {"write": (1, 2), "grade": (3,), "again": (4,), "gain": (5, 6), "loss": (7, 8)}.items():
            code.light(self, *lines, at=cue)
        code.rest(self, at="rest")
        below = layout.area(code).bottom + theme.WIDE
        table = Settings(self.trace("papers"), KEYS, y=below, size=theme.LABEL)
        table.enter(self, at="settings", each=0.3)
