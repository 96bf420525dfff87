"""Words and terms of many languages, and texts that no writer wrote."""

import pickle
import time
import unicodedata
from operator import itemgetter
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.stopwords import STOP_WORDS
from recommender.ranking.text import (
    MAX_MARKS,
    MAX_TOKEN_CHARS,
    STEMMERS,
    Normaliser,
    is_unspaced,
    terms,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("Kerry meets Lavrov, again.", ["Kerry", "meets", "Lavrov", "again"]),
        ("the U.S.-led push", ["the", "U.S.", "led", "push"]),
        ("the U.S.", ["the", "U.S."]),
        ("Russia's and Russia’s", ["Russia's", "and", "Russia’s"]),
        ("the states' 'quoted' words", ["the", "states", "quoted", "words"]),
        ("snake_case e-mail", ["snake", "case", "e", "mail"]),
        ("Orbán, Erdoğan", ["Orbán", "Erdoğan"]),
        ("inter\u00adnational می\u200cخواهم", ["international", "میخواهم"]),
        ("हिन्दी में समाचार", ["हिन्दी", "में", "समाचार"]),
        ("اللُّغَة العربية", ["اللُّغَة", "العربية"]),
        ("中国与俄罗斯", ["中国", "国与", "与俄", "俄罗", "罗斯"]),
        ("ジョン・ケリー。東京", ["ジョ", "ョン", "ケリ", "リー", "東京"]),
        ("한국 정부", ["한국", "정부"]),
        ("ประเทศ๏ไทย฿", ["ปร", "ระ", "ะเ", "เท", "ทศ", "ไท", "ทย"]),
        ("2022年 U.S. 中", ["2022", "年", "U.S.", "中"]),
        ("❤️ 👍🏽 中国 🇷🇺", ["中国"]),
        ("ﬁne Ｆｕｌｌ", ["fine", "Full"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == [unicodedata.normalize("NFKC", word) for word in expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The U.S. State Department’s sanctions", ["us", "state", "depart", "sanction"]),
        ("en", "He may visit us at home", ["may", "visit", "us", "home"]),
        ("en", "A x 7 77", ["77"]),
        ("en", "isn’t isn't", []),
        ("en", "Orbán Orban ORBÁN", ["orban"] * 3),
        ("fr", "L’ONU s'inquiète qu’il parte d'Iran", ["onu", "inquiet", "part", "iran"]),
        ("fr", "aujourd’hui", ["aujourd'hui"]),
        ("it", "dell'Italia un'altra", ["ital", "altra"]),
        ("ru", "Россия, России и российский", ["росс", "росс", "российск"]),
        ("ru", "ещё Горбачёв Горбачев", ["горбач", "горбач"]),
        ("de", "Die Straße und STRASSE", ["strass", "strass"]),
        ("ar", "الرُّوسِيَّة الروسية", ["روس", "روس"]),
        ("ar", "أوكرانيا اوكرانيا", ["اوكراني", "اوكراني"]),
        ("zh", "2022年", ["2022", "年"]),
        ("xx", "Words unstemmed", ["words", "unstemmed"]),
        (
            "nl",
            "De minister zei dat de verkiezingen zijn uitgesteld",
            ["mini", "zei", "verkies", "uitstel"],
        ),
        ("sv", "Regeringen lägger fram en ny budget", ["regering", "lagg", "fram", "ny", "budget"]),
        ("cs", "Vláda řekla, že volby budou ve středu", ["vlad", "rekl", "volb", "bud", "stred"]),
        ("pl", "Rząd ogłosił wybory na wiosnę", ["rzad", "ogłos", "wybor", "wiosn"]),
        ("hr", "Vlada je predstavila proračun", ["vlad", "predstavi", "proracun"]),
        ("sr", "Влада је представила буџет", ["vlad", "predstavi", "budzet"]),
        ("uk", "Про здоров'я і здоровʼя", ["здоров'я", "здоров'я"]),
        ("tr", "İSTANBUL'da İstanbul'un ve Isparta", ["istanbul", "istanbul", "ıspar"]),
        ("el", "Η κυβέρνηση και οι εκλογές", ["κυβερνησ", "εκλογ"]),
        ("fa", "کتاب‌های وزیر را به دولت داد", ["کتاب", "وزیر", "دولت", "داد"]),
        ("fa", "كتابهاي وزير", ["کتاب", "وزیر"]),
        ("ar", "کتابی كتابي", ["كتاب", "كتاب"]),
        ("ur", "حکومت نے نیا بجٹ پیش کیا", ["حکومت", "نیا", "بجٹ", "پیش", "کیا"]),
        ("he", "שָׁלוֹם של שלום", ["שלום", "שלום"]),
        ("hi", "सरकार ने चुनावों की घोषणा", ["सरकार", "चुनाव", "घोषण"]),
        ("ja", "政府は述べた", ["政府", "府は", "は述", "述べ", "べた"]),
        ("ja", "これまでに", ["これ", "れま", "でに"]),
        ("zh", "我们没有预算", ["们没", "有预", "预算"]),
        ("ko", "정부는 밝혔다고", ["정부", "부는", "밝혔", "혔다"]),
        ("th", "ไทย", ["ไท", "ทย"]),
        ("vi", "chính phủ và bố, bộ", ["chính", "phủ", "bố", "bộ"]),
    ],
)
def test_terms(language: str, text: str, expected: list[str]) -> None:
    assert terms(text, language) == expected


INFLECTED = {
    "ar": "الحكومة حكومة حكومه الحكومه حكومية", "ca": "eleccions elecció",
    "cs": "vláda vládě vlády", "da": "valget valgene", "de": "Wahl Wahlen", "el": "εκλογές εκλογών",
    "en": "election elections",
    "es": "elección elecciones", "et": "valitsuse valitsused", "eu": "gobernua gobernuaren",
    "fa": "کتاب کتاب‌ها", "fi": "hallituksen hallitukset", "fr": "gouvernement gouvernements",
    "ga": "páirtí bpáirtí", "hi": "चुनाव चुनावों", "hr": "vlada vlade vladi",
    "hu": "kormány kormányok", "hy": "նախարար նախարարը", "id": "perintah perintahnya",
    "it": "elezione elezioni", "lt": "vyriausybė vyriausybės", "ne": "सरकार सरकारले",
    "nl": "verkiezing verkiezingen", "no": "regjering regjeringen", "pl": "wybory wyborów",
    "pt": "governo governos", "ro": "guvern guvernul", "ru": "правительство правительства",
    "sr": "влада vlade", "sv": "regering regeringen", "ta": "அரசின் அரசுக்கு",
    "tr": "hükümet hükümetin",
}  # fmt: skip


@pytest.mark.parametrize("language", INFLECTED)
def test_the_forms_of_a_word_are_one_term(language: str) -> None:
    forms = INFLECTED[language].split()
    assert len(forms) > 1
    assert len({terms(form, language)[0] for form in forms}) == 1


def test_every_language_that_is_stemmed_has_stop_words() -> None:
    assert set(STEMMERS) <= set(STOP_WORDS)
    for language, words in STOP_WORDS.items():
        assert 10 < len(words) < 200, language


def test_news_words_are_no_stop_words() -> None:
    for language, words in {
        "en": "us state world home may year new first company two",
        "sv": "år man", "nl": "jaar", "pl": "roku", "id": "orang", "tr": "yeni", "vi": "người",
    }.items():  # fmt: skip
        assert STOP_WORDS[language].isdisjoint(words.split()), language


@pytest.mark.parametrize("language", sorted(set(STOP_WORDS) - {"zh"}))
def test_stop_words_are_passed_over_however_they_are_written(language: str) -> None:
    words = sorted(STOP_WORDS[language])

    is_dotted = language in {"tr", "az"}
    upper = [(word.replace("i", "İ") if is_dotted else word).upper() for word in words]
    title = [first + word[1:] for first, word in zip(map(itemgetter(0), upper), words, strict=True)]
    for spelling in (words, upper, title):
        normaliser = Normaliser(language)
        assert [word for word in spelling if normaliser.term(word) is not None] == []


def test_composed_and_decomposed_letters_are_one() -> None:
    for language, text in (
        ("fr", "L’été à Orléans"),
        ("ru", "Йод"),
        ("ko", "한국"),
        ("vi", "Việt"),
    ):
        assert terms(unicodedata.normalize("NFD", text), language) == terms(text, language)


@given(st.text(max_size=60), st.sampled_from([*STOP_WORDS, "ja", "hi", "xx"]))
def test_any_text_has_whole_terms(text: str, language: str) -> None:
    found = tokens(text)

    assert "" not in found
    assert all(len(word) <= 2 for word in found if is_unspaced(word))
    for term in terms(text, language):
        assert term
        assert term == term.strip()
        assert "’" not in term


def test_encoded_data_is_no_word() -> None:
    assert terms("a" * MAX_TOKEN_CHARS, "xx") == ["a" * MAX_TOKEN_CHARS]
    assert terms("a" * (MAX_TOKEN_CHARS + 1), "xx") == []


MARKS = "\u0301\u0316"  # in the order that takes most sorting


@pytest.mark.parametrize(
    "unit",
    ["á", "7", "中", "中a", "a.", "a'", "a’s", "á'", "'", "._", "ﷺ", "\u0301", "🙂", "क\u093f"],
)
def test_a_megabyte_of_anything_is_read_in_linear_time(unit: str) -> None:
    started = time.monotonic()

    found = tokens(unit * (1_000_000 // len(unit.encode())))

    assert sum(map(len, found)) <= 10_000_000
    # Seconds are generous: reading that is not linear would take hours.
    assert time.monotonic() - started < 60


def test_five_megabytes_of_one_letter_are_one_word() -> None:
    text = "a" * 5_000_000

    assert tokens(text) == [text]
    assert terms(text, "en") == []


def test_a_long_row_of_accents_is_cut_short() -> None:
    started = time.monotonic()

    (word,) = tokens("e" + MARKS * 1_000_000)

    assert len(word) <= 1 + MAX_MARKS
    assert time.monotonic() - started < 60
    assert tokens("e" + MARKS) == [unicodedata.normalize("NFKC", "e" + MARKS)]


def test_normaliser_pickles_after_use() -> None:
    used = Normaliser("en")
    assert used.term("Sanctions") == "sanction"

    again = pickle.loads(pickle.dumps(used))

    assert again.language == "en"
    assert [again.term(word) for word in ("Sanctions", "the")] == ["sanction", None]


LETTERS = st.sampled_from(["grain", "grains", "the", "i", "a", "qu", "nato"]) | st.text(
    st.sampled_from(ascii_lowercase), min_size=1, max_size=MAX_TOKEN_CHARS
)


@given(st.lists(LETTERS), st.sampled_from(["en", "de", "fr", "ar", "ru"]))
def test_many_words_of_letters_have_the_terms_of_each(words: list[str], language: str) -> None:
    normaliser = Normaliser(language)

    assert normaliser.takes_letters
    assert normaliser.terms_of_letters(words) == normaliser.terms_of(words)


def test_letters_tell_too_little_where_they_have_no_stems_or_other_small_ones() -> None:
    assert not Normaliser("tr").takes_letters
    assert not Normaliser("zh").takes_letters
