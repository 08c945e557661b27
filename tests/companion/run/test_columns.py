from pathlib import Path

from companion.run import columns
from companion.run.findings import CHAPTERS, THRESHOLDS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/your_own_run.md").read_text(encoding="utf-8")


def test_the_page_prints_the_table_of_columns() -> None:
    assert columns.table() in PAGE


def test_the_page_prints_every_threshold() -> None:
    for key, (number, rule) in THRESHOLDS.items():
        assert f"| `{key}` | {rule} | {number:g} |" in PAGE


def test_the_page_says_why_loss_is_no_curve() -> None:
    assert columns.WHY_NO_LOSS in " ".join(PAGE.split())


def test_every_chapter_that_a_finding_names_is_in_the_film_under_that_title() -> None:
    lecture = (ROOT / "lecture.toml").read_text(encoding="utf-8")
    for name, title in CHAPTERS.values():
        assert f'"{name}"' in lecture
        script = (ROOT / f"assets/narration/{name}.md").read_text(encoding="utf-8")
        assert f"# {title}" in script.splitlines()


def test_no_column_of_a_library_means_two_curves() -> None:
    for library, curves in columns.LIBRARIES.items():
        names = [name for curve in curves for name, _ in columns.names_of(library, curve)]
        assert len(set(names)) == len(names)
