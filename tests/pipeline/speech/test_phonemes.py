from pathlib import Path

import pytest

from pipeline.errors import UserError
from pipeline.project import lecture_toml
from pipeline.speech import model, phonemes
from pipeline.speech.spoken import heard

ROOT = Path(__file__).parents[3]


def said(text: str, say: dict[str, str] | None = None, stressed: tuple[int, ...] = ()) -> list[str]:
    words = phonemes.words(heard(text, say or {}), text.split(), stressed)
    return [word.before + word.signs + word.after for word in words]


def test_every_word_has_its_own_phonemes_also_where_espeak_says_two_as_one() -> None:
    assert said("This is for the model, and of the map.") == [
        *("ðɪs", "ɪz", "fəɹ", "ðə", "mˈɑdᵊl,", "ænd", "ʌv", "ðə", "mˈæp."),
    ]


def test_a_number_is_one_word_and_a_dash_is_none() -> None:
    words = said("Beta is 0.04 — yes.")
    assert words[2] == "zˈiɹO pYnt zˈiɹO fˈɔɹ"
    assert words[3] == "—"
    assert len(words) == 5


def test_punctuation_is_that_of_the_text() -> None:
    assert said('"Why?" (He asked…)')[0].startswith("“")
    assert [word[-1] for word in said('Stop; go: now, "yes!" end…')] == [";", ":", ",", "”", "…"]


def test_phonemes_may_be_given_and_take_an_s() -> None:
    say = {"DAPO": "/dˈæpO/", "KL": "/kˌAˈɛl/"}
    assert said("DAPO's leash, DAPO. (KL)", say) == ["dˈæpOz", "lˈiʃ,", "dˈæpO.", "(kˌAˈɛl)"]
    with pytest.raises(UserError, match='"dap1" has "1", which is no phoneme'):
        said("DAPO runs.", {"DAPO": "/dap1/"})


def test_an_s_after_letters_is_said() -> None:
    assert said("GRPO's map") == ["ʤˌiˌɑɹpˌiˈOz", "mˈæp"]


def test_an_s_is_said_once_and_with_its_own_word() -> None:
    assert said("Does PPO's clip") == ["dˈʌz", "pˌipˌiˈOz", "klˈɪp"]
    assert said("R1's rule") == ["ˈɑɹ wˈʌnz", "ɹˈul"]


def test_an_r_between_two_words_is_said_once() -> None:
    assert said("for a tree") == ["fəɹ", "ɐ", "tɹˈi"]
    assert said("for a real model")[:3] == ["fəɹ", "ɐ", "ɹˈiəl"]
    assert said("one per answer")[1] == "pɜɹ"
    assert said("a rule for red")[3] == "ɹˈɛd"


def test_two_vowels_stay_two_but_before_an_r() -> None:
    assert said("gradient variance ideas zero likelier") == [
        *("ɡɹˈAdiənt", "vˈɛɹiəns", "Idˈiəz", "zˈiɹO", "lˈIkliəɹ"),
    ]


def test_what_stands_around_given_phonemes_is_said_too() -> None:
    say = {"GAE": "/ʤˌiˌAˈi/"}
    assert said("non-GAE, GAE-like (GAE's)", say) == ["nˈɑnʤˌiˌAˈi,", "ʤˌiˌAˈilˈIk", "(ʤˌiˌAˈiz)"]
    assert said("his/her/their") == said("his/her/their", say)


@pytest.mark.parametrize(
    ("text", "number", "signs"),
    [
        ("But the summit is at A.", 5, "ˈA."),
        ("Only A still pushes.", 1, "ˈA"),
        ("A pays most. A price is low.", 0, "ˈA"),
        ("A pays most. A price is low.", 3, "ɐ"),
        ("A learned judge can be fooled.", 1, "lˈɜɹnd"),
        ("We take one batch, and use it.", 5, "jˈuz"),
        ("How can a fence live inside?", 4, "lˈɪv"),
        ("GSPO takes it.", 0, "ʤˌiˌɛspˌiˈO"),
        ("It is centred.", 2, "sˈɛntəɹd."),
    ],
)
def test_the_films_own_list_mends_what_espeak_reads_wrong(text: str, number: int, signs: str) -> None:
    settings = lecture_toml.load(ROOT / "lecture.toml").voice
    assert said(text, settings.said("kokoro"))[number] == signs


def test_a_stressed_word_has_its_main_stress_twice() -> None:
    assert said("It is really so.", stressed=(1, 2)) == ["ɪT", "ˈˈɪz", "ɹˈˈili", "sˈO."]


def test_everything_is_in_the_alphabet() -> None:
    text = (
        "The fire, a bird, more iron, our hour, zero, a real idea, usually; 128,000 of 2+2 = 4, −0.5, 60%, button, "
        "little, loch, jalapeño, Schrödinger, mid-sentence, log-probability β ε θ π ρ."
    )
    for word in said(text):
        assert set(word) <= set(model.symbols()), word
    assert all(word.strip("“”.,;:—") for word in said(text))


def test_a_spanish_voice_is_read_in_spanish() -> None:
    text = "¿Cuánto es dos más dos? Pasa de 0.9, muchacho."
    found = phonemes.words(heard(text, {}), text.split(), language=phonemes.language("ef_dora"))
    said = [word.signs + word.after for word in found]
    assert said[0] == "kwˈanto"
    assert said[4] == "ðˈos?"
    assert said[-2:] == ["θˈeɾo pˌunto nwˈeβe,", "muʧˈaʧo."]
    assert phonemes.language("af_heart+am_michael") == phonemes.ENGLISH
