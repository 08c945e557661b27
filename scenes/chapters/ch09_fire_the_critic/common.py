"""What the clips of this chapter share."""

from __future__ import annotations

from scenes import theme

GRPO, PPO = theme.OBJECTIVES["grpo"], theme.OBJECTIVES["ppo"]
