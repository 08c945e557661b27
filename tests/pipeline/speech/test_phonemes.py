import pytest

from pipeline.errors import UserError
from pipeline.speech import model, phonemes
from pipeline.speech.spoken import heard


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
