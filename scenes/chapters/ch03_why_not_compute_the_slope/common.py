"""What the clips of this chapter share."""

from __future__ import annotations

from scenes import theme

AMBER = theme.OBJECTIVES["reinforce"].colour
CHANGE = theme.SYMBOLS["logp"]  # of a chance: what grad pi and grad log pi are written in
