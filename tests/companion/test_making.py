"""A run of render.py from the page: its progress, its files, and its errors whole."""

import json
from pathlib import Path

from companion.making import Making

PROGRAM = """
import json, os, pathlib, sys, time
assert os.environ["ATLAS_PROGRESS"] == "json"
print(json.dumps({steps}), flush=True)
{end}
"""


def run(root: Path, end: str, **step: object) -> Making:
    """What a stand-in for render.py does, to its end."""
    steps = {"share": 0.25, "left": 8.0, "running": {"Clip a": 0.5}, "said": "Clip a ..."} | step
    text = PROGRAM.replace("{steps}", repr(steps)).replace("{end}", end)
    (root / "render.py").write_text(text, encoding="utf-8")
    making = Making(root, ["lecture", "-q", "draft"])
    making.process.wait(30)
    making.reader.join(10)
    return making


def test_progress_comes_as_numbers_and_files_by_their_names(tmp_path: Path) -> None:
    made = run(tmp_path, 'pathlib.Path("a b.mp4").touch(); print("a b.mp4"); print("Made 1 anew in 2.0 s.")')
    told = made.state()
    assert made.step["running"] == {"Clip a": 0.5}
    assert (told["done"], told["share"], told["files"]) == (True, 1.0, ["a b.mp4"])
    assert told["line"] == "Made 1 anew in 2.0 s."


def test_an_error_of_several_lines_is_shown_whole(tmp_path: Path) -> None:
    told = run(tmp_path, r'sys.exit("Error: no such thing.\nNor that.")').state()
    assert (told["failed"], told["share"], told["line"]) == (True, 0.25, "Error: no such thing.\nNor that.")


def test_a_line_that_only_looks_like_progress_is_a_line(tmp_path: Path) -> None:
    told = run(tmp_path, "print(json.dumps({'share': 'much'}))").state()
    assert told["line"] == json.dumps({"share": "much"})


def test_it_is_ended_as_ctrl_c_does(tmp_path: Path) -> None:
    program = (
        "import time\ntry:\n    print('here', flush=True); time.sleep(60)\nexcept KeyboardInterrupt:\n    print('kept')"
    )
    (tmp_path / "render.py").write_text(program, encoding="utf-8")
    making = Making(tmp_path, ["lecture"])
    while making.line != "here":
        assert making.state()["running"]
    making.stop()
    making.process.wait(10)
    making.reader.join(10)
    assert making.state()["line"] == "kept"
