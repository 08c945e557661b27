import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest

from companion.run import columns
from companion.run.readers import files, tensorboard_events
from companion.run.readers.sheet import ABSENT
from companion.run.runs import Run, runs_of
from pipeline.errors import UserError

DATA = Path(__file__).parent / "data"
pytest.importorskip("pyarrow", reason="parquet is read by pyarrow, of the extra [page]")


def runs(*names: str) -> list[Run]:
    return runs_of([files.read(path) for path in files.meant([DATA / name for name in names])])


OF_LIBRARY = {
    "trl": ("TRL", {"kl_old"}),
    "verl/metrics.jsonl": ("verl", {"reward_std", "clip_low", "clip_high", "alike"}),
    "openrlhf": ("OpenRLHF", {"kl_old", "clip_low", "clip_high", "alike"}),
    "sb3": ("Stable-Baselines3", {"reward_std", "kl", "clip_low", "clip_high", "alike", "grad_norm"}),
    "sb3/progress.json": ("Stable-Baselines3", {"reward_std", "kl", "clip_low", "clip_high", "alike", "grad_norm"}),
    "sb3/events.out.tfevents.0": (
        "Stable-Baselines3",
        {"reward_std", "kl", "clip_low", "clip_high", "alike", "grad_norm"},
    ),
}


@pytest.mark.parametrize("name", OF_LIBRARY)
def test_every_curve_that_a_library_logs_is_found_in_what_its_own_writer_wrote(name: str) -> None:
    library, absent = OF_LIBRARY[name]
    paths = [path for path in files.meant([DATA / name]) if path.suffix != ".parquet"]
    (run,) = runs_of(files.read(path) for path in paths)
    assert run.library == library
    assert set(run.curves) == set(columns.CURVES) - absent
    assert run.evaluation


def test_the_same_run_reads_alike_from_csv_json_and_events() -> None:
    of_csv, of_json, of_events = (runs(f"sb3/{name}")[0] for name in ("progress.csv", "progress.json", EVENTS))
    for name, series in of_csv.curves.items():
        np.testing.assert_array_equal(series.values, of_json.curves[name].values)
        np.testing.assert_array_equal(series.steps, of_events.curves[name].steps)
        np.testing.assert_allclose(series.values, of_events.curves[name].values, rtol=1e-6)


EVENTS = "events.out.tfevents.0"


def test_a_column_that_was_not_logged_at_a_step_is_no_point() -> None:
    (run,) = runs("sb3/progress.csv")
    assert len(run.curves["reward"].steps) == 12
    assert len(run.curves["entropy"].steps) == 11


def test_a_library_that_logs_minus_the_entropy_is_turned_round() -> None:
    (run,) = runs("sb3/progress.csv")
    assert (run.curves["entropy"].values > 0).all()


def test_nan_is_a_gap_and_infinity_is_named() -> None:
    (run,) = runs("strange")
    assert np.isnan(run.curves["reward_std"].values[2])
    assert math.isinf(run.curves["kl"].values[3])
    assert run.notes == (
        "Reward, spread is NaN at step 30, and has a gap there.",
        "KL to the reference is infinite at step 40, and has a gap there.",
    )


def test_rows_of_evaluation_and_summary_stand_apart() -> None:
    (run,) = runs("strange")
    assert run.curves["reward"].values.tolist() == [0.412, 0.455, 0.52, 0.61]
    assert set(run.evaluation) == {"eval_loss", "eval_reward"}
    assert run.summary == {"train_runtime": 812.4, "train_loss": 0.0009}


def test_loss_is_no_curve() -> None:
    assert columns.LOSS not in columns.CURVES
    assert all(
        columns.LOSS not in run.curves for run in runs("strange", "trl/trainer_state.json", "verl/metrics.jsonl")
    )


def test_min_and_max_columns_of_wandb_are_no_runs_and_empty_is_not_logged() -> None:
    first, second = runs("wandb")
    assert (first.name, second.name) == ("ppo run 1", "grpo, G=8")
    assert first.curves["reward"].steps.tolist() == [0, 2, 4]
    assert first.curves["reward"].values.tolist() == [0.41, 0.43, 0.47]
    assert np.isnan(second.curves["reward"].values[1])


def test_a_null_is_a_gap_and_a_missing_name_is_not(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"step": 1, "reward": 1, "kl": 0.1}\n{"step": 2, "reward": null}\n{"step": 3, "reward": 2}\n')
    assert files.read(path).columns["kl"][1:] == [ABSENT, ABSENT]
    (run,) = runs_of([files.read(path)])
    assert run.curves["reward"].steps.tolist() == [1, 2, 3]
    assert run.curves["kl"].steps.tolist() == [1]


