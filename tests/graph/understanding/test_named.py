"""Things that a reply names beside its consent are found by their grammar, and only where the question lacks them."""

from __future__ import annotations

import pytest

from graph.understanding.methods import refused_methods
from graph.understanding.named import CHECKED, unasked
from graph.understanding.unchosen import chooses_none

BILL = (
    "F-2026-11-0042 numaralı, 812,40 TL tutarındaki faturanız kredi kartı ile ödenecek "
    "(son ödeme tarihi 9 Aralık 2026). Onaylıyor musunuz?"
)
ROAMING = "05000000031 numaralı hattınız yurt dışı kullanımına açılacak. Günlük ücret 79,90 TL. Onaylıyor musunuz?"


def kinds(reply: str, asked: str = BILL) -> set[str]:
    return {each.kind for each in unasked(reply, asked)}


@pytest.mark.parametrize(
    "reply",
    ["evet", "tamam 812,40 lirayı ödeyin", "812 lira, evet", "9 aralıktan önce ödeyin gitsin", "kartımla ödeyin lütfen",
     "0042 nolu fatura, onaylıyorum", "hemen bugün yapın"],
)  # fmt: skip
def test_reply_that_repeats_the_question_names_nothing_else(reply: str) -> None:
    assert kinds(reply) <= {"negation", "question"}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("evet 250 lirasını", "number"),
        ("evet, ayın yirmisinden sonra", "time"),
        ("olur da cuma günü", "time"),
        ("param gelince evet", "time"),
        ("eğer ek ücret yoksa tamam", "condition"),
        ("komisyon alınmıyorsa ödeyin", "condition"),
        ("yarısını öde", "part"),
        ("üç taksite bölerek evet", "part"),
        ("evet havaleyle", "method"),
        ("evet, kayınvalidemin faturası", "owner"),
        ("teyzemindi o fatura", "owner"),
        ("olur da fatura benim değil", "owner"),
        ("kuzenime ait o", "owner"),
        ("sakın ödemeyin", "negation"),
        ("hepsini ödeyin", "all"),
        ("evet bugünden geçerli olsun", "time"),
        ("evet desem ne zaman çekilir", "question"),
    ],
)
def test_thing_that_the_question_does_not_state_is_named(reply: str, kind: str) -> None:
    assert kind in kinds(reply)


def test_line_is_named_by_its_end_and_another_line_is_found() -> None:
    assert kinds("sonu 31 olan, evet", ROAMING) == set()
    assert "number" in kinds("evet 05000000099", ROAMING)


@pytest.mark.parametrize(
    ("reply", "turns"),
    [("kapatın", True), ("acil açın", False), ("açılsın tabii", False), ("müsaade yok, elimle öderim", True),
     ("itirazım yok, açın", False)],
)  # fmt: skip
def test_opposite_direction_is_named(reply: str, turns: bool) -> None:
    assert ("direction" in kinds(reply, ROAMING)) is turns


CASH = "918,35 TL tutarındaki faturanız nakit ile ödenecek. Onaylıyor musunuz?"
SUSPENSION = "05000000031 numaralı hattınız 1 Mart 2027 tarihine kadar dondurulacak. Onaylıyor musunuz?"
ADDRESS = "Adresiniz “Lale Sk. 4/2” yerine “Gül Cd. 12/7” olarak değiştirilecek. Onaylıyor musunuz?"


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ("bugün öderseniz çok memnun kalırım", BILL),
        ("pazartesi yola çıkıyorum, açın lütfen", ROAMING),
        ("kartla uğraşmak istemem, nakit olsun", CASH),
        ("918 lira 35 kuruş, tamam", CASH),
        ("martın birine kadar, evet", SUSPENSION),
        ("12 taksim 7, değiştirin", ADDRESS),
        ("kapalı durmasın, açın", ROAMING),
    ],
)
def test_thing_that_sets_no_term_is_no_obstacle(reply: str, asked: str) -> None:
    assert not kinds(reply, asked) & CHECKED


