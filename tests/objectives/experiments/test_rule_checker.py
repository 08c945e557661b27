"""The checker really compiles, runs, counts and stops; and what it makes of six answers."""

from __future__ import annotations

import sys
import time

import pytest

from objectives.experiments import rule_checker
from objectives.hyperparameters import defaults
from objectives.worlds import program_checker

TESTS = [("1", True), ("11", False)]
SHIPPED = defaults(rule_checker.Params, rule_checker.NAME)


def verdict(body: str, budget: int = 50) -> program_checker.Outcome:
    return program_checker.check(f"def solve(bits):\n    {body}\n", "solve", TESTS, budget)


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("<think>a</think><answer>b</answer>", True),
        ("<think>two\nlines</think>\n\n<answer>\nb\n</answer>\n", True),
        ("<think></think><answer>b</answer>", False),
        ("<think>  </think><answer>b</answer>", False),
        ("<answer>b</answer>", False),
        ("<think>a</think>b", False),
        ("<think>a<answer>b</answer></think>", False),
        ("<answer>b</answer><think>a</think>", False),
        ("<think>a</think><answer>b</answer> and more", False),
        ("<think>a</think><think>a</think><answer>b</answer>", False),
    ],
)
def test_tags(answer: str, right: bool) -> None:
    assert program_checker.tagged(answer) is right


def test_the_program_is_what_stands_in_the_answer() -> None:
    assert program_checker.program("<think>a</think>\n<answer>\nx = 1\n</answer>") == "x = 1"
    assert program_checker.program("<think>a</think>\nx = 1\n") == "x = 1"
    assert program_checker.program("  x = 1\n") == "  x = 1"


def test_lines_are_counted_by_hand() -> None:
    """One line for `def`, then: x, for, x, (for, x,) for, return: 1 + 2 + 2 n + 2 lines for n bits."""
    code = "def solve(bits):\n    x = 0\n    for bit in bits:\n        x = x + 1\n    return x % 2 == 1\n"
    outcome = program_checker.check(code, "solve", TESTS, 50)
    assert outcome == (program_checker.RIGHT, "", [True, True], [6, 8])
    assert program_checker.check(code, "solve", TESTS, 8).verdict == program_checker.RIGHT
    stopped = program_checker.check(code, "solve", TESTS, 7)
    assert (stopped.verdict, stopped.results, stopped.steps) == (program_checker.OUT_OF_STEPS, [True, False], [6, 8])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return bits.count('1') % 2 == 1", program_checker.RIGHT),
        ("return True", program_checker.WRONG),
        ("return", program_checker.WRONG),
        ("return 1 / 0", program_checker.FAILED),
        ("return bits[9]", program_checker.FAILED),
        ("return undefined", program_checker.FAILED),
        ("return solve(bits)", program_checker.OUT_OF_STEPS),
        ("while True: pass", program_checker.OUT_OF_STEPS),
        ("return sum(range(10 ** 12)) > 0", program_checker.OUT_OF_STEPS),
        ("return [b for b in bits for _ in range(40) for _ in range(40)]", program_checker.NOT_ALLOWED),
        ("return (", program_checker.NO_PROGRAM),
        ("return '\0'", program_checker.NO_PROGRAM),
        ("import os", program_checker.NOT_ALLOWED),
        ("from os import path", program_checker.NOT_ALLOWED),
        ("return open('notes.txt')", program_checker.FAILED),
        ("return eval('1')", program_checker.FAILED),
        ("return __import__('os')", program_checker.NOT_ALLOWED),
        ("return bits.__class__", program_checker.NOT_ALLOWED),
        ("return ().__class__.__bases__", program_checker.NOT_ALLOWED),
    ],
)
def test_what_becomes_of_a_program(body: str, expected: str) -> None:
    outcome = verdict(body)
    assert outcome.verdict == expected, outcome.why
    assert (outcome.why == "") is (expected in (program_checker.RIGHT, program_checker.WRONG))


