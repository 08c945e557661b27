"""Words and formulas: what is set once in a process is still everybody's own."""

from __future__ import annotations

import numpy as np
import pytest
from manim import MathTypst, Typst, VMobject, tempconfig

from scenes import theme
from scenes.engine import lettering
from scenes.engine.lettering import formula, paragraph, text

SOURCE = "frac({{ r : reward }}, {{ V : value }})"


def shapes(mobject: VMobject) -> list[np.ndarray]:
    return [leaf.points.copy() for leaf in mobject.family_members_with_points()]


def alike(one: VMobject, other: VMobject) -> bool:
    widths = ([leaf.get_stroke_width() for leaf in m.family_members_with_points()] for m in (one, other))
    return next(widths) == next(widths) and all(map(np.array_equal, shapes(one), shapes(other)))


def test_a_text_that_is_changed_does_not_change_the_next_of_its_kind() -> None:
    first = text("the same words", 100, 200, 40)
    before = shapes(first)
    first.scale(3.0).set_color("#FF0000")
    second = text("the same words", 100, 200, 40)
    assert all(map(np.array_equal, before, shapes(second)))
    assert second.family_members_with_points()[0].get_fill_color().to_hex() == theme.TEXT
    assert lettering.said(first) is not lettering.said(second)


@pytest.mark.parametrize("look", [{"size": 41}, {"colour": theme.MUTED}, {"x": 90}, {"anchor": "center"}])
def test_another_look_is_another_text(look: dict[str, float | str]) -> None:
    plain, other = text("words", 100, 200), text("words", **{"x": 100, "y": 200, **look})  # type: ignore[arg-type]
    assert plain.get_fill_color() != other.get_fill_color() or not alike(plain, other)


def test_a_copy_is_what_typst_sets_anew() -> None:
    """The bar of a fraction and the labels of its terms, too."""
    lettering._kept.cache_clear()
    anew, copy = formula(SOURCE, 100, 200, 60), formula(SOURCE, 100, 200, 60)
    assert lettering._kept.cache_info().hits == 1
    assert alike(anew, copy)
    bare = MathTypst(
        f"{lettering.STRUT} {SOURCE}",
        font_size=60 / lettering.EM_PER_FONT_SIZE,
        color=theme.TEXT,
        typst_preamble=lettering.PREAMBLE,
        **lettering.FRESH,
    )
    widths = [sorted(leaf.get_stroke_width() for leaf in m.family_members_with_points())[-1] for m in (bare, copy)]
    assert widths[0] == widths[1] > 0
    assert copy.select("value").submobjects[0].get_fill_color().to_hex() == theme.SYMBOLS["value"]
    assert isinstance(copy, MathTypst)
    assert isinstance(paragraph("words", 0, 0, 400), Typst)


def test_the_bar_of_a_fraction_follows_the_canvas() -> None:
    """Manim scales it by the configured width, so that the canvas is part of what is kept."""

    def bar(pixels: int) -> float:
        with tempconfig({"pixel_width": pixels}):
            return max(leaf.get_stroke_width() for leaf in formula(SOURCE).family_members_with_points())

    assert bar(1920) == pytest.approx(2 * bar(960))
