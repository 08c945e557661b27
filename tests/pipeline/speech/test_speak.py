import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import BuildError, UserError
from pipeline.media import loudness, sound
from pipeline.media.timing import SAMPLE_RATE, Timing
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import programs, spoken
from pipeline.speech import speak as voice
from pipeline.speech.engines import Voices

ESPEAK = Voice(engine="espeak", lead=0.5, gap=0.4, tail=1.0, say={"GRPO": "G R P O"})
SILENT = replace(ESPEAK, engine="silent")
LINES = (
    Line("maps.open", "Beta is 0.04, and GRPO's leash pulls.", (("open", 0), ("leash", 4))),
    Line("maps.rest", "", (("rest", 0),), 1.5),
    Line("maps.gone", "", (("gone", 0),)),
    Line("maps.close", "Two lines, one gap.", (("close", 0), ("end", 4))),
)


def speak(folder: Path, settings: Voice = ESPEAK, lines: tuple[Line, ...] = LINES) -> Timing:
    return voice.speak(lines, Voices.of(folder, settings), folder / "voice", "maps")


def heard(folder: Path) -> np.ndarray:
    return sound.read(folder / "voice" / "maps.wav")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Timing]:
    folder = tmp_path_factory.mktemp("spoken")
    return folder, speak(folder)


def test_lines_follow_each_other_with_the_silences_of_the_settings(once: tuple[Path, Timing]) -> None:
    _, timing = once
    first, rest, close = timing.lines
    assert first.start == 0.5
    assert rest.start == pytest.approx(first.end + 0.4, abs=0.002)
    assert (rest.text, rest.words) == ("", ())
    assert rest.end - rest.start == pytest.approx(1.5, abs=0.002)
    assert close.start == pytest.approx(rest.end + 0.4, abs=0.002)
    assert close.end + 1.0 <= timing.duration < close.end + 1.0 + 8 / 15


def test_cues_fall_on_the_start_of_their_words(once: tuple[Path, Timing]) -> None:
    _, timing = once
    first, rest, close = timing.lines
    assert timing.cues["open"] == first.start
    assert timing.cues["leash"] == first.words[4].start
    assert first.words[4].text == "GRPO's"
    assert timing.cues["rest"] == rest.start
    assert timing.cues["gone"] == close.start
    assert timing.cues["end"] == close.end
    assert list(timing.cues) == ["open", "leash", "rest", "gone", "close", "end"]


def test_words_are_those_of_the_captions_in_order_inside_their_line(once: tuple[Path, Timing]) -> None:
    _, timing = once
    for line in (timing.lines[0], timing.lines[2]):
        assert " ".join(word.text for word in line.words) == line.text
        times = [time for word in line.words for time in (word.start, word.end)]
        assert times == sorted(times)
        assert times[0] >= line.start
        assert times[-1] <= line.end + 0.001
    decimal, grpo = timing.lines[0].words[2], timing.lines[0].words[4]
    assert decimal.end - decimal.start > 1.0, "0.04 is four words to the ear"
    assert grpo.end - grpo.start > 0.5, "GRPO is spelled"


def test_sound_is_where_the_times_say_and_nowhere_else(once: tuple[Path, Timing]) -> None:
    folder, timing = once
    samples = heard(folder)
    assert len(samples) == round(timing.duration * SAMPLE_RATE)
    loud = np.abs(samples.astype(int)).max(axis=1) > 300
    for line in timing.lines:
        inside = loud[round(line.start * SAMPLE_RATE) : round(line.end * SAMPLE_RATE)]
        assert inside.any() == bool(line.text)
        loud[round(line.start * SAMPLE_RATE) : round(line.end * SAMPLE_RATE) + 1] = False
    assert not loud.any()


def test_a_clip_lasts_whole_frames_at_every_rate_and_whole_packets_of_sound(once: tuple[Path, Timing]) -> None:
    _, timing = once
    for rate in (15, 30, 60, SAMPLE_RATE / 1024):
        assert timing.duration * rate == pytest.approx(round(timing.duration * rate), abs=1e-6)


def test_equal_text_gives_equal_bytes_whatever_was_said_before(once: tuple[Path, Timing], tmp_path: Path) -> None:
    folder, timing = once
    other = Line("maps.other", "Something else is said first!", (("other", 0),))
    speak(tmp_path, lines=(other,))
    assert speak(tmp_path) == timing
    for name in ("maps.wav", "maps.json"):
        assert (tmp_path / "voice" / name).read_bytes() == (folder / "voice" / name).read_bytes()


