"""Dictating and reading aloud on the chat page; the test's own recogniser and synthesiser stand for the browser's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.chat.test_chat_page import answer_of, log_in, say
from tests.conftest import CHROMIUM, keep_screenshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]
SPEECH = """
window.SpeechRecognition = class {
  start() { window.ear = this; this.isOpen = true; }
  stop() { this.isOpen = false; this.onend(); }
  abort() { this.isOpen = false; this.onerror({ error: "aborted" }); this.onend(); }
};
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  spoken: [], stopped: 0, getVoices: () => [{ lang: "en_GB" }, { lang: "tr_TR" }],
  speak(one) { this.spoken.push(one); }, cancel() { this.stopped += 1; },
} });
"""
SILENCE = """
for (const name of ["SpeechRecognition", "webkitSpeechRecognition", "SpeechSynthesisUtterance", "speechSynthesis"]) {
  Object.defineProperty(window, name, { value: undefined });
}
"""
HEAR = "heard => ear.onresult({ results: heard.map((words) => [{ transcript: words }]) })"
LAST_SPOKEN = "speechSynthesis.spoken.map(({ text, lang, voice }) => [text, lang, voice?.lang]).at(-1)"


def switch(page: Page, name: str) -> None:
    """Use a switch of the visitor's menu."""
    page.locator("#user-nav-button").click()
    item = page.get_by_role("menuitemcheckbox", name=name)
    before = item.get_attribute("aria-checked")
    item.click()
    expect(item).to_have_attribute("aria-checked", "false" if before == "true" else "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)


def test_voice_is_off_at_first_and_what_is_dictated_stands_in_the_box_and_is_not_sent(page: Page) -> None:
    page.add_init_script(SPEECH)
    log_in(page, "musteri0@example.com")
    box, dictate = page.locator("#chat-input"), page.locator("#telekom-dictate")
    expect(page.locator("#chat-submit")).to_be_visible()
    expect(dictate).to_have_count(0)
    switch(page, "Sesle yazma ve sesli okuma")
    box.fill("Merhaba,")
    page.get_by_role("button", name="Sesle yaz", exact=True).click()
    assert page.evaluate("[ear.lang, ear.isOpen]") == ["tr-TR", True]
    page.evaluate(HEAR, ["paketim"])
    page.evaluate(HEAR, ["paketim", "nedir"])
    expect(box).to_have_value("Merhaba, paketim nedir")
    keep_screenshot(page, "voice")
    page.get_by_role("button", name="Sesle yazmayı bitir").click()
    assert page.evaluate("ear.isOpen") is False
    expect(page.locator('[data-step-type="user_message"]')).to_have_count(0)

    page.get_by_role("button", name="Sesle yaz", exact=True).click()
    page.evaluate(HEAR, ["acaba"])
    expect(box).to_have_value("Merhaba, paketim nedir acaba")
    page.locator("#chat-submit").click()
    expect(page.locator('[data-step-type="user_message"]')).to_have_text(["Merhaba, paketim nedir acaba"])
    assert page.evaluate("[ear.isOpen, ear.onresult]") == [False, None]  # nothing more comes into the empty box
    answer_of(page, 1)
    expect(box).to_have_value("")


def test_an_answer_is_read_aloud_stopped_and_the_next_one_takes_its_place(page: Page) -> None:
    page.add_init_script(SPEECH)
    log_in(page, "musteri0@example.com")
    switch(page, "Sesle yazma ve sesli okuma")
    say(page, "Merhaba")
    answer = answer_of(page, 1)
    page.get_by_role("button", name="Cevabı sesli oku").click()
    text, language, voice = page.evaluate(LAST_SPOKEN)
    assert text and text in answer and (language, voice) == ("tr-TR", "tr_TR")
    page.get_by_role("button", name="Okumayı durdur").click()
    assert page.evaluate("speechSynthesis.stopped") == 1
    page.get_by_role("button", name="Cevabı sesli oku").click()
    page.evaluate("speechSynthesis.spoken.at(-1).onend()")
    expect(page.get_by_role("button", name="Cevabı sesli oku")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("button", name="Cevabı sesli oku")).to_be_visible()  # the choice stays
    switch(page, "Sesle yazma ve sesli okuma")
    expect(page.locator(".telekom-voice")).to_have_count(0)


@pytest.mark.parametrize(("error", "told"), [("not-allowed", "Mikrofona izin verilmedi"), ("no-speech", "duyamadım")])
def test_a_microphone_that_hears_nothing_is_told_of(page: Page, error: str, told: str) -> None:
    page.add_init_script(SPEECH)
    log_in(page, "musteri0@example.com")
    switch(page, "Sesle yazma ve sesli okuma")
    page.locator("#telekom-dictate").click()
    page.evaluate("error => { ear.onerror({ error }); ear.onend(); }", error)
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_role("button", name="Sesle yaz", exact=True)).to_be_visible()


def test_english_page_listens_and_reads_in_english(page: Page, address: str) -> None:
    page.add_init_script(SPEECH)
    page.context.add_cookies([{"name": "telekom_language", "value": "en", "url": address}])
    page.goto("/login?next=/chat/")
    page.evaluate("sessionStorage.setItem('telekom-new-conversation', '1')")
    page.locator("#username").fill("musteri0@example.com")
    page.locator("#password").fill("demo-1234")
    page.get_by_role("button", name="Log in").click()
    switch(page, "Dictate and read aloud")
    page.get_by_role("button", name="Dictate", exact=True).click()
    assert page.evaluate("ear.lang") == "en-US"


def test_a_browser_without_speech_offers_none(page: Page) -> None:
    page.add_init_script(SILENCE)
    page.add_init_script("localStorage.setItem('telekom-voice', 'on')")
    log_in(page, "musteri0@example.com")
    expect(page.locator("#chat-submit")).to_be_visible()
    page.locator("#user-nav-button").click()
    expect(page.get_by_role("menuitemcheckbox", name="Yeni mesajda ses")).to_be_visible()
    expect(page.get_by_role("menuitemcheckbox", name="Sesle yazma")).to_have_count(0)
    expect(page.locator(".telekom-voice")).to_have_count(0)
