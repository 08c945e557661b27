from pathlib import Path

import pytest

from pipeline.project import scripts
from tests.pipeline.project.written import SCRIPT, VALUES, Trace, clip, parse


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


def test_what_only_the_silent_branch_says_is_read_too(tmp_path: Path) -> None:
    script = clip(
        tmp_path, "[lazy] if run.falls: It ends.\nelse: It takes {sampling.groups} groups, {race#end:.1f} in all."
    )
    assert scripts.needs(script) == ({"sampling.groups"}, {"run", "race"})


def test_stars_ask_for_weight_and_are_not_shown(tmp_path: Path) -> None:
    text = "# T\n\n## six_maps\n\n[open] It *is* the [map] *expected reward*, 2*3*4 of it.\n"
    (line,) = scripts.resolve(parse(tmp_path, text).clips[0], {}, {})
    assert line.text == "It is the expected reward, 2*3*4 of it."
    assert line.stressed == (1, 3, 4)
    assert dict(line.cues) == {"open": 0, "map": 3}
    assert scripts.without_cues("It *is* [map] so.") == "It is  so."
