"""One clip for each of several values of a hyperparameter, and a strip of their finished pictures side by side."""

from __future__ import annotations

import contextlib
import functools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.build.build import Build
from pipeline.build.work import Result
from pipeline.errors import UserError, with_a_point
from pipeline.files import whole
from pipeline.project.project import Clip, Project
from pipeline.publish.export import annotate, exported, marked
from pipeline.workers.pool import Answer
from pipeline.workers.scheduler import Job

MOST = 100
"""Values in one sweep."""


Part = tuple[str, Build, Clip]
"""A value as `--set` takes it, the build with it, and the clip there."""


@dataclass(frozen=True)
class Span:
    """`ppo.clip_eps=0.05:0.5:10`: ten values at equal distances, both ends included."""

    key: str
    values: tuple[str, ...]
    text: str

    @property
    def overrides(self) -> list[str]:
        """As `--set` takes them."""
        return [f"{self.key}={value}" for value in self.values]

    @property
    def told(self) -> str:
        """What is going to be drawn, and what else a single comma may have meant."""
        meant = with_a_point(self.text.partition("=")[2])
        doubt = f"; for a single value, {meant}" if meant else ""
        asked = self.text.rpartition(":")[2]
        fewer = asked.isdecimal() and ":" in self.text and int(asked) > len(self.values)
        left = f", all that are left of {asked} between whole numbers" if fewer else ""
        return f"{self.key} at {len(self.values)} values: {', '.join(self.values)}{left}{doubt}"


def parse(text: str) -> Span:
    """Reads KEY=FIRST:LAST:COUNT, or KEY=VALUE,VALUE,... for values of any kind."""
    key, _, span = text.partition("=")
    for number in span.split(":") if ":" in span else ():
        if hint := with_a_point(number):
            raise UserError(f"--over {text}: {hint}.")
    ranged = re.fullmatch(r"([^:,]+):([^:,]+):(\d+)", span)
    if ranged:
        try:
            first, last = float(ranged[1]), float(ranged[2])
        except ValueError:
            raise _wrong(text) from None
        if not math.isfinite(last - first):
            raise UserError(f"--over {text}: both ends must be finite numbers.")
        count = int(ranged[3][:6])
        if not 2 <= count <= MOST:
            raise UserError(f"--over {text}: the number of values must be from 2 to {MOST}.")
        whole_numbers = all(re.fullmatch(r"[+-]?\d+", end) for end in (ranged[1], ranged[2]))
        values = [first + (last - first) * step / (count - 1) for step in range(count)]
        if whole_numbers:
            values = [float(round(value)) for value in values]
        shown = [f"{value:.0f}" if whole_numbers else f"{value:.6g}" for value in values]
    else:
        shown = _split(span)
        if ":" in span or not 2 <= len(shown) <= MOST:
            raise _wrong(text)
        digits = [value for value in shown if value.isdecimal()]
        if len(digits) == len(shown) > len({*shown}) or any(re.match(r"0\d", value) for value in digits[1:]):
            raise UserError(f"--over {text}: {with_a_point(','.join(shown[:2]))}; a comma stands between two values.")
    return Span(key.strip(), tuple(dict.fromkeys(shown)), text)


def _split(span: str) -> list[str]:
    """The values between commas; those inside brackets or quotes belong to a value."""
    pieces = re.findall(r"""((?:\[[^\]]*\]?|"[^"]*"?|'[^']*'?|[^,])+)""", span)
    return [piece.strip() for piece in pieces if piece.strip()]


def _wrong(text: str) -> UserError:
    return UserError(f"--over {text}: write KEY=FIRST:LAST:COUNT, such as ppo.clip_eps=0.05:0.5:10, or KEY=A,B,C.")


def run(
    build: Build, projects: Sequence[Project], span: Span, name: str, marks: Sequence[str], one_length: bool = False
) -> Result:
    """Makes dist/clips/NAME@KEY=VALUE for each value, and NAME@KEY=FIRST-LAST-COUNT.png; their names end in `marks`.

    All experiments run side by side, then all clips are drawn side by side, by the workers of `build`. Values for which
    nothing differs share their work. A value that fails stops no other. With `one_length` all last as long as the
    longest: where less is said, the last picture rests longer.
    """
    result, dist = build.result, build.project.dist / "clips"
    aside = build.project.build / "export"
    stills: dict[str, Path] = {}
    with contextlib.ExitStack() as stack:
        parts = [
            (override, stack.enter_context(build.derived(project, override)), project.find(name))
            for override, project in zip(span.overrides, projects, strict=True)
        ]
        build.work([task for _, part, clip in parts for task in part.trace_tasks(part.project.needed([clip]))])
        ready = [(override, part, clip) for override, part, clip in parts if not part.result.failures]
        for _, part, clip in ready:
            part.voices([clip])
        if one_length and ready:
            ready = _as_long_as_the_longest(build, ready, stack)
        build.work([task for _, part, clip in ready for task in part.picture_tasks([clip])], drawing=True)
        ready = [(override, part, clip) for override, part, clip in ready if not part.result.failures]
        for override, part, clip in ready:
            target = dist / f"{name}{marked([override, *marks])}{build.options.quality.suffix}"
            part.hand_out([clip], {name: target}, [override, *marks])
            result.files.append(target)
            stills[override] = aside / "stills" / f"{name}{marked([override])}.png"
        jobs = [part.poster_job(clip, stills[override]) for override, part, clip in ready]
        build.work([(job, functools.partial(_noted, result, job)) for job in jobs], drawing=True)
        result.failures[:0] = [failure for _, part, _ in parts for failure in part.result.failures]
    pictures = [(override, path) for override, path in stills.items() if path.is_file()]
    if pictures:
        shown = [span.text, *marks]
        result.files.append(_strip(name, pictures, dist / f"{name}{marked(shown)}.png", shown))
    exported(build.project, result.files)
    return result


def _as_long_as_the_longest(build: Build, parts: Sequence[Part], stack: contextlib.ExitStack) -> list[Part]:
    """The same parts, each with so much silence after its last line that all end together."""
    lengths = [_length(part, clip) for _, part, clip in parts]
    found = []
    for (override, part, clip), length in zip(parts, lengths, strict=True):
        project = part.project
        tail = project.settings.voice.tail + max(lengths) - length
        settings = replace(project.settings, voice=replace(project.settings.voice, tail=tail))
        longer = stack.enter_context(build.derived(replace(project, settings=settings), override))
        longer.voices([clip])
        found.append((override, longer, clip))
    return found


def _length(part: Build, clip: Clip) -> float:
    record = part.survey.voice(clip).record
    assert record is not None, "it was spoken just now"
    return float(record.facts["duration"])


def _noted(result: Result, job: Job, answer: Answer) -> None:
    if not answer["ok"]:
        result.failures.append(f"{job.label} failed: {answer['sentence']}")


def _strip(name: str, stills: Sequence[tuple[str, Path]], out: Path, marks: Sequence[str]) -> Path:
    """The finished pictures side by side, each with its value."""
    import numpy as np
    from PIL import Image

    from pipeline.media.contact_sheet import compose

    pictures = []
    for override, path in stills:
        with Image.open(path) as image:
            pictures.append((override, None, np.asarray(image.convert("RGB"))))
    with whole(out) as temporary:
        compose(name, pictures).save(temporary, format="PNG")
    annotate(out, "; ".join(marks))
    return out
