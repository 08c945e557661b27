"""What the clips of this chapter share."""

from __future__ import annotations

from scenes import theme

LEFT, TOP, SIDE = theme.LEFT, 148.0, 768.0  # the picture on the left of every clip
