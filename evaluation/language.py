"""Tell Turkish from English, for reports: a small heuristic that counts telling words and knows nothing else.

A word tells when it stands on one of the two lists or has a letter that English has not; words of both languages
("on", "no", "of", "off", "an") stand on neither. Names do not tell: a capitalised word inside a sentence is left out.
Where nothing tells, it is taken for Turkish. Messages of one or two words can be misjudged; a sentence seldom is.
"""

from __future__ import annotations

import re

from core import turkish
from core.languages import Language

ENGLISH = frozenset(
    """
    about again all and any are at been but by bye can cannot change could do does for from good has have hello help
    how human i i'm if in is it its list more much my not nothing now or please pls show so sorry thank thanks that
    the there this to today turn up was we were what when which will with would you your
    """.split()
)
TURKISH = frozenset(
    """
    ve bir bu ile ama da de ki mi ne ben siz size sizi sizin var yok olan olarak sonra kadar daha en hat hattım
    hattınız fatura faturam faturanız paket paketim paketiniz tarih tarihi tutar tutarı numara hemen yeni tarihinde
    merhaba tamam efendim lira bana kadar nasıl olur oldu ediyor ederim isterseniz dilerseniz adet ay kez neden niye
    """.split()
)
_TURKISH_LETTERS = frozenset("çğışöüÇĞİŞÖÜâîû")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BEGINS = re.compile(r"(?:^|[.!?:\n][\s-]*)$")


def language_of(text: str) -> Language:
    """Return the language that more words indicate; Turkish where nothing tells."""
    turkish_words = english_words = 0
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0].isupper() and len(word) > 1 and not _BEGINS.search(text[: match.start()]):
            continue
        turkish_words += bool(_TURKISH_LETTERS & set(word)) or turkish.lower(word) in TURKISH
        english_words += word.lower() in ENGLISH
    return "en" if english_words > turkish_words else "tr"