@pytest.mark.parametrize(
    ("reply", "asked", "kind"),
    [
        ("nakit değil", CASH, "method"),
        ("nakit taşımıyorum, karttan alın", CASH, "method"),
        ("dondurmayın kalsın", SUSPENSION, "direction"),
        ("hattı yeniden aktif edin", SUSPENSION, "direction"),
        ("martta dondurun", SUSPENSION, "time"),
        ("cuma günü gidiyorum, o gün açın", ROAMING, "time"),
    ],
)
def test_term_of_another_change_is_an_obstacle(reply: str, asked: str, kind: str) -> None:
    assert kind in kinds(reply, asked)


def test_no_text_takes_long_to_search() -> None:
    for reply in ("1.1.1." * 400, "(" * 2000, "yap" * 700, "ince " * 500, "5 " * 1000):
        unasked(reply[:2000], BILL)


def test_all_of_several_things_is_what_was_asked() -> None:
    assert "all" not in kinds("hepsini ödeyin", "Üç faturanız kredi kartı ile ödenecek. Onaylıyor musunuz?")


def test_state_that_shall_stay_is_a_direction() -> None:
    assert "direction" in kinds("evet açık olsun", "Hattınızın yurt dışı kullanımı kapatılacak. Onaylıyor musunuz?")


@pytest.mark.parametrize("reply", ["yemin ederim, ödeyin", "kimin umurunda, ödeyin"])
def test_word_that_only_ends_like_a_person_names_none(reply: str) -> None:
    assert "owner" not in kinds(reply)


@pytest.mark.parametrize(
    ("words", "refused"),
    [("kart yok bende", ["credit_card"]), ("nakit olmasın", ["cash"]), ("havaleyle değil kartla", ["bank_transfer"]),
     ("banka hesabım kapandı", ["bank_transfer"]), ("kartımın limiti doldu", ["credit_card"]),
     ("cüzdan hariç fark etmez", ["digital_wallet"]), ("nakit vermem", ["cash"]), ("except cash please", ["cash"]),
     ("kartla öde", []), ("kartla değil, öbür kartla", []), ("paketim yok", [])],
)  # fmt: skip
def test_method_of_which_only_its_absence_is_said_is_refused(words: str, refused: list[str]) -> None:
    assert refused_methods(words) == refused


@pytest.mark.parametrize(
    "reply",
    ["açın, yarın sabah uçuyorum", "dün akşam döndük, açın", "aç, oğlumun yanına gidiyorum",
     "açın, bu yaştan sonra geziyoruz", "aç Allahını seversen"],
)  # fmt: skip
def test_reason_beside_a_plea_postpones_nothing(reply: str) -> None:
    assert kinds(reply, ROAMING) <= {"negation", "question"}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [("evet, yarın sabah", "time"), ("açın, yarın açılsın", "time"), ("tamam, yarın yapıyorum", "time"),
     ("evet, annemin hattını", "owner"), ("öbür hafta açın", "time")],
)  # fmt: skip
def test_time_or_person_of_the_act_itself_is_named(reply: str, kind: str) -> None:
    assert kind in kinds(reply, ROAMING)


def test_sum_in_words_is_compared() -> None:
    assert kinds("sekiz yüz on iki lira kırk kuruş, ödeyin") == set()
    assert kinds("evet, üç yüz lirasını öde") == {"number"}


def test_both_acts_of_a_question_may_be_named_together() -> None:
    both = "254 TL'lik faturanızı ödeyeceğim ve otomatik ödemenizi açacağım. Onaylıyor musunuz?"
    assert "all" not in kinds("ikisine de tamam", both)
    assert "time" not in kinds("öde sonra da aç", both)


@pytest.mark.parametrize(
    ("words", "none"),
    [("kredi kartı mı havale mi daha iyi", True), ("hangi hatlarım var", True), ("banka hesabım kapandı", True),
     ("kartım bloke, havale olsun", False), ("kartla öder misiniz", False), ("ikincisi olabilir mi", False),
     ("havaleyle", False), ("ikincisini boşver", True), ("boşver kartla öde", False)],
)  # fmt: skip
def test_question_about_an_option_or_its_absence_chooses_none(words: str, none: bool) -> None:
    assert chooses_none(words) is none
