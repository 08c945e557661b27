"""The tab of your own run: files dropped or named, then findings, curves, and the batch under the twelve rules."""

from __future__ import annotations

import html
import math
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nicegui import run, ui

from companion.run import batch_figure, clips, curves_figure, report
from companion.run.batch_figure import NAMES
from companion.run.columns import WHY_NO_LOSS
from companion.run.findings import Finding
from companion.run.svg import FILM, RUN_DASHES
from companion.run.table import table
from companion.run.told import Told, told
from pipeline.errors import BuildError, UserError

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "dist" / "run"
LOCAL = ("127.0.0.1", "::1", "localhost", "testclient")
MOST_BYTES = 1 << 30
WRONG = "This could not be read. The terminal in which the page was started says why."

STYLE = """
.run { display: flex; flex-direction: column; gap: 1.2rem; width: 100%; }
.run h1 { font-size: 1.9rem; margin: 0; line-height: 1.2; } .run h2 { font-size: 1.35rem; margin: 0.6rem 0 0.2rem; }
.run .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 0.8rem; }
.run svg { width: 100%; height: auto; display: block; } .run .wide { overflow-x: auto; }
.run .wide svg { min-width: 52rem; } .run li { margin: 0.6rem 0; } .run .by { color: var(--muted, #A0A6B2); }
.run a { color: var(--up, #7CC4F4); text-decoration: underline; } .run ul { padding-left: 1.2rem; list-style: disc; }
.run .row { display: flex; flex-wrap: wrap; gap: 0.8rem; align-items: end; } .run .row > * { max-width: 100%; }
.run .error { border-left: 4px solid var(--down, #F2994A); padding: 0.4rem 0.8rem; }
.run .rows { height: 34rem; overflow: auto; border: 1px solid var(--hairline, #343C4A); width: 100%; }
.run .rows table { border-collapse: collapse; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
.run .rows th, .run .rows td { height: 30px; padding: 0 0.7rem; white-space: nowrap; text-align: right;
  max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
.run .rows thead th { font-weight: normal; color: var(--muted, #A0A6B2); }
.run .rows td:last-child, .run .rows th:last-child { text-align: left; }
.run .q-uploader__header { background: var(--panel, #172031); color: var(--text, #F0E9DC); }
.run .q-uploader { background: transparent; border: 1px dashed var(--axis, #6F7787); }
.run .q-btn.bg-primary { background: var(--up, #7CC4F4) !important; color: var(--canvas, #0A0E15) !important; }
.run .q-btn.text-primary { color: var(--up, #7CC4F4) !important; }
.run .legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.6rem; } .run .legend svg { width: 4rem; height: 1rem; }
.run .legend span { display: inline-flex; align-items: center; gap: 0.6rem; }
"""


NAMED = """
document.querySelectorAll('.q-uploader a, .q-uploader input[type=file]').forEach(
  element => element.setAttribute('aria-label', 'Choose files'))
"""
"""What the field for files leaves without a name."""


