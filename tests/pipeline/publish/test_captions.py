import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BuildError
from pipeline.media.timing import TimedLine, Timing, Word
from pipeline.publish import captions


def timing(*lines: tuple[float, str], rate: float = 14.0, tail: float = 1.2) -> Timing:
    """A clip whose lines begin at these seconds and run at so many characters a second."""
    timed = []
    for start, text in lines:
        now, words = start, []
        for word in text.split():
            end = round(now + (len(word) + 1) / rate, 3)
            words.append(Word(word, round(now, 3), end))
            now = end
        timed.append(TimedLine(f"clip.at{start:g}", start, round(now, 3), text, tuple(words)))
    return Timing("clip", round(timed[-1].end + tail, 1) if timed else 1.0, {}, tuple(timed), "")


def texts(made: list[captions.Caption]) -> list[str]:
    return [" ".join(caption.lines) for caption in made]


def test_a_short_line_is_one_caption_that_begins_with_its_first_word() -> None:
    (caption,) = captions.make([(10.0, timing((0.6, "Six hikers, one mountain.")))])
    assert caption.start == 10_600
    assert caption.lines == ("Six hikers, one mountain.",)
    assert caption.end >= 10_600 + 1000 * 26 / 14


def test_a_long_line_is_cut_where_the_sentence_pauses() -> None:
    text = (
        "From the batch, each rule draws a map of the ground. Bright is where that rule would like to be, "
        "and REINFORCE pushes each answer up by its reward."
    )
    made = captions.make([(0.0, timing((0.6, text)))])
    assert texts(made) == [
        "From the batch, each rule draws a map of the ground.",
        "Bright is where that rule would like to be,",
        "and REINFORCE pushes each answer up by its reward.",
    ]
    assert made[0].lines == ("From the batch, each rule", "draws a map of the ground.")
    assert captions.check(made) == []


def test_captions_of_one_line_follow_each_other_at_the_word_they_begin_with() -> None:
    clip = timing((0.6, "One thing is said here, at the very first. Then another thing is said, and then a third one."))
    made = captions.make([(0.0, clip)])
    then = next(word for word in clip.lines[0].words if word.text == "Then")
    assert made[1].start == round(1000 * then.start) == made[0].end


def test_a_fast_line_uses_the_silence_after_it() -> None:
    clip = timing((0.6, "Twenty-two letters each."), (3.5, "Next."), rate=30.0)
    first, _ = captions.make([(0.0, clip)])
    assert first.speed <= 20
    assert first.end < 3500


def test_between_two_lines_that_are_spoken_without_a_pause_the_picture_is_free_for_a_blink() -> None:
    clip = timing((0.6, "Twenty-two letters each, and more of them."), (2.1, "Next comes another line."), rate=30.0)
    first, second = captions.make([(0.0, clip)])
    assert second.start == 2100
    assert first.end == second.start - 40


def test_a_line_that_cannot_be_read_in_its_time_is_a_sentence_that_names_it() -> None:
    clip = timing((0.6, "This is spoken far too fast to be read by anyone at all, and it goes on and on."), rate=80.0)
    with pytest.raises(BuildError, match=r"the line clip\.at0\.6 is spoken too fast to be read: .* speak more slowly"):
        captions.make([(0.0, clip)])
    recorded = replace(clip, lines=tuple(replace(line, speaker="recording") for line in clip.lines))
    with pytest.raises(BuildError, match="record it more slowly"):
        captions.make([(0.0, recorded)])


def test_what_is_hard_to_read_is_told_and_what_is_easy_is_not() -> None:
    text = "This is spoken rather fast to be read by anyone at all, and it goes on and on and on for so long."
    for rate, count in ((17.0, 0), (33.0, 1)):
        shown = captions.make([(0.0, timing((0.6, text), rate=rate))])
        assert captions.check(shown) == []
        assert len(captions.too_fast(shown)) == count
    assert "characters a second; more than 20 are a strain" in captions.too_fast(shown)[0]


