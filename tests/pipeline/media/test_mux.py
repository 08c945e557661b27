"""Films of flat pictures: joined, read back by boxes and by decoding."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import BuildError
from pipeline.media import mp4, mux, sound
from pipeline.media.encode import Encoder
from pipeline.media.mux import Chapter, Tags
from pipeline.media.timing import QUANTUM, SAMPLE_RATE
from pipeline.project import qualities

SIZE = (64, 48)
LEVELS = (40, 120, 200)  # grey of each clip
LENGTHS = (2 * QUANTUM, 4 * QUANTUM, QUANTUM)
STARTS = (0 * QUANTUM, 2 * QUANTUM, 6 * QUANTUM)
BEEP = 0.2  # seconds into each clip


def draw(path: Path, seconds: Fraction, level: int, fps: int = 30, **changes: object) -> Path:
    settings = qualities.encoder(qualities.Quality("tiny", *SIZE, fps, "veryfast", 20)) | changes
    with Encoder(path, *SIZE, fps, settings) as encoder:
        for index in range(round(seconds * fps)):
            picture = np.full((SIZE[1], SIZE[0], 3), level, np.uint8)
            picture[:, : index % SIZE[0]] = level + 20
            encoder.add(picture)
    return path


def beep(seconds: Fraction, at: float = BEEP) -> np.ndarray:
    samples = sound.silence(float(seconds))
    time = np.arange(round(0.05 * SAMPLE_RATE)) / SAMPLE_RATE
    start = round(at * SAMPLE_RATE)
    samples[start : start + len(time)] = (9000 * np.sin(2 * np.pi * 1000 * time))[:, None]
    return samples


def clip(path: Path, seconds: Fraction, level: int = 90, fps: int = 30, **changes: object) -> Path:
    """A clip with a short beep."""
    picture = draw(path.with_suffix(".silent.mp4"), seconds, level, fps, **changes)
    mux.add_sound(picture, beep(seconds), path, Tags("A clip"), 384)
    return path


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    clips = [clip(folder / f"c{level}.mp4", length, level) for level, length in zip(LEVELS, LENGTHS, strict=True)]
    out = folder / "film.mp4"
    titles = ("Große Reise", "Two", "Three")
    chapters = [Chapter(title, float(start)) for title, start in zip(titles, STARTS, strict=True)]
    mux.join(clips, out, Tags("Six rules – β", "digest abc", chapters))
    return out


def test_the_film_is_ready_for_upload(joined: Path) -> None:
    assert mux.inspect(joined) == []


def test_every_frame_of_every_clip_is_there_at_its_time(joined: Path) -> None:
    with av.open(str(joined)) as container:
        stream = container.streams.video[0]
        frames = [
            (frame.pts * frame.time_base, int(frame.to_ndarray(format="gray")[0, -1]))
            for frame in container.decode(stream)
        ]
    counts = [round(length * 30) for length in LENGTHS]
    assert [time for time, _ in frames] == [Fraction(index, 30) for index in range(sum(counts))]
    for (_, grey), level in zip(frames, np.repeat(LEVELS, counts), strict=True):
        assert abs(grey - level) <= 3


def test_sound_stays_with_its_picture_to_the_sample(joined: Path) -> None:
    heard = sound.read(joined)[:, 0].astype(float)
    time = np.arange(round(0.05 * SAMPLE_RATE)) / SAMPLE_RATE
    wanted = np.sin(2 * np.pi * 1000 * time)
    matches = np.correlate(heard, wanted, "valid")
    for start in STARTS:
        near = round((float(start) + BEEP) * SAMPLE_RATE)
        assert near - 500 + matches[near - 500 : near + 500].argmax() == pytest.approx(near, abs=2)


def test_picture_and_sound_are_equally_long(joined: Path) -> None:
    video, audio = mp4.read(joined).track("vide"), mp4.read(joined).track("soun")
    assert video
    assert audio
    assert video.duration == audio.duration == pytest.approx(float(sum(LENGTHS)))


def test_chapters_title_and_comment_are_inside(joined: Path) -> None:
    with av.open(str(joined)) as container:
        assert container.metadata["title"] == "Six rules – β"
        assert container.metadata["comment"] == "digest abc"
        found = [
            (chapter["start"] * chapter["time_base"], chapter["metadata"]["title"]) for chapter in container.chapters()
        ]
    assert found == [(0, "Große Reise"), (Fraction(1067, 1000), "Two"), (Fraction(3200, 1000), "Three")]


def test_a_clip_in_the_film_sounds_as_it_does_alone(joined: Path) -> None:
    whole = sound.read(joined)
    for level, start, length in zip(LEVELS, STARTS, LENGTHS, strict=True):
        alone = sound.read(joined.parent / f"c{level}.mp4")
        begin = round(start * SAMPLE_RATE)
        assert len(alone) == round(length * SAMPLE_RATE)
        assert (whole[begin + 1024 : begin + len(alone)] == alone[1024:]).all()


def test_equal_input_gives_equal_bytes(joined: Path, tmp_path: Path) -> None:
    again = [clip(tmp_path / f"c{level}.mp4", length, level) for level, length in zip(LEVELS, LENGTHS, strict=True)]
    for path in again:
        assert path.read_bytes() == (joined.parent / path.name).read_bytes()
    for name in ("a.mp4", "b.mp4"):
        mux.join(again, tmp_path / name, Tags("T"))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("fps", [15, 60])
def test_other_frame_rates_are_ready_too(tmp_path: Path, fps: int) -> None:
    part = clip(tmp_path / "a.mp4", 3 * QUANTUM, fps=fps)
    mux.join([part, part], tmp_path / "film.mp4", Tags("T"))
    assert mux.inspect(tmp_path / "film.mp4") == []
    video = mp4.read(tmp_path / "film.mp4").track("vide")
    assert video
    assert sorted(video.times()) == pytest.approx([index / fps for index in range(round(6 * QUANTUM * fps))])


def test_a_film_of_many_clips_stays_in_time(tmp_path: Path) -> None:
    part = clip(tmp_path / "a.mp4", QUANTUM)
    mux.join([part] * 60, tmp_path / "film.mp4", Tags("T"))
    assert mux.inspect(tmp_path / "film.mp4") == []
    heard = np.abs(sound.read(tmp_path / "film.mp4")[:, 0].astype(int))
    last = heard[round(59 * QUANTUM * SAMPLE_RATE) :]
    assert len(last) == round(QUANTUM * SAMPLE_RATE)
    assert np.flatnonzero(last > 500)[0] == pytest.approx(BEEP * SAMPLE_RATE, abs=20)


def test_clips_of_other_settings_are_refused(tmp_path: Path) -> None:
    first, other = clip(tmp_path / "a.mp4", QUANTUM), clip(tmp_path / "b.mp4", QUANTUM, fps=15)
    with pytest.raises(BuildError, match=r"b\.mp4 has other settings than the first"):
        mux.join([first, other], tmp_path / "film.mp4", Tags("T"))


def test_sound_of_another_length_is_refused(tmp_path: Path) -> None:
    picture = draw(tmp_path / "a.mp4", 2 * QUANTUM, 90)
    with pytest.raises(BuildError, match=r"a\.mp4 shows 1\.067 s, but its sound lasts 0\.533 s"):
        mux.add_sound(picture, beep(QUANTUM), tmp_path / "film.mp4", Tags("T"), 384)


def remux(path: Path, container_options: dict[str, str], rate: int = 48_000, layout: str = "stereo") -> Path:
    """A film as another program might write it."""
    source = draw(path.with_suffix(".source.mp4"), 2 * QUANTUM, 90)
    with av.open(str(source)) as old, av.open(str(path), "w", options=container_options) as new:
        video = new.add_stream_from_template(old.streams.video[0])
        audio = new.add_stream("aac", rate=rate, layout=layout)
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None:
                packet.stream = video
                new.mux(packet)
        for index in range(49):
            width = 2 if layout == "stereo" else 1
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024 * width), np.int16), "s16", layout)
            frame.sample_rate, frame.pts = rate, 1024 * (index + 1)
            new.mux(audio.encode(frame))
        new.mux(audio.encode(None))
    return path


GOOD = dict(mux.CONTAINER)


@pytest.mark.parametrize(
    ("options", "sound_settings", "problem"),
    [
        (GOOD, {}, None),
        ({"movflags": "+faststart"}, {}, "there is an edit list."),
        ({**GOOD, "movflags": "+negative_cts_offsets"}, {}, "the index (moov) comes after the pictures (mdat)."),
        (GOOD, {"rate": 44_100}, "44100 Hz and 2 channels"),
        (GOOD, {"layout": "mono"}, "48000 Hz and 1 channels"),
    ],
)
def test_the_inspection_finds_what_a_muxer_does_wrong(
    tmp_path: Path, options: dict[str, str], sound_settings: dict[str, object], problem: str | None
) -> None:
    path = remux(tmp_path / "film.mp4", options, **sound_settings)  # type: ignore[arg-type]
    problems = mux.inspect(path)
    assert problems == [] if problem is None else any(problem in sentence for sentence in problems)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"options": {"x264-params": "keyint=300:scenecut=0"}, "interval": 300},
            "key frames stand up to 2.100 s apart",
        ),
        (
            {"options": {"profile": "main", "x264-params": "keyint=15:min-keyint=15"}},
            "the H.264 profile is 77, not 100",
        ),
        ({"pixels": "yuv444p", "options": {}}, "is not yuv420p"),
        ({"options": {"x264-params": "keyint=15:min-keyint=15:interlaced=1", "profile": "high"}}, "not progressive"),
        ({"codec": "mpeg4", "options": {}}, "not H.264"),
    ],
)
def test_the_inspection_finds_what_an_encoder_does_wrong(
    tmp_path: Path, changes: dict[str, object], problem: str
) -> None:
    problems = mux.inspect(clip(tmp_path / "a.mp4", 4 * QUANTUM, **changes))  # type: ignore[arg-type]
    assert any(problem in sentence for sentence in problems), problems


def change_colour(data: bytes) -> bytes:
    return data.replace(b"nclx" + struct.pack(">HHHB", 1, 1, 1, 0), b"nclx" + struct.pack(">HHHB", 1, 1, 6, 0))


def change_sound_length(data: bytes) -> bytes:
    """Shorten the sound's mdhd by half a second."""
    position = data.rindex(b"mdhd", 0, data.index(b"smhd"))
    scale, length = struct.unpack_from(">II", data, position + 16)
    assert scale == SAMPLE_RATE
    return data[: position + 20] + struct.pack(">I", length - scale // 2) + data[position + 24 :]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (change_colour, "the colours are not tagged bt709 in limited range."),
        (change_sound_length, "the picture lasts 3.733 s and the sound 3.233"),
        (lambda data: data[:40], "is not a readable MP4"),
        (lambda data: b"hello", "is not a readable MP4"),
    ],
)
def test_the_inspection_finds_a_changed_byte(
    joined: Path, tmp_path: Path, change: Callable[[bytes], bytes], problem: str
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(change(joined.read_bytes()))
    assert any(problem in sentence for sentence in mux.inspect(path))


def test_a_silent_clip_alone_is_not_ready(joined: Path) -> None:
    assert mux.inspect(joined.parent / "c40.silent.mp4") == ["c40.silent.mp4: there is no sound."]
