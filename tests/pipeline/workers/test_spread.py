"""Small jobs over the workers: all are done, the heaviest first, and one that fails is a sentence."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BuildError, UserError
from pipeline.workers.pool import Workers
from pipeline.workers.progress import Progress
from pipeline.workers.spread import Spread


def work(job: dict[str, Any]) -> dict[str, Any]:
    if job["what"] == "user_error":
        raise UserError("the file is wrong.")
    if job["what"] == "failure":
        raise BuildError("the program failed.")
    if job["what"] == "death":
        os._exit(3)
    time.sleep(0.05)
    return {"square": job["number"] ** 2, "process": os.getpid(), "began": time.monotonic()}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    pool = Workers(2)
    yield pool
    pool.kill()


def run(workers: Workers, folder: Path, kinds: list[str]) -> dict[int, dict[str, Any]]:
    spread = Spread(workers, 2, folder, folder / "logs/small", Progress())
    jobs = [{"what": kind, "number": number} for number, kind in enumerate(kinds)]
    return dict(spread.run("Speech", work, jobs, [1.0 + number for number in range(len(jobs))]))


def test_every_job_is_answered_by_two_processes_behind_one_bar(
    workers: Workers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = run(workers, tmp_path, ["fine"] * 8)
    assert {number: answer["square"] for number, answer in answers.items()} == {k: k * k for k in range(8)}
    assert len({answer["process"] for answer in answers.values()}) == 2
    assert min(answers, key=lambda number: answers[number]["began"]) >= 6, "the heaviest are begun first"
    said = capsys.readouterr().err
    assert said.startswith("Speech ...\n")
    assert "Speech: done after" in said


@pytest.mark.parametrize(
    ("kind", "error", "sentence"),
    [
        ("user_error", UserError, r"^the file is wrong\.$"),
        ("failure", BuildError, r"^the program failed\.$"),
        ("death", BuildError, r"^Speech failed: its process ended with exit code 3\.$"),
    ],
)
def test_a_job_that_fails_is_one_sentence(
    workers: Workers, tmp_path: Path, kind: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        run(workers, tmp_path, ["fine", kind, "fine"])


def test_what_is_finished_when_a_job_fails_is_handed_out(workers: Workers, tmp_path: Path) -> None:
    spread = Spread(workers, 2, tmp_path, tmp_path / "logs/small", Progress())
    jobs = [{"what": "failure", "number": 0}, {"what": "fine", "number": 1}]
    answers = spread.run("Speech", work, jobs, [2.0, 1.0])
    assert next(answers)[0] == 1
    with pytest.raises(BuildError):
        next(answers)
