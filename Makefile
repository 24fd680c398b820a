# `make demo` and `make test` work as the first and only step on a fresh machine.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# The lock files name everything (`pip check` proves it): pip before 23.3 would look past them for newer
# releases of what is asked for with an extra, and fail on the day there is one.
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Compiled modules are kept, whatever the environment says: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help demo test check bench storm style types imports unit lock vendor texts

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

.venv/demo: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python's venv module is missing: on Debian and Ubuntu run 'apt-get install python3-venv', then try again."; exit 1; }
	@echo "Installing what Lineside needs into .venv (this happens once) ..."
	@$(PIP) install --quiet --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@$(PIP) check >/dev/null || $(PIP) check
	@touch $@

.venv/test: requirements-dev.lock .venv/demo
	@$(PIP) install --quiet --require-hashes --no-deps -r requirements-dev.lock
	@$(PIP) check >/dev/null || $(PIP) check
	@touch $@

demo: .venv/demo ## console, simulated phone system and believable customers in one process
	@PORT=$(PORT) $(BIN)/python -m console demo --port $(PORT)

test: .venv/test ## everything, against a real Asterisk, Redis, PostgreSQL and Chromium
	@.ci/test

check: .venv/test ## the fast part, under a minute
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target style types imports unit

style: .venv/test ## ruff
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

types: .venv/test ## mypy --strict
	@$(BIN)/mypy

imports: .venv/test ## the house plan: who may import whom
	@out=$$($(BIN)/lint-imports 2>&1) || { printf '%s\n' "$$out"; exit 1; }

unit: .venv/test ## the unit tests
	@$(BIN)/pytest -q -n auto --dist worksteal -m "not slow and not real and not bench" --ignore=tests/browser \
		--hypothesis-profile=quick

bench: .venv/test ## speed, as ratios in one run
	@$(BIN)/python -m tests.bench

storm: .venv/test ## 10,000 calls with all faults, browsers that come and go: what became of each pop
	@$(BIN)/python -m tests.storm

lock: .venv/test ## pin the dependencies anew
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --group build --group dev -o requirements-dev.lock

vendor: ## fetch the browser libraries anew from npm
	@.ci/vendor

texts: .venv/test ## refresh the message catalogue from code and templates
	@$(BIN)/pybabel -q extract -F pyproject.toml -o console/web/locale/lineside.pot . 
