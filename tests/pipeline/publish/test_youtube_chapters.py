from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.media.mux import Chapter
from pipeline.project.lecture_toml import Lecture, Publish, Source, Voice
from pipeline.publish import youtube_chapters

FOUR = [Chapter("Open", 0.0), Chapter("One", 20.0), Chapter("Two", 26.0), Chapter("Three", 50.0)]


def test_a_chapter_under_ten_seconds_becomes_part_of_the_one_before_it() -> None:
    assert [chapter.title for chapter in youtube_chapters.listed(FOUR, 80.0)] == ["Open", "Two", "Three"]


def test_a_short_last_chapter_too() -> None:
    shown = youtube_chapters.listed([*FOUR, Chapter("End", 75.0)], 80.0)
    assert [chapter.title for chapter in shown] == ["Open", "Two", "Three"]


def test_a_short_first_chapter_takes_in_the_second() -> None:
    shown = youtube_chapters.listed([Chapter("Open", 0.0), Chapter("One", 4.0), *FOUR[2:]], 80.0)
    assert [(chapter.title, chapter.start) for chapter in shown] == [("Open", 0.0), ("Two", 26.0), ("Three", 50.0)]


def test_fewer_than_three_are_none() -> None:
    assert youtube_chapters.listed(FOUR[:2], 80.0) == []
    assert youtube_chapters.listed([], 0.0) == []


@given(st.lists(st.floats(0.2, 40.0), min_size=1, max_size=12))
def test_what_is_listed_keeps_every_rule(lengths: list[float]) -> None:
    starts = [0.0]
    for length in lengths:
        starts.append(round(starts[-1] + length, 1))
    made = [Chapter(f"Chapter {index}", start) for index, start in enumerate(starts[:-1])]
    shown = youtube_chapters.listed(made, starts[-1])
    assert not shown or youtube_chapters.check(shown, starts[-1]) == []
    assert set(shown) <= set(made)


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (FOUR[:2], "there are 2 chapters"),
        (FOUR[1:], "does not begin at 0:00"),
        (FOUR, 'the chapter "One" is shorter than 10 s'),
        ([Chapter("x" * 50, 0.0), *FOUR[2:]], "must have 1 to 49 characters"),
        ([FOUR[0], FOUR[3], FOUR[2]], 'the chapter "Three" is shorter'),
    ],
)
def test_the_check_finds_each_broken_rule(made: list[Chapter], problem: str) -> None:
    assert any(problem in sentence for sentence in youtube_chapters.check(made, 80.0))


def test_the_description_has_title_summary_chapters_and_sources() -> None:
    sources = (Source("A paper", "https://arxiv.org/abs/1"), Source("A page", "https://example.org"))
    lecture = Lecture("The film", ("a",), "Two\nlines\n", publish=Publish(sources))
    shown = youtube_chapters.listed(FOUR, 80.0)
    assert youtube_chapters.description(lecture, shown, 80.0) == (
        "The film\n\nTwo lines\n\nChapters\n0:00 Open\n0:26 Two\n0:50 Three\n\n"
        "Sources\nA paper\nhttps://arxiv.org/abs/1\nA page\nhttps://example.org\n\n"
        "Voice\nKokoro-82M by hexgrad (Apache License 2.0), as int8 ONNX by thewh1teagle (MIT License)\n"
        "https://huggingface.co/hexgrad/Kokoro-82M\n"
    )
    silent = replace(lecture, voice=Voice(engine="silent"))
    assert "Voice" not in youtube_chapters.description(silent, shown, 80.0)
    assert "Chapters" not in youtube_chapters.description(lecture, [], 80.0)


def test_clocks_are_written_as_youtube_reads_them() -> None:
    assert [youtube_chapters.clock(time, False) for time in (0.0, 9.9, 75.2, 754.0)] == [
        "0:00",
        "0:09",
        "1:15",
        "12:34",
    ]
    assert youtube_chapters.clock(754.0, True) == "0:12:34"
    assert youtube_chapters.clock(3754.0, True) == "1:02:34"
