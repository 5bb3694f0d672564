PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: setup run test lint bench clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Partner Desk needs Python 3.11 or later.")'
	$(PYTHON) -m venv $(VENV)
	$(RUN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

run: setup
	$(RUN)/python -m sandbox $(if $(FRESH),--fresh)

test: setup
	$(RUN)/pytest -n auto

lint: setup
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

bench: setup
	for program in benchmarks/*.py; do $(RUN)/python $$program || exit 1; done
