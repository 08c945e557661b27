"""The tab: its controls as HTML, and the addresses from which its script reads the numbers."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse, JSONResponse
from nicegui import ui
from starlette.requests import Request

from companion import links
from companion.explore import conventions, form, maps, picture, tokens
from companion.explore.clip import Clip
from companion.explore.group import Group, table

CLIP = "six_maps"
ROOTS: list[Path] = []


def build() -> None:
    """Fill the present container."""
    ui.add_head_html('<link rel="stylesheet" href="/web/explore.css">')
    ui.html(form.whole(links.present(), maps.base(ROOTS[0])), sanitize=False)
    ui.add_body_html('<script defer src="/web/maps.js"></script><script defer src="/web/explore.js"></script>')


def routes(site: FastAPI, root: Path) -> None:
    """The numbers of each part as JSON; a mistake is a sentence under "error"."""
    ROOTS[:] = [root]
    jobs: list[Clip] = []

    @atexit.register
    def stop() -> None:
        for job in jobs:
            job.stop()

    def answers(path: str, make: Callable[[dict[str, str]], Any]) -> None:
        def answer(request: Request) -> JSONResponse:
            try:
                return JSONResponse(make(links.bounded(request.query_params)))
            except (ValueError, KeyError, TypeError, OverflowError) as error:
                return JSONResponse({"error": f"{error.args[0] if error.args else error}."})

        site.get(path)(answer)

    answers("/explore/group.json", group_json)
    answers("/explore/tokens.json", tokens_json)
    answers("/explore/mountain.json", lambda q: maps.mountain(maps.settings(root, q)))
    answers("/explore/standing.json", lambda q: maps.standing(root, float(q["u"]), float(q["v"])))
    answers("/explore/surface.json", lambda q: maps.surface(maps.settings(root, q), q["of"], _points(q["n"])))
    answers("/explore/path.json", lambda q: maps.path(maps.settings(root, q), q["of"], q.get("strides") == "1"))
    answers("/explore/settings.json", lambda q: {"toml": _toml(root, q)})

    @site.post("/explore/clip")
    def start(request: Request) -> JSONResponse:
        if jobs and jobs[-1].state()["running"]:
            return JSONResponse({"error": "A clip is being made; wait until it is done."})
        try:
            wanted = maps.overrides(maps.changes(root, links.bounded(request.query_params)))
        except ValueError as error:
            return JSONResponse({"error": f"{error}."})
        jobs.append(Clip(root, CLIP, wanted))
        return JSONResponse({"job": len(jobs) - 1})

    @site.get("/explore/clip/{job}")
    def state(job: int) -> JSONResponse:
        return JSONResponse(jobs[job].state() if 0 <= job < len(jobs) else {"error": "There is no such clip."})

    @site.get("/explore/clip/{job}/video", response_model=None)
    def video(job: int) -> FileResponse | JSONResponse:
        if 0 <= job < len(jobs) and jobs[job].state()["done"]:
            return FileResponse(root / jobs[job].file, media_type="video/mp4")
        return JSONResponse({"error": "It is not done."}, status_code=404)


def _points(text: str) -> int:
    points = int(text)
    if points not in (maps.COARSE, maps.QUICK, maps.FINE):
        raise ValueError("a map has 41, 81 or 201 points along a side")
    return points


def _toml(root: Path, query: dict[str, str]) -> str:
    group = Group.read(query)
    own = conventions.toml(group.rule, group.params)
    others = maps.toml(maps.changes(root, {k: v for k, v in query.items() if not k.startswith(f"{group.rule}.")}))
    return f"{own}\n{others}" if others else own


def group_json(query: dict[str, str]) -> dict[str, Any]:
    """The tables as text, the words, the picture, and the settings of the rule as a form."""
    group = Group.read(query)
    made = table(group)
    texts = {f"{name}.{i}": f"{x:z.4f}" for name, column in made.columns.items() for i, x in enumerate(column)}
    return {
        "texts": texts | {f"sum.{name}": f"{x:z.4f}" for name, x in made.sums.items()},
        "decides": made.decides if made.clips else [],
        "silenced": made.silenced,
        "signs": [(x > 0) - (x < 0) for x in made.columns["advantage"]],
        "picture": picture.draw(group, made),
        "told": picture.told(group, made),
        "knobs": form.knobs(group),
        "sources": {name: conventions.has(name, group.rule) for name in conventions.SOURCES},
    }


def tokens_json(query: dict[str, str]) -> dict[str, Any]:
    """Each rule's push on each token, relative to the largest of all, and where its clip is shut."""
    answers = tokens.Answers.read(query)
    found = tokens.pushes(answers)
    most = max(float(push.abs().max()) for push, _ in found.values()) or 1.0
    return {
        "lengths": answers.lengths,
        "rules": {
            name: {
                "push": [[round(float(x) / most, 5) for x in row] for row in push],
                "text": [f"{float(row[0]):+.4f}" for row in push],
                "sum": [f"{float(row.sum()):+.4f}" for row in push],
                "shut": [bool(row.any()) for row in shut],
            }
            for name, (push, shut) in found.items()
        },
    }
