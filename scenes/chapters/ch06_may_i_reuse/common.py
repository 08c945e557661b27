"""What the clips of this chapter share."""

from __future__ import annotations

RATIO = 1  # the second of the trace's three losses: rho A
