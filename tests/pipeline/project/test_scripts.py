from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import lecture_toml, placeholders, script_parser, scripts

SCRIPT = """# Six maps <!-- a note -->

<!-- a comment
over two lines -->
## six_maps

[open] Here are {sampling.groups} groups
of {sampling.group_size} answers.
[map] Each rule [draw] draws its own map. [end]

[lazy] if run.falls: It [fall] ends at {run#end:.2f}.
else: This [odd] time it escapes, {run#share:.0%} of it.

[gone] if not run.falls: Never said.

[rest] pause 1.5

## second

[open] Rewards are {world.rewards[1]}.
"""
VALUES = {"sampling.groups": 8, "sampling.group_size": 16, "world.rewards": [1.0, 0.25]}


@dataclass
class Trace:
    numbers: dict[str, float] = field(default_factory=lambda: {"end": 0.456, "share": 0.58})
    claims: dict[str, bool] = field(default_factory=lambda: {"falls": True})


def parse(tmp_path: Path, text: str) -> scripts.Chapter:
    path = tmp_path / "ch00.md"
    path.write_text(text, encoding="utf-8")
    return script_parser.parse(path)


def clip(tmp_path: Path, body: str) -> scripts.ClipScript:
    return parse(tmp_path, "# T\n## c\n" + body).clips[0]


def test_a_script_is_read_into_chapter_clips_and_lines(tmp_path: Path) -> None:
    chapter = parse(tmp_path, SCRIPT)
    assert chapter.title == "Six maps"
    assert [script.name for script in chapter.clips] == ["six_maps", "second"]
    assert [line.cue for line in chapter.clips[0].lines] == ["open", "map", "lazy", "gone", "rest"]
    assert chapter.clips[0].cues == ("open", "map", "draw", "end", "lazy", "fall", "odd", "gone", "rest")


def test_numbers_are_looked_up_and_cues_fall_on_the_word_that_follows_them(tmp_path: Path) -> None:
    first = parse(tmp_path, SCRIPT).clips[0]
    lines = scripts.resolve(first, VALUES, {"run": Trace()})
    assert lines[0] == scripts.Line("six_maps.open", "Here are 8 groups of 16 answers.", (("open", 0),))
    assert lines[1].text == "Each rule draws its own map."
    assert dict(lines[1].cues) == {"map": 0, "draw": 2, "end": 6}
    assert lines[4] == scripts.Line("six_maps.rest", "", (("rest", 0),), 1.5)


@pytest.mark.parametrize(
    ("falls", "text", "cues", "gone"),
    [
        (True, "It ends at 0.46.", {"lazy": 0, "fall": 1, "odd": 0}, ""),
        (False, "This time it escapes, 58% of it.", {"lazy": 0, "fall": 0, "odd": 1}, "Never said."),
    ],
)
def test_a_claim_chooses_the_sentence_and_every_cue_still_exists(
    tmp_path: Path, falls: bool, text: str, cues: dict[str, int], gone: str
) -> None:
    lines = scripts.resolve(parse(tmp_path, SCRIPT).clips[0], VALUES, {"run": Trace(claims={"falls": falls})})
    assert lines[2].text == text
    assert dict(lines[2].cues) == cues
    assert lines[3].text == gone


def test_a_script_knows_what_it_reads_in_either_branch(tmp_path: Path) -> None:
    first, second = parse(tmp_path, SCRIPT).clips
    assert scripts.needs(first) == ({"sampling.groups", "sampling.group_size"}, {"run"})
    assert scripts.needs(second) == ({"world.rewards"}, set())


def test_an_item_of_a_list_can_be_said(tmp_path: Path) -> None:
    second = parse(tmp_path, SCRIPT).clips[1]
    assert scripts.resolve(second, VALUES, {})[0].text == "Rewards are 0.25."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("[open] It is {sampling.grops}.", 'there is no hyperparameter "sampling.grops"; did you mean'),
        ("[open] It is {run#ende}.", 'run has no number "ende"; did you mean "end"?'),
        ("[open] It is {runs#end}.", 'there is no experiment "runs"; did you mean "run"?'),
        ("[open] if run.fall: It falls.", 'run has no claim "fall"; did you mean "falls"?'),
        ("[open] It is {run#end:.2q}.", "cannot show 0.456 in the format '.2q'"),
        ("[open] It is {world.rewards[7]}.", "asks for item 7 of"),
    ],
)
def test_an_unknown_name_is_a_sentence_with_the_nearest_one(tmp_path: Path, body: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        scripts.resolve(clip(tmp_path, body), VALUES, {"run": Trace()})
    assert str(error.value).startswith("ch00.md:3: ")
    assert sentence in str(error.value)


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


@pytest.mark.parametrize(
    ("groups", "said"), [(1, "Only 1 group, and it is 1.0."), (8, "All 8 groups, and it are 2.0.")]
)
def test_a_number_chooses_between_two_words(tmp_path: Path, groups: int, said: str) -> None:
    body = "[a] {world.n|Only|All} {world.n} {world.n|group|groups}, and it {run#m:.1f|is|are} {run#m:.1f}."
    with pytest.raises(UserError, match="is no placeholder"):
        clip(tmp_path, body)  # a word to choose has no format
    script = clip(tmp_path, body.replace("{run#m:.1f|", "{run#m|"))
    assert scripts.needs(script) == ({"world.n"}, {"run"})
    numbers = {"run": Trace(numbers={"m": 1.0 if groups == 1 else 2.0})}
    assert scripts.resolve(script, {"world.n": groups}, numbers)[0].text == said
    assert placeholders.count(script.lines[0].text) == 2


@pytest.mark.parametrize(
    ("n", "said"),
    [(1e-06, "It is 0.000001, 0.000001 and 0.00."), (2.5e-07, "It is 0.00000025, 0.00000025 and 0.00.")],
)
def test_a_small_number_is_said_without_a_power_of_ten(tmp_path: Path, n: float, said: str) -> None:
    script = clip(tmp_path, "[a] It is {world.n}, {world.n:g} and {world.n:.2f}.")
    assert scripts.resolve(script, {"world.n": n}, {})[0].text == said


def test_every_script_of_the_film_can_be_read() -> None:
    root = Path(__file__).parents[3]
    for chapter in lecture_toml.load(root / "lecture.toml").chapters:
        assert script_parser.parse(root / "assets" / "narration" / f"{chapter}.md").clips


def test_stars_ask_for_weight_and_are_not_shown(tmp_path: Path) -> None:
    text = "# T\n\n## six_maps\n\n[open] It *is* the [map] *expected reward*, 2*3*4 of it.\n"
    (line,) = scripts.resolve(parse(tmp_path, text).clips[0], {}, {})
    assert line.text == "It is the expected reward, 2*3*4 of it."
    assert line.stressed == (1, 3, 4)
    assert dict(line.cues) == {"open": 0, "map": 3}
    assert scripts.without_cues("It *is* [map] so.") == "It is  so."