def test_the_json_is_what_pictures_and_captions_read(once: tuple[Path, Timing]) -> None:
    folder, timing = once
    path = folder / "voice" / "maps.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert set(data) == {"clip", "duration", "cues", "lines", "digest"}
    assert set(data["lines"][0]) == {"name", "start", "end", "text", "words", "speaker"}
    assert data["lines"][0]["words"][0] == ["Beta", timing.lines[0].words[0].start, timing.lines[0].words[0].end]
    assert Timing.load(path) == timing


def test_lines_are_equally_loud(once: tuple[Path, Timing], tmp_path: Path) -> None:
    folder, timing = once
    for line in (timing.lines[0], timing.lines[2]):
        part = heard(folder)[round(line.start * SAMPLE_RATE) : round(line.end * SAMPLE_RATE)]
        assert loudness.measure([part]).loudness == pytest.approx(loudness.LINE_LOUDNESS, abs=0.5)


def test_a_changed_line_is_the_only_one_spoken_again(tmp_path: Path) -> None:
    speak(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "voice" / "lines").iterdir()}
    speak(tmp_path, lines=(*LINES[:3], replace(LINES[3], text="Two lines, two gaps.")))
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "voice" / "lines").iterdir()}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 2  # one WAV, one JSON


def test_the_key_changes_with_what_is_heard_and_with_nothing_else(tmp_path: Path) -> None:
    def key(settings: Voice, lines: tuple[Line, ...] = LINES) -> str:
        return voice.key(lines, Voices.of(tmp_path, settings))

    same = key(ESPEAK)
    assert key(replace(ESPEAK, say={"GRPO": "G R P O", "PPO": "P P O"})) == same
    assert key(replace(ESPEAK, model="other")) == same
    for other in (
        replace(ESPEAK, say={}),
        replace(ESPEAK, rate=170),
        replace(ESPEAK, pitch=50),
        replace(ESPEAK, variant="en-gb"),
        replace(ESPEAK, gap=0.5),
        SILENT,
    ):
        assert key(other) != same
    assert key(ESPEAK, (replace(LINES[0], cues=(("open", 0), ("leash", 3))), *LINES[1:])) != same
    assert key(ESPEAK, (LINES[0], replace(LINES[1], pause=1.6), *LINES[2:])) != same
    (tmp_path / "assets/voice").mkdir(parents=True)
    sound.write(tmp_path / "assets/voice/maps.close.wav", tone(1.0))
    assert key(ESPEAK) != same
    assert key(SILENT) == voice.key(LINES, Voices.of(tmp_path / "nowhere", SILENT))


def tone(seconds: float, before: float = 0.0) -> np.ndarray:
    wave = 6000 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
    return np.concatenate([sound.silence(before), np.repeat(wave[:, None], 2, axis=1).astype(np.int16)])


def test_a_recording_replaces_the_machine_for_its_line(tmp_path: Path) -> None:
    (tmp_path / "assets/voice").mkdir(parents=True)
    sound.write(tmp_path / "assets/voice" / "maps.close.wav", tone(2.0, before=1.0))
    timing = speak(tmp_path)
    close = timing.lines[2]
    assert close.end - close.start == pytest.approx(2.0, abs=0.2), "silence around the recording is cut off"
    part = heard(tmp_path)[round((close.start + 0.5) * SAMPLE_RATE) :][:SAMPLE_RATE, 0]
    assert np.abs(np.fft.rfft(part)).argmax() == 440
    lengths = [word.end - word.start for word in close.words]
    assert [word.text for word in close.words] == ["Two", "lines,", "one", "gap."]
    assert lengths[1] > lengths[0]


def test_a_recording_that_is_no_sound_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "assets/voice").mkdir(parents=True)
    path = tmp_path / "assets/voice" / "maps.close.wav"
    path.write_bytes(b"not a sound")
    with pytest.raises(UserError, match=r"maps\.close\.wav holds no sound"):
        speak(tmp_path)
    sound.write(path, sound.silence(1.0))
    with pytest.raises(UserError, match=r"maps\.close\.wav is silent"):
        speak(tmp_path)


