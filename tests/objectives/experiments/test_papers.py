"""Quoted numbers: each has a place that can be looked up, and a name by which it is spoken."""

from __future__ import annotations

import numpy as np
import pytest

from objectives.experiments import papers

ARRAYS = papers.run({})


def test_its_arrays_keep_the_schema() -> None:
    assert list(ARRAYS) == list(papers.SCHEMA)
    assert {array.shape for array in ARRAYS.values()} == {(len(papers.QUOTES),)}


def test_every_quote_names_edition_place_and_who_measured_it() -> None:
    for name in ("name", "shown", "run", "cite", "edition", "where", "tag"):
        assert all(ARRAYS[name]), name
    assert set(ARRAYS["tag"]) == {"the paper's own", "from the author's code", "its authors' rerun, in verl"}


@pytest.mark.parametrize("key", papers.QUOTES)
def test_a_quote_is_spoken_by_its_key(key: str) -> None:
    value = papers.NUMBERS[key][1](ARRAYS)
    assert type(value) is float
    assert value == papers.QUOTES[key].value
    assert np.isfinite(value)


def test_numbers_are_written_as_people_write_them() -> None:
    shown = dict(zip(ARRAYS["key"].tolist(), ARRAYS["shown"].tolist(), strict=True))
    assert shown["ppo_epochs"] == "10"
    assert shown["ppo_horizon"] == "2048"
    assert shown["ppo_rate"] == "3e-4"
    assert shown["math_rate"] == "1e-6"
    assert shown["instruct_episodes"] == "256k"


def test_its_claims_hold() -> None:
    assert papers.CLAIMS["instruct_reuses_less"][1](ARRAYS)


def test_the_gains_of_dynamic_sampling_by_hand() -> None:
    assert papers.NUMBERS["ladder_sampling_gain"][1](ARRAYS) == 50 - 42
    assert papers.NUMBERS["verl_sampling_gain"][1](ARRAYS) == 52 - 50


def test_the_stages_and_students_of_r1_as_its_tables_have_them() -> None:
    """Table 3 of the second edition, tables 5 and 6 of the first."""
    shown = dict(zip(ARRAYS["key"].tolist(), ARRAYS["shown"].tolist(), strict=True))
    stages = [shown[f"stage_{name}"] for name in ("imitate", "practise", "kept", "again")]
    assert stages == ["59.0", "74.0", "78.1", "79.8"]
    students = [float(value) for key, value in shown.items() if key.startswith("student_")]
    assert sorted(students) == [28.9, 50.4, 55.5, 69.7, 70.0, 72.6]
    assert shown["alone_qwen_32"] == "47.0"
    samples = {key: papers.QUOTES[key].value for key in ("r1_reasoning", "r1_other", "r1_samples")}
    assert samples["r1_reasoning"] + samples["r1_other"] == samples["r1_samples"]
    assert papers.NUMBERS["r1_samples_thousands"][1](ARRAYS) == 800
