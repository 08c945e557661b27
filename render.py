#!/usr/bin/env python3
"""Objective Atlas: a narrated film of six reinforcement-learning objectives, made from two text files."""

from __future__ import annotations

import io
import json
import math
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import commands
from pipeline.errors import (
    BuildError,
    UserError,
    did_you_mean,
    is_name,
    of_the_system,
    readable,
    show_what_can_be_shown,
    with_a_point,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent
QUALITY_HELP = "draft 854x480@15, preview 1280x720@30, full 1920x1080@60, uhd 3840x2160@60."


class Commands(click.Group):
    """`python render.py` alone makes the lecture; errors are sentences; a mistyped command gets the nearest one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts `lecture` in front when no command is named."""
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "-h")):
            args = ["lecture", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command, or says which one is near."""
        if args[0] not in self.commands:
            raise UserError(f'there is no command "{args[0]}"{did_you_mean(args[0], self.commands)}')
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are written below."""
        return list(self.commands)


class Seconds(click.FloatRange):
    """A number of seconds."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or a sentence that says how to write it."""
        option = param.opts[0] if param else self.name
        if hint := with_a_point(str(value)):
            raise UserError(f"{option} {value}: {hint}.")
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            raise UserError(f"{option} {value}: write a number of seconds, such as 3.5.")
        return number


def quality_option(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes -q."""
    return click.option("-q", "--quality", metavar="NAME", help=f"{QUALITY_HELP} Default: {default}.")


workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1, max=1024),
    help="Clips drawn at the same time. Default: one for each core, as far as the free memory goes.",
)


def build_options(function: Callable[..., None]) -> Callable[..., None]:
    """Adds what every command that builds can be told."""
    voice = click.option(
        "--voice", metavar="ENGINE", help="Who speaks, in place of lecture.toml: kokoro, espeak, silent, piper ..."
    )
    return quality_option("lecture.toml, [video]")(voice(workers_option(function)))


def output_option(text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes -o."""
    return click.option("-o", "--output", type=str, callback=_file, help=text)


def _file(_: click.Context, __: click.Parameter, text: str | None) -> Path | None:
    """The path that -o names, if it names a file."""
    if text is not None and (not text.strip() or text.endswith("/") or not is_name(text)):
        raise UserError(f'-o "{text}": this names no file.')
    return None if text is None else Path(text)


format_option = click.option(
    "--format", "form", default="", metavar="FORMAT", help="mp4 (the default), webm, mov or gif (no sound)."
)
set_option = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="TABLE.KEY=VALUE",
    help="For this run only; repeatable. TABLE.clip_eps sets clip_low and clip_high.",
)
cluster_option = click.option(
    "--cluster",
    default="",
    metavar="tcp://HOST:8786",
    help="Draw on the workers of this Dask scheduler instead of on this machine.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON with stable names, for programs.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def cli() -> None:
    """Make a narrated film of six reinforcement-learning objectives out of two text files.

    \b
    hyperparameters.toml   every number that the film is computed from
    lecture.toml           its title, chapters, voice and sound

    Edit one of them and run `python render.py` again: only what reads the edited number is made anew. Results appear
    in dist/, finished or not at all; build/ is a cache that may be deleted.

    \b
    python render.py                                   the film, in draft quality
    python render.py lecture -q full                   the film, for upload
    python render.py clip six_maps --set ppo.clip_eps=0.3
    python render.py status                            what is stale, and why

    Exit codes: 0 done, 1 something is stale or failed, 2 wrong use.
    """  # noqa: D301


@cli.command()
@build_options
@cluster_option
def lecture(quality: str | None, voice: str | None, workers: int | None, cluster: str) -> None:
    """Make the film and all beside it in dist/ (the default).

    Computes, speaks and draws what is stale, joins it, and replaces dist/ only when all of it is ready and fit for
    upload. Stopped or failed half-way, the next run carries on from there.
    """
    commands.lecture(ROOT, quality, voice, workers, cluster)


@cli.command()
@click.argument("films", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="Every film of lecture.toml but the lecture.")
@build_options
@cluster_option
def film(
    films: Sequence[str], everything: bool, quality: str | None, voice: str | None, workers: int | None, cluster: str
) -> None:
    """Make other films of the same clips, each ready for upload in dist/films/NAME/.

    [films.NAME] in lecture.toml picks chapters and clips, and may have its own title, summary, size and voice. The name
    of a group, such as chapters, makes all of its films, and chapters/ch04_better_than_what one of them. A clip is
    drawn once for all films of the same quality and size. `list` names the films, and `status` says which are stale.
    """
    commands.film(ROOT, films, everything, quality, voice, workers, cluster)


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@set_option
@format_option
@click.option("--transparent", is_flag=True, help="Without background: webm (VP9 with alpha) or mov (ProRes 4444).")
@click.option("--size", metavar="WxH", help="Another size, such as 1080x1920; the clip needs a layout for its shape.")
@click.option("--poster", is_flag=True, help="A PNG of the finished picture beside the clip.")
@output_option("Where to write, for a single clip; the suffix chooses the format.")
@build_options
@cluster_option
def clip(
    names: Sequence[str],
    overrides: Sequence[str],
    output: Path | None,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str,
    **look: Any,
) -> None:
    """Make single clips with their sound, for talks and slides.

    They are written to dist/clips/NAME.mp4, or with the suffix of another format. With --set, --voice or another
    quality than the film's they are written beside it under a name that says so, such as
    dist/clips/six_maps@ppo.clip_eps=0.3.mp4, and neither the film nor hyperparameters.toml is touched.
    """
    commands.clip(ROOT, names, overrides, commands.Look(**look), output, quality, voice, workers, cluster)


@cli.command()
@click.argument("name", metavar="CLIP")
@click.option("--over", required=True, metavar="KEY=FIRST:LAST:COUNT", help="Or KEY=A,B,C. As --set takes values.")
@format_option
@click.option("--transparent", is_flag=True, help="Without background: webm (VP9 with alpha) or mov (ProRes 4444).")
@click.option("--one-length", is_flag=True, help="All last as long as the longest: the others rest at their end.")
@build_options
@cluster_option
def sweep(
    name: str,
    over: str,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str,
    one_length: bool,
    **look: Any,
) -> None:
    """Make a clip once for each of several values of a hyperparameter.

    `sweep six_maps --over ppo.clip_eps=0.05:0.5:10` writes dist/clips/six_maps@ppo.clip_eps=0.05.mp4 and nine more, and
    their finished pictures side by side as dist/clips/six_maps@ppo.clip_eps=0.05-0.5-10.png.
    """
    commands.sweep(ROOT, name, over, commands.Look(**look), quality, voice, workers, cluster, one_length)


@cli.command()
@click.argument("names", nargs=-1, metavar="[CLIP]...")
@click.option("--chapter", default="", metavar="NAME", help="All clips of a chapter.")
@click.option("--format", "form", default="reveal", metavar="FORMAT", help="reveal (a folder, the default) or pptx.")
@click.option(
    "--name", "title", default="", metavar="NAME", help="Of the folder. Default: the chapter, the clip, or deck."
)
@click.option("--serve", is_flag=True, help="Show it to the browsers of this machine, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="For --serve.")
@build_options
@cluster_option
def deck(
    names: Sequence[str],
    chapter: str,
    form: str,
    title: str,
    serve: bool,
    port: int,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str,
) -> None:
    """Make slides of clips for a talk, in dist/decks/NAME/: they play without a network.

    reveal is a folder for a browser: open its index.html. Each clip fills a slide and starts by itself, and S opens the
    speaker's view with the narration as notes; some browsers show that, and seek in a clip, only with --serve. pptx is
    NAME.pptx in that folder, for PowerPoint and Keynote, and needs python-pptx: pip install -e ".[pptx]".
    --voice silent leaves the words to you.
    """
    shown = port if serve else None
    commands.deck(ROOT, names, chapter, form, title, shown, quality, voice, workers, cluster)


@cli.command()
@click.argument("film", metavar="[FILM]", default="lecture")
@click.option("--language", default="", metavar="LANGUAGE", help="A folder of assets/narration/, such as es.")
@build_options
@cluster_option
def upload(film: str, language: str, quality: str | None, voice: str | None, workers: int | None, cluster: str) -> None:
    """Make what a video site takes for one language beside the film, in dist/upload/LANGUAGE/.

    That is the sound alone (audio.m4a, exactly as long as the film), captions, title and description. LANGUAGE is that
    of lecture.toml. The film is made first if it is stale, in the quality that it was made in last. Of another film
    than the lecture it is written to dist/upload/films/FILM/LANGUAGE/.

    With --language the same is made of a translation, assets/narration/LANGUAGE/: each line begins where the original's
    does, so that the sound fits the film as it is. Clips that are not translated are silent, and untranslated.txt lists
    them.
    """
    commands.upload(ROOT, film, language, quality, voice, workers, cluster)


@cli.command("list")
@json_option
@quality_option("lecture.toml, [video]")
def list_(quality: str | None, as_json: bool) -> None:
    """List chapters and clips, how long they are and what they read.

    \b
    JSON: {"title", "quality", "chapters": [{"name", "title", "clips": [{"name", "class", "file", "description",
    "duration" (seconds, or null before it was spoken), "stale", "sizes" (of other shapes), "traces",
    "hyperparameters", "narration": {"traces", "hyperparameters"}}]}], "films": [{"name", "title", "size" (or null),
    "duration", "made" (in which quality, or null), "stale", "clips"}]}
    """  # noqa: D301
    listing = commands.listing(ROOT, quality)
    click.echo(_json(listing) if as_json else commands.listing_text(listing))


@cli.command()
@json_option
@quality_option("lecture.toml, [video]")
def status(quality: str | None, as_json: bool) -> None:
    """Say what `lecture` with the same -q would make anew, and why; exit 1 if anything.

    \b
    JSON: {"quality", "film", "stale", "entries": [{"kind", "name", "stale", "reasons": [{"kind", ...}], "idle"}]}
    film: the quality of the film in dist/, or null
    entries: "trace", "voice", "clip", "still" (the thumbnail), "lecture", in the order in which they are made; and
             "film" for each film in dist/films/ that is stale
    idle: only of a trace that the last edits did not change: their keys, and why
    reasons: "new"; "hyperparameter" key old new; "trace" name; "narration" line | setting old new; "source" file;
             "version" tool old new; "quality" old new; "clip" name; "settings"; "missing output";
             "failed before" sentence
    """  # noqa: D301
    report = commands.status(ROOT, quality)
    click.echo(_json(report) if as_json else commands.status_text(report))
    sys.exit(1 if report["stale"] else 0)


@cli.command()
@click.argument("name")
@click.option("--at", type=Seconds(min=0), metavar="SECONDS", help="Which instant. Default: the middle.")
@set_option
@output_option("Default: build/pictures/NAME@SECONDS.png.")
@build_options
def still(
    name: str,
    at: float | None,
    overrides: Sequence[str],
    output: Path | None,
    quality: str | None,
    voice: str | None,
    workers: int | None,
) -> None:
    """Draw one picture of a clip as a PNG, in the size of the quality."""
    commands.still(ROOT, name, at, overrides, output, quality, voice, workers)


@cli.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--every", type=Seconds(min=0.2), metavar="SECONDS", help="A picture this often, with the words beneath.")
@set_option
@build_options
def sheet(
    names: Sequence[str],
    every: float | None,
    overrides: Sequence[str],
    quality: str | None,
    voice: str | None,
    workers: int | None,
) -> None:
    """Draw contact sheets of all or some clips.

    Every beat of a clip stands side by side with its cue and time. Sheets are written to build/sheets/NAME.png, or with
    --every 2, which plays the clip through on paper, to NAME@every=2.png. Look at them before you say that a clip is
    done.
    """
    commands.sheet(ROOT, names, every, overrides, quality, voice, workers)


@cli.command()
@quality_option("that of the last film")
@workers_option
def check(quality: str | None, workers: int | None) -> None:
    """Check that the film says the truth, looks right, and is fit for upload.

    Looks at the narration (every number looked up, every outcome behind a claim), at the layout of every clip at every
    beat, and at the captions, chapters, sound, containers and thumbnail in dist/. Names claims that do not hold, and
    sentences that are taken at their word. Prints a line for each; exit 1 on any problem. A picture with what is wrong
    outlined stands in build/check/.
    """
    sys.exit(commands.check(ROOT, quality, workers))


@cli.command("open")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Another address lets other machines in.")
@click.option("--no-browser", is_flag=True, help="Only say the address.")
@click.option("--export", metavar="DIR", help="Write the explorer into a folder that needs no program, and end.")
def open_(port: int, host: str, no_browser: bool, export: str | None) -> None:
    """Open the companion page in a browser, until Ctrl-C: the rules on numbers of your own, your own run, the film.

    The page computes with the same functions as the film. It listens on this machine only unless --host says otherwise,
    and other sites' pages cannot drive it. Needs NiceGUI: `make open` installs it.

    --export DIR writes one group and the six maps as a folder of HTML, JSON and scripts: its index.html works from a
    file, on any web host and in a frame of a slide, computes in the browser, and says what it leaves out. DIR is new,
    empty, or an earlier export that nobody has changed.
    """
    if export is None:
        commands.open_page(ROOT, host, port, not no_browser)
        return
    if not export.strip() or not is_name(export):
        raise UserError(f'--export "{export}": this names no folder.')
    commands.export_page(ROOT, Path(export))


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@output_option("A folder. Default: dist/run.")
@click.option("--steps", default="", metavar="FIRST:LAST", help="Only what was logged between these two steps.")
@click.option("--clip", "clips", is_flag=True, help="Clips of the same in the film's look, 1920x1080, silent.")
def run(paths: Sequence[str], output: Path | None, steps: str, clips: bool) -> None:
    """Tell your own training with the lecture's pictures: curves, findings, and a batch under the twelve rules.

    PATH is a log of TRL (trainer_state.json), verl, OpenRLHF or Stable-Baselines3 (CSV, JSON lines, TensorBoard's
    events), an export of wandb, or a file of answers with rewards (TRL's completions_*.parquet, verl's rollout JSON
    lines, any table with prompt, reward and completion or length); or a folder of these. Several runs are overlaid.
    Writes SVG and PNG in the film's colours, PDF on white for a paper, findings.json and report.html, and prints the
    findings. docs/your_own_run.md lists the columns and the thresholds.
    """
    commands.run(ROOT, [Path(path) for path in paths], output, steps, clips)


@cli.command()
@build_options
def watch(quality: str | None, voice: str | None, workers: int | None) -> None:
    """Make the film again whenever a file is saved, until Ctrl-C."""
    commands.watch(ROOT, quality, voice, workers)


@cli.command()
@click.option("--language", default="", metavar="LANGUAGE", help="Of a translation: assets/speech/LANGUAGE/.")
@click.option("--update", is_flag=True, help="Speak what assets/speech/ lacks, and remove what no line uses.")
@click.option("--play", default="", metavar="NAME", help="Play the narration of a clip, or of a line: CLIP.CUE.")
@click.option("--words", is_flag=True, help="List the words that are in no common dictionary, and how they are said.")
@workers_option
def speech(language: str, update: bool, play: str, words: bool, workers: int | None) -> None:
    """Say which lines of the film are kept in assets/speech/, speak those that are not, or listen.

    The film takes a line from there when it is said by the same voice in the same words; else it is spoken anew.
    """
    commands.speech(ROOT, language, update, play, words, workers)


@cli.command()
@click.argument("names", nargs=-1, metavar="[CLIP]...")
@workers_option
def record(names: Sequence[str], workers: int | None) -> None:
    """Record lines in your own voice: each is shown in the terminal and taken from the microphone.

    Without a microphone, assets/voice/script.txt says what to record, and under which names.
    """
    commands.record(ROOT, names, workers)


@cli.command()
@click.option("--all", "everything", is_flag=True, help="The whole cache, and what was published in dist/.")
def clean(everything: bool) -> None:
    """Remove from build/ what the film does not use.

    That is old results, other qualities, logs and pictures. Only files that this program made are removed.
    """
    commands.clean(ROOT, everything)


def _stop(*_: object) -> None:
    """Ends as Ctrl-C does, also where Ctrl-C is ignored: a shell's script starts its background jobs so."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def main() -> int:
    """Runs a command; every error is a sentence and an exit code."""
    signal.signal(signal.SIGTERM, _stop)
    show_what_can_be_shown()
    try:
        cli.main(prog_name="python render.py", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(readable(shown.getvalue()), err=True, nl=False)
        return 2
    except (UserError, BuildError) as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. What is finished is kept; the same command carries on.", err=True)
        return 1
    except BrokenPipeError:  # whoever read the output has seen enough
        sys.stdout = None
        return 0
    except OSError as error:
        click.echo(f"Error: {of_the_system(error)}", err=True)
        return 1
    except SystemExit as leave:
        return int(leave.code or 0)
    return 0


def _json(value: Any) -> str:
    utf8 = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") == "utf8"
    return json.dumps(value, indent=2, ensure_ascii=not utf8)


if __name__ == "__main__":
    sys.exit(main())
