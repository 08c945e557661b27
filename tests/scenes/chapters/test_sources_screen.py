"""What the film names as a source anywhere, its last screen and its description list too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pipeline.project import project
from scenes.chapters.ch18_closing.sources import PAPERS

ROOT = Path(__file__).resolve().parents[3]
NUMBER = r"\b\d{4}\.\d{5}\b"
AUTHOR = r"\b[A-Z][a-z]+(?: et al\.| and [A-Z][a-z]+)? (?:19|20)\d\d\b"
TAG = re.compile(f"{NUMBER}|{AUTHOR}")


def drawn(path: Path) -> str:
    """Every string of a module that is not documentation; the constant pieces of one f-string stay together."""
    tree, out = ast.parse(path.read_text(encoding="utf-8")), []
    quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            out.append(node.value)
    return "\n".join(out)


def tags() -> dict[str, set[str]]:
    """Sources named in chapters, parts and narration, each with the files that name it."""
    found: dict[str, set[str]] = {}
    scripts = sorted((ROOT / "assets/narration").glob("*.md"))
    modules = [p for p in sorted((ROOT / "scenes").rglob("*.py")) if p.name != "sources.py"]
    for path in (*modules, *scripts):
        words = drawn(path) if path.suffix == ".py" else path.read_text(encoding="utf-8")
        for tag in TAG.findall(words):
            found.setdefault(tag, set()).add(path.name)
    return found


def test_every_source_that_the_film_names_is_on_the_last_screen() -> None:
    listed = "\n".join(f"{authors} {where}" for _, authors, where in PAPERS)
    found = tags()
    assert {"1910.02054", "Amari 1998", "Williams 1992"} <= set(found), "tags are looked for in the wrong place"
    assert {tag: files for tag, files in found.items() if tag not in listed} == {}


def test_the_last_screen_and_the_description_list_the_same_papers_in_the_same_order() -> None:
    sources = project.load(ROOT).settings.publish.sources
    assert len(sources) == len(PAPERS)
    for (name, authors, where), source in zip(PAPERS, sources, strict=True):
        first, year = authors.split()[0], re.search(r"\d{4}", authors)
        assert year is not None
        assert source.title.startswith(first), name
        assert year[0] in source.title, name
        if number := re.search(NUMBER, where):
            assert source.url.endswith(number[0]), name
