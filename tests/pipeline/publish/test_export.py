"""Where `-o` may write, and what single clips are called and say of themselves."""

import os
import re
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.files import write_text
from pipeline.project import project as projects
from pipeline.publish import export

ROOT = Path(__file__).resolve().parents[3]


def refused(root: Path, path: Path) -> str:
    with pytest.raises(UserError) as error:
        export.check_output(path, projects.load(root))
    return str(error.value).removeprefix(f"-o {path}: ")


def test_only_regular_files_and_new_names_are_written(project: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "old.mp4").write_bytes(b"old")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "old.mp4")
    (tmp_path / "astray.mp4").symlink_to(tmp_path / "nothing.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "kept.mp4").write_bytes(b"kept")
    (tmp_path / "kept.mp4").chmod(0o444)
    faults = {
        Path("/dev/null"): "this is no regular file.",
        tmp_path / "pipe.mp4": "this is no regular file.",
        tmp_path / "folder.mp4": "this is a folder; name a file in it.",
        tmp_path / "link.mp4": "this is a symbolic link; name the file itself.",
        tmp_path / "astray.mp4": "this is a symbolic link; name the file itself.",
        tmp_path / "kept.mp4": "this file is write-protected.",
        tmp_path / "old.mp4/new.mp4": f"{tmp_path / 'old.mp4'} is no folder.",
        tmp_path / "new" / f"{'x' * 252}.mp4": "a name can have 255 bytes at most.",
        tmp_path / f"{'ü' * 126}.mp4": "File name too long.",
        Path("/proc/new.mp4"): "No such file or directory.",
    }
    told = {path: refused(project, path) for path in faults}
    assert [path for path, fault in faults.items() if not told[path].endswith(fault)] == []
    for path in (tmp_path / "old.mp4", tmp_path / "new/folder/new.mp4", tmp_path / f"{'x' * 251}.mp4"):
        export.check_output(path, projects.load(project))
    assert not (tmp_path / "new").exists()
    there = {"folder.mp4", "old.mp4", "link.mp4", "astray.mp4", "pipe.mp4", "kept.mp4", "project"}
    assert {path.name for path in tmp_path.iterdir()} == there, "looking leaves nothing behind"


def test_the_projects_own_files_are_never_replaced(made: Path) -> None:
    own = (
        *("hyperparameters.toml", "lecture.toml", "scenes/theme.png", "assets/logo.gif", ".git/object.mp4"),
        *("dist/lecture.mp4", "dist/clips/the_fall.mp4", "dist/manifest.json", "build/clips/key.mp4"),
    )
    free = ("talk.mp4", "talk/fall.mp4", "dist/clips/the_fall@talk.mp4", "build/pictures/the_fall@1.00.png")
    for name in (*own, *free):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(b"there")
    (made.parent / "way").symlink_to(made)
    for name in own:
        assert refused(made, made / name) == "this is a file of the project; take another name."
        assert refused(made, made.parent / "way" / name) == "this is a file of the project; take another name."
    for name in free:
        export.check_output(made / name, projects.load(made))
    (made / "dist/lecture.mp4").unlink()
    assert refused(made, made / "dist/lecture.mp4") == "this is a file of the project; take another name."


def test_every_folder_of_the_project_is_known_as_its_own() -> None:
    there = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/**/*.py")}
    assert {name for name in there if not name.startswith(".")} <= set(export.OWN)


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("ppo.clip_high=0.3", "@ppo.clip_high=0.3"),
        ("voice=silent", "@voice=silent"),
        ('grpo.kl_estimator="k1"', "@grpo.kl_estimator=k1"),
        ("grpo.kl_estimator='k1'", "@grpo.kl_estimator=k1"),
        ("grpo.kl_estimator = k1", "@grpo.kl_estimator=k1"),
        ("ppo.lr=1e+5", "@ppo.lr=1e+5"),
        ("ppo.clip=0.05:0.5:10", "@ppo.clip=0.05-0.5-10"),
        ("ppo.clip=0.1,0.5", "@ppo.clip=0.1+0.5"),
    ],
)
def test_a_mark_in_a_name(mark: str, name: str) -> None:
    assert export.marked([mark]) == name


@pytest.mark.parametrize("sign", [*"[]{}()<>|?*:/\\'\"`$&;!#%~^, \n\t", "ü", "語"])
def test_names_hold_plain_signs_only(sign: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._=@+-]+", export.marked([f"a.b={sign}1"]))


def test_other_marks_give_other_names_of_at_most_a_hundred_signs() -> None:
    lists = [("a=[1,2]",), ("a=1,2",), ("a=1/2",), ("a=12",), ("a=ü",), ("a=ö",), ("a=[12]",)]
    many = [tuple(f"table.key{number}={value}" for number in range(12)) for value in range(3)]
    names = [export.marked(marks) for marks in (*lists, *many)]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= export.LONGEST


@pytest.mark.parametrize("length", [1, 60, 200, 251])
def test_a_name_that_fits_can_be_written(tmp_path: Path, length: int) -> None:
    write_text(tmp_path / f"{'x' * length}.mp4", "made")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["made"]