def test_silent_keeps_times_and_sounds_nothing(tmp_path: Path) -> None:
    timing = speak(tmp_path, SILENT)
    assert not heard(tmp_path).any()
    line = timing.lines[0]
    assert 10 <= len(line.text) / (line.end - line.start) <= 18, "letters a second can be read"
    assert timing.cues["leash"] == line.words[4].start > line.start


SPEAKER = """
import sys, wave
text, out = sys.argv[2] if len(sys.argv) > 2 else sys.stdin.read(), sys.argv[1]
if "fail" in text:
    sys.exit("the model is broken")
with wave.open(out, "wb") as file:
    file.setnchannels(1), file.setsampwidth(2), file.setframerate(16000)
    square = ((9000 * (-1) ** (i // 20)).to_bytes(2, "little", signed=True) for i in range(800 * len(text)))
    file.writeframes(b"".join(square))
"""


@pytest.mark.parametrize("template", ["{python} {script} {out} {text}", "{python} {script} {out}"])
def test_any_program_can_speak_sentence_by_sentence(tmp_path: Path, template: str) -> None:
    script = tmp_path / "speak it.py"
    script.write_text(SPEAKER)
    command = template.replace("{python}", f'"{sys.executable}"').replace("{script}", f'"{script}"')
    line = Line("maps.open", 'Say "A; b" & $HOME. Now GRPO!', (("open", 0), ("now", 5)))
    timing = speak(tmp_path, replace(ESPEAK, engine="command", command=command), (line,))
    words = {word.text: word for word in timing.lines[0].words}
    first, second = len('Say "A; b" & $HOME.') / 20, len("Now G R P O!") / 20
    assert words["Now"].start - timing.lines[0].start == pytest.approx(first + ESPEAK.breath, abs=0.1)
    assert timing.lines[0].end - words["Now"].start == pytest.approx(second, abs=0.1)
    assert timing.cues["now"] == words["Now"].start


def test_a_program_that_fails_or_is_missing_is_one_sentence(tmp_path: Path) -> None:
    script = tmp_path / "speak.py"
    script.write_text(SPEAKER)
    failing = replace(ESPEAK, engine="command", command=f'"{sys.executable}" "{script}" {{out}} {{text}}')
    with pytest.raises(BuildError, match=r"maps\.open could not be spoken by .*: the model is broken\."):
        speak(tmp_path, failing, (Line("maps.open", "Please fail.", (("open", 0),)),))
    mute = replace(failing, command=f'"{sys.executable}" -c pass {{out}}')
    with pytest.raises(BuildError, match="no WAV came"):
        speak(tmp_path, mute, LINES[:1])
    missing = replace(failing, command="no-such-program {out}")
    with pytest.raises(UserError, match='the program "no-such-program" is not installed'):
        speak(tmp_path, missing, LINES[:1])


