"""What a worker tells of an experiment while it runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from objectives import progress
from pipeline.workers import compute


def test_an_experiment_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(compute.time, "monotonic", lambda: now[0])
    file, seen = tmp_path / "progress" / "up.json", []
    with compute._telling({"progress": str(file)}):
        for part in progress.whole(range(4)):
            now[0] += 0.1 if part == 1 else 1.0
            seen.append(json.loads(file.read_text()) if file.exists() else None)
    assert seen == [None, [0.25, 1], [0.25, 1], [0.75, 1]]  # the second was too soon after the first
    assert json.loads(file.read_text()) == [1.0, 1]
    with compute._telling({}):
        list(progress.whole(range(4)))
