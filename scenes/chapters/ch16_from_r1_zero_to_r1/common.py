"""How this chapter draws shares: right answers, and marks in the prompt's dialect."""

from __future__ import annotations

from scenes import theme

RIGHT, READABLE = theme.TEXT, theme.UP
SHARES = {0.0: "0", 0.5: "50 %", 1.0: "100 %"}
UP = (0.0, 1.04)  # a little above a share of 1, so that a curve there is whole
STAGES = {  # cue: what is done, how it is called
    "imitate": ("imitate", "supervised fine-tuning"),
    "practise": ("practise", "GRPO"),
    "again": ("imitate the best", "supervised fine-tuning"),
    "last": ("practise again", "GRPO"),
}
