"""The tab: a shell that its script fills, and the addresses from which that reads and at which it asks for work."""

from __future__ import annotations

import atexit
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import Body, FastAPI
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from nicegui import ui
from starlette.requests import Request

from companion import links
from companion.film import beats, form, settings, touches
from companion.film.view import View
from companion.making import Making
from pipeline.errors import BuildError, UserError, did_you_mean, of_the_system
from pipeline.project import project as projects
from pipeline.project.qualities import QUALITIES, quality
from pipeline.publish import captions, page

SHELL = (Path(__file__).parents[1] / "web" / "film.html").read_text(encoding="utf-8")
WRONG = "This could not be done. The terminal in which the page was started says why."
Query = dict[str, str]


def build() -> None:
    """Fill the present container; nothing is read yet, so that other visitors do not wait."""
    ui.add_head_html('<link rel="stylesheet" href="/film/player.css"><link rel="stylesheet" href="/web/film.css">')
    ui.html(SHELL, sanitize=False)
    ui.add_body_html('<script type="module" src="/web/film.js"></script>')


def routes(site: FastAPI, root: Path) -> None:
    """What the script reads, as JSON; a mistake is a sentence under "error". Each answer is made in a thread."""
    desk = Desk(root)
    atexit.register(desk.stop)
    site.mount("/film/dist", StaticFiles(directory=root / "dist", check_dir=False), name="dist")

    def reads(path: str, make: Callable[[Query], Any]) -> None:
        def answer(request: Request) -> Response:
            return told(lambda: make(links.bounded(request.query_params)))

        site.get(path, response_model=None)(answer)

    def does(path: str, make: Callable[[dict[str, Any]], Any]) -> None:
        def answer(asked: Annotated[dict[str, Any], Body()]) -> Response:
            return told(lambda: make(asked))

        site.post(path, response_model=None)(answer)

    reads("/film/view.json", desk.view)
    reads("/film/touches.json", desk.touches)
    reads("/film/accepted.json", desk.accepted)
    reads("/film/beats.json", lambda q: beats.of(root / "build", _name(q), desk.quality(q.get("q"))))
    reads(
        "/film/beat.jpg", lambda q: _jpeg(beats.picture(root / "build", q.get("key", ""), _seconds(q.get("at", "0"))))
    )
    reads("/film/clip.vtt", lambda q: _vtt(root / "build", _name(q)))
    reads("/film/make.json", lambda _: desk.state())
    reads("/film/player.css", lambda _: PlainTextResponse(page.style(".published"), media_type="text/css"))
    reads("/film/player.js", lambda _: FileResponse(page.WEB / "page.js", media_type="text/javascript"))
    does("/film/save", desk.save)
    does("/film/make", desk.make)
    does("/film/stop", lambda _: desk.stopped())


def told(make: Callable[[], Any]) -> Response:
    """What was asked for, or why not in a sentence; a traceback goes to the terminal."""
    try:
        made = make()
    except (UserError, BuildError) as error:
        made = {"error": str(error)}
    except OSError as error:
        made = {"error": of_the_system(error)}
    except Exception:
        traceback.print_exc(file=sys.stderr)
        made = {"error": WRONG}
    return made if isinstance(made, Response) else JSONResponse(made)


class Desk:
    """What the page may do with one project: look, edit its settings, and have one build at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = threading.Lock()
        self.job: Making | None = None

    def quality(self, name: str | None) -> Any:
        """The quality of this name, or that of lecture.toml."""
        return quality(name or projects.load(self.root).settings.video.quality)

    def view(self, query: Query) -> dict[str, Any]:
        """Everything that the page shows at first."""
        with self.lock:
            view = View.of(self.root, query.get("q"))
            touched = touches.touched(view.project)
            chapter, known = query.get("chapter"), [each.name for each in view.project.chapters]
            shown = page.embedded(self.root / "dist" / "index.html", "/film/dist/")
            return {
                "title": view.project.settings.title,
                "head": view.head(),
                "stale": view.stale,
                "quality": view.quality.name,
                "qualities": view.qualities(),
                "chapters": view.chapters(),
                "rest": view.rest(),
                "form": form.whole(view.project, touched),
                "player": vars(shown) | {"version": str(shown.version)} if shown else None,
                "clips": sorted(path.stem for path in (self.root / "dist" / "clips").glob("*.mp4")),
                "unknown": f'there is no chapter "{chapter[:80]}"{did_you_mean(chapter[:80], known)}'
                if chapter and chapter not in known
                else "",
                "make": self.state(),
            }

    def touches(self, query: Query) -> dict[str, Any]:
        """The clips that read a hyperparameter."""
        with self.lock:
            found = touches.touched(projects.load(self.root))
        names = found.get(query.get("key", ""), [])
        return {"clips": names, "sentence": touches.sentence(names)}

    def accepted(self, query: Query) -> dict[str, str]:
        """Whether a value can be, while it is typed."""
        with self.lock:
            schema = projects.load(self.root).schema
        key = query.get("key", "")
        if key not in schema:
            raise UserError(f'there is no hyperparameter "{key}"{did_you_mean(key, schema)}')
        return {"value": settings.field(schema[key], settings.accepted(schema[key], query.get("value", "")))}

    def save(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Writes values into hyperparameters.toml."""
        with self.lock:
            saved = settings.save(self.root, _texts(asked.get("values")), _texts(asked.get("was")))
        return {"saved": saved.sentence, "clips": saved.clips, "keys": list(saved.changes)}

    def make(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Starts a build of the film, or of one clip; what cannot be is refused before anything is made."""
        with self.lock:
            if self.job and self.job.state()["running"]:
                raise UserError("Something is being made already; wait until it is done, or stop it.")
            name, clip = asked.get("quality"), asked.get("clip")
            if name not in QUALITIES:
                raise UserError(f'there is no quality "{name}"{did_you_mean(str(name), QUALITIES)}')
            project = projects.load(self.root)
            settings.refuse_edited(project)
            words = ["clip", project.find(str(clip)).name] if clip else ["lecture"]
            self.job = Making(self.root, [*words, "-q", str(name)])
        return self.state()

    def state(self) -> dict[str, Any]:
        """How far the build is, or that there is none."""
        if self.job is None:
            return {"running": False, "words": []}
        clips = [file for file in self.job.files if file.startswith("dist/") and file.endswith(".mp4")]
        told = self.job.state()
        line = told["line"].removeprefix("Error: ")
        return told | {"line": line, "words": self.job.words, "file": clips[-1] if clips else ""}

    def stopped(self) -> dict[str, Any]:
        """Ends the build, and says so."""
        self.stop()
        return self.state()

    def stop(self) -> None:
        """Ends the build; what it has finished is kept."""
        if self.job:
            self.job.stop()


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise UserError("Not saved: the form was not understood; reload the page.")
    return value


def _name(query: Query) -> str:
    """The clip that is asked for: a name, and no path."""
    name = query.get("clip", "")
    if not name.isidentifier():
        raise UserError("there is no such clip.")
    return name


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1e5)
    except ValueError:
        raise UserError("a second is a number.") from None


def _jpeg(picture: bytes) -> Response:
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "max-age=86400"})


def _vtt(build: Path, name: str) -> Response:
    told = beats.timing(build, name)
    lines = captions.make([(0.0, told)]) if told else []
    return PlainTextResponse(captions.vtt(lines), media_type="text/vtt")
