"""The camera: Manim's Cairo camera, taught to draw `Ink` and `Picture` and to fade any mobject as it is painted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import cairo
import numpy as np
import numpy.typing as npt
from manim import Camera, Mobject, VMobject

from scenes import theme
from scenes.engine.ink import Ink, Picture

Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels of the picture


OUTLINES = 4096
"""Outlines that a process remembers; the clips of the film have up to some thousand letters each."""


class _Tape:
    """Takes down what Manim tells Cairo of an outline, so that it can be told again."""

    def __init__(self) -> None:
        self.orders: list[tuple[Any, tuple[float, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        order = getattr(cairo.Context, name)
        return lambda *numbers: self.orders.append((order, tuple(map(float, numbers))))


_outlines: dict[tuple[bytes, float], _Tape] = {}


class Painter(Camera):
    """Paints leaves, each with an opacity, onto `pixel_array` (RGBA, uint8).

    A transparent one begins with nothing instead of the background; its colours are then premultiplied with alpha.
    """

    def __init__(self, width: int, height: int, background: str = theme.CANVAS, transparent: bool = False):
        self.fade = 1.0
        self.transparent, self.upright = transparent, height > width
        super().__init__(
            pixel_width=width,
            pixel_height=height,
            frame_height=8.0,
            frame_width=8.0 * width / height,
            background_color="#000000" if transparent else background,
            background_opacity=0.0 if transparent else 1.0,
        )

    def resize_frame_shape(self, fixed_dimension: int = 1) -> None:
        """Keep the frame eight units high at every aspect ratio."""
        self.frame_width = self.frame_height * self.pixel_width / self.pixel_height

    @property
    def pixels(self) -> Pixels:
        """The picture as it is now, [height, width, 4]."""
        return cast(Pixels, self.pixel_array)  # Manim says int64 and means uint8

    @property
    def ground(self) -> Pixels:
        """The background, [height, width, 4]."""
        return cast(Pixels, self.background)

    def clear(self) -> None:
        """Paint the background over everything."""
        np.copyto(self.pixel_array, self.ground)

    def paint(self, leaves: Iterable[tuple[Mobject, float]]) -> None:
        """Paint (mobject, opacity) pairs in order, on top of what is there."""
        ctx = self.get_cairo_context(self.pixel_array)
        for mobject, opacity in leaves:
            if opacity <= 0.0:
                continue
            if isinstance(mobject, Ink):
                paint_ink(ctx, mobject, opacity)
            elif isinstance(mobject, Picture):
                paint_picture(ctx, mobject, opacity)
            elif isinstance(mobject, VMobject):
                self.fade = opacity
                self.display_vectorized(mobject, ctx)

    def set_cairo_context_path(self, ctx: Any, vmobject: VMobject) -> Any:
        """Outline a shape; a letter that stands where it stood before is not worked out again."""
        known = (vmobject.points.tobytes(), vmobject.tolerance_for_point_equality)
        tape = _outlines.pop(known, None)
        if tape is None:
            tape = _Tape()
            super().set_cairo_context_path(cast(Any, tape), vmobject)
            if len(_outlines) >= OUTLINES:
                del _outlines[next(iter(_outlines))]
        _outlines[known] = tape  # the latest last
        for order, numbers in tape.orders:
            order(ctx, *numbers)
        return self

    def set_cairo_context_color(self, ctx: Any, rgbas: Any, vmobject: VMobject) -> Any:
        """Fade the colour that Manim is about to use."""
        if self.fade < 1.0:
            rgbas = np.asarray(rgbas) * np.array([1.0, 1.0, 1.0, self.fade])
        return super().set_cairo_context_color(ctx, rgbas, vmobject)


def paint_ink(ctx: Any, ink: Ink, opacity: float) -> None:
    """Fill, then casing, then stroke."""
    pieces = ink.pieces()
    if not pieces:
        return
    ctx.new_path()
    for piece in pieces:
        flat = piece.tolist()
        ctx.move_to(*flat[0])
        for x, y in flat[1:]:
            ctx.line_to(x, y)
        if ink.closed and ink.reveal >= 1.0:
            ctx.close_path()
    if ink.fill is not None:
        _set_colour(ctx, ink.fill, ink.fill_opacity * opacity)
        ctx.fill_preserve()
    ctx.set_line_join(cairo.LINE_JOIN_ROUND if ink.round_joins else cairo.LINE_JOIN_MITER)
    if ink.casing > 0.0:
        ctx.set_line_cap(cairo.LINE_CAP_ROUND)
        ctx.set_dash([])
        _set_colour(ctx, theme.CASING, ink.casing_opacity * opacity)
        ctx.set_line_width(theme.length(ink.pen + 2 * ink.casing))
        ctx.stroke_preserve()
    if ink.stroke is not None:
        ctx.set_line_cap(cairo.LINE_CAP_ROUND if ink.round_joins else cairo.LINE_CAP_BUTT)
        ctx.set_dash([theme.length(d) for d in ink.dash])
        _set_colour(ctx, ink.stroke, ink.stroke_opacity * opacity)
        ctx.set_line_width(theme.length(ink.pen))
        ctx.stroke_preserve()
    ctx.new_path()
    ctx.set_dash([])


def paint_picture(ctx: Any, picture: Picture, opacity: float) -> None:
    """Stretch the image over the picture's rectangle, with bilinear filtering and hard edges."""
    height, width = picture.rgba.shape[:2]
    surface = cairo.ImageSurface.create_for_data(picture.rgba.data, cairo.FORMAT_ARGB32, width, height)
    pattern = cairo.SurfacePattern(surface)
    pattern.set_filter(cairo.FILTER_BILINEAR)
    pattern.set_extend(cairo.EXTEND_PAD)
    (x0, y0, _), (x1, _, _), _, (_, y3, _) = picture.points
    ctx.save()
    ctx.new_path()  # Manim leaves the outline of its last mobject behind
    ctx.rectangle(x0, y3, x1 - x0, y0 - y3)
    ctx.clip()
    ctx.translate(x0, y0)
    ctx.scale((x1 - x0) / width, -(y0 - y3) / height)
    ctx.set_source(pattern)
    ctx.paint_with_alpha(opacity)
    ctx.restore()


def _set_colour(ctx: Any, colour: str, opacity: float) -> None:
    red, green, blue = theme.rgb(colour)
    ctx.set_source_rgba(blue, green, red, opacity)  # the pixel array is RGBA where Cairo thinks BGRA
