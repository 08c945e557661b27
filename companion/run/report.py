"""Writes what is told: pictures, findings.json, answers.csv, and a page that needs no other file."""

from __future__ import annotations

import csv
import html
import json
import math
from pathlib import Path
from typing import Any

from companion.run import batch_figure, curves_figure
from companion.run.batch_figure import NAMES
from companion.run.columns import CURVES, WHY_NO_LOSS
from companion.run.findings import THRESHOLDS
from companion.run.pushes import groups_that_count
from companion.run.runs import Run
from companion.run.svg import FILM, PAPER, Ground, printed
from companion.run.told import Told
from pipeline.errors import UserError
from pipeline.files import whole
from scenes import theme


def write(told: Told, folder: Path) -> list[Path]:
    """All files of a report; their paths, the pictures first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"-o {folder}: {error.strerror}.") from error
    out: list[Path] = []
    shown: list[str] = []
    for name, title, (width, height), draw in _pictures(told):
        for ground, end in ((FILM, ""), (PAPER, "-paper")):
            svg = folder / f"{name}{end}.svg"
            _put(svg, draw(ground))
            out.append(svg)
            copy = svg.with_suffix(".png" if ground is FILM else ".pdf")
            printed(svg, copy, width, height)
            out.append(copy)
        shown.append(f"<h2>{html.escape(title)}</h2>\n<figure>{draw(FILM)}</figure>")
    if told.seen is not None:
        out.append(_answers(told, folder / "answers.csv"))
    found = folder / "findings.json"
    _put(found, json.dumps(as_json(told), indent=2, ensure_ascii=False) + "\n")
    page = folder / "report.html"
    _put(page, _page(told, shown))
    return [*out, found, page]


def _pictures(told: Told) -> list[tuple[str, str, tuple[float, float], Any]]:
    """(name, title, size, how it is drawn) of each picture."""
    out: list[tuple[str, str, tuple[float, float], Any]] = []
    if told.runs:
        runs = told.runs
        out.append(("curves", "Curves", curves_figure.size(runs), lambda ground: curves_figure.figure(runs, ground)))
    if told.seen is not None:
        seen = told.seen

        def answers(ground: Ground) -> str:
            return batch_figure.answers(seen, ground)

        def tokens(ground: Ground) -> str:
            return batch_figure.tokens(seen, ground)

        out.append(("batch", "The batch under twelve rules", batch_figure.size(seen), answers))
        out.append(("tokens", "One group, token by token", batch_figure.tokens_size(seen), tokens))
    return out


def as_json(told: Told) -> dict[str, Any]:
    """What findings.json holds: findings, notes, thresholds, and the last numbers of each curve."""
    out: dict[str, Any] = {
        "findings": [found.as_dict() for found in told.findings],
        "notes": told.notes,
        "loss": WHY_NO_LOSS,
        "thresholds": {key: {"threshold": number, "rule": rule} for key, (number, rule) in THRESHOLDS.items()},
        "runs": [_run(run) for run in told.runs],
    }
    if told.seen is not None:
        count, groups = groups_that_count(told.seen)
        out["batch"] = {
            "answers": len(told.seen.batch),
            "groups": groups,
            "groups_with_contrast": count,
            "rules": {
                name: {"effective_answers": push.effective, "silenced_tokens": int(push.silenced.sum())}
                for name, push in told.seen.rules.items()
            },
        }
    return out


def _run(run: Run) -> dict[str, Any]:
    ends = {name: [_plain(float(v)) for v in (one.values[0], one.values[-1])] for name, one in run.curves.items()}
    rows = {name: len(one.steps) for name, one in run.curves.items()}
    return {
        "name": run.name,
        "library": run.library,
        "first_and_last": ends,
        "rows": rows,
        "summary": dict(run.summary),
    }


def _plain(value: float) -> float | str:
    """A number that JSON has, or the name of one that it has not."""
    return value if math.isfinite(value) else str(value)


def _answers(told: Told, path: Path) -> Path:
    """A row an answer: what it earned, and what each rule would push."""
    assert told.seen is not None
    batch, rules = told.seen.batch, told.seen.rules
    with whole(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        silenced = [f"silenced_{name}" for name in rules]
        writer.writerow(
            ["step", "group", "reward", "length", "contrast", *(f"push_{name}" for name in rules), *silenced]
        )
        for k in range(len(batch)):
            pushes = [repr(float(push.answers[k])) for push in rules.values()]
            counts = [int(push.silenced[k].sum()) for push in rules.values()]
            head = [batch.step[k], batch.group[k], repr(float(batch.rewards[k])), batch.lengths[k]]
            writer.writerow([*head, int(told.seen.counts[k]), *pushes, *counts])
    return path


def _put(path: Path, text: str) -> None:
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


STYLE = f"""
:root {{ color-scheme: dark; }}
body {{ background: {theme.CANVAS}; color: {theme.TEXT}; font: 1.05rem/1.5 Georgia, serif; max-width: 80rem;
       margin: 2rem auto; padding: 0 1rem; }}
figure {{ margin: 1rem 0; overflow-x: auto; }} figure svg {{ width: 100%; height: auto; min-width: 40rem; }}
li {{ margin: 0.7rem 0; }} .by {{ color: {theme.MUTED}; }} table {{ border-collapse: collapse; }}
td, th {{ padding: 0.2rem 1rem 0.2rem 0; text-align: right; }} th:first-child, td:first-child {{ text-align: left; }}
"""


def _page(told: Told, pictures: list[str]) -> str:
    """The page, with nothing in it that is fetched from anywhere."""
    found = "".join(
        f"<li>{html.escape(one.sentence)}<br><span class=by>{html.escape(one.where)}: {one.number:.4g}, "
        f"{html.escape(one.rule)} {one.threshold:g}. Explained in “{html.escape(one.chapter_title)}”. "
        f"What acts on it: {html.escape(one.setting)}.</span></li>"
        for one in told.findings
    )
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in told.notes)
    loss = f"<p class=by>{html.escape(WHY_NO_LOSS)}</p>" if told.runs else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Your own run</title><style>{STYLE}</style></head><body><main><h1>Your own run</h1>\n"
        f"<h2>Findings</h2><ul>{found or '<li>None of the thresholds is crossed.</li>'}</ul>\n"
        + "\n".join(pictures)
        + f"\n{loss}{_ends(told)}{_rules(told)}<h2>Notes</h2><ul>{notes or '<li>None.</li>'}</ul></main></body></html>"
    )


def _ends(told: Told) -> str:
    """The first and the last number of each curve, as text beside the picture."""
    rows = "".join(
        f"<tr><td>{html.escape(run.name)}</td><td>{html.escape(CURVES[name].title)}</td><td>{one.values[0]:.4g}</td>"
        f"<td>{one.values[-1]:.4g}</td><td>{len(one.steps)}</td></tr>"
        for run in told.runs
        for name, one in run.curves.items()
    )
    head = "<tr><th>run</th><th>curve</th><th>first</th><th>last</th><th>rows</th></tr>"
    return f"<h2>Curves in numbers</h2><table>{head}{rows}</table>" if rows else ""


def _rules(told: Told) -> str:
    if told.seen is None:
        return ""
    rows = "".join(
        f"<tr><td>{html.escape(NAMES.get(name, name))}</td><td>{push.effective:.1f}</td>"
        f"<td>{push.silenced.sum()}</td></tr>"
        for name, push in told.seen.rules.items()
    )
    head = "<tr><th>rule</th><th>effective answers</th><th>silenced tokens</th></tr>"
    return f"<h2>The batch in numbers</h2><table>{head}{rows}</table>"
