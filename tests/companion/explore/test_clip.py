"""A clip from the page: the program's own lines, and its file when it is done."""

from pathlib import Path

from companion.explore.clip import Clip

PROGRAM = """
import pathlib, sys
assert sys.argv[1:] == ["clip", "six_maps", "-q", "draft", "--set", "grpo.beta=0.3"], sys.argv
print("drawing", flush=True)
{end}
"""


def ended(tmp_path: Path, end: str) -> Clip:
    """A clip that a stand-in for render.py has made."""
    (tmp_path / "render.py").write_text(PROGRAM.format(end=end), encoding="utf-8")
    clip = Clip(tmp_path, "six_maps", ["--set", "grpo.beta=0.3"])
    clip.process.wait(30)
    clip.reader.join(10)
    return clip


def test_the_file_is_found_by_the_last_line(tmp_path: Path) -> None:
    clip = ended(tmp_path, 'pathlib.Path("a b.mp4").write_bytes(b"x"); print("a b.mp4")')
    assert clip.state() == {"running": False, "done": True, "line": "a b.mp4", "failed": False}


def test_a_failure_is_shown_in_its_own_words(tmp_path: Path) -> None:
    clip = ended(tmp_path, 'sys.exit("Error: no such thing.")')
    assert clip.state() == {"running": False, "done": False, "line": "Error: no such thing.", "failed": True}
    clip.stop()


def test_a_clip_that_is_being_made_can_be_ended(tmp_path: Path) -> None:
    (tmp_path / "render.py").write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    clip = Clip(tmp_path, "six_maps", [])
    assert clip.state()["running"]
    clip.stop()
    clip.process.wait(10)
    clip.reader.join(10)
    assert clip.state()["failed"]
