"""A clip drawn on nothing, laid over any background, is the clip drawn on that background."""

import numpy as np
import pytest

from scenes import theme
from scenes.engine.ink import Marks, Picture, box, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Inputs, Stage

SIZE = (320, 180)


class Busy(Stage):
    """Lines, areas, an image, words, something that fades and something that moves over all of it."""

    def build(self) -> None:
        ramp = np.linspace(0, 1, 16)
        rgb = np.stack([np.tile(ramp, (16, 1)), np.tile(ramp[:, None], (1, 16)), np.full((16, 16), 0.5)], axis=2)
        self.put(Picture(200, 200, 500, 500, rgb, alpha=np.tile(ramp, (16, 1))), "ground")
        self.put(rule(100, 900, 1800, 100, stroke=theme.TEXT, pen=12, casing=4), "grid")
        veil = self.put(box(600, 300, 700, 500, fill="#56B4E9", fill_opacity=0.4), "line", shown=False)
        self.show(veil, at=0.2, over=0.4)
        self.put(text("Half here", 900, 500, theme.TITLE), "text")
        dots = self.put(Marks(np.zeros((1, 2)), radius=60, fill="#E69F00"), "mover")

        def walk(share: float) -> None:
            dots.place(np.array([[-4 + 8 * share, 0.3]]))

        self.write(dots, walk, at=0.1, over=0.8)


def make(transparent: bool) -> Stage:
    return Busy.make(Inputs(duration=1.0), *SIZE, transparent=transparent)


@pytest.mark.parametrize("time", [0.0, 0.35, 1.0])
def test_laid_over_the_canvas_it_is_the_clip_with_its_background(time: float) -> None:
    veil = make(transparent=True).picture(time).astype(float)
    alpha = veil[..., 3:] / 255
    assert alpha.min() == 0.0
    assert alpha.max() == 1.0
    assert (veil[..., :3] <= veil[..., 3:]).all(), "colours are multiplied with alpha"
    laid = veil[..., :3] + (1 - alpha) * 255 * theme.rgb(theme.CANVAS)
    assert np.abs(laid - make(transparent=False).picture(time)).max() <= 3.0


def test_what_is_repainted_is_what_painting_all_would_give() -> None:
    stage, whole = make(transparent=True), make(transparent=True)
    for frame, (picture, _) in enumerate(stage.frames(15)):
        assert (picture == whole.picture(frame / 15)).all(), frame
