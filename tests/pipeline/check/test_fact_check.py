"""What the narration may say: every number looked up, every outcome behind a claim."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.check import fact_check
from pipeline.project import lecture_toml, script_parser
from scenes import theme

ROOT = Path(__file__).resolve().parents[3]
HEAD = "# A chapter\n\n## a_clip\n\n"
PAPER = "Schulman et al. 2017, Proximal policy optimization algorithms (PPO)"


def faults(tmp_path: Path, text: str) -> list[str]:
    """What is wrong with lines of narration."""
    path = tmp_path / "ch00_x.md"
    path.write_text(HEAD + text, encoding="utf-8")
    return [finding.fault for finding in fact_check.findings(fact_check.read(path), [PAPER])]


@pytest.mark.parametrize(
    "sentence",
    [
        "Here are {sampling.groups} groups, and {up#top:.1f} of them rest.",
        "Six rules read three answers, one by one, and one edit at a time.",
        "Here is one batch, and the lazy one is B.",
        "{a.n} {a.n|handful|handfuls} of {up#top} {up#top|answer|answers}.",
        "Half a sentence in, all six look again.",
        "DeepSeek-R1 is a name.",
        'The paper says "clip at 0.2". <!-- source: Schulman 2017 -->',
        "A probability lies between zero and one. <!-- by definition -->",
        "Let go of the leash, and turn.",
        "To climb, you want the slope.",
        "Does TRPO climb faster?",
        "A ring is drawn around the policy.",
    ],
)
def test_what_may_be_said(tmp_path: Path, sentence: str) -> None:
    assert faults(tmp_path, f"[open] {sentence}\n") == []


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("There are 8 groups.", "the number 8 is not looked up"),
        ("It is 58%, or so.", "the number 58% is not looked up"),
        ("It is 0.04.", "the number 0.04 is not looked up"),
        ("Twenty steps.", 'the number "twenty" is not looked up'),
        ("A dozen seeds.", 'the number "dozen" is not looked up'),
        ("That is half of the batch.", 'the number "half" is not looked up'),
        ("The odds sum to one.", 'the number "one" is not looked up'),
        ("Handfuls of one answer each.", 'the number "one" is not looked up'),
        ("Only one group is mixed.", 'the number "one" is not looked up'),
        ("Six groups teach nothing.", 'the number "six" is not looked up'),
        ('The paper says "clip at 0.2".', "the number 0.2 is not looked up"),
        ("TRPO reaches A.", 'an outcome ("reaches") without a claim'),
        ("{a.n} walk {a.n|reaches|reach} A.", 'an outcome ("reach") without a claim'),
        ("They have slid into the corner; the rules stay there.", 'an outcome ("slid") without a claim'),
        ("At the start, the best answer is rare.", 'an outcome ("rare") without a claim'),
        ("DAPO is the fastest.", 'an outcome ("fastest") without a claim'),
        ("All six climb.", 'an outcome ("climb") without a claim'),
    ],
)
def test_what_may_not_be_said(tmp_path: Path, sentence: str, fault: str) -> None:
    assert faults(tmp_path, f"[open] {sentence}\n") == [fault]


def test_a_claim_guards_outcomes_in_both_branches_but_no_bare_number(tmp_path: Path) -> None:
    assert faults(tmp_path, "[open] if up.gets_high: PPO climbs.\nelse: PPO stays.\n") == []
    assert faults(tmp_path, "[open] if up.gets_high: PPO climbs.\nelse: PPO stays for 9 steps.\n") == [
        "the number 9 is not looked up"
    ]


def test_a_comment_exempts_the_sentence_before_it_and_no_other(tmp_path: Path) -> None:
    said = faults(tmp_path, "[open] PPO climbs. <!-- by definition --> [next] PPO climbs. [last] PPO climbs.\n")
    assert said == ['an outcome ("climbs") without a claim'] * 2


def test_a_comment_that_exempts_nothing_is_a_fault(tmp_path: Path) -> None:
    said = faults(tmp_path, "[open] Look. <!-- by definition -->\n")
    assert said == ["it is marked as true by definition, but states no number and no outcome"]


def test_a_source_must_be_one_of_the_films(tmp_path: Path) -> None:
    said = faults(tmp_path, '[open] The paper says "0.2". <!-- source: Nobody 2031 -->\n')
    assert said == [
        'its source "Nobody 2031" is not in lecture.toml, [[publish.sources]]',
        "the number 0.2 is not looked up",
    ]


def test_a_finding_tells_file_line_cue_and_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ch00_x.md"
    text = "[open] Look. <!-- a\nlong note -->\n\n[go] if up.gets_high: It is high,\nand stays so. Good.\n"
    path.write_text(HEAD + text + "else: It is low. [here] It has 7 steps.\n\n[rest] pause 1.5\n", encoding="utf-8")
    (finding,) = fact_check.findings(fact_check.read(path), [])
    assert str(finding) == 'ch00_x.md:10, a_clip.go: the number 7 is not looked up: "It has 7 steps."'
    sentences = [(s.where, s.text, s.guarded) for s in fact_check.read(path)]
    assert sentences == [
        ("ch00_x.md:5", "Look.", False),
        ("ch00_x.md:8", "It is high, and stays so.", True),
        ("ch00_x.md:9", "Good.", True),
        ("ch00_x.md:10", "It is low.", True),
        ("ch00_x.md:10", "It has 7 steps.", True),
    ]


def test_what_is_taken_at_its_word_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "ch00_x.md"
    told = 'PPO stops. <!-- by definition --> It says "0.2". <!-- source: Schulman 2017 --> Look.'
    path.write_text(f"{HEAD}[open] {told}\n", encoding="utf-8")
    assert fact_check.exempt(fact_check.read(path)) == [
        'ch00_x.md:5, a_clip.open: by definition: "PPO stops."',
        'ch00_x.md:5, a_clip.open: from Schulman 2017: "It says "0.2"."',
    ]


def test_a_branch_that_is_silent_now_must_be_ready(tmp_path: Path) -> None:
    path = tmp_path / "ch00_x.md"
    path.write_text(
        f"{HEAD}[open] if up.gets_high: It gets to {{up#top:.1f}}.\nelse: It gets to {{up#botom:.1f}}.\n",
        encoding="utf-8",
    )
    (clip,) = script_parser.parse(path).clips

    up = SimpleNamespace(numbers={"top": 2.0, "bottom": 0.0}, claims={"gets_high": True})
    assert [str(finding) for finding in fact_check.unready(clip, {}, {"up": up})] == [
        "ch00_x.md:5, a_clip.open: the branch that is silent now cannot be spoken: "
        '"ch00_x.md:5: up has no number "botom"; did you mean "bottom"?"'
    ]
    silent = SimpleNamespace(numbers={"bottom": 0.0, "botom": 0.0}, claims={"gets_high": False})
    assert [finding.line for finding in fact_check.unready(clip, {}, {"up": silent})] == ["a_clip.open"]


def test_the_counts_that_are_fixed_by_the_code_are_those_of_the_code() -> None:
    assert {"six", "three"} == set(fact_check.FIXED)
    assert len(theme.OBJECTIVES) == 6
    source = (ROOT / "objectives/worlds/three_answers.py").read_text(encoding="utf-8")
    assert 'LABELS = ("A", "B", "C")' in source


@pytest.mark.parametrize("chapter", [path.stem for path in sorted((ROOT / "assets/narration").glob("*.md"))])
def test_the_film_says_nothing_that_it_does_not_look_up(chapter: str) -> None:
    settings = lecture_toml.load(ROOT / "lecture.toml")
    if chapter not in (*settings.chapters, *lecture_toml.aside(settings, ROOT)):
        pytest.skip("not in the film")
    sources = [source.title for source in settings.publish.sources]
    sentences = fact_check.read(ROOT / "assets/narration" / f"{chapter}.md")
    assert [str(finding) for finding in fact_check.findings(sentences, sources)] == []
