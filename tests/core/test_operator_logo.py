"""What can be a logo."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.operator_logo import logo_of, logo_problem

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("logo.svg", SVG.encode(), None),
        ("logo.png", b"\x89PNG\r\n\x1a\n...", None),
        ("logo.png", b"GIF89a", "save it as PNG"),
        ("logo.jpg", b"", "convert the picture"),
        ("logo.svg", b"<html></html>", "save it as SVG"),
        ("logo.svg", SVG.replace("<rect", "<script>1</script><rect").encode(), "script"),
        ("logo.svg", SVG.replace("<rect", '<rect onload="1"').encode(), "event handler"),
        ("logo.svg", SVG.replace("<rect", '<image href="https://elsewhere.example/x.png"/><rect').encode(), "host"),
        ("logo.svg", SVG.encode() + b" " * 600_000, "smaller"),
    ],
)
def test_picture_that_is_no_logo_is_told_why(tmp_path: Path, name: str, content: bytes, told: str | None) -> None:
    (tmp_path / name).write_bytes(content)
    problem = logo_problem(tmp_path / name)
    assert problem is None if told is None else told in (problem or "")


def test_logo_is_found_by_its_name(tmp_path: Path) -> None:
    assert logo_of(None) is None and logo_of(tmp_path) is None
    (tmp_path / "logo.png").write_bytes(b"")
    assert logo_of(tmp_path) == tmp_path / "logo.png"