@pytest.mark.parametrize(
    "word",
    [
        "example.org/lecture-notes/2026/policy-gradients-and-their-baselines.html",
        "同じ山の上で六つの規則がどのように学び、どこで止まり、なぜ別れるのかを一つの批から順に見ていきます。",
    ],
)
def test_a_word_that_is_too_long_breaks_where_a_line_may(word: str) -> None:
    shown = captions.make([(0.0, timing((0.6, f"See {word} for more."), rate=8.0))])
    assert captions.check(shown) == []
    assert "".join(line for caption in shown for line in caption.lines).replace(" ", "") == f"See{word}formore."
    for line in [line for caption in shown for line in caption.lines][:-1]:
        assert not line[-1].isascii() or not line[-1].isalnum() or line.split(" ")[-1] in ("See", "for"), line
        assert line[0] not in "、。"


def test_a_word_that_fits_no_line_is_a_sentence() -> None:
    with pytest.raises(BuildError, match="is longer than 42 characters"):
        captions.make([(0.0, timing((0.6, "See " + "x" * 43)))])


def test_silent_lines_have_no_caption() -> None:
    clip = Timing("clip", 2.0, {}, (TimedLine("clip.rest", 0.6, 1.6, ""),), "")
    assert captions.make([(0.0, clip)]) == []


def test_files_are_numbered_timed_and_free_of_markup() -> None:
    made = [
        captions.Caption(600, 4043, ("Is 1 < 2 & β > 0?",)),
        captions.Caption(3_661_005, 3_663_000, ("Two", "lines")),
    ]
    assert captions.srt(made) == (
        "1\n00:00:00,600 --> 00:00:04,043\nIs 1 < 2 & β > 0?\n\n2\n01:01:01,005 --> 01:01:03,000\nTwo\nlines\n"
    )
    assert captions.vtt(made) == (
        "WEBVTT\n\n00:00:00.600 --> 00:00:04.043\nIs 1 &lt; 2 &amp; β &gt; 0?\n\n"
        "01:01:01.005 --> 01:01:03.000\nTwo\nlines\n"
    )


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ([captions.Caption(0, 2000, ("a" * 43,))], "more than 42 characters"),
        ([captions.Caption(0, 2000, ("a", "b", "c"))], "3 lines"),
        ([captions.Caption(0, 1000, ("a" * 26,))], "26.0 characters a second"),
        ([captions.Caption(0, 9000, ("山" * 22,))], "more than 42 characters"),
        ([captions.Caption(1000, 1000, ("",))], "ends before it begins"),
        ([captions.Caption(0, 2000, ("a",)), captions.Caption(1999, 3000, ("b",))], "before the one before it ends"),
    ],
)
def test_the_check_finds_each_broken_rule(made: list[captions.Caption], sentence: str) -> None:
    assert any(sentence in problem for problem in captions.check(made))


WORD = st.from_regex(r"[A-Za-zβ0-9']{1,14}[,.;:?!—]?", fullmatch=True)
LINE = st.lists(WORD, min_size=1, max_size=40).map(" ".join)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(LINE, min_size=1, max_size=4), min_size=1, max_size=3), st.floats(9.0, 17.0))
def test_whatever_is_said_can_be_read(clips: list[list[str]], rate: float) -> None:
    placed, film = 0.0, []
    for lines in clips:
        now, starts = 0.6, []
        for text in lines:
            starts.append((round(now, 3), text))
            now += sum(len(word) + 1 for word in text.split()) / rate + 0.55
        made = timing(*starts, rate=rate)
        film.append((placed, made))
        placed = round(placed + made.duration, 1)
    shown = captions.make(film)
    assert captions.check(shown) == []
    assert " ".join(texts(shown)).split() == [word for lines in clips for line in lines for word in line.split()]
    assert max(caption.end for caption in shown) <= 1000 * placed
    assert len(re.findall(" --> ", captions.srt(shown))) == len(shown)
