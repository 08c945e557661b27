"""Scripts are read into chapters, clips and lines; a mistake is a sentence with file and line."""

from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import lecture_toml, script_parser, scripts
from tests.pipeline.project.written import SCRIPT, Trace, clip, parse


def test_a_script_is_read_into_chapter_clips_and_lines(tmp_path: Path) -> None:
    chapter = parse(tmp_path, SCRIPT)
    assert chapter.title == "Six maps"
    assert [script.name for script in chapter.clips] == ["six_maps", "second"]
    assert [line.cue for line in chapter.clips[0].lines] == ["open", "map", "lazy", "gone", "rest"]
    assert chapter.clips[0].cues == ("open", "map", "draw", "end", "lazy", "fall", "odd", "gone", "rest")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("## c\n[a] x", "the chapter has no title"),
        ("# T\n", "the chapter has no clip"),
        ("# " + "t" * 50 + "\n## c\n[a] x", "ch00.md:1: the title has 50 characters; at most 49"),
        ("# T\n# U\n## c\n[a] x", "ch00.md:2: a second chapter title"),
        ("# T\n### c\n", "ch00.md:2: a heading is"),
        ("# T\nHello.\n", "ch00.md:2: text before the first clip"),
        ("# T\n## Six Maps\n[a] x", 'ch00.md:2: "Six Maps" is no clip name'),
        ("# T\n## c\n[a] x\n## c\n[a] y", 'ch00.md:4: the clip "c" is written twice'),
        ("# T\n## c\n\n## d\n[a] x", 'ch00.md:2: the clip "c" has no line'),
        ("# T\n## c\nNo cue.", "ch00.md:3: a line of narration begins with its cue"),
        ("# T\n## c\n[a] x\n\n[a] y", "ch00.md:5: the cue [a] is already used"),
        ("# T\n## c\n[a] x [a] y", "ch00.md:3: the cue [a] stands twice in one line"),
        ("# T\n## c\n[a]\n", "ch00.md:3: the line [a] is empty"),
        ("# T\n## c\n[a] x {b.c\n", "ch00.md:3: a brace has no partner"),
        ("# T\n## c\n[a] x {b c}\n", "ch00.md:3: {b c} is no placeholder"),
        ("# T\n## c\n[a] x\nelse: y\n", "ch00.md:3: 'else:' needs one 'if experiment.claim:'"),
        ("# T\n## c\n[a] x [b] if run.falls: y\nelse: z\n", "ch00.md:3: a condition stands inside a line"),
        ("# T\n## c\n[a] if falls: y\n", "ch00.md:3: a condition is"),
    ],
)
def test_a_mistake_in_a_script_names_file_and_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        parse(tmp_path, text)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_both_branches_may_hold_the_same_cue(tmp_path: Path) -> None:
    script = clip(tmp_path, "[a] if run.falls: It [b] falls.\nelse: It really [b] rises.\n")
    for falls, word in ((True, 1), (False, 2)):
        (line,) = scripts.resolve(script, {}, {"run": Trace(claims={"falls": falls})})
        assert dict(line.cues) == {"a": 0, "b": word}


def test_every_script_of_the_film_can_be_read() -> None:
    root = Path(__file__).parents[3]
    for chapter in lecture_toml.load(root / "lecture.toml").chapters:
        assert script_parser.parse(root / "assets" / "narration" / f"{chapter}.md").clips
