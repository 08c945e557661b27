"""The promise between an experiment and its pictures: names, ranks and axis lengths."""

import numpy as np
import pytest

from traces.schema import Field, SchemaError, check, did_you_mean

SCHEMA = {
    "theta": Field("seed step 2", "logit", "where the policy stands"),
    "j": Field("seed step", "", "expected reward"),
    "start": Field("", "", "expected reward at the start"),
}


def arrays() -> dict[str, np.ndarray]:
    return {"theta": np.zeros((3, 5, 2)), "j": np.zeros((3, 5)), "start": np.array(0.5)}


def test_arrays_that_keep_the_promise_pass() -> None:
    check(arrays(), SCHEMA)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("j", np.zeros((3, 6)), ['"j"', "6 along step", '"theta" has 5']),
        ("j", np.zeros(3), ['"j"', "[3]", "[seed, step]"]),
        ("theta", np.zeros((3, 5, 3)), ['"theta"', "3 along 2", "the schema has 2"]),
        ("start", np.zeros(1), ['"start"', "[1]", "[]"]),
    ],
)
def test_a_wrong_shape_is_named(name: str, value: np.ndarray, words: list[str]) -> None:
    with pytest.raises(SchemaError) as error:
        check({**arrays(), name: value}, SCHEMA)
    for word in words:
        assert word in str(error.value)


def test_a_missing_array_is_named() -> None:
    given = arrays()
    del given["j"]
    with pytest.raises(SchemaError, match='"j" is in the schema but was not given'):
        check(given, SCHEMA)


def test_an_unknown_array_gets_the_nearest_name() -> None:
    with pytest.raises(SchemaError, match='"thetas" is not in the schema; did you mean "theta"'):
        check({**arrays(), "thetas": np.zeros(1)}, SCHEMA)


def test_no_near_name_lists_what_there_is() -> None:
    assert did_you_mean("qqq", ["beta", "alpha"]) == "; known are alpha, beta."
    assert did_you_mean("qqq", []) == "."
