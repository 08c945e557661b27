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
        ("# T\n## c\n[a] x\n<!-- note\n[b] y", "ch00.md:4: a comment is not closed"),
        ("# T\n## c\n[a] x <!-- one <!-- two --> three -->", "ch00.md:3: a comment ends here that began nowhere"),
        ("# T\n## c\n[a] pause -1", "ch00.md:3: 'pause -1' is no pause"),
        ("# T\n## c\n[a] pause 1,5", "ch00.md:3: 'pause 1,5' is no pause; write the seconds with a point"),
        ("# T\n## c\n[a] pause 1.5 s", "ch00.md:3: 'pause 1.5 s' is no pause"),
        ("# T\n## c\n[a] pause long", "ch00.md:3: 'pause long' is no pause"),
        ("# T\n## c\n[a] pause 1e7", "ch00.md:3: 'pause 1e7' is no pause"),
        ("# T\n## c\n[a] pause", "ch00.md:3: 'pause' is no pause"),
        ("# T\n## c\n[a] Pause 2", "ch00.md:3: 'Pause 2' is no pause"),
        ("# T\n## c\n[a] pause 60.5", "ch00.md:3: 'pause 60.5' is too long; a pause has at most 60 seconds"),
        ("# T\n## c\n[a] if run.falls: x\nelse: pause 100000", "ch00.md:3: 'pause 100000' is too long"),
        ("# T\n## c\n[a] We say:\n- one\n- two", "ch00.md:4: a list or a quotation cannot be said"),
        ("# T\n## c\n[a] We say:\n1. one", "ch00.md:4: a list or a quotation"),
        ("# T\n## c\n[a] We say:\n> one", "ch00.md:4: a list or a quotation"),
        ("# T\n## c\n[a] be\x07ll", "ch00.md:3: the character U+0007 cannot be seen or said"),
        ("# T\n\n## c\n[a] one\u2028two", "ch00.md:4: the character U+2028"),
        ("# T\n## c\n[a] one\x0ctwo", "ch00.md:3: the character U+000C"),
    ],
)
def test_a_mistake_in_a_script_names_file_and_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        parse(tmp_path, text)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_what_only_looks_like_a_mistake_is_read(tmp_path: Path) -> None:
    (line,) = clip(tmp_path, "[a] pause for a moment - and <!-- 2 < 3,\n- not said --> go\n\ton to 1. or *2*.").lines
    assert line.text == "pause for a moment - and go on to 1. or *2*."
    assert [script.text for script in clip(tmp_path, "[a] pause 60\n\n[b] pause 0.5").lines] == [
        "pause 60",
        "pause 0.5",
    ]


def test_both_branches_may_hold_the_same_cue(tmp_path: Path) -> None:
    script = clip(tmp_path, "[a] if run.falls: It [b] falls.\nelse: It really [b] rises.\n")
    for falls, word in ((True, 1), (False, 2)):
        (line,) = scripts.resolve(script, {}, {"run": Trace(claims={"falls": falls})})
        assert dict(line.cues) == {"a": 0, "b": word}


def test_every_script_of_the_film_can_be_read() -> None:
    root = Path(__file__).parents[3]
    for chapter in lecture_toml.load(root / "lecture.toml").chapters:
        assert script_parser.parse(root / "assets" / "narration" / f"{chapter}.md").clips
