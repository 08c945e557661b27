"""What a viewer was told and could not see: each is to be seen at the moment in which it is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks
from scenes.engine.lettering import said
from scenes.engine.stage import Stage

pytestmark = pytest.mark.slow

Make = Callable[..., Stage]
SMALL = (96, 54)


def told(stage: Stage, at: float) -> list[tuple[str, float, theme.Area, bool]]:
    """What can be read at a time: words, em in pixels, place, and whether it is a formula."""
    stage.timeline.seek(at)
    found = []
    for actor in stage.timeline.actors:
        words = said(actor.mobject)
        if words and not words.footnote and actor.opacity > 0.5:
            found.append((words.words, words.em, layout.area(actor.mobject), words.formula))
    return found


@pytest.mark.parametrize("name", ["first_edit", "use_it_again", "scale_the_pushes", "last_edits"])
def test_the_formula_is_the_largest_thing_to_be_read_when_one_term_of_it_is_edited(make: Make, name: str) -> None:
    seen = told(stage := make(name, *SMALL), stage.duration)
    formulas = [entry for entry in seen if entry[3]]
    largest = max(em for _, em, _, _ in formulas)
    assert largest > 1.5 * max(em for _, em, _, formula in seen if not formula)
    assert min(em for _, em, _, _ in seen) >= 26
    parts = [place for _, em, place, _ in formulas if em == largest]
    assert layout.area(*parts).width > 600 or name == "first_edit"  # wider than the map; REINFORCE's is short


def test_the_dial_stands_between_its_ends_while_in_between_is_said(make: Make) -> None:
    stage = make("trust_dial", *SMALL)
    stage.timeline.seek(stage.time("own"))
    knob = next(a.mobject for a in stage.timeline.actors if isinstance(a.mobject, Marks))
    left, right = theme.column(1, 10)
    x = layout.area(knob).middle[0]
    assert left + 0.25 * (right - left) < x < left + 0.75 * (right - left)


def test_the_highest_reward_is_ringed_and_told_apart_from_the_last_one(make: Make) -> None:
    stage = make("loss_of_zero", *SMALL)
    rewards = stage.trace("ppo_clip")["walk_j"]
    words = [words for words, *_ in told(stage, stage.duration)]
    highest, last = f"*{rewards.max():.3f}*", f"*{rewards[-1]:.3f}*"
    assert highest != last
    assert {highest, last} <= set(words)
    assert highest not in [words for words, *_ in told(stage, stage.time("peak"))]


def test_every_dot_of_the_first_cloud_is_inside_its_frame(make: Make) -> None:
    stage = make("five_hundred_batches", *SMALL)
    stage.timeline.seek(stage.time("second") - 0.1)
    dots = max((a.mobject for a in stage.timeline.actors if hasattr(a.mobject, "outline")), key=lambda m: len(m.points))
    assert len(dots.starts) == stage.trace("gradient_clouds")["tips"].shape[1]


@pytest.mark.parametrize(
    ("name", "cue", "words"), [("ten_points_more", "why", "as far"), ("five_hundred_batches", "look", "closer")]
)
def test_a_view_that_moved_says_how_far(make: Make, name: str, cue: str, words: str) -> None:
    stage = make(name, *SMALL)
    assert not [w for w, *_ in told(stage, stage.time("dots" if name == "ten_points_more" else "second")) if words in w]
    (sign,) = [w for w, *_ in told(stage, stage.time(cue) + 0.1) if words in w]
    assert float(sign.partition("*")[2].split()[0]) > 1


def test_blocks_are_as_many_as_the_gradients_that_are_told(make: Make) -> None:
    stage = make("price_of_the_ring", *SMALL)
    stage.timeline.seek(stage.duration)
    slopes = stage.trace("ppo_clip")["way_slopes"]
    blocks = [
        a.mobject for a in stage.timeline.actors if getattr(a.mobject, "fill", "") == theme.OBJECTIVES["ppo"].colour
    ]
    assert len(blocks) == round(float(slopes[2]))
    rings = [
        layout.area(a.mobject)
        for a in stage.timeline.actors
        if getattr(a.mobject, "fill", "") == theme.OBJECTIVES["trpo"].colour
    ]
    share = [area for area in rings if abs(area.top - sorted({round(r.top) for r in rings})[-1]) < 1]
    whole = layout.area(blocks[0]).width
    assert sum(area.width for area in share) / whole == pytest.approx(float(slopes[1]), rel=1e-2)
