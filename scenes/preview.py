"""Draws a part of the film alone, with sample data, or a clip as it looks at its end, from what was built.

python -m scenes.preview NAME [FILE.png]

`bars` writes build/pictures/bars.png. A clip reads its traces and cues in build/reads/, where every build leaves them.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import cairo
import numpy as np
from manim import config

from scenes.engine.built import Inputs, built
from scenes.engine.painter import Pixels
from scenes.engine.program import stop
from scenes.engine.stage import Stage, Still
from scenes.engine.timeline import SceneError

CHAPTERS = Path(__file__).parent / "chapters"
SIZE = (1280, 720)
DURATION = 2.0


def draw(name: str, width: int, height: int) -> Pixels:
    """The picture [height, width, 3] of a part with its sample data, or of the end of a clip.

    Raises:
        SceneError: nothing has this name, or the clip has not been built.
    """
    from tests.scenes.samples import SAMPLES

    if name in SAMPLES:

        class Preview(Still):
            """The part alone."""

            def build(self) -> None:
                SAMPLES[name](self)

        return Preview.make(Inputs(duration=DURATION), width, height).picture(DURATION)
    scene = clip(name)
    if scene is None:
        raise SceneError(
            f"there is no clip {name}, nor has tests/scenes/samples a function {name}(stage) that draws a part."
        )
    inputs = built(scene)
    return scene.make(inputs, width, height).picture(inputs.duration)


def clip(name: str) -> type[Stage] | None:
    """The clip of that name, in the file of that name."""
    for path in CHAPTERS.glob(f"*/{name}.py"):
        module = importlib.import_module(f"scenes.chapters.{path.parent.name}.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Stage) and value.name() == name:
                return value
    return None


def write(picture: Pixels, path: Path) -> None:
    """Write a picture [height, width, 3] to a PNG."""
    height, width = picture.shape[:2]
    cells = np.dstack([picture[..., ::-1], np.full((height, width), 255, np.uint8)])
    surface = cairo.ImageSurface.create_for_data(np.ascontiguousarray(cells).data, cairo.FORMAT_RGB24, width, height)
    surface.write_to_png(str(path))


def main(arguments: list[str]) -> None:
    """Draw what is named to the path after it, or to build/pictures/."""
    if not 1 <= len(arguments) <= 2:
        stop("python -m scenes.preview NAME [FILE.png] draws a part or a clip.")
    name = arguments[0]
    out = Path(arguments[1] if len(arguments) > 1 else f"build/pictures/{name}.png")
    config.media_dir = "build/media"
    try:
        picture = draw(name, *SIZE)
    except SceneError as error:
        stop(str(error))
    out.parent.mkdir(parents=True, exist_ok=True)
    write(picture, out)
    print(out)


if __name__ == "__main__":
    main(sys.argv[1:])