def test_a_step_that_was_logged_again_after_a_restart_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,reward\n1,0\n2,9\n3,9\n2,1\n3,2\n")
    (run,) = runs_of([files.read(path)])
    assert run.curves["reward"].values.tolist() == [0, 1, 2]


def test_a_range_of_steps_holds_both_of_its_ends() -> None:
    (run,) = runs("strange")
    assert run.within(20, 30).curves["reward"].steps.tolist() == [20, 30]


@pytest.mark.parametrize("head", ["step;reward\n1;2\n", "step\treward\n1\t2\n", "\ufeffstep,reward\r\n1,2\r\n"])
def test_other_separators_and_byte_order_marks_are_read(tmp_path: Path, head: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(head, encoding="utf-8", newline="")
    assert runs_of([files.read(path)])[0].curves["reward"].values.tolist() == [2]


def test_an_event_file_that_is_still_written_is_read_up_to_its_last_whole_record(tmp_path: Path) -> None:
    whole = (DATA / "sb3" / EVENTS).read_bytes()
    path = tmp_path / EVENTS
    path.write_bytes(whole[:-5])
    sheet = files.read(path)
    assert "cut off" in sheet.notes[0]
    assert sheet.rows >= 11


def test_a_damaged_event_file_is_shown_up_to_the_damage(tmp_path: Path) -> None:
    whole = bytearray((DATA / "sb3" / EVENTS).read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path = tmp_path / EVENTS
    path.write_bytes(whole)
    sheet = files.read(path)
    assert "damaged" in sheet.notes[0]
    assert 0 < sheet.rows < 12


def test_the_checksum_is_that_of_tfrecords() -> None:
    assert tensorboard_events.masked_crc(b"") == 0xA282EAD8
    crc = 0xE3069283  # CRC-32C of "123456789", RFC 3720
    assert tensorboard_events.masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_of_several_checkpoints_the_newest_state_is_read(tmp_path: Path) -> None:
    for number in (9, 10):
        folder = tmp_path / f"checkpoint-{number}"
        folder.mkdir()
        folder.joinpath("trainer_state.json").write_text(json.dumps({"log_history": [{"step": number, "reward": 1}]}))
    tmp_path.joinpath("config.json").write_text("{}")
    assert [path.parent.name for path in files.meant([tmp_path])] == ["checkpoint-10"]


def broken() -> dict[str, tuple[bytes, str]]:
    record = struct.pack("<Q", 1 << 40)
    check = struct.pack("<I", tensorboard_events.masked_crc(record))
    return {
        "model.pkl": (b"cos\nsystem\n", "could run code"),
        "model.pt": (b"PK", "could run code"),
        "notes.txt": (b"hello", "is not read"),
        "empty.csv": (b"", "empty"),
        "head.csv": (b"step,reward\n", "no rows"),
        "twice.csv": (b"reward,reward\n1,2\n", "twice"),
        "wide.csv": (b"reward\n1,2\n", "names 1 columns"),
        "words.csv": (b"step,who\n1,me\n", "holds numbers; it has step, who"),
        "other.csv": (b"step,speed\n1,2\n", "It has speed; needed is"),
        "latin.csv": (b"step,rew\xff\n1,2\n", "UTF-8"),
        "quote.csv": (b'step,reward\n1,"2\n', "no CSV"),
        "cut.json": (b'{"log_history": [', "no JSON"),
        "deep.json": (b"[" * 100_000, "nested too deeply"),
        "long.json": (b'{"log_history": [{"step": 1, "reward": ' + b"9" * 5000 + b"}]}", "too long"),
        "dict.json": (b'{"architectures": 1}', "it holds architectures"),
        "list.json": (b"[1, 2]", "list of rows"),
        "lines.jsonl": (b"{}\n{]\n{}\n", "lines.jsonl:2"),
        "cut.parquet": (b"PAR1 and no more", "no parquet file"),
        "a.tfevents.1": (b"not a record at all", "no event file"),
        "b.tfevents.1": (record + check, "more than is read"),
    }


@pytest.mark.parametrize("name", broken())
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, name: str) -> None:
    content, told = broken()[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        runs_of([files.read(path)])
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate((1 << 30) + 1)
    with pytest.raises(UserError, match=r"1\.1 GB are more"):
        files.read(path)
