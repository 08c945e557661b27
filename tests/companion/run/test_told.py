"""From paths to pictures: the command, its report, and what the page puts beside them."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

from companion.run import clips, curves_figure, report
from companion.run.batch_figure import answers, first_groups
from companion.run.curves_figure import thinned
from companion.run.runs import Run, Series
from companion.run.svg import label, pieces, ticks
from companion.run.told import told
from pipeline import commands
from pipeline.errors import UserError
from traces.schema import check

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[3]
pytest.importorskip("pyarrow", reason="parquet is read by pyarrow, of the extra [page]")


def test_the_command_writes_pictures_numbers_and_a_page_that_stands_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.run(ROOT, [DATA / "trl"], tmp_path / "out", "", False)
    shown = capsys.readouterr()
    assert "57% of the groups have no contrast" in shown.out
    assert "Chapter: At scale, where does the signal go?" in shown.out
    assert "note: trl: Reward, spread is NaN at step 5" in shown.err
    names = {path.name for path in (tmp_path / "out").iterdir()}
    kinds = ("{}.svg", "{}.png", "{}-paper.svg", "{}-paper.pdf")
    pictures = {kind.format(name) for name in ("curves", "batch", "tokens") for kind in kinds}
    assert names == pictures | {"answers.csv", "findings.json", "report.html"}
    assert (tmp_path / "out/curves.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "out/curves-paper.pdf").read_bytes().count(b"/Type /Page\n") <= 1
    page = (tmp_path / "out/report.html").read_text()
    assert not re.search(r'(src|href)="', page)
    assert "not offered as a learning curve" in page


def test_findings_json_holds_sentence_number_threshold_chapter_and_setting() -> None:
    found = report.as_json(told([DATA / "strange"]))
    (first, *_) = found["findings"]
    assert set(first) == {
        *("key", "where", "sentence", "number", "threshold", "rule"),
        *("chapter", "chapter_title", "setting", "address"),
    }
    assert found["runs"][0]["first_and_last"]["kl"] == [0.0, "inf"]
    json.dumps(found, allow_nan=False)


def test_answers_csv_holds_the_pushes_to_the_last_digit(tmp_path: Path) -> None:
    found = told([DATA / "verl/rollout/12.jsonl"])
    report.write(found, tmp_path)
    with (tmp_path / "answers.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert found.seen is not None
    for name, push in found.seen.rules.items():
        assert [float(row[f"push_{name}"]) for row in rows] == push.answers.tolist()


def test_names_from_a_file_are_shown_and_not_run(tmp_path: Path) -> None:
    evil = tmp_path / "<script>alert(1)</script>"
    evil.mkdir(parents=True)
    path = evil / "progress.csv"
    path.write_text("time/total_timesteps,rollout/ep_rew_mean\n1,1\n2,2\n")
    batch = tmp_path / "batch.csv"
    batch.write_text("prompt,reward,length,completion\n<b>,1,1,<img src=x onerror=alert(1)>\n<b>,0,1,x\n")
    found = told([path, batch])
    report.write(found, tmp_path / "out")
    page = (tmp_path / "out/report.html").read_text()
    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.parametrize("text", ["5", "a:b", "9:1", "nan:2"])
def test_a_wrong_range_of_steps_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match="FIRST:LAST"):
        commands.run(ROOT, [DATA / "strange"], tmp_path, text, False)


def test_a_range_without_any_step_is_refused() -> None:
    with pytest.raises(UserError, match="nothing was logged"):
        told([DATA / "strange"], (1000, 2000))


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(UserError, match="a folder is needed"):
        commands.run(ROOT, [DATA / "strange"], path, "", False)


def test_a_gap_cuts_the_curve_and_a_lone_point_is_kept() -> None:
    x, y = np.arange(6.0), np.array([1, 2, np.nan, 3, np.inf, 4])
    assert [part[:, 0].tolist() for part in pieces(x, y)] == [[0, 1], [3], [5]]


def test_a_long_curve_is_thinned_to_what_a_picture_holds_with_its_extremes() -> None:
    values = np.sin(np.arange(100_000) / 1000)
    values[777] = 9
    values[5000:6000] = np.nan
    short = thinned(Series(np.arange(100_000.0), values))
    assert len(short.steps) <= curves_figure.MOST_POINTS
    assert short.finite.max() == 9
    assert np.isnan(short.values).any()


def test_ticks_are_round_and_lie_within() -> None:
    assert ticks(0, 1, 4) == [0, 0.25, 0.5, 0.75, 1]
    assert ticks(170, 240, 3) == [175, 200, 225]
    assert label(-25000) == "−25k"


def test_a_curve_that_never_changes_and_one_of_gaps_can_be_drawn() -> None:
    steps = np.arange(3.0)
    flat = Run("flat", "TRL", {"reward": Series(steps, np.ones(3)), "kl": Series(steps, np.full(3, np.nan))})
    assert "nan" not in curves_figure.figure([flat])


def test_a_picture_of_answers_holds_whole_groups() -> None:
    seen = told([DATA / "trl/completions"]).seen
    assert seen is not None
    assert len(first_groups(seen, 10)) == 8
    assert answers(seen).count("<svg") == 1


def test_the_traces_of_the_clips_keep_their_schema() -> None:
    for arrays, schema, words in clips.traces_of(told([DATA / "trl"])).values():
        check(arrays, schema)
        json.dumps(words)