class Tab:
    """What one visitor sees."""

    def __init__(self) -> None:
        self.work = tempfile.TemporaryDirectory(prefix="run-")
        self.dropped: list[Path] = []
        self.told: Told | None = None

    def build(self, query: dict[str, str], local: bool) -> None:
        """Fills the container: what to read above, what it tells below."""
        _html(
            "<h1>Your own run</h1><p>Drop a training log (trainer_state.json, CSV, JSON lines, TensorBoard's events), "
            "a batch of answers with rewards, or both. Nothing leaves this machine, and nothing is kept.</p>"
        )
        with ui.element("div").classes("row"):
            upload = ui.upload(
                label="Drop files, or press +", multiple=True, auto_upload=True, max_file_size=MOST_BYTES
            )
            upload.on_upload(self.take).classes("drop")
            ui.run_javascript(NAMED)
            if local:
                self.path = ui.input("Path of a file or a folder", value=query.get("path", "")).props("outlined")
                self.path.on("keydown.enter", self.show).style("min-width:min(22rem,100%)")
            self.first = ui.input("From step", value=query.get("from", "")).props("outlined").style("width:8rem")
            self.last = ui.input("To step", value=query.get("to", "")).props("outlined").style("width:8rem")
            ui.button("Show", on_click=self.show).props('no-caps id="show"')
            ui.button("Clear", on_click=self.clear).props("no-caps flat")
        self.local = local
        self.below = ui.element("div").classes("run").props('aria-live="polite" id="told"')
        if local and query.get("path"):
            ui.timer(0.1, self.show, once=True)

    async def take(self, event: Any) -> None:
        """A file was dropped."""
        name = Path(event.file.name).name or "file"
        folder = Path(self.work.name, str(len(self.dropped)), Path(name).stem[:60] or "run")
        folder.mkdir(parents=True)
        await event.file.save(folder / name)
        self.dropped.append(folder / name)
        await self.show()

    def clear(self) -> None:
        """Forgets all files."""
        self.dropped = []
        self.told = None
        self.below.clear()

    async def show(self) -> None:
        """Reads all files again and shows what they tell; what is wrong is a sentence."""
        self.below.clear()
        paths = list(self.dropped)
        if self.local and self.path.value.strip():
            paths.append(Path(self.path.value.strip()).expanduser())
        if not paths:
            return self.say("Drop a file, or write the path of one.")
        with self.below:
            waiting = ui.label("Reading …")
        try:
            found = await run.io_bound(told, paths, steps(self.first.value, self.last.value))
        except UserError as error:
            return self.say(str(error).replace(self.work.name + "/", ""))
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return self.say(WRONG)
        if found is None:  # the server is ending
            return None
        self.told = found
        waiting.delete()
        with self.below:
            tell(found)
            self.buttons()
        return None

    def say(self, sentence: str) -> None:
        """A sentence in place of what would be told."""
        self.below.clear()
        with self.below:
            _html(f'<p class="error" role="alert">{html.escape(sentence)}</p>')

    def buttons(self) -> None:
        """What writes files, only when pressed."""
        with ui.element("div").classes("row"):
            ui.button("Write pictures and report to dist/run", on_click=self.write).props("no-caps outline")
            ui.button("Render as clips", on_click=self.render).props("no-caps outline")
        self.written = ui.element("div").props('aria-live="polite"')

    async def write(self) -> None:
        """Writes the report."""
        await self._make(lambda data: report.write(data, FOLDER))

    async def render(self) -> None:
        """Draws the clips; they play here when they are done."""
        await self._make(lambda data: clips.write(ROOT, data, FOLDER))

    async def _make(self, make: Any) -> None:
        self.written.clear()
        with self.written:
            ui.label("Working: pictures take seconds, clips a minute or two …")
        try:
            made = await run.io_bound(make, self.told) or []
            words = "Written: " + ", ".join(path.relative_to(ROOT).as_posix() for path in made) + "."
        except (UserError, BuildError) as error:
            made, words = [], str(error)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            made, words = [], WRONG
        self.written.clear()
        with self.written:
            ui.label(words)
            for path in made:
                if path.suffix == ".mp4":
                    ui.video(path).props(f'aria-label="{path.stem}"').style("max-width:60rem;width:100%")


def steps(first: str, last: str) -> tuple[float, float] | None:
    """The range of steps that is written in two fields; an empty one is open.

    Raises:
        UserError: one of them is no number, or they are the wrong way round.
    """
    if not first.strip() and not last.strip():
        return None
    try:
        between = float(first.strip() or "-inf"), float(last.strip() or "inf")
    except ValueError as error:
        raise UserError("The range of steps: write numbers, such as 100 and 500.") from error
    if math.isnan(sum(between)) or between[0] > between[1]:
        raise UserError("The range of steps: the first must not be above the last.")
    return between


