"""The critic is as large as the policy: what PPO keeps in memory, and what is left without a critic."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch10_do_we_need_the_critic.memory_bars import MemoryBars
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from traces.store import Trace

FIRST, LEARN, SECOND, BESIDE = layout.rows(theme.PICTURE, (6, 3, 6, 3), gap=0)
BARS = [layout.trimmed(row, top=theme.WIDE) for row in (FIRST, SECOND)]
LEFT_OUT = "*Not in these bars:* activations, the KV cache, the engine that writes the answers"


class SecondNetwork(Stage):
    """The critic is as large as the policy: what PPO keeps in memory, and what is left without a critic."""

    traces = ("grpo_group",)
    hyperparameters = ("grpo_group.trained_bytes", "grpo_group.frozen_bytes")

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.bring(statement("Do we need *the critic?*"))
        # Policy and critic alone; then all models that PPO keeps.
        bars = MemoryBars(trace, BARS)
        ppo, grpo = (theme.OBJECTIVES[name].colour for name in ("ppo", "grpo"))
        bars.put_first(
            self,
            "PPO with human feedback, if all models are equally large",
            ppo,
            (None, None, "four", "four"),
            told="four",
        )
        self.needs(bars, trace)
        # Without the critic.
        bars.put_case(self, 1, "without a critic", grpo, at="home")
        y = BESIDE.middle[1] + theme.BODY / 3
        self.bring(text(LEFT_OUT, theme.LEFT, y, theme.BODY), at="honest")
        learn, ask = (float(self.hyper(f"grpo_group.{key}_bytes")) for key in ("trained", "frozen"))
        note = f"Bytes a parameter: {learn:g} to learn (ZeRO, 1910.02054), {ask:g} to be asked."
        self.bring(source(note))

    def needs(self, bars: MemoryBars, trace: Trace) -> None:
        # Under the bar: what the large blocks hold, and what the small ones do.
        y = LEARN.top + theme.GAP
        learners = [m for m, size in enumerate(trace["bytes"][0]) if size > trace["bytes"][0].mean()]
        for m in learners:
            x = bars.places[0].left + float(bars.widths[:m].sum() + bars.widths[m] / 2)
            self.bring(text("weights, gradients, Adam", x, y, theme.LABEL, theme.MUTED, "center"), at="learn")
        asked = text("weights only", bars.places[0].right, y, theme.LABEL, theme.MUTED, "right")
        self.bring(asked, at="learn")
