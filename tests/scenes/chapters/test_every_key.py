"""Every hyperparameter of the film edited in turn: what stays fresh looks the same.

By the jobs, without drawing, for all keys; by pictures for a sample of keys and of the clips that read them.
`benchmarks/keys.py` draws all clips for all keys.
"""

import random
from collections.abc import Iterator

import pytest

from benchmarks.keys import Film, Finding, film, others
from pipeline.project import project as projects
from tests.scenes.film import ROOT, small

pytestmark = pytest.mark.slow

KEYS = sorted(projects.load(ROOT).schema)
DRAWN = random.Random(5).sample(KEYS, 8)
CLIPS_EACH = 3
SHARES = 4
"""Parts of the list of keys, for workers to share."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    with film(small(tmp_path_factory)) as made:
        yield made


def test_every_key_has_another_allowed_value() -> None:
    project = projects.load(ROOT)
    assert [key for key in KEYS if not any(others(project.schema[key], project.hyperparameters[key]))] == []


@pytest.mark.parametrize("share", range(SHARES))
def test_after_any_edit_what_is_fresh_has_the_job_that_it_had(whole: Film, share: int) -> None:
    keys = KEYS[share::SHARES]
    found = [whole.jobs(key) for key in keys]
    assert [fault for finding in found for fault in finding.faults] == []
    read = {key for clip in whole.build.project.clips for key in (*clip.hyperparameters, *clip.spoken_hyperparameters)}
    for experiment in whole.build.project.needed(whole.build.project.clips):
        read |= set(experiment.hyperparameters)
    assert {key for key, finding in zip(keys, found, strict=True) if finding.stale} == read & set(keys)


@pytest.mark.parametrize("key", DRAWN)
def test_after_an_edit_what_is_fresh_looks_the_same(whole: Film, key: str) -> None:
    finding: Finding = whole.pictures(key, elsewhere=1, most=CLIPS_EACH)
    assert finding.faults == []
    assert finding.changed <= finding.stale
