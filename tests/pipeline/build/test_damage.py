"""Whatever stands in build/, `status` has an answer, and the next run makes the same film out of it."""

import io
import json
from pathlib import Path

import pytest

from pipeline.build.lock import alone
from pipeline.files import fits, read_json
from pipeline.workers.progress import Progress
from tests.pipeline import tiny

DAMAGES = [b"", b"[" * 100_000, b'{"a":' * 100_000, b"null", b"[]", b"{}", b"3", b"\xff\xfe", b'"text"']


def caches(root: Path) -> list[Path]:
    return sorted(root.glob("build/**/*.json"))


def bent(value: object) -> object:
    """A value of the right shape at its top, and of a wrong one below."""
    if isinstance(value, dict):
        return {key: [] if isinstance(item, dict | str) else {} for key, item in value.items()}
    return [{} for _ in value] if isinstance(value, list) else {}


@pytest.mark.parametrize("damage", [*DAMAGES, None], ids=range(len(DAMAGES) + 1))
def test_status_reads_past_every_damaged_record(made: Path, damage: bytes | None) -> None:
    paths = caches(made)
    assert len({path.parent for path in paths}) > 8
    for path in paths:
        path.write_bytes(json.dumps(bent(read_json(path))).encode() if damage is None else damage)
    assert set(tiny.stale(made)) >= {"trace up", "voice the_fall", "clip the_fall", "lecture lecture"}


def test_a_folder_or_a_maze_of_brackets_in_the_place_of_any_file_of_the_cache_is_replaced(made: Path) -> None:
    film = (made / "dist/lecture.mp4").read_bytes()
    for number, path in enumerate(path for path in sorted(made.glob("build/**/*")) if path.is_file()):
        path.unlink()
        if path.suffix == ".json" and number % 2:
            path.write_bytes(b"[" * 100_000)
        else:
            (path / "inner").mkdir(parents=True)
    assert "clip the_fall" in tiny.stale(made)
    result = tiny.build(made)
    assert {"trace up", "voice the_fall", "clip the_fall", "still thumbnail"} <= set(result.made)
    assert (made / "dist/lecture.mp4").read_bytes() == film
    assert tiny.stale(made) == {}


def test_what_a_killed_run_leaves_is_swept_by_the_next(tmp_path: Path) -> None:
    build = tmp_path / "build"
    for folder in ("publish-abc", "voice/tmpabc", "voice/lines/tmpabc", "media/7", "progress"):
        (build / folder).mkdir(parents=True)
    for name in (".part-7-published.json", "voices/.part-7-a.wav", "last/clips/.part-7-b.json", "voice/lines/a.wav"):
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).touch()
    with alone(build, Progress(io.StringIO())):
        left: set[str] = {
            path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file() or "tmp" in path.name
        }
    assert left == {"lock", "voice/lines/a.wav"}


def test_shapes_of_json() -> None:
    assert fits({"a": [[1, 2.5]], "b": 1}, {"a": [(int, float)]})
    assert fits({"x": 1, "y": 2}, {str: int})
    for value, like in (
        ({}, {"a": int}),
        ({"a": 1.5}, {"a": int}),
        ([1], (int, int)),
        ({"x": "1"}, {str: int}),
        (3, []),
    ):
        assert not fits(value, like)
