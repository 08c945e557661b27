"""A picture with what is wrong in it outlined: one colour a fault, the same for the two things that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of a canvas CANVAS pixels high."""

CANVAS = 1080
COLOURS = ("#FF2D78", "#00E5FF", "#FFE600", "#7CFF4F", "#C08BFF")
PEN, AIR = 3, 4


def outline(picture: npt.NDArray[np.uint8], faults: Sequence[Sequence[Box]]) -> Image.Image:
    """The picture [height, width, 3] with the boxes of each fault drawn around, `AIR` pixels outside."""
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    scale = image.height / CANVAS
    for index, boxes in enumerate(faults):
        for left, top, right, bottom in boxes:
            x0, y0 = max(0.0, left * scale - AIR), max(0.0, top * scale - AIR)
            x1, y1 = min(image.width - 1.0, right * scale + AIR), min(image.height - 1.0, bottom * scale + AIR)
            if x1 >= x0 and y1 >= y0:
                draw.rectangle((x0, y0, x1, y1), outline=COLOURS[index % len(COLOURS)], width=PEN)
    return image
