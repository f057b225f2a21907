# Two commands: `make run` and `make test`. Everything else is in `make help`.
TORCH ?= 2.13.0
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

# Tests that use all cores by themselves; the others run in so many processes.
WHOLE := embedded or slow or browser or prove
WORKERS ?= 2

.PHONY: help setup run test test-all test-other prove check format clean
help:  ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml clients/python/pyproject.toml constraints.txt scripts/setup.sh
	@TORCH=$(TORCH) bash scripts/setup.sh $(VENV)

setup: $(STAMP)  ## make .venv with the pinned dependencies

run: $(STAMP)  ## serve http://localhost:8000 (PORT and TELEKOM_* from the environment or .env)
	@$(BIN)/telekom serve

test: $(STAMP)  ## the test suite, under 10 minutes
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not ($(WHOLE))"
	@$(BIN)/python -m pytest -rR -m "(embedded or browser) and not slow and not prove"

test-all: $(STAMP)  ## what takes longer, too, with coverage of what needs no trained model
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not ($(WHOLE))" --cov --cov-report=term
	@$(BIN)/python -m pytest -rR -m "($(WHOLE)) and not prove"

prove: $(STAMP)  ## proofs that take minutes each, by hand
	@$(BIN)/python -m pytest -m prove --timeout 1800

test-other: $(STAMP)  ## what needs no PyTorch, under Python 3.13 where it is installed
	@bash scripts/test_other_python.sh

check: $(STAMP)  ## ruff, mypy strict, import-linter, bandit, known faults of packages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/check_weights.py
	@BIN=$(BIN) bash scripts/audit.sh

format: $(STAMP)  ## let ruff mend what it can
	@$(BIN)/ruff check --fix -q .
	@$(BIN)/ruff format -q .

clean:  ## remove the virtual environment, caches and the local database
	rm -rf $(VENV) .venv-3.13 var build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
