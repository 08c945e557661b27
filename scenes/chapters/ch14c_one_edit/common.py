"""What the clips of this chapter share."""

from __future__ import annotations

TITLE = "One edit at a time. *The mountain never moves.*"
