"""Words and formulas, set by Typst with the fonts inside its wheel and never a system font.

Positions are canvas pixels; `y` is the baseline, so that words in a row stand on one line.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import manim
import manim.mobject.text.typst_mobject as typst_mobject
import numpy as np
import typst
from manim import DL, UR, MathTypst, Mobject, Typst, VMobject, config
from manim.utils.typst_file_writing import TYPST_COMPILATION_FONT_SIZE, TYPST_TEMPLATE, _typst_hash

from scenes import theme

EM_PER_FONT_SIZE = 67.5 / 48  # pixels of the em at Manim's font size 1: Manim's 48 is half a unit
STRUT = "#box(rect(width: 0.1pt, height: 0.1pt, stroke: none, fill: black))"  # its foot is the baseline; not kept
FRESH: dict[str, Any] = {"use_svg_cache": False}  # Manim's cached copies lose the stroke widths of fraction bars
V = TypeVar("V", bound=VMobject)
PREAMBLE = """#set text(font: "Libertinus Serif", fallback: false)
#let word(body) = text(font: "Libertinus Serif", style: "normal")[#body]
"""


def _typst_to_svg_file(
    typst_code: str,
    preamble: str = "",
    text_size: float = TYPST_COMPILATION_FONT_SIZE,
    font_paths: list[str | Path] | None = None,
) -> Path:
    """Manim's compiler call, but blind to the fonts of the machine: equal text gives equal shapes everywhere."""
    source = TYPST_TEMPLATE.format(text_size=text_size, preamble=preamble, body=typst_code)
    folder = Path(config.get_dir("tex_dir"))
    folder.mkdir(parents=True, exist_ok=True)
    svg = folder / f"{_typst_hash(source)}.svg"
    if not svg.exists():
        fonts = font_paths or []
        written = typst.compile(  # type: ignore[call-overload]  # it takes paths beside bytes
            source.encode(), format="svg", font_paths=fonts, ignore_system_fonts=True
        )
        assert isinstance(written, bytes)
        svg.write_bytes(written)
    return svg


typst_mobject.typst_to_svg_file = _typst_to_svg_file  # type: ignore[attr-defined]  # not in its __all__


def _set(kind: type[V], source: str, size: float, colour: str, preamble: str, **options: Any) -> V:
    """What Typst makes of a text: set once in a process, and from then on a copy that is the caller's own."""
    look = {"font_size": size / EM_PER_FONT_SIZE, "color": colour, "typst_preamble": preamble, **options}
    canvas = (config.pixel_width, config.frame_width)
    made: V = pickle.loads(_kept(kind.__name__, source, tuple(sorted(look.items())), canvas))
    return made


@lru_cache(maxsize=128)
def _kept(kind: str, source: str, look: tuple[tuple[str, Any], ...], canvas: tuple[float, float]) -> bytes:
    """The canvas is part of the key, for Manim scales the bars of fractions by it."""
    made = getattr(manim, kind)(source, **FRESH, **dict(look))
    for leaf in made.family_members_with_points():
        leaf.path_obj = None  # the outline as SVG tells it, of no use once it is points: nine tenths of the copying
    return pickle.dumps(made, pickle.HIGHEST_PROTOCOL)


def text(
    markup: str,
    x: float = theme.LEFT,
    y: float = theme.TOP,
    size: float = theme.LABEL,
    colour: str = theme.TEXT,
    anchor: str = "left",
    **options: Any,
) -> Typst:
    """Words in Typst markup (`*bold*`, `_italic_`), anchored left, center or right at x, baseline at y.

    Anchored at the pen, x is where the first sign's advance begins and not its ink.
    """
    word = _set(Typst, STRUT + markup, size, colour, PREAMBLE, **options)
    return name(_anchor(word, x, y, anchor), markup, size)


def paragraph(
    markup: str,
    x: float,
    y: float,
    width: float,
    size: float = theme.LABEL,
    colour: str = theme.TEXT,
    leading: float = 0.55,
) -> Typst:
    """Words broken into lines of at most `width` pixels; `y` is the baseline of the first line."""
    body = f"#block(width: {width / size:.4f}em)[#set par(leading: {leading}em)\n{STRUT}{markup}]"
    word = _set(Typst, body, size, colour, PREAMBLE)
    return name(_anchor(word, x, y, "left"), markup, size)


def formula(
    source: str,
    x: float = theme.LEFT,
    y: float = theme.TOP,
    size: float = theme.FORMULA,
    colour: str = theme.TEXT,
    anchor: str = "left",
    leading: float | None = None,
) -> MathTypst:
    r"""A formula; `{{ body : label }}` names a term, which takes the colour of that symbol in the theme.

    Lines are parted by `\`, `&` stands where they align; `leading` is the room between them in ems, `y` the first
    one's baseline.
    """
    preamble = PREAMBLE if leading is None else f"{PREAMBLE}#set par(leading: {leading:g}em)\n"
    maths = _set(MathTypst, f"{STRUT} {source}", size, colour, preamble)
    for label in maths._label_aliases:
        base = label.split("-")[0]
        if base in theme.SYMBOLS:
            maths.select(label).set_color(theme.SYMBOLS[base])
    return name(_anchor(maths, x, y, anchor), source, size, formula=True)


