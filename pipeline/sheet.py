"""A contact sheet: the pictures of a clip at its beats, each with its name and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

COLUMNS = 3
WIDTH = 640
"""Of one picture, about the width of a phone held upright."""
MARGIN = 16
LABEL = 34
HEADING = 56
PAPER, INK, FAINT = (24, 24, 28), (235, 235, 235), (160, 160, 165)


def compose(name: str, pictures: Sequence[tuple[str, float | None, npt.NDArray[np.uint8]]]) -> Image.Image:
    """The sheet of (label, seconds or None, picture [height, width, 3])."""
    height, width = pictures[0][2].shape[:2]
    tall = round(WIDTH * height / width)
    columns = min(COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    size = (MARGIN + columns * (WIDTH + MARGIN), HEADING + rows * (tall + LABEL + MARGIN))
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 14), name, fill=INK, font=_font(28))
    for index, (label, seconds, picture) in enumerate(pictures):
        row, column = divmod(index, columns)
        left, top = MARGIN + column * (WIDTH + MARGIN), HEADING + row * (tall + LABEL + MARGIN)
        small = Image.fromarray(picture).resize((WIDTH, tall), Image.Resampling.LANCZOS)
        sheet.paste(small, (left, top))
        draw.text((left, top + tall + 6), label, fill=INK, font=_font(20))
        if seconds is not None:
            draw.text((left + WIDTH, top + tall + 6), f"{seconds:.2f} s", fill=FAINT, font=_font(20), anchor="ra")
    return sheet


def _font(size: int) -> Any:
    return ImageFont.load_default(size)
