"""What the tab says of a project, without a browser."""

import re
from pathlib import Path

from companion.film import view
from companion.film.view import View
from tests.pipeline import tiny


def test_nothing_made_yet_is_said_with_what_to_do(tmp_path: Path) -> None:
    told = View.of(tiny.create(tmp_path), "draft")
    assert told.head() == "The film is not made yet: press “Make the film”, or run python render.py in a terminal."
    assert "2 clips, not spoken yet" in told.chapters()
    assert re.findall(r'<option value="(\w+)" selected>', told.qualities()) == ["draft"]


def test_many_reasons_stand_behind_a_fold_and_none_is_left_out() -> None:
    reasons = [{"kind": "source", "file": f"objectives/{name}.py"} for name in "abcdef"]
    entry = {"kind": "trace", "name": "up", "stale": True, "reasons": reasons}
    html = view._entry(entry, named=True)
    assert re.findall(r"<li>source objectives/(\w).py</li>", html) == list("abcdef")
    assert html.index("b.py") < html.index("<summary>and 4 more</summary>") < html.index("c.py")
    assert "<details>" not in view._entry(entry | {"reasons": reasons[: view.AT_ONCE + 1]})
