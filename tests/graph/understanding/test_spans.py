"""Tagged words become arguments: nothing that is no part of the value, and nothing that was not said."""

from __future__ import annotations

from typing import Any

import pytest

from agent.decision.format import TAGS
from agent.decision.spans import Span, spans_of
from graph.understanding.spans import from_spans


def test_address_is_one_stretch_as_it_was_written() -> None:
    message = "adresimi Barbaros Mah. Ihlamur Sok. No: 7 D: 12, Beşiktaş yap"
    tagged = [Span("value", words, 0.9) for words in ("Barbaros", "Mah. Ihlamur Sok", "D: 12")]
    assert from_spans(["new_value"], tagged, message) == {
        "new_value": "Barbaros Mah. Ihlamur Sok. No: 7 D: 12, Beşiktaş"
    }


def test_words_that_lie_apart_are_no_address() -> None:
    message = "Lale durağının orası, eskisi gibi Papatya tarafı"
    tagged = [Span("value", words, 0.9) for words in ("Lale durağının", "Papatya tarafı")]
    assert from_spans(["new_value"], tagged, message) == {}


def test_number_of_a_door_is_no_id() -> None:
    message = "hattımı dondur, adresim Gül Mah. Papatya Sok. No: 7 olsun"
    assert from_spans(["ticket_id"], [Span("id", "7", 0.9)], message) == {}


@pytest.mark.parametrize(
    ("name", "kind", "words", "value"),
    [
        ("ticket_id", "id", "TKT-20260426-0000", "TKT-20260426-0000"),
        ("ticket_id", "id", "TKT 1042'yi", "TKT 1042"),
        ("bill_id", "id", "faturayı", None),
        ("bill_id", "id", "1.316,42", None),
        ("bill_id", "id", "2026.11.004", "2026.11.004"),
        ("new_value", "value", "Yenimahalle Mah. 3. Cad. 5", "Yenimahalle Mah. 3. Cad. 5"),
        ("new_value", "value", "0532 111 22 33", "05321112233"),
        ("new_package_name", "package", "Aile Paketi'ne", "Aile Paketi"),
        ("limit", "limit", "son üç", 3),
    ],
)
def test_words_become_the_value_alone(name: str, kind: str, words: str, value: Any) -> None:
    found = from_spans([name], [Span(kind, words, 0.9)], words)
    assert found == ({} if value is None else {name: value})


def test_space_before_a_word_does_not_bring_the_word_before_it() -> None:
    message = "Peki Bornova'da durum ne"
    tag = TAGS.index("B-region")
    [span] = spans_of(message, [tag], [0.9], [(4, 9)])
    assert span.text == "Bornova'da"


@pytest.mark.parametrize(
    ("message", "part", "value"),
    [
        ("Bana acilen 'Çınar Plus' tanımlayın", "acilen 'Çınar", "Çınar Plus"),
        ('Hattımı "Işık 250 Mbps"\'ye yükseltin', '"Işık 250', "Işık 250 Mbps"),
        ("Ankara'da Mavi 30'a geçeceğim", "Mavi 30", "Mavi 30'a"),
    ],
)
def test_quoted_package_is_what_stands_between_the_quotes(message: str, part: str, value: str) -> None:
    begin = message.index(part)
    tag = TAGS.index("B-package")
    [span] = spans_of(message, [tag], [0.9], [(begin, begin + len(part))])
    assert span.text == value


def test_number_of_which_a_part_was_tagged_is_taken_whole() -> None:
    message = "telefonum artık 0532 123 45 67 olsun"
    assert from_spans(["new_value"], [Span("value", "123 45 67", 0.7)], message) == {"new_value": "05321234567"}
    two = "0532 111 22 33 yerine 0532 123 45 67"
    assert from_spans(["new_value"], [Span("value", "0532 123 45 67", 0.7)], two) == {"new_value": "05321234567"}
