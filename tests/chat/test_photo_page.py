"""A photo of a fault on the chat page, at the desk and in the ticket's answer, in real browsers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from database.photos import MOST_PHOTOS
from tests.chat.test_chat_page import answer_of, log_in, say
from tests.chat.test_person_page import NOTICE, desk
from tests.conftest import CHROMIUM, keep_screenshot
from tests.photo_files import photo_file

__all__ = ["desk"]  # a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
MODEM: FilePayload = {"name": "modem.jpg", "mimeType": "image/jpeg", "buffer": photo_file()}
TEXT: FilePayload = {"name": "modem.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"}
LARGE: FilePayload = {"name": "modem.jpg", "mimeType": "image/jpeg", "buffer": bytes(10 * 1024 * 1024 + 1)}


def attach(page: Page, file: FilePayload) -> None:
    expect(page.locator("#upload-button")).to_be_enabled()
    page.locator("#upload-button-input").set_input_files([file])


def expect_drawn(picture: Locator) -> None:
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def test_a_photo_waits_goes_to_the_ticket_that_is_opened_and_stands_in_its_answer(page: Page, desk: Page) -> None:
    log_in(page, "musteri5@example.com")
    attach(page, MODEM)
    expect(page.locator("#chat-submit")).to_be_enabled()
    page.locator("#chat-submit").click()
    notices, mine = page.locator(NOTICE), page.locator('[data-step-type="user_message"]')
    expect(notices).to_have_text([re.compile("açılırsa ona eklenecek")])
    expect_drawn(mine.get_by_role("img", name="Gönderdiğiniz fotoğraf"))
    expect(page.locator("#thread-history")).to_contain_text("Fotoğraf")

    say(page, "modemimin ışıkları yanmıyor, arıza kaydı açmak istiyorum")
    page.get_by_role("button", name="Arıza kaydı aç").click()
    expect(notices.nth(1)).to_contain_text(re.compile(r"Fotoğrafınız TKT-\d+-\d+ numaralı arıza kaydınıza eklendi"))
    say(page, "arıza kaydım ne durumda?")
    ticket = page.get_by_role("figure", name=re.compile("numaralı arıza kaydı"))
    expect_drawn(ticket.get_by_role("img", name="Gönderdiğiniz fotoğraf"))
    keep_screenshot(page, "ticket_photo")

    page.reload()
    expect_drawn(page.get_by_role("figure", name="Gönderdiğiniz fotoğraf").get_by_role("img"))
    expect_drawn(ticket.get_by_role("img", name="Gönderdiğiniz fotoğraf"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    say(page, "Temsilciye bağlanmak istiyorum")
    expect(page.locator("#telekom-person")).to_contain_text("bekliyorsunuz")
    desk.goto("/desk")
    desk.get_by_role("link", name=re.compile("Aç")).last.click()
    expect_drawn(desk.get_by_role("img", name="Müşterinin gönderdiği fotoğraf"))
    desk.get_by_role("button", name="Kapat").click()  # nobody waits any longer when the next test looks
    expect(page.locator("#telekom-person")).to_have_count(0)


def test_what_is_no_photo_or_too_large_is_refused_and_the_words_beside_it_are_answered(page: Page) -> None:
    uploads: list[str] = []
    page.on("request", lambda request: uploads.append(request.url) if "/project/file?" in request.url else None)
    log_in(page, "musteri6@example.com")
    attach(page, LARGE)
    expect(page.get_by_role("alert")).to_have_text("Bu fotoğraf çok büyük; en fazla 10 MB olabilir.")
    expect(page.locator("#attachments")).to_have_count(0)
    attach(page, TEXT)
    expect(page.locator("#attachments")).to_be_visible()
    say(page, "Paketim nedir?")
    expect(page.get_by_text("Bu dosya bir fotoğraf olarak açılamadı.")).to_be_visible()
    expect(page.get_by_text("Güven: %").or_(page.get_by_text("güven yüksek")).first).to_be_visible()
    expect(page.locator(NOTICE)).to_have_count(0)
    more = [page.request.post(uploads[0], multipart={"file": TEXT}).status for _ in range(MOST_PHOTOS)]
    assert (more[0], more[-1]) == (200, 413)  # the page has left one on the disk already
    assert page.locator("#upload-button-input").get_attribute("accept") == "image/jpeg,image/png,image/webp"


def test_a_photo_that_is_chosen_while_the_connection_is_away_is_sent_when_it_is_back(page: Page) -> None:
    log_in(page, "musteri4@example.com")
    say(page, "Merhaba")
    answer_of(page, 1)
    page.context.set_offline(True)
    expect(page.locator("#telekom-connection")).to_contain_text("Bağlantı koptu")
    page.locator("#upload-button-input").set_input_files([MODEM])
    expect(page.locator("#attachments")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator("#attachments")).to_be_visible()
    expect(page.locator("#chat-submit")).to_be_enabled()
    page.locator("#chat-submit").click()
    expect(page.locator(NOTICE)).to_contain_text("Fotoğrafınız")