@pytest.mark.parametrize(
    "body",
    [
        "return 'a' * 10 ** 9 == bits",
        "return [0] * 10 ** 9 == bits",
        "return 10 ** 9 * [0] == bits",
        "return 9 ** 9 ** 9 > 0",
        "return (1 << 10 ** 10) > 0",
        "return '%999999999d' % 1 == bits",
        "x = [0]\n    while True: x = x + x",
        "x = [0]\n    while True: x += x",
        "x = [0]\n    while True: x *= 2",
        "x = ['a']\n    while True: x[0] += x[0]",
        "x = 7\n    while True: x = x * x",
        "x = 7\n    while True: x **= x",
        "def g():\n        while True:\n            yield 1\n    return sum(g()) > 0",
    ],
)
def test_one_operation_cannot_fill_the_memory_or_take_for_ever(body: str) -> None:
    begun = time.process_time()
    assert verdict(body, budget=10**4).verdict == program_checker.OUT_OF_STEPS
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "body",
    [
        "return '{:999999999}'.format(1) == bits",
        "return f'{1:999999999}' == bits",
        "return bits.ljust(10 ** 9) == bits",
        "x = [0]\n    while True: x[:] = [x, x]",
        "x = [0]\n    while True: x.extend(x)",
        "x = 'aa'\n    while True: x = x.replace('a', x)",
        "def _grown(*a): return 0\n    return 1 + 1",
        "return (lambda _grown: 1)(2)",
        "x = [1]\n    x[x.pop()] += 1",
    ],
)
def test_what_grows_by_a_method_or_hides_the_guard_is_not_allowed(body: str) -> None:
    assert verdict(body).verdict == program_checker.NOT_ALLOWED


def test_guarded_operations_are_pythons_own() -> None:
    body = """
    x, y = [1], 2 * 3 + 4 ** 2 % 5 - 1
    z = x
    x += [y << 2, -7 % 3]
    x *= 2
    w = 'ab' * 2 + 'c'
    t = (1,) + (2,) * 2
    v = 1.5
    v *= 4
    return [x, z, w, t, v, True + True, 2 ** -1, 7 // 2]
"""
    x = [1, 24, 2, 1, 24, 2]
    tests = [("", [x, x, "ababc", (1, 2, 2), 6.0, 2, 0.5, 3])]
    assert program_checker.check(f"def solve(bits):{body}", "solve", tests, 50).verdict == program_checker.RIGHT


def test_hostile_nesting_does_not_compile() -> None:
    assert verdict("return " + "(" * 3000 + "1" + ")" * 3000).verdict == program_checker.NO_PROGRAM
    assert verdict("return " + "-" * 10**5 + "1").verdict == program_checker.NO_PROGRAM


def test_nothing_swallows_the_end_of_the_budget() -> None:
    code = "def solve(bits):\n    while True:\n        try:\n            pass\n        except:\n            pass\n"
    assert program_checker.check(code, "solve", TESTS, 50).verdict == program_checker.NOT_ALLOWED


def test_a_missing_function_fails_and_tracing_is_put_back() -> None:
    before = sys.gettrace()
    assert program_checker.check("x = 1", "solve", TESTS, 50).why == "KeyError: 'solve'"
    assert verdict("while True: pass").verdict == program_checker.OUT_OF_STEPS
    assert sys.gettrace() is before


def test_each_test_starts_afresh() -> None:
    code = "seen = []\ndef solve(bits):\n    seen.append(bits)\n    return len(seen) == 1\n"
    assert program_checker.check(code, "solve", [("1", True), ("0", True)], 50).verdict == program_checker.RIGHT


# --- the six answers


def test_their_scores_by_hand() -> None:
    a = rule_checker.run(SHIPPED)
    assert a["total"].tolist() == [1.2, 1.0, 0.2, 0.2, 0.2, 0.2]
    assert a["verdict"].tolist() == ["right", "right", "wrong", "does not compile", "out of steps", "failed"]
    assert a["tests"].tolist()[:6] == ["0", "1", "00", "01", "10", "11"]
    # "Odd number of bits" is "odd number of ones" for 1, 00, 11, 001, 010, 100 and 111.
    assert [t for t, right in zip(a["tests"], a["passed"][2], strict=True) if right] == [
        "1", "00", "11", "001", "010", "100", "111",
    ]  # fmt: skip
    assert a["steps"][rule_checker.ENDLESS].tolist() == [201] + [0] * 13


def test_edits_flip_claims() -> None:
    def failing(**changes: float) -> set[str]:
        a = rule_checker.run({**SHIPPED, **{f"rule_checker.{key}": value for key, value in changes.items()}})
        return {name for name, (_, function) in rule_checker.CLAIMS.items() if not function(a)}

    assert failing(budget=5) >= {"tally_is_right", "tally_scores_best"}
    assert failing(reward_format=0.0) == {"tally_scores_best"}
    assert failing(bits=6) == set()
