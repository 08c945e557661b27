"""What the clips of this chapter share."""

from __future__ import annotations

from scenes import theme

AMBER = theme.OBJECTIVES["reinforce"].colour
