"""A conversation that is opened again, cut off or read out, in a real browser with the embedded model."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.chat.test_chat_page import answer_of, log_in, say
from tests.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
ACT = re.compile(" öde$")
PHONE = {"width": 390, "height": 740}
BOTTOM = "element => element.getBoundingClientRect().bottom"


def test_question_survives_reload_second_tab_and_new_login_and_its_buttons_work_once(page: Page) -> None:
    log_in(page, "muhendis@example.com")
    say(page, "faturamı kredi kartıyla öde")
    assert "Onaylıyor musunuz?" in answer_of(page, 1)
    expect(page).to_have_url(re.compile("/chat/thread/"))

    page.reload()
    expect(page.get_by_role("button", name=ACT)).to_be_visible()
    assert "Onaylıyor musunuz?" in answer_of(page, 1)
    expect(page.get_by_role("figure", name="Onayınız bekleniyor: Fatura ödeme")).to_be_visible()

    second = page.context.new_page()
    second.goto("/chat/")
    expect(second.get_by_role("button", name="Vazgeç")).to_be_visible()
    second.get_by_role("button", name="Vazgeç").click()
    answer_of(second, 2)
    expect(second.get_by_role("button", name="Vazgeç")).to_have_count(0)

    answer_of(page, 2)  # the first tab follows by itself
    expect(page.get_by_role("button", name=ACT)).to_have_count(0)
    expect(page.get_by_role("figure", name="Onayınız bekleniyor: Fatura ödeme")).to_have_count(0)

    page.context.clear_cookies()
    log_in(page, "muhendis@example.com", anew=False)
    answer_of(page, 2)
    expect(page).to_have_url(re.compile("/chat/thread/"))


def test_business_customer_on_a_phone_sees_for_what_and_which_line(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    log_in(page, "musteri7@example.com")
    say(page, "hattımı dondur")
    assert "İsteğiniz: hattı dondurma. Hangi hattınız için?" in answer_of(page, 1)
    expect(page.get_by_role("button", name=re.compile(r"\d{11} · mobil · Kurumsal")).first).to_be_visible()
    last = page.get_by_role("button", name="Vazgeç")
    expect(last).to_be_in_viewport(ratio=1)
    assert last.evaluate(BOTTOM) <= page.locator("#message-composer").evaluate("box => box.getBoundingClientRect().top")
    assert page.locator("#chat-submit").evaluate("button => button.offsetHeight") >= 44
    last.click()
    expect(page.get_by_role("button", name="Vazgeç")).to_have_count(0)
    context.close()


def test_lost_network_keeps_page_words_and_conversation(page: Page) -> None:
    left = 2

    def fail_twice(route: Route) -> None:
        nonlocal left
        left -= 1
        route.abort() if left >= 0 else route.continue_()

    log_in(page, "musteri5@example.com")
    say(page, "Paketim nedir?")
    answer_of(page, 1)
    page.route("**/chat/user", fail_twice)
    page.reload()
    answer_of(page, 1)
    assert left < 0

    bar, box = page.locator("#telekom-connection"), page.locator("#chat-input")
    box.fill("yarım kalan cümle")
    page.context.set_offline(True)
    expect(bar).to_have_text(re.compile("Bağlantı koptu"))
    page.keyboard.press("Enter")
    page.context.set_offline(False)
    expect(bar).to_be_hidden()
    expect(box).to_have_value("yarım kalan cümle")
    expect(page).to_have_url(re.compile("/chat/thread/"))
    box.fill("")
    say(page, "Kalan internetim ne kadar?")
    answer_of(page, 2)


def test_answers_are_read_out_everything_has_a_name_and_the_list_works(page: Page) -> None:
    log_in(page, "musteri6@example.com")
    say(page, "Paketim nedir? http://evil.example ![x](/x.png) *bir*")
    answer_of(page, 1)
    _expect_names_and_plain_words(page)

    page.locator("#new-chat-button").first.click()
    page.locator("#confirm").click()
    expect(page.locator('[data-step-type="user_message"]')).to_have_count(0)
    say(page, "Merhaba")
    answer_of(page, 1)
    _choose(page, "Merhaba", "#rename-thread")
    page.locator("#name").fill("Selamlaşma")
    page.get_by_role("button", name="Onayla").click()
    expect(page.locator("#thread-history")).to_contain_text("Selamlaşma")

    page.get_by_label("Sohbetlerde ara").click()
    page.get_by_placeholder("Sohbetlerde ara...").fill("PAKETİM")
    page.get_by_role("option", name=re.compile("Paketim nedir")).click()
    expect(page.locator('[data-step-type="user_message"]')).to_contain_text(["Paketim nedir"])

    _choose(page, "Selamlaşma", "#delete-thread")
    page.get_by_role("button", name="Onayla").click()
    expect(page.locator("#thread-history")).not_to_contain_text("Selamlaşma")


def _expect_names_and_plain_words(page: Page) -> None:
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Telekom Asistanı")
    expect(page.get_by_role("log")).to_contain_text(re.compile("güven (yüksek|orta|düşük)"))
    expect(page.locator('[data-step-type="user_message"]')).to_contain_text("http://evil.example ![x](/x.png) *bir*")
    expect(page.locator(".message-content a[href], .message-content img")).to_have_count(0)
    unnamed = (
        "all => all.filter(one => !(one.ariaLabel || one.innerText.trim() || one.title)).map(one => one.outerHTML)"
    )
    assert page.locator("button:visible").evaluate_all(unnamed) == []


def _choose(page: Page, title: str, action: str) -> None:
    """Take an action of the conversation with this title in the list."""
    mine = page.locator("#thread-history [id^=thread-]").filter(has_text=title)
    mine.hover()
    mine.get_by_label("Sohbet seçenekleri").click()
    page.locator(action).click()
