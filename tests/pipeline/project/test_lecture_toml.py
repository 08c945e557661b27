from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import lecture_toml

ROOT = Path(__file__).parents[3]
SMALL = 'title = "T"\nchapters = ["ch00_a"]\n'


def load(tmp_path: Path, text: str) -> lecture_toml.Lecture:
    path = tmp_path / "lecture.toml"
    path.write_text(text, encoding="utf-8")
    return lecture_toml.load(path)


def test_the_projects_own_settings_are_valid_and_name_every_paper() -> None:
    lecture = lecture_toml.load(ROOT / "lecture.toml")
    urls = " ".join(source.url for source in lecture.publish.sources)
    for paper in ("1502.05477", "1707.06347", "1506.02438", "2402.03300", "2501.12948", "2503.14476", "BF00992696"):
        assert paper in urls
    assert lecture.voice.say["DAPO"] == "Dappo"
    assert lecture.sound == lecture_toml.Sound(loudness=-14.0, true_peak=-1.0, bitrate=384)


def test_what_may_begin_a_sentence_is_said_with_a_capital_so_that_the_voice_pauses_before_it() -> None:
    for entry, said in lecture_toml.load(ROOT / "lecture.toml").voice.said("espeak").items():
        if entry != "A":  # inside a sentence only
            assert entry[0].isupper() <= said[0].isupper(), entry


def test_an_engine_has_its_own_list_above_that_of_all(tmp_path: Path) -> None:
    text = "[voice.say]\nPPO = 'P P O'\nKL = 'K L'\n[voice.say.kokoro]\nKL = '/kˌAˈɛl/'\n"
    voice = load(tmp_path, SMALL + text).voice
    assert voice.said() == {"PPO": "P P O", "KL": "/kˌAˈɛl/"}
    assert voice.said("espeak") == {"PPO": "P P O", "KL": "K L"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[voice.say.kokro]\nKL = 'x'\n", r'no engine for \[voice.say.kokro\]; did you mean "kokoro"\?'),
        ("[voice.say.kokoro]\n'a b' = 'c'\n", r'voice.say.kokoro."a b" has 2 words'),
        ("[voice.say]\nKL = '/kˌA/'\n", r"given in phonemes, .* which only \[voice.say.kokoro\] may hold"),
        ("[voice]\nmix = 1\n", "voice.mix = 1 is not true or false"),
    ],
)
def test_a_wrong_list_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        load(tmp_path, SMALL + text)


def test_what_is_not_written_has_a_default(tmp_path: Path) -> None:
    lecture = load(tmp_path, SMALL + "[voice]\ngap = 1\n")
    assert lecture.voice.gap == 1.0
    assert isinstance(lecture.voice.gap, float)
    assert lecture.voice.engine == "kokoro"
    assert lecture.video.quality == "draft"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SMALL + "[voice]\nvarient = 'en'\n", 'unknown key voice.varient; did you mean "variant"?'),
        (SMALL + "subtitle = 'x'\n", "unknown key subtitle"),
        (SMALL + "[voice]\nrate = 20\n", "voice.rate = 20 is out of range; allowed: 80 to 450."),
        (SMALL + "[voice]\nrate = 'fast'\n", "voice.rate = 'fast' is not a whole number."),
        (SMALL + "[voice]\ngap = 0,5\n", "lecture.toml, line 4, column 8: write 0.5 with a point."),
        (SMALL + "[voice]\ngap = '0,5'\n", "voice.gap = '0,5' is not a number; write 0.5 with a point."),
        (SMALL + "[voice]\nrate = true\n", "voice.rate = True is not a whole number."),
        (SMALL + "[voice]\ngap = nan\n", "voice.gap = nan is out of range"),
        (SMALL + "[voice]\nengine = 'espaek'\n", 'voice.engine = "espaek" is not known; did you mean "espeak"?'),
        (SMALL + "[voice]\nengine = 'command'\n", "voice.command must name a program and hold {out}."),
        (SMALL + "[voice]\nengine = 'command'\ncommand = 'say \"{out}'\n", "a command line (no closing quotation)."),
        (SMALL + "[voice]\ncommand = 'say {out}'\n", 'voice.command is only read when voice.engine is "command"'),
        (SMALL + "[voice.say]\n'two  words' = 'x'\n", "needs words with single spaces"),
        (SMALL + "[voice.say]\n'two words' = 'x'\n", "has 2 words, so what is said for it must have as many."),
        (SMALL + "[voice.say]\nA = 1\n", "voice.say.A = 1 is not text in quotes."),
        (SMALL + "[video]\nquality = 'ful'\n", 'video.quality = "ful" is not known; did you mean "full"?'),
        (SMALL + "[[publish.sources]]\ntitle = 'x'\n", "publish.sources[0].url is missing."),
        (SMALL + "[[publish.sources]]\ntitle = 'x'\nurl = 'x'\n", "it must start with https://."),
        (SMALL + "publish = 3\n", "publish must be a table."),
        ("title = ''\nchapters = ['a']\n", "title is empty."),
        ("title = 'T'\nchapters = []\n", "chapters is empty"),
        ("title = 'T'\nchapters = ['../a']\n", 'chapters names "../a"; a chapter has letters, digits and underscores.'),
        ("title = 'T'\nchapters = ['a\\u0000']\n", "a chapter has letters, digits and underscores."),
        ("title = 'T'\nchapters = ['a', 'a']\n", 'chapters names "a" twice.'),
        ("title = 'T'\nchapters = 'a'\n", "chapters must be a list."),
        ("title = 'T'\n", "chapters is missing."),
        ("title = 'T\n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_one_sentence_with_the_file_and_the_key(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        load(tmp_path, text)
    message = str(error.value)
    assert message.startswith("lecture.toml")
    assert sentence in message
    assert "\n" not in message


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="line 3"):
        load(tmp_path, SMALL + "[voice\n")
