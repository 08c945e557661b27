"""The schedule: what is drawn depends on the time alone, and a schedule that contradicts itself is refused."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.engine.ink import Ink, Marks, box
from scenes.engine.stage import Inputs, SceneError, Stage
from scenes.engine.timeline import Timeline


def moving() -> tuple[Timeline, Ink]:
    timeline, square = Timeline(), box(100, 100, 50, 50, fill=theme.TEXT)
    timeline.put(square, "mark", shown=False)
    timeline.fade(square, 1.0, start=1.0, over=2.0)
    timeline.move(square, lambda m: m.shift(np.array([4.0, 0.0, 0.0])), start=2.0, over=2.0, ease=theme.linear)
    timeline.close()
    return timeline, square


def test_a_move_is_half_way_at_half_time_and_rests_before_and_after() -> None:
    timeline, square = moving()
    left = square.points[0, 0]
    for time, shift in ((0.0, 0.0), (2.0, 0.0), (3.0, 2.0), (4.0, 4.0), (9.0, 4.0), (2.5, 1.0)):
        timeline.seek(time)
        assert square.points[0, 0] == pytest.approx(left + shift)


def test_fading_eases_from_nothing_to_all() -> None:
    timeline, square = moving()
    seen = []
    for time in (0.5, 1.0, 2.0, 3.0, 5.0):
        timeline.seek(time)
        seen.append(timeline.actor(square).opacity)
    assert seen == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])


def test_steps_of_any_size_lead_to_the_same_state() -> None:
    timeline, square = moving()
    timeline.seek(0.0)
    for time in np.linspace(0, 3.3, 34)[1:]:
        timeline.step(float(time))
    fine = square.points.copy()
    timeline.seek(0.0)
    timeline.step(3.3)
    assert np.array_equal(square.points, fine)


def test_a_step_names_what_it_touched() -> None:
    timeline, square = moving()
    timeline.seek(0.0)
    assert timeline.step(0.9) == set()
    assert timeline.step(1.1) == {id(timeline.actor(square))}
    assert timeline.step(4.5) == {id(timeline.actor(square))}
    assert timeline.step(4.6) == set()


def test_a_change_ends_where_the_next_one_of_its_kind_begins() -> None:
    timeline, square = Timeline(), box(0, 0, 10, 10, fill=theme.TEXT)
    timeline.put(square, "mark", shown=False)
    timeline.fade(square, 1.0, start=0.0, over=4.0)
    timeline.fade(square, 0.0, start=2.0, over=2.0)
    timeline.close()
    timeline.seek(2.0)
    assert timeline.actor(square).opacity == pytest.approx(1.0)
    timeline.seek(4.0)
    assert timeline.actor(square).opacity == pytest.approx(0.0)


def test_a_schedule_out_of_order_is_refused() -> None:
    timeline, square = Timeline(), box(0, 0, 10, 10, fill=theme.TEXT)
    timeline.put(square, "mark", shown=True)
    timeline.fade(square, 0.0, start=3.0, over=1.0)
    timeline.fade(square, 1.0, start=1.0, over=1.0)
    with pytest.raises(SceneError, match="in the order of time"):
        timeline.close()


class Appears(Stage):
    """A marker that has no place before half time."""

    def build(self) -> None:
        marks = self.put(Marks(np.zeros((0, 2)), "square", 40, fill=theme.TEXT))
        self.write(marks, lambda share: marks.place(np.zeros((1 if share >= 0.5 else 0, 2))), at=0.0, over=2.0)


def test_ink_that_begins_without_points_is_drawn_once_it_has_some() -> None:
    stage = Appears.make(Inputs(duration=2.0), 214, 120)
    assert stage.picture(0.5).max() < 100 < stage.picture(1.5).max()
    assert [int(picture.max()) > 250 for picture, _ in stage.frames(2)] == [True] * 4  # alpha is always full
    assert [int(picture[..., :3].max()) > 100 for picture, _ in stage.frames(2)] == [False, False, True, True]


class Waits(Stage):
    """A clip that waits for a cue."""

    def build(self) -> None:
        self.show(self.put(box(200, 200, 90, 90, fill=theme.TEXT), shown=False), at="there")


def test_a_missing_cue_is_named_with_those_that_exist() -> None:
    with pytest.raises(SceneError, match="'there'; its narration has here"):
        Waits.make(Inputs(cues={"here": 0.0}, duration=2.0), 214, 120)


class Reads(Stage):
    """A clip that reads a trace it was not given."""

    traces = ("six_objectives",)


def test_a_missing_trace_is_named() -> None:
    with pytest.raises(SceneError, match="reads needs the trace 'six_objectives'"):
        Reads.make(Inputs(), 214, 120)


def test_pictures_wait_for_the_cue() -> None:
    stage = Waits.make(Inputs(cues={"there": 1.0}, duration=2.0), 214, 120)
    assert stage.picture(0.9).max() == stage.picture(0.0).max() < stage.picture(1.9).max()
