"""What is said while something is built."""

import io
import json

import pytest

from pipeline.workers import progress
from pipeline.workers.progress import Progress, Reported, clock, for_terminal


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.04, "0.0 s"), (4.21, "4.2 s"), (59.97, "1:00 min"), (185, "3:05 min")]
)
def test_times_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert clock(seconds) == words


def test_plain_lines_name_start_and_end_of_each_job(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    out = io.StringIO()
    shown = Progress(out)
    shown.plan({"clip a": 30.0, "clip b": 10.0})
    shown.begin("clip a", "Clip a")
    now[0] += 5
    shown.advance("clip a", 0.3)
    now[0] += 10
    shown.advance("clip a", 0.5)
    now[0] += 15
    shown.finish("clip a", True)
    shown.begin("clip b", "Clip b")
    shown.finish("clip b", False)
    assert out.getvalue().splitlines() == [
        "Clip a ...",
        "Clip a: 50%, about 25.0 s left in all",
        "Clip a: done after 30.0 s",
        "Clip b ...",
        "Clip b: failed after 0.0 s",
    ]


def test_time_left_counts_from_the_latest_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    shown = Progress(io.StringIO())
    shown.plan({"trace": 10.0})
    shown.begin("trace", "Trace")
    now[0] = 100.0
    shown.finish("trace", True)
    shown.plan({"clip": 30.0})
    shown.begin("clip", "Clip")
    now[0] = 110.0
    shown.advance("clip", 0.5)
    assert shown.time_left() == pytest.approx(10.0)


def test_time_left_is_by_weight_and_unknown_at_first() -> None:
    shown = Progress(io.StringIO())
    shown.plan({"a": 3.0, "b": 1.0})
    assert shown.time_left() is None
    shown.begin("a", "A")
    shown.advance("a", 0.5)
    assert shown.share() == pytest.approx(0.375)


def test_a_program_is_told_in_json_and_only_where_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    told = io.StringIO()
    shown = Reported(told)
    shown.plan({"a": 3.0, "b": 1.0})
    shown.begin("a", "Clip a")
    now[0] = 10.0
    shown.advance("a", 0.5)
    now[0] = 10.1
    shown.advance("a", 0.6)  # too soon after the first
    shown.finish("a", True)
    assert [json.loads(line) for line in told.getvalue().splitlines()] == [
        {"share": 0, "left": None, "running": {"Clip a": 0.0}, "said": "Clip a ..."},
        {"share": 0.375, "left": pytest.approx(10 * 0.625 / 0.375), "running": {"Clip a": 0.5}, "said": ""},
        {"share": 0.75, "left": pytest.approx(10.1 / 3), "running": {}, "said": "Clip a: done after 10.1 s"},
    ]
    monkeypatch.setenv(progress.REPORT, "json")
    assert isinstance(for_terminal(), Reported)
    monkeypatch.delenv(progress.REPORT)
    assert not isinstance(for_terminal(), Reported)
