"""Idioms and taunts with the verb of the change that waits."""

from __future__ import annotations

import pytest

from core.turkish import fold
from graph.understanding.idioms import beside_the_act


@pytest.mark.parametrize(
    "words",
    [
        "geç oldu", "çok geç artık", "geç kaldık", "bunu geç", "şunu geçelim", "geç bunları", "geçin bu işleri",
        "geç bu konuyu", "başka konuya geç", "geç otur", "dalga geç", "geç dalganı", "vakit geç",
        "kapat konuyu", "kapatalım bu bahsi", "sohbeti kapat", "kapat çeneni", "aç kapıyı", "gözünü aç",
        "lafı değiştir",
        "çek git", "çek elini", "açık konuş", "aç kaldım", "açım", "aç mısın", "dondurma yerim", "işini yap",
        "dondur da gör", "kapatın da görelim", "aç da 149 lira yiyin", "geçirin de zengin olun", "öde de iflas edeyim",
        "dondurun da şikayet edeyim", "kapat da kurtulun", "aç da cebinizi doldurun",
        "dondursun bakalım", "açsınlar bakalım", "hele kapatsın", "dondur bakalım ne olacak",
    ],
)  # fmt: skip
def test_idiom_or_taunt_is_not_the_act(words: str) -> None:
    assert beside_the_act(fold(words))


@pytest.mark.parametrize(
    "words",
    [
        "geç", "ona geç", "geç gitsin", "buna geçelim", "öde gitsin", "çek gitsin", "aç bakalım", "öde de kurtulayım",
        "kapat da bitsin", "dondur da kafam rahatlasın", "öde de makbuzu gönder", "geç kaldık bile, açın gitsin",
        "hat açık kalsın", "üç gündür geç kaldım, ödeyin", "tanımlayın da torunlar sevinsin", "açın gözünü seveyim",
        "kabul, kapatalım bu konuyu", "faturayı öde",
    ],
)  # fmt: skip
def test_the_act_itself_is_none(words: str) -> None:
    assert not beside_the_act(fold(words))
