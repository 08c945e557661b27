"""Traces on disk: equal content gives equal bytes, and what was saved comes back."""

from pathlib import Path

import numpy as np
import pytest

from traces.schema import Field, SchemaError
from traces.store import TraceFileError, load, save

ARRAYS = {
    "theta": np.arange(12, dtype=np.float64).reshape(2, 3, 2),
    "value": np.array([0.25, np.nan]),
    "gate": np.array([[True, False, True], [False, False, True]]),
    "answers": np.array(["A", "B", "none"]),
}
META = {
    "name": "tiny",
    "schema": {
        "theta": Field("seed step 2", "logit", "where the policy stands"),
        "value": Field("seed", "", "critic"),
        "gate": Field("seed step", "", "clip gate closed"),
        "answers": Field("answer", "", "names"),
    },
    "numbers": {"end": 0.75},
    "claims": {"rises": True},
    "claim_sentences": {"rises": "J rises."},
    "hyperparameters": {"grpo.beta": 0.04, "ppo.lam": 0.95},
    "printed": ["grpo.beta"],
}


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    saved = save(tmp_path / "tiny.npz", ARRAYS, META)
    trace = load(tmp_path / "tiny.npz")
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(trace[name], array)
        assert trace[name].dtype == array.dtype
    assert trace.digest == saved
    assert (trace.name, trace.numbers, trace.claims) == ("tiny", {"end": 0.75}, {"rises": True})
    assert trace.claim_sentences == {"rises": "J rises."}
    assert trace.hyperparameters == {"grpo.beta": 0.04}
    assert trace.schema["theta"].unit == "logit"
    assert sorted(trace) == sorted(ARRAYS)
    assert "theta" in trace


def test_equal_content_is_equal_bytes_whatever_the_order(tmp_path: Path) -> None:
    save(tmp_path / "a.npz", ARRAYS, META)
    fortran = {name: np.asfortranarray(ARRAYS[name]) for name in reversed(ARRAYS)}
    save(tmp_path / "b.npz", fortran, dict(reversed(META.items())))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize(
    ("arrays", "meta"),
    [
        ({**ARRAYS, "theta": ARRAYS["theta"] + 1e-12}, META),
        ({**ARRAYS, "theta": ARRAYS["theta"].astype(np.float32)}, META),
        (ARRAYS, {**META, "numbers": {"end": 0.76}}),
        (ARRAYS, {**META, "claims": {"rises": False}}),
        (ARRAYS, {**META, "hyperparameters": {"grpo.beta": 0.05, "ppo.lam": 0.95}}),
        (ARRAYS, {**META, "printed": ["grpo.beta", "ppo.lam"]}),
        (ARRAYS, {**META, "schema": {**META["schema"], "value": Field("seed", "reward", "critic")}}),
        (ARRAYS, {**META, "name": "other"}),
    ],
)
def test_any_change_of_content_changes_the_digest(tmp_path: Path, arrays: dict, meta: dict) -> None:
    assert save(tmp_path / "a.npz", ARRAYS, META) != save(tmp_path / "b.npz", arrays, meta)


@pytest.mark.parametrize(
    "meta",
    [
        {**META, "hyperparameters": {"grpo.beta": 0.04, "ppo.lam": 0.5}},
        {**META, "claim_sentences": {"rises": "J goes up."}},
        {**META, "number_docs": {"end": "where it ends"}},
        {**META, "schema": {**META["schema"], "value": Field("seed", "", "the forecast")}},
    ],
)
def test_what_no_picture_may_look_at_does_not(tmp_path: Path, meta: dict) -> None:
    assert save(tmp_path / "a.npz", ARRAYS, META) == save(tmp_path / "b.npz", ARRAYS, meta)
    assert load(tmp_path / "a.npz").digest == load(tmp_path / "b.npz").digest


def test_a_hyperparameter_that_is_not_printed_cannot_be_looked_at(tmp_path: Path) -> None:
    save(tmp_path / "tiny.npz", ARRAYS, META)
    with pytest.raises(KeyError, match=r'does not print "ppo.lam"; its experiment must name it in PRINTED'):
        load(tmp_path / "tiny.npz").hyperparameters["ppo.lam"]


def test_numpy_alone_can_read_it(tmp_path: Path) -> None:
    save(tmp_path / "tiny.npz", ARRAYS, META)
    with np.load(tmp_path / "tiny.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["theta"], ARRAYS["theta"])


def test_an_unknown_array_gets_the_nearest_name(tmp_path: Path) -> None:
    save(tmp_path / "tiny.npz", ARRAYS, META)
    with pytest.raises(KeyError, match='"tiny" has no array "tetha"; did you mean "theta"'):
        load(tmp_path / "tiny.npz")["tetha"]


def test_arrays_cannot_be_changed_by_a_scene(tmp_path: Path) -> None:
    save(tmp_path / "tiny.npz", ARRAYS, META)
    with pytest.raises(ValueError, match="read-only"):
        load(tmp_path / "tiny.npz")["theta"][0] = 1


def test_python_objects_are_refused(tmp_path: Path) -> None:
    meta = {"name": "x", "schema": {"a": Field("n", "", "")}}
    with pytest.raises(SchemaError, match="holds Python objects"):
        save(tmp_path / "x.npz", {"a": np.array([{}], dtype=object)}, meta)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "tiny.npz"
    save(path, ARRAYS, META)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(TraceFileError, match=r"tiny\.npz is not a readable trace"):
        load(path)