def test_a_child_that_a_program_leaves_behind_holds_nothing_up_and_is_ended(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(100)"
    start = f"import os, subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\n"
    wait = f"while not os.path.exists({str(pid)!r}) or not os.path.getsize({str(pid)!r}): time.sleep(0.01)\n"
    script = tmp_path / "speak.py"
    script.write_text(start + wait + SPEAKER)
    leaving = replace(ESPEAK, engine="command", command=f'"{sys.executable}" "{script}" {{out}} {{text}}')
    began = time.monotonic()
    speak(tmp_path, leaving, LINES[:1])
    assert time.monotonic() - began < 60
    state = Path(f"/proc/{pid.read_text()}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_presets_are_the_commands_of_the_engines() -> None:
    def command(engine: str, model: str = "") -> list[str]:
        return programs.command(replace(ESPEAK, engine=engine, model=model))

    assert command("flite", "slt") == ["flite", "-voice", "slt", "-o", "{out}", "-t", "{text}"]
    assert command("festival") == ["text2wave", "-o", "{out}"]
    assert command("festival", "kal_diphone") == ["text2wave", "-eval", "(voice_kal_diphone)", "-o", "{out}"]
    assert command("piper", "a b.onnx") == ["piper", "--model", "a b.onnx", "--output_file", "{out}"]
    with pytest.raises(UserError, match=r"voice\.model must name its model"):
        command("piper")


def test_an_unknown_variant_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r'no variant "maxx" for en-us; did you mean "max"\?'):
        speak(tmp_path, replace(ESPEAK, variant="en-us+maxx"), LINES[:1])
    with pytest.raises(BuildError, match='espeak-ng has no voice "xx"'):
        speak(tmp_path, replace(ESPEAK, variant="xx"), LINES[:1])


def test_a_missing_loader_names_the_command_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(UserError, match="pip install espeakng-loader"):
        speak(tmp_path, lines=LINES[:1])


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    speak(tmp_path)
    before = {name: (tmp_path / "voice" / name).read_bytes() for name in ("maps.wav", "maps.json")}
    with pytest.raises(BuildError):
        speak(tmp_path, replace(ESPEAK, variant="xx"))
    assert {name: (tmp_path / "voice" / name).read_bytes() for name in before} == before
    assert sorted(os.listdir(tmp_path / "voice")) == ["lines", "maps.json", "maps.wav"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Here is A. A cat sleeps.", "Here is eigh. A cat sleeps."),
        ("A, B and A: a cat. Why? A cat!", "eigh, B and eigh: a cat. Why? A cat!"),
        ("The chance of A's word, A4 and a.", "The chance of eigh's word, A4 and a."),
    ],
)
def test_a_capital_a_inside_a_sentence_is_the_letter(text: str, said: str) -> None:
    assert spoken.heard(text, {"A": "eigh"}).text == said
    assert spoken.heard(text, {}).text == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("GRPO's map, (PPO) and GRPO-like.", "G R P O's map, (P P O) and G R P O-like."),
        ("XGRPO stays, GRPO2 too.", "XGRPO stays, GRPO2 too."),
        ("A thinks; A cat sleeps.", "eigh thinks; A cat sleeps."),
        ("It is −0.5 for A.", "It is  minus 0.5 for eigh."),
    ],
)
def test_pronunciations_change_whole_words_and_phrases_only(text: str, said: str) -> None:
    say = {"GRPO": "G R P O", "PPO": "P P O", "A thinks": "eigh thinks", "for A": "for eigh", "−": " minus "}
    found = spoken.heard(text, say)
    heard, spans = found.text, found.spans
    assert heard == said
    assert len(spans) == len(text.split())
    assert all(heard[end : end + 1] in ("", " ") for _, end in spans)
    assert " ".join(heard[begin:end] for begin, end in spans) == heard


BAD = """
import struct, sys
kind, out = sys.argv[1:3]
count = 16000
samples = {
    "silent": struct.pack("<f", 0.0) * count,
    "nan": struct.pack("<f", float("nan")) * count,
    "cut": struct.pack("<f", 0.5) * 300,
    "empty": b"",
}[kind]
claimed = 4 * count if kind == "cut" else len(samples)
head = b"RIFF" + struct.pack("<I", 36 + claimed) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 3, 1, 16000, 64000, 4, 32)
open(out, "wb").write(b"" if kind == "nothing" else head + b"data" + struct.pack("<I", claimed) + samples)
"""


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("silent", "without sound"), ("nan", "numbers that are none"), ("cut", "only 0.0"), ("empty", "without sound")],
)
def test_a_program_that_writes_no_speech_is_refused_with_the_lines_name(tmp_path: Path, kind: str, reason: str) -> None:
    script = tmp_path / "speak.py"
    script.write_text(BAD)
    bad = replace(ESPEAK, engine="command", command=f'"{sys.executable}" "{script}" {kind} {{out}}')
    with pytest.raises(BuildError, match=rf"the line maps\.open could not be spoken by .*{reason}"):
        speak(tmp_path, bad, LINES[:1])


def test_sentences_are_a_breath_apart_and_words_after_it_move(tmp_path: Path) -> None:
    line = Line("maps.open", "One sentence here. And one more.", (("open", 0), ("more", 3)))
    short, long = (
        speak(tmp_path / name, replace(ESPEAK, breath=breath), (line,)) for name, breath in (("a", 0), ("b", 1))
    )
    first, second = long.lines[0].words[2], long.lines[0].words[3]
    assert second.start - first.end == pytest.approx(1.0, abs=0.01)
    assert long.cues["more"] == second.start > short.cues["more"] + 0.3
    samples = heard(tmp_path / "b")
    pause = samples[round((first.end + 0.3) * SAMPLE_RATE) : round((second.start - 0.3) * SAMPLE_RATE)]
    assert np.abs(pause).max() < 400
    assert np.abs(np.diff(samples[:, 0].astype(int))).max() < 12000, "nothing clicks"
