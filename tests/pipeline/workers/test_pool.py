"""Worker processes: used again, replaced when they die, and ended on request."""

import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipeline.workers.pool import WorkerDied, Workers, attempt
from pipeline.workers.progress import Progress
from pipeline.workers.scheduler import Job, run


def pid(_: object = None) -> int:
    return os.getpid()


def die(number: int) -> None:
    os.kill(os.getpid(), number)
    time.sleep(60)


def fail() -> None:
    raise ValueError("no such luck")


def nap(seconds: float) -> None:
    time.sleep(seconds)


def chatter(folder: Path) -> dict:
    def speak() -> dict:
        print("from python")
        os.system("echo from elsewhere")
        raise ValueError("no  such\nluck")

    return attempt(folder, folder / "logs/x.log", speak)


def stamp(job: dict) -> dict:
    with open(job["list"], "a") as file:
        file.write(job["name"] + "\n")
    time.sleep(job.get("nap", 0))
    return {"ok": True, "user_error": False}


def die_or_stamp(job: dict) -> dict:
    if job["name"] == "deadly":
        die(signal.SIGKILL)
    return stamp(job)


def test_one_worker_serves_many_jobs_in_a_process_of_its_own() -> None:
    with Workers(1) as workers:
        found = {workers.submit(pid).result(timeout=30) for _ in range(3)}
    assert len(found) == 1
    assert os.getpid() not in found


def test_errors_come_through() -> None:
    with Workers(1) as workers, pytest.raises(ValueError, match="no such luck"):
        workers.submit(fail).result(timeout=30)


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGKILL, "killed, as happens when the memory runs out"), (signal.SIGSEGV, "SIGSEGV")]
)
def test_the_death_of_a_worker_is_told_and_the_next_job_gets_another(number: int, words: str) -> None:
    with Workers(1) as workers:
        before = workers.submit(pid).result(timeout=30)
        with pytest.raises(WorkerDied, match=words):
            workers.submit(die, number).result(timeout=30)
        assert workers.submit(pid).result(timeout=30) != before


def test_the_death_of_one_worker_leaves_its_neighbour_alone() -> None:
    with Workers(2) as workers:
        calm = workers.submit(nap, 1.0)
        with pytest.raises(WorkerDied):
            workers.submit(die, signal.SIGKILL).result(timeout=30)
        assert calm.result(timeout=30) is None


def test_kill_ends_what_is_running_at_once() -> None:
    workers = Workers(2)
    running = workers.submit(pid).result(timeout=30)
    workers.submit(nap, 60)
    time.sleep(0.2)
    start = time.monotonic()
    workers.kill()
    assert time.monotonic() - start < 5
    with pytest.raises(ProcessLookupError):
        os.kill(running, 0)


def test_output_goes_to_the_log_and_errors_become_sentences(tmp_path: Path) -> None:
    with Workers(1) as workers:
        answer = workers.submit(chatter, tmp_path).result(timeout=30)
    assert (answer["ok"], answer["user_error"], answer["sentence"]) == (False, False, "ValueError: no such luck")
    log = (tmp_path / "logs/x.log").read_text()
    assert "from python" in log
    assert "from elsewhere" in log
    assert "Traceback" in log


def jobs(folder: Path, weights: dict[str, float], function: object, **more: object) -> list[Job]:
    listed = str(folder / "list.txt")
    return [
        Job(name, name, function, {"name": name, "list": listed, **more}, weight) for name, weight in weights.items()
    ]


def test_the_longest_job_starts_first(tmp_path: Path) -> None:
    with Workers(1) as workers:
        weights = {"short": 1.0, "long": 9.0, "middle": 5.0}
        answers = list(run(workers, jobs(tmp_path, weights, stamp), 1, Progress()))
    assert [job.name for job, _ in answers] == ["long", "middle", "short"]
    assert (tmp_path / "list.txt").read_text().split() == ["long", "middle", "short"]


def meet(job: dict) -> dict:
    """Waits until the other one has come, too."""
    folder, deadline = Path(job["list"]).parent, time.monotonic() + 60
    (folder / f"{job['name']}.came").touch()
    while time.monotonic() < deadline:
        if len([*folder.glob("*.came")]) == 2:
            return {"ok": True, "user_error": False}
        time.sleep(0.02)
    return {"ok": False, "user_error": False, "sentence": "nobody came"}


def test_two_workers_work_at_the_same_time(tmp_path: Path) -> None:
    with Workers(2) as workers:
        answers = [answer for _, answer in run(workers, jobs(tmp_path, {"a": 1, "b": 1}, meet), 2, Progress())]
    assert [answer["ok"] for answer in answers] == [True, True]


@pytest.mark.parametrize("kind", ["ours", "the standard library's"])
def test_any_executor_will_do_and_a_deadly_job_fails_alone(tmp_path: Path, kind: str) -> None:
    executor = Workers(1) if kind == "ours" else ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    weights = {"first": 9.0, "deadly": 5.0} if kind != "ours" else {"first": 9.0, "deadly": 5.0, "last": 1.0}
    with executor:
        answers = {
            job.name: answer for job, answer in run(executor, jobs(tmp_path, weights, die_or_stamp), 1, Progress())
        }
    assert answers.pop("deadly")["ok"] is False
    assert all(answer["ok"] for answer in answers.values())
    assert set(answers) == set(weights) - {"deadly"}
