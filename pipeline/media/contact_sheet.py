"""A contact sheet: pictures of a clip at its beats or every few seconds, each with its name or words and its time."""

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
LINE = 26
ROOM = 90
HEADING = 56
LINGERS = 0.3
"""Seconds for which a line stays under the pictures after it was said."""
PAPER, INK, FAINT = (24, 24, 28), (235, 235, 235), (160, 160, 165)


def compose(name: str, pictures: Sequence[tuple[str, float | None, npt.NDArray[np.uint8]]]) -> Image.Image:
    """The sheet of (label, seconds or None, picture [height, width, 3])."""
    height, width = pictures[0][2].shape[:2]
    labels = [_wrapped(label) for label, _, _ in pictures]
    below = LABEL + LINE * max(text.count("\n") for text in labels)
    tall = round(WIDTH * height / width)
    columns = min(COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    size = (MARGIN + columns * (WIDTH + MARGIN), HEADING + rows * (tall + below + MARGIN))
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 14), name, fill=INK, font=_font(28))
    for index, (label, (_, seconds, picture)) in enumerate(zip(labels, pictures, strict=True)):
        row, column = divmod(index, columns)
        left, top = MARGIN + column * (WIDTH + MARGIN), HEADING + row * (tall + below + MARGIN)
        small = Image.fromarray(picture).resize((WIDTH, tall), Image.Resampling.LANCZOS)
        sheet.paste(small, (left, top))
        draw.text((left, top + tall + 6), label, fill=INK, font=_font(20))
        if seconds is not None:
            draw.text((left + WIDTH, top + tall + 6), f"{seconds:.2f} s", fill=FAINT, font=_font(20), anchor="ra")
    return sheet


def spoken(lines: Sequence[tuple[float, float, str]], moment: float) -> str:
    """The line that is said at a moment, or that has just been said."""
    return next((text for start, end, text in lines if start <= moment <= end + LINGERS and text), "(silence)")


def _wrapped(text: str) -> str:
    """The text in lines that leave room for the time beside the first."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _font(20).getlength(longer) > WIDTH - ROOM:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _font(size: int) -> Any:
    return ImageFont.load_default(size)
