from pathlib import Path

import numpy as np
import pytest

from companion.run.batch import Batch, batch_of, is_batch
from companion.run.readers import files
from pipeline.errors import UserError

DATA = Path(__file__).parent / "data"


def batch(tmp_path: Path, text: str, name: str = "batch.csv") -> Batch:
    path = tmp_path / name
    path.write_text(text)
    sheet = files.read(path)
    assert is_batch(sheet)
    return batch_of([sheet])


def test_the_completions_of_trl_are_read_from_its_own_parquet() -> None:
    pytest.importorskip("pyarrow", reason="parquet is read by pyarrow, of the extra [page]")
    sheet = files.read(DATA / "trl/completions/completions_00012.parquet")
    assert is_batch(sheet)
    read = batch_of([sheet])
    assert len(read) == 24
    assert read.group.tolist() == [k // 4 for k in range(24)]
    assert read.rewards[4:8].tolist() == [1, 0, 0, 0]
    assert "The reward is accuracy_reward." in read.notes
    assert any("words" in note for note in read.notes)


def test_the_rollout_of_verl_is_read_from_its_own_lines() -> None:
    read = batch_of([files.read(DATA / "verl/rollout/12.jsonl")])
    assert len(read) == 24
    assert read.correct is not None
    assert read.correct.tolist() == read.rewards.tolist()


def test_logs_are_no_batches() -> None:
    for name in ("trl/trainer_state.json", "verl/metrics.jsonl", "sb3/progress.csv", "wandb/export.csv"):
        assert not is_batch(files.read(DATA / name))


def test_several_reward_functions_are_added_and_named(tmp_path: Path) -> None:
    read = batch(tmp_path, "prompt,completion,format,accuracy_reward,advantage\na,x y,0.5,1,3\na,x,0,0,4\n")
    assert read.rewards.tolist() == [1.5, 0]
    assert "The reward is the sum of format, accuracy_reward: their weights are not in the file." in read.notes


def test_one_prompt_in_two_steps_is_two_groups(tmp_path: Path) -> None:
    read = batch(tmp_path, "step,prompt,reward,length\n1,a,1,2\n1,a,0,2\n2,a,1,2\n2,a,0,2\n")
    assert read.group.tolist() == [0, 0, 1, 1]


def test_an_answer_without_a_reward_is_left_out_and_said(tmp_path: Path) -> None:
    read = batch(tmp_path, "prompt,reward,length\na,1,2\na,,2\na,nan,2\na,inf,2\na,0,2\n")
    assert read.rewards.tolist() == [1, 0]
    assert "3 answers have no finite reward, and are left out." in read.notes


def test_the_higher_of_two_rewards_is_right_and_of_three_none_is(tmp_path: Path) -> None:
    two = batch(tmp_path, "prompt,reward,length\na,1,2\na,-1,2\n").correct
    assert two is not None
    assert two.tolist() == [1, 0]
    assert batch(tmp_path, "prompt,reward,length\na,1,2\na,0.5,2\na,0,2\n").correct is None


def test_lists_of_log_probabilities_give_the_length(tmp_path: Path) -> None:
    read = batch(tmp_path, 'prompt,reward,logp\na,1,"[-1, -2]"\na,0,[-3]\n')
    assert read.lengths.tolist() == [2, 1]
    np.testing.assert_array_equal(read.tokens["logp"][0], [-1, -2])


REFUSED = {
    "prompt,completion,note\na,b,c\n": "no column holds a reward. It has prompt, completion, note; needed are",
    "prompt,reward,length\na,1,-2\n": "number of tokens of every answer",
    "prompt,reward,length\na,nan,2\n": "no answer has a finite reward",
    'prompt,reward,logp,old_logp\na,1,"[-1, -2]",[-1]\n': "row 1 has 2 numbers in logp, and 1 in old_logp",
    'prompt,reward,logp\na,1,"[-1, [2]]"\n': "row 1 of logp",
    'prompt,reward,logp\na,1,"[-1, NaN]"\n': "finite numbers",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_batch_that_cannot_be_read_gets_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as error:
        batch(tmp_path, text)
    assert REFUSED[text] in str(error.value)
