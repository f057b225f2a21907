"""``telekom import`` and ``telekom export`` as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.data import SHOWN_PROBLEMS, KindName
from cli.main import app
from database.exchange.kinds import KINDS

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
ORDER = ("catalogue.csv", "customers.csv", "lines.csv", "bills.csv", "usage.csv", "tickets.jsonl")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'telekom.sqlite3'}"


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"TELEKOM_DATABASE_URL": url})


def test_samples_are_imported_into_a_new_database_and_exported_again(url: str, tmp_path: Path) -> None:
    for name in ORDER:
        kind = name.partition(".")[0]
        done = run(url, "import", kind, str(SAMPLES / name))
        assert done.exit_code == 0, done.output
        again = run(url, "import", kind, str(SAMPLES / name))
        assert "0 added, 0 replaced" in again.stdout
        file = tmp_path / name
        assert run(url, "export", kind, str(file)).stdout.endswith(f"rows in {file}\n")
        back = run(url, "import", kind, str(file))
        assert (back.exit_code, "0 added, 0 replaced" in back.stdout) == (0, True)
    assert run(url, "import", "usage", str(SAMPLES / "usage.csv")).stdout == (
        "usage: 3 rows, 0 added, 0 replaced, 3 unchanged\n"
    )


def test_bad_rows_are_listed_and_nothing_is_imported(url: str, tmp_path: Path) -> None:
    run(url, "import", "catalogue", str(SAMPLES / "catalogue.csv"))
    file = tmp_path / "customers.csv"
    rows = "\n".join(f"{number},A\x1b[2J,x,05320000000,İzmir,2026-01-01" for number in range(SHOWN_PROBLEMS + 2))
    file.write_text(f"id,name,email,phone,region,registered_at\n{rows}\n", encoding="utf-8")
    refused = run(url, "import", "customers", str(file))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "line 2, email: is no e-mail address\n" in refused.stderr
    assert refused.stderr.endswith("52 problems, 2 of them not shown; nothing was imported.\n")
    assert "0 rows" in run(url, "export", "customers", str(tmp_path / "out.csv")).stdout


def test_dry_run_says_what_would_be_done(url: str) -> None:
    file = str(SAMPLES / "catalogue.csv")
    assert "There is no database" in run(url, "import", "catalogue", file, "--dry-run").stderr
    run(url, "import", "customers", str(SAMPLES / "customers.csv"))
    told = run(url, "import", "catalogue", file, "--dry-run").stdout
    assert told == "catalogue: 3 rows, 3 would be added, 0 would be replaced, 0 unchanged\n"
    assert "3 added" in run(url, "import", "catalogue", file).stdout


def test_files_that_cannot_be_used_are_told(url: str, tmp_path: Path) -> None:
    assert run(url, "import", "bills", str(tmp_path / "none.csv")).stderr.endswith("No such file or directory\n")
    other = run(url, "import", "bills", str(tmp_path / "bills.xlsx"))
    assert (other.exit_code, "must end in .csv" in other.stderr) == (2, True)
    (tmp_path / "there.csv").touch()
    assert "--force" in run(url, "export", "bills", str(tmp_path / "there.csv")).stderr
    assert run(url, "import", "invoices", str(tmp_path / "none.csv")).exit_code == 2


def test_kinds_of_the_command_are_those_of_the_code() -> None:
    assert list(KindName) == list(KINDS)
