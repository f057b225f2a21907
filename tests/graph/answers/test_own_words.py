"""What a free sentence may not hold of its own."""

from __future__ import annotations

import pytest

from core.languages import Language
from graph.answers.own_words import own_claim

KNOWN = "Güncel faturanız {amount}; son ödeme tarihi {due_date}. İsterseniz buradan ödeyebilirsiniz."
KNOWN_EN = "Your current bill is {amount}, due on {due_date}."


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Faturanız 412 lira.", "figure"),
        ("Faturanız {amount} TL.", "figure"),
        ("Faturanız {amount} lira.", "figure"),
        ("Yüzde {amount} indirim var.", "number_word"),
        ("Faturanız dört yüz lira.", "number_word"),
        ("İki faturanız var.", "number_word"),
        ("Onbeş gününüz var.", "number_word"),
        ("Üçüncü faturanız {amount}.", "number_word"),
        ("Faturanız yarın kesilecek.", "time_word"),
        ("Faturanız dün kesildi.", "time_word"),
        ("Haftaya ödeyebilirsiniz.", "time_word"),
        ("Geçen hafta kesildi.", "time_word"),
        ("Gelecek ay da {amount} gelecek.", "time_word"),
        ("Son gün pazartesi.", "time_word"),
        ("Haziranda kesildi.", "time_word"),
        ("Ayrıntılar www.ornek.com adresinde.", "link"),
        ("Ayrıntı için [tıklayın](x).", "link"),
        ("Bu ücret Platin paketine ait.", "capital"),
        ("Ankara'da kesinti var.", "capital"),
        ("Faturanız {amount; son gün.", "figure"),
    ],
)
def test_a_turkish_sentence_with_something_of_its_own_is_refused(sentence: str, reason: str) -> None:
    assert own_claim(sentence, KNOWN, "tr") == reason


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Your bill is two hundred.", "number_word"),
        ("It is due tomorrow.", "time_word"),
        ("It was issued last week.", "time_word"),
        ("It is due on Monday.", "time_word"),
        ("It is due in June.", "time_word"),
        ("It is due in May.", "time_word"),
        ("Your bill is {amount} dollars.", "figure"),
        ("You are on Platinum.", "capital"),
    ],
)
def test_an_english_sentence_with_something_of_its_own_is_refused(sentence: str, reason: str) -> None:
    assert own_claim(sentence, KNOWN_EN, "en") == reason


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Faturanız {amount}, son ödeme tarihi {due_date}.", "tr"),
        ("Bir faturanız var: {amount}.", "tr"),
        ("Onu buradan ödeyebilirsiniz.", "tr"),
        ("Size başka nasıl yardımcı olabilirim?", "tr"),
        ("Your bill is on record: {amount}.", "en"),
        ("It may help to pay it here.", "en"),
    ],
)
def test_articles_pronouns_and_plain_words_may_be_said(sentence: str, language: Language) -> None:
    assert own_claim(sentence, KNOWN if language == "tr" else KNOWN_EN, language) is None


def test_a_word_that_the_evidence_has_may_be_said() -> None:
    known = "Ödemenizin sonucu henüz kesinleşmedi; ikinci kez ödemeyin."
    assert own_claim("Lütfen ikinci kez ödemeyin.", known, "tr") is None
    assert own_claim("Üçüncü kez ödemeyin.", known, "tr") == "number_word"
