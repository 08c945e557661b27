"""What the clips of this chapter share."""

from __future__ import annotations

from scenes import theme

VALUE, REWARD, ADVANTAGE = (theme.SYMBOLS[name] for name in ("value", "reward", "advantage"))
WORDS_X, SCORE_X = (300.0, 720.0, 1140.0), 1570.0  # centres of the sentence's tokens, and of its score
SIDE_X, NOTE_X = 1300.0, 1320.0  # of the column beside a picture
