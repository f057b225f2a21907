"""The reason of a suspension."""

from __future__ import annotations

from graph.understanding.reasons import stated_reason


def test_a_stated_reason_is_kept_in_the_customers_words() -> None:
    assert stated_reason("Cüzdanımla telefonum çalındı, hattı dondurun lütfen") == "Cüzdanımla telefonum çalındı"
    assert stated_reason("askere gidiyorum; hattım beklesin") == "askere gidiyorum"


def test_a_wish_without_a_reason_states_none() -> None:
    assert stated_reason("hattımı bir süre dondurmak istiyorum") is None


def test_another_wish_is_no_reason() -> None:
    assert stated_reason("hattımı dondur, ayrıca yurt dışı kullanımını kapat") is None