def tell(found: Told) -> None:
    """Everything that is told, into the present container."""
    _html("<h2>Findings</h2>" + findings_html(found.findings))
    if found.runs:
        _html("<h2>Curves</h2>" + legend(found))
        parts = [f"<figure>{svg}</figure>" for _, svg in curves_figure.panels(found.runs)]
        _html(f'<div class="panels">{"".join(parts)}</div><p class="by">{WHY_NO_LOSS}</p>')
    if found.seen is not None:
        _html(
            "<h2>The batch under twelve rules</h2>"
            + wide("Every answer under every rule", batch_figure.answers(found.seen))
        )
        _html(wide("One group, token by token", batch_figure.tokens(found.seen)))
        _html("<h2>Every answer</h2>")
        answers(found)
    if found.notes:
        items = "".join(f"<li>{html.escape(note)}</li>" for note in found.notes)
        _html(f"<h2>Taken for granted</h2><ul>{items}</ul>")


def findings_html(findings: Sequence[Finding]) -> str:
    """The findings as a list with links to their chapters."""
    if not findings:
        return "<p>None of the thresholds is crossed.</p>"
    items = "".join(
        f"<li>{html.escape(one.sentence)}<br><span class=by>{html.escape(one.where)}: {one.number:.4g}, "
        f"{html.escape(one.rule)} {one.threshold:g}. Explained in "
        f'<a href="{html.escape(one.address)}">{html.escape(one.chapter_title)}</a>. What acts on it: '
        f"{html.escape(one.setting)}.</span></li>"
        for one in findings
    )
    return f"<ul>{items}</ul>"


def legend(found: Told) -> str:
    """The runs by name, each with its line."""
    items = "".join(
        f'<span><svg viewBox="0 0 64 16" aria-hidden="true"><line x1="2" y1="8" x2="62" y2="8" stroke-width="4" '
        f'stroke-linecap="round" stroke="{FILM.runs[k % len(FILM.runs)]}" '
        f'stroke-dasharray="{" ".join(f"{part:g}" for part in RUN_DASHES[k % len(RUN_DASHES)])}"/></svg>'
        f"{html.escape(run.name)} ({run.library})</span>"
        for k, run in enumerate(found.runs)
    )
    return f'<div class="legend">{items}</div>'


def answers(found: Told) -> None:
    """The table of all answers of the batch; those that the rules were not shown have no pushes."""
    assert found.seen is not None
    assert found.batch is not None
    seen, batch = found.seen, found.batch
    rows = seen.batch if len(seen.batch) == len(batch) else batch
    pushes = seen.rules if rows is seen.batch else {}
    head = ["row", "group", "reward", "length", *(NAMES.get(name, name) for name in pushes), "completion"]

    def cells(k: int) -> list[str]:
        values = [signed(float(push.answers[k])) for push in pushes.values()]
        told = [str(k + 1), str(rows.group[k]), f"{rows.rewards[k]:.4g}", str(rows.lengths[k])]
        return [*told, *values, rows.completions[k][:200]]

    table("Every answer of the batch", head, cells, len(rows))


def wide(label: str, svg: str) -> str:
    """A picture that scrolls sideways on a narrow screen, by the keyboard too."""
    return f'<div class="wide" tabindex="0" role="region" aria-label="{label}">{svg}</div>'


def signed(value: float) -> str:
    """A push as the table prints it: four digits and its sign, 0 without one."""
    return f"{value:+.4g}".replace("-", "−") if value else "0"


def _html(content: str) -> None:
    ui.html(content, sanitize=False)


def build() -> None:
    """Fills the present container."""
    from companion import links

    request = ui.context.client.request
    local = request is None or request.client is None or request.client.host in LOCAL
    ui.add_css(STYLE)
    tab = Tab()
    with ui.element("div").classes("run"):
        tab.build(links.present(), local)
    ui.context.client.on_delete(tab.work.cleanup)
