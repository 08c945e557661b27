"""What `make hear` counts as misheard, and what it keeps."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hearing import Ear, Homophones, judge
from pipeline.project.scripts import Line


class Recogniser:
    """Hears the same words in everything, and counts how often it was asked."""

    asked = 0

    def transcribe(self, wave: Any, **settings: Any) -> tuple[list[Any], None]:
        self.asked += 1
        return [type("Segment", (), {"text": " two\twords "})], None


def test_what_was_heard_is_kept_and_only_new_sound_is_listened_to(tmp_path: Path) -> None:
    recogniser = Recogniser()
    one, other = np.zeros(8, np.float32), np.ones(8, np.float32)
    ear = Ear(tmp_path / "build/heard.tsv", recogniser)
    assert [ear.hear(one), ear.hear(one), ear.hear(other)] == ["two words"] * 3
    again = Ear.load(ear.path)
    assert (again.hear(one), again.hear(other)) == ("two words", "two words")
    assert recogniser.asked == 2


def test_spelling_and_sound_alike_are_no_errors_but_other_words_are() -> None:
    homophones = Homophones({"their": {"DH EH R"}, "there": {"DH EH R"}})
    line = Line("maps.open", "Uphill, their runs maximise 0.4, and all are centred by a logit.", (("open", 0),))
    result = judge(line, "Up hill there runs maximize zero point four, and all are centered by a low jet", homophones)
    assert (result.errors, result.alike) == ([], 5)
    result = judge(line, "Up hill there run maximize zero point four, and are centered by a lodge", homophones)
    assert result.errors == [("runs", "run"), ("all", ""), ("logit", "lodge")]
