import pytest

pytest.importorskip("nicegui", reason="the page is made with NiceGUI, of the extra [page]")

from companion.run.page import signed, steps
from companion.run.table import HIGH, rows_html, window
from pipeline.errors import UserError


def test_only_the_rows_in_sight_and_some_beside_them_are_sent() -> None:
    first, last = window(100_000 * HIGH, 200_000)
    assert first < 100_000 < last
    assert last - first < 100


@pytest.mark.parametrize("top", [0, -5, 3 * HIGH, 1e9])
def test_a_window_stays_within_the_rows(top: float) -> None:
    first, last = window(top, 20)
    assert 0 <= first <= last <= 20


def test_a_cell_is_shown_and_not_run() -> None:
    assert "<script>" not in rows_html(["a"], lambda k: ["<script>"], 0, 1, 1)


def test_a_push_is_printed_with_four_digits() -> None:
    assert [signed(value) for value in (0.0, 0.123456, -2.0)] == ["0", "+0.1235", "−2"]


def test_steps_may_be_open_on_either_side() -> None:
    assert steps("", "") is None
    assert steps("5", "") == (5, float("inf"))
    with pytest.raises(UserError, match="numbers"):
        steps("a", "")
    with pytest.raises(UserError, match="above"):
        steps("9", "1")
