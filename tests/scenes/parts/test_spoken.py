"""What is spoken of is bright, what is not is quiet, and at rest everything is bright again."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.engine import layout, lint
from scenes.engine.spotlight import QUIET
from scenes.engine.stage import Inputs, Stage
from scenes.engine.timeline import SceneError
from scenes.parts.code import ADVANCE, Code
from scenes.parts.recap import Recap
from scenes.parts.spoken import Spoken

LINES = ("J = {{ 1/N sum_i : mean }} ( {{ r_i : reward }} - {{ V : value }} )", "+ {{ beta : kl }}")
CUES = {"first": 1.0, "second": 3.0, "third": 5.0, "rest": 7.0}


def stage() -> Stage:
    return Stage(Inputs(cues=CUES, duration=10.0), 480, 270)


def levels(on: Stage, part: Spoken, time: float) -> dict[str, float]:
    on.timeline.seek(time)
    return {name: round(on.timeline.actor(term).opacity, 3) for name, term in part.terms.items()}


def test_terms_come_at_their_cues_and_are_lit_until_the_next_comes() -> None:
    on, part = stage(), Spoken(*LINES)
    part.enter(on, at={"mean": "first", "value": "second", "kl": "third"}, over=0.5)
    part.rest(on, at="rest")
    on.timeline.close()
    assert set(levels(on, part, 0.5).values()) == {0.0}
    early = levels(on, part, 2.9)
    assert early["mean"] == early["unnamed-mean"] == 1.0
    assert early["value"] == early["reward"] == early["kl"] == 0.0
    later = levels(on, part, 4.9)
    assert (later["mean"], later["value"]) == (QUIET, 1.0)
    assert later["reward"] == QUIET  # it has no cue: it comes with the next that has one, and is not lit
    assert later["unnamed-mean"] == QUIET
    assert set(levels(on, part, 9.0).values()) == {1.0}


def test_a_term_is_lit_and_what_has_not_come_stays_away() -> None:
    on, part = stage(), Spoken(*LINES)
    part.enter(on, at="first", each=0.1)
    part.light(on, "reward", "kl", at="second")
    on.timeline.close()
    lit = levels(on, part, 4.0)
    assert (lit["reward"], lit["kl"], lit["value"], lit["unnamed-kl"]) == (1.0, 1.0, QUIET, QUIET)
    on, part = stage(), Spoken(*LINES)
    part.enter(on, at={"mean": "first", "kl": "third"})
    part.light(on, "mean", at="rest")
    on.timeline.close()
    assert levels(on, part, 9.0)["mean"] == 1.0


def test_every_sign_of_a_formula_belongs_to_one_term() -> None:
    part = Spoken(*LINES)
    signs = [id(sign) for term in part.terms.values() for sign in term.submobjects]
    assert sorted(signs) == sorted(id(sign) for sign in part.maths.family_members_with_points())
    assert set(part.spotlight.glue) == {"mean", "reward", "value", "kl"}  # `J =`, `(`, `-`, `) +`


def test_lines_of_a_formula_stand_below_one_another() -> None:
    part = Spoken("a &= {{ b : reward }}", "&+ {{ c : kl }}", y=400, size=60)
    reward, kl = (layout.area(part.terms[name]) for name in ("reward", "kl"))
    assert kl.top > reward.bottom
    assert layout.area(part.terms["unnamed-kl"]).left >= layout.area(part.terms["unnamed-reward"]).left


def test_a_label_that_is_not_there_is_refused() -> None:
    on, part = stage(), Spoken(*LINES)
    part.enter(on, at="first")
    with pytest.raises(SceneError, match="there is no 'rewards' to be lit; there is mean, reward, value, kl"):
        part.light(on, "rewards", at="second")
    with pytest.raises(SceneError, match="lit before it has entered"):
        Spoken(*LINES).light(on, "kl", at="second")
    with pytest.raises(ValueError, match="no term of"):
        Spoken("a = b")
    with pytest.raises(ValueError, match="terms do not nest"):
        Spoken("{{ a + {{ b : kl }} : reward }}")


def test_quiet_terms_are_no_fault_but_a_quiet_formula_is() -> None:
    on, part = stage(), Spoken(*LINES)
    part.enter(on, at=0.0, over=0.1)
    part.light(on, "reward", at="first")
    on.timeline.close()
    assert [fault.kind for fault in lint.at_rest(on, 4.0)] == []
    on, part = stage(), Spoken(*LINES)
    for term in part.parts:
        on.bring(term)
        on.dim(term, to=QUIET, at=0.0)
    on.timeline.close()
    assert {fault.kind for fault in lint.at_rest(on, 4.0)} == {"faint"}


CODE = """
for prompt in prompts:
    loss = "a\\b"   # odd

    ratio = new / old
"""


def test_every_sign_of_code_stands_in_its_column() -> None:
    part = Code(CODE, x=200, y=300, size=40, pitch=1.5)
    assert len(part.parts) == 3
    assert [layout.baseline(line) for line in part.parts] == pytest.approx([300, 360, 480], abs=0.5)
    signs = [line.family_members_with_points() for line in part.parts]
    column = 40 * ADVANCE
    middle = lambda sign: layout.area(sign).middle[0]  # noqa: E731
    assert middle(signs[0][0]) == pytest.approx(200 + column / 2, abs=0.25 * column)
    odd, even = signs[0][0], signs[2][0]  # f and r, four columns in
    assert middle(even) - middle(odd) == pytest.approx(4 * column, abs=0.25 * column)
    dashes = Code("--------", x=0, y=300, size=40).parts[0].family_members_with_points()
    assert np.diff([middle(sign) for sign in dashes]) == pytest.approx([column] * 7, abs=0.05)


def test_names_of_symbols_and_remarks_have_their_colours() -> None:
    part = Code(CODE, symbols={"ratio": "ratio"})
    first = part.parts[2].family_members_with_points()
    assert {s.get_fill_color().to_hex() for s in first[:5]} == {theme.SYMBOLS["ratio"]}
    assert first[5].get_fill_color().to_hex() == theme.TEXT
    assert part.parts[1].family_members_with_points()[-1].get_fill_color().to_hex() == theme.MUTED


def test_a_line_of_code_is_lit() -> None:
    on, part = stage(), Code(CODE)
    part.enter(on, at="first", each=0.2)
    part.light(on, 3, at="second")
    part.rest(on, at="rest")
    on.timeline.close()
    seen = []
    for time in (0.5, 2.9, 4.5, 9.0):
        on.timeline.seek(time)
        seen.append([round(on.timeline.actor(line).opacity, 3) for line in part.parts])
    assert seen == [[0, 0, 0], [1, 1, 1], [QUIET, QUIET, 1], [1, 1, 1]]


def test_more_than_ten_lines_are_too_many() -> None:
    with pytest.raises(ValueError, match="at most 10 lines, not 11"):
        Code("\n".join("x = 1" for _ in range(11)))


def test_a_long_equation_closes_a_chapter_inside_the_safe_area() -> None:
    wide = " + ".join('{{ beta thin upright("KL") : kl }}' for _ in range(12))
    part = Recap("Why?", "Because it is so, and it has been so for long. " * 3, f"J = {wide}", "It is slow.")
    box = layout.area(part)
    assert box.left >= theme.LEFT - 1
    assert box.right <= theme.RIGHT + 1
    assert box.bottom <= theme.BOTTOM
    assert layout.area(part.answer).bottom < layout.area(part.equation).top
    assert layout.area(part.equation).bottom < layout.area(part.still).top
