PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# What is read by people: the texts of these calls. The test of the languages reads this line too.
KEYWORDS := -k text -k mrkdwn -k count:1,2 -k N_

# Some tests wait for another process: one worker more than there are processors keeps those at work.
WORKERS := $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')

# Tests write much that nobody keeps: in memory, where the machine has a file system there with two gigabytes to spare.
SCRATCH := $(shell $(PYTHON) -c 'import os, shutil, tempfile; memory = "/dev/shm"; \
	roomy = os.path.isdir(memory) and shutil.disk_usage(memory).free > 2**31; \
	print(memory if roomy else tempfile.gettempdir())')

# They start many processes, too: what Python has compiled for one is there for the next.
TESTING := TMPDIR=$(SCRATCH) PYTHONDONTWRITEBYTECODE=

.PHONY: setup run test chaos lint bench messages pictures

setup: $(VENV)/.ready

$(VENV)/.ready: requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Partner Desk needs Python 3.11 or later.")'
	$(PYTHON) -m venv $(VENV)
	$(RUN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

run: setup
	$(RUN)/python -m sandbox $(if $(FRESH),--fresh)

test: setup
	$(TESTING) $(RUN)/pytest -n $(WORKERS) --dist worksteal

chaos: setup
	$(TESTING) CHAOS_SEEDS=$(or $(SEEDS),20) $(RUN)/pytest -rP tests/chaos/test_storm.py

lint: setup
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

bench: setup
	for program in benchmarks/[!_]*.py; do $(RUN)/python -W ignore -m benchmarks.$$(basename $$program .py) || exit 1; done

messages: setup
	$(RUN)/pybabel --quiet extract --no-default-keywords $(KEYWORDS) --add-location=file --sort-by-file --no-wrap \
		--project=partner-desk --output=$(VENV)/messages.pot handlers
	$(RUN)/pybabel --quiet update --input-file=$(VENV)/messages.pot --output-dir=handlers/locales --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --no-wrap

pictures: setup
	SCREENSHOTS=docs $(RUN)/pytest -q tests/browser
