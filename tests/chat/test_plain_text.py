"""Customers' words in an answer stay words."""

from __future__ import annotations

import pytest

from chat.plain_text import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://evil.example/a.png)", r"!\[x\](http://evil.example/a.png)"),
        ("*önemli* _not_ `kod` # başlık", r"\*önemli\* \_not\_ \`kod\` \# başlık"),
        ("<b>koyu</b> | a ~~b~~ \\", r"\<b\>koyu\</b\> \| a \~\~b\~\~ " + r"\\"),
        ("not:evet :uyari[metin]", r"not\:evet \:uyari\[metin\]"),
        (
            "Saat 10:30, tarih: 5 Aralık, 259,80 TL (KDV'li) - %20",
            "Saat 10:30, tarih: 5 Aralık, 259,80 TL (KDV'li) - %20",
        ),
    ],
)
def test_markup_is_escaped_and_ordinary_text_stays(text: str, shown: str) -> None:
    assert plain(text) == shown