@dataclass
class Said:
    """What a mobject says, for those who lay it out and those who check it."""

    words: str
    em: float
    """In pixels, when it had that `height`."""
    height: float
    owner: int
    """Mobjects of one owner are one thing: they may touch, and one may be lit while the others are quiet."""
    depth: float = 0.0
    """How far it hangs below its baseline, in Manim's units, at that height."""
    formula: bool = False
    footnote: bool = False


def said(mobject: object) -> Said | None:
    """What a mobject says; None for a drawing."""
    found = vars(mobject).get("said") if isinstance(mobject, Mobject) else None
    return found if isinstance(found, Said) else None


def name(mobject: V, words: str, size: float, owner: object = None, formula: bool = False) -> V:
    """Remember what a mobject says and how large its em is, in pixels; large formulas are told from words."""
    before = said(mobject)
    depth = before.depth if before else 0.0
    of = id(mobject if owner is None else owner)
    vars(mobject)["said"] = Said(words, size, mobject.height, of, depth, formula and size >= theme.FORMULA)
    return mobject


def _anchor(mobject: V, x: float, y: float, anchor: str) -> V:
    strut = mobject.submobjects[0]
    baseline = float(strut.get_bottom()[1])
    mobject.remove(strut)
    left, right = float(mobject.get_left()[0]), float(mobject.get_right()[0])
    pen = float(strut.get_left()[0])
    from_x = {"left": left, "center": (left + right) / 2, "right": right, "pen": pen}[anchor]
    to = theme.point(x, y)
    depth = baseline - float(mobject.get_bottom()[1])
    mobject.shift(np.array([to[0] - from_x, to[1] - baseline, 0.0]))
    vars(mobject)["said"] = Said("", 0.0, mobject.height, id(mobject), depth)
    return mobject


def footnote(mobject: V) -> V:
    """Mark words as a source line, which need not be read and may define nothing."""
    told = said(mobject)
    assert told is not None, "only words are a footnote"
    told.footnote = True
    return mobject


def counter(mobject: V) -> V:
    """Mark words that change all the time: they are watched, and need not be read."""
    vars(mobject)["running"] = True
    return mobject


def shapes(mobject: VMobject) -> list[VMobject]:
    """The outlines that a mobject is made of, in the order of writing."""
    return [m for m in mobject.family_members_with_points() if isinstance(m, VMobject)]


def halo(mobject: V, width: float = 7.0) -> V:
    """Give words a dark edge, `width` pixels wide, to be read on a pale map."""
    strokes = 100.0 * theme.length(width)  # Manim's stroke unit is a hundredth of its unit
    mobject.set_stroke(theme.CANVAS, width=strokes, opacity=0.85, background=True)
    return mobject


def haloed(mobject: Mobject) -> bool:
    """Whether words have a dark edge."""
    leaf = next((m for m in mobject.family_members_with_points() if isinstance(m, VMobject)), None)
    return leaf is not None and bool(leaf.get_stroke_width(background=True) > 0)


def bounds(mobject: Mobject) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a mobject in canvas pixels."""
    low, high = mobject.get_corner(DL), mobject.get_corner(UR)
    return (
        low[0] * theme.PIXELS_PER_UNIT + theme.WIDTH / 2,
        theme.HEIGHT / 2 - high[1] * theme.PIXELS_PER_UNIT,
        high[0] * theme.PIXELS_PER_UNIT + theme.WIDTH / 2,
        theme.HEIGHT / 2 - low[1] * theme.PIXELS_PER_UNIT,
    )


def number(value: float, signed: bool = False, digits: int = 2) -> str:
    """A number in `digits` decimals; what rounds to nothing has no sign."""
    word = f"{abs(float(value)):.{digits}f}"
    if float(word) == 0.0 or (value > 0 and not signed):
        return word
    return ("+" if value > 0 else "−") + word


def percent(value: float, digits: int = 0) -> str:
    """A share as it is written."""
    return f"{100 * float(value):.{digits}f} \\%"


def as_one(words: Sequence[Typst]) -> None:
    """Let several words be one label of the picture."""
    for word in words:
        told = said(word)
        assert told is not None
        told.owner = id(words[0])


def counted(number: int, word: str) -> str:
    """A number and what is counted: "1 step", "60 steps"."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def plain(words: str) -> str:
    """Escape Typst's markup in words that come from data."""
    return "".join("\\" + c if c in "\\#$*_`<>@=-+/~[]\"'" else c for c in words)
