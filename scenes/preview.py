"""Draws a part of the film alone, with sample data: `python -m scenes.preview bars` writes build/pictures/bars.png.

python -m scenes.preview NAME [FILE.png]
"""

from __future__ import annotations

import sys
from pathlib import Path

import cairo
import numpy as np
from manim import config

from scenes.engine.stage import Inputs, Pixels, Still

SIZE = (1280, 720)
DURATION = 2.0


def draw(name: str, width: int, height: int) -> Pixels:
    """The picture [height, width, 3] of a part with its sample data."""
    from tests.scenes.samples import SAMPLES

    if name not in SAMPLES:
        raise SystemExit(f"tests/scenes/samples has no function {name}(stage); write one that puts the part on stage.")
    preview = type("Preview", (Still,), {"__doc__": f"The part {name}.", "build": lambda stage: SAMPLES[name](stage)})
    return preview.make(Inputs(duration=DURATION), width, height).picture(DURATION)


def write(picture: Pixels, path: Path) -> None:
    """Write a picture [height, width, 3] to a PNG."""
    height, width = picture.shape[:2]
    cells = np.dstack([picture[..., ::-1], np.full((height, width), 255, np.uint8)])
    cairo.ImageSurface.create_for_data(np.ascontiguousarray(cells), cairo.FORMAT_RGB24, width, height).write_to_png(
        path
    )


def main(arguments: list[str]) -> None:
    """Draw the named part to the path after it, or to build/pictures/."""
    if not 1 <= len(arguments) <= 2:
        raise SystemExit(__doc__)
    name = arguments[0]
    out = Path(arguments[1] if len(arguments) > 1 else f"build/pictures/{name}.png")
    config.media_dir = "build/media"
    out.parent.mkdir(parents=True, exist_ok=True)
    write(draw(name, *SIZE), out)
    print(out)


if __name__ == "__main__":
    main(sys.argv[1:])
