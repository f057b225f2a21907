"""Contacts as people say them."""

from __future__ import annotations

import pytest

from core.turkish.speech import spoken_contact


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ali nokta kaya et gmail nokta com", "ali.kaya@gmail.com"),
        ("cansu doksan üç et gmail nokta com", "cansu93@gmail.com"),
        ("mert alt çizgi can kuyruklu a outlook nokta com", "mert_can@outlook.com"),
        ("veli kısa çizgi er kuyruklu yandex nokta com", "veli-er@yandex.com"),
        ("john dot smith at gmail dot com", "john.smith@gmail.com"),
        ("çiğdem et örnek nokta com nokta tr", "cigdem@ornek.com.tr"),
        ("yeni adresim ali@example.com.", "ali@example.com"),
        ("beş yüz otuz iki yüz on bir yirmi iki otuz üç", "5321112233"),
        ("0532 111 22 33", "05321112233"),
        ("Çamlık Mah. 3. Sok. No: 4", "Çamlık Mah. 3. Sok. No: 4"),
        ("yarın et alacağım", "yarın et alacağım"),
    ],
)
def test_spoken_contact_is_written_out(said: str, written: str) -> None:
    assert spoken_contact(said) == written
