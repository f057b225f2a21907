"""The lines that a message means."""

from __future__ import annotations

import pytest

from graph.understanding.lines import LineChoice, OwnLine, lines_named

MAIN, SECOND, HOME = "05000000007", "05001000007", "02120000007"
LINES = [OwnLine(MAIN, "mobile"), OwnLine(SECOND, "mobile"), OwnLine(HOME, "home")]
UNCLEAR = LineChoice()


def named(text: str, *, count: int = 3, spoken_of: str | None = None, bare: bool = False) -> LineChoice | None:
    return lines_named(text, LINES[:count], spoken_of=spoken_of, bare=bare)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0500 100 00 07 numaralı hattım yavaş", (SECOND,)),
        ("üçüncü hattımın kotası", (HOME,)),
        ("2. hat için bakar mısın", (SECOND,)),
        ("birinci ve üçüncü numaram", (MAIN, HOME)),
        ("son iki hattımı kapatın", (SECOND, HOME)),
        ("sabit hattım", (HOME,)),
        ("ev telefonumu dondurun", (HOME,)),
        ("mobil hatlarım", (MAIN, SECOND)),
        ("tüm hatlarımda", (MAIN, SECOND, HOME)),
        ("do any of our lines have a commitment", (MAIN, SECOND, HOME)),
        ("üç hattımı da", (MAIN, SECOND, HOME)),
        ("ana hattım hariç hepsi", (SECOND, HOME)),
        ("üçüncü hattımı değil, ikinci hattımı", (SECOND,)),
        ("the second line please", (SECOND,)),
        ("all my lines", (MAIN, SECOND, HOME)),
        ("iki mobil hattımı kapat", (MAIN, SECOND)),
        ("sabit hariç", (MAIN, SECOND)),
        ("yanlış hat, 0212li", (HOME,)),
        ("evi de dondur", (HOME,)),
        ("onun yerine cepleri dondur", (MAIN, SECOND)),
    ],
)
def test_lines_by_number_place_kind_and_set(text: str, numbers: tuple[str, ...]) -> None:
    assert named(text) == LineChoice(numbers)


@pytest.mark.parametrize(
    "text",
    ["öteki hattım", "cep hattım", "iki hattımı dondur", "faturalı hattım", "sonu 0007 olan", "öteki cep", "cep"],
)
def test_words_that_fit_several_lines_or_none_are_asked_about(text: str) -> None:
    assert named(text) == UNCLEAR


@pytest.mark.parametrize(
    "text",
    ["hattımı dondur", "hatta dün de yavaştı", "hatlarımdan biri", "TKT-20240517-0042 kaydım", "son üç faturam",
     "0532 999 88 77 numaralı hattım", "son bir haftadır hattım yavaş"],
)  # fmt: skip
def test_other_words_name_no_line(text: str) -> None:
    assert named(text, bare=True) is None


def test_the_other_line_is_the_one_not_spoken_of() -> None:
    assert named("diğer hattım", count=2, spoken_of=MAIN) == LineChoice((SECOND,))
    assert named("öbürü", count=2, spoken_of=SECOND, bare=True) == LineChoice((MAIN,))
    assert named("diğer hatlarım", spoken_of=SECOND) == LineChoice((MAIN, HOME))
    assert named("aynı hat", spoken_of=SECOND) == LineChoice((SECOND,))


def test_places_without_a_noun_count_only_where_nothing_else_is_on_a_list() -> None:
    assert named("ikincisi", bare=True) == LineChoice((SECOND,)) and named("ikincisi") is None
    assert named("hepsini", bare=True) == LineChoice((MAIN, SECOND, HOME)) and named("hepsini") is None
    assert named("ikisini de", count=2, bare=True) == LineChoice((MAIN, SECOND))


def test_a_place_that_is_turned_down_is_not_the_chosen_one() -> None:
    for words in ("üçüncü değil", "birinci olmaz", "ikinci olmasın"):
        assert named(words, bare=True) == UNCLEAR
    assert named("ikinci değil", count=2, bare=True) == LineChoice((MAIN,))
    assert named("ikinci hattı dondur, ev hattım etkilenmesin") == LineChoice((SECOND,))


def test_a_place_that_the_customer_has_not_is_asked_about() -> None:
    assert named("ikinci hattımı dondur", count=1) == UNCLEAR


def test_the_other_line_of_a_kind() -> None:
    assert named("diğer mobil hattımızınki", spoken_of=MAIN) == LineChoice((SECOND,))
    assert named("diğer sabit hattım", spoken_of=MAIN) == LineChoice((HOME,))


def test_both_are_those_that_were_just_named() -> None:
    assert named(f"{MAIN} mi hızlı {HOME} mi, ikisini de istiyorum") == LineChoice((MAIN, HOME))


@pytest.mark.parametrize("text", ["hangi hatlarım var", "hatlarımın faturası gelmesin diye", "list my lines"])
def test_plural_alone_is_all_lines_only_where_something_is_looked_up(text: str) -> None:
    assert lines_named(text, LINES) == LineChoice((MAIN, SECOND, HOME))
    assert lines_named(text, LINES, bare=True, plural=False) is None


@pytest.mark.parametrize("text", ["tüm hatlarımı", "hatlarımın hepsini", "her üç hattımı", "all my lines"])
def test_word_for_all_names_all_lines_for_a_change_too(text: str) -> None:
    assert lines_named(text, LINES, plural=False) == LineChoice((MAIN, SECOND, HOME))


def test_kind_and_place_without_a_noun() -> None:
    assert named("yok öteki cep", spoken_of=MAIN) == LineChoice((SECOND,))
    assert named("hayır üçüncü", bare=True) == LineChoice((HOME,))
    assert named("ikincisi olmasın", bare=True) == UNCLEAR and named("ev kalsın", count=3) == UNCLEAR
