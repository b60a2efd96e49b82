# Kinbridge: everything a newcomer or a machine needs, by name. `make help` lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8000
DATA_DIR ?= $(or $(KINBRIDGE_DATA_DIR),instance)
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := PYTHONWARNINGS=ignore $(PY) -m pip --disable-pip-version-check --no-input

# An environment whose Python has gone (upgraded, moved) is made anew.
_ := $(shell test -e $(VENV) && ! test -x $(PY) && rm -rf $(VENV))

# The lists are complete, so pip resolves nothing (`--no-deps`): where it does, a newer release of a package that is asked
# for with an extra makes it refuse the pinned one.
# The stamps carry the requirements' content in their names: a changed list is installed again, an unchanged one never.
RUN_STAMP := $(VENV)/.requirements-$(shell cksum < requirements.txt | tr ' ' '-')
DEV_STAMP := $(VENV)/.requirements-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | tr ' ' '-')

# The first Python of this machine that is new enough; `make run PYTHON=/path/to/python3.12` chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$python; break; }; done)

.PHONY: help run test test-all check format bench simulate-year requirements browser clean

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: export KINBRIDGE_DATA_DIR := $(DATA_DIR)
run: $(RUN_STAMP) ## Start the demo: web server and worker (PORT=8000 DATA_DIR=instance)
	@exec $(PY) -m flask --app wsgi serve --port "$(PORT)"

# Files are taken in their order: the long walks early, the many small ones last, so that neither process waits for the other.
test: check browser ## All checks and tests that a change has to pass
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long" --cov --cov-report= $(ARGS)
	@$(PY) -m coverage report --fail-under=90 --skip-covered \
		--include='network/domain/*,network/*/policy.py,network/*/policy/*,network/*/operations.py,network/*/operations/*'

test-all: check browser ## The same with the long rest
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report= $(ARGS)
	@$(PY) -m coverage report --skip-covered
	@$(MAKE) --no-print-directory simulate-year ARGS=

check: $(DEV_STAMP) ## Format, lint, types, import contracts, templates
	@$(PY) -m ruff format --check --quiet . || { echo "Some files are not formatted: run 'make format'."; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PY) -m djlint --quiet --lint templates
	@KINBRIDGE_ENV=test KINBRIDGE_DATA_DIR=.cache/check $(PY) -m flask --app wsgi templates check

format: $(DEV_STAMP) ## Put all Python files into the common form
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --quiet --fix .

bench: $(DEV_STAMP) ## Measure; `make bench-NAME` measures one thing
	@$(PY) -m bench $(ARGS)

bench-%: $(DEV_STAMP)
	@$(PY) -m bench $* $(ARGS)

simulate-year: $(DEV_STAMP) ## Play a year of 2,000 volunteers and 5,000 needs; ARGS="200 500 90" plays less
	@$(PY) -m bench.year $(ARGS)

requirements: $(DEV_STAMP) ## Lock the newest versions that pyproject.toml allows, with hashes
	@for part in "requirements.txt" "requirements-dev.txt --extra dev -c requirements.txt"; do \
		$(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate pyproject.toml --output-file $$part || exit 1; done

browser: $(DEV_STAMP)
	@.ci/browser $(PY)

clean: ## Take away environment and caches; what a running copy keeps (instance/) stays
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_STAMP): | $(PY)
	@echo "Installing what Kinbridge needs into $(VENV) (once) ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements.txt || { echo "The requirements could not be installed; see the lines above." >&2; exit 1; }
	@find $(VENV) -maxdepth 1 -name '.requirements-[0-9]*' -delete
	@touch $@

$(DEV_STAMP): | $(PY)
	@echo "Installing what development and tests need into $(VENV) (once) ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements-dev.txt || { echo "The requirements could not be installed; see the lines above." >&2; exit 1; }
	@find $(VENV) -maxdepth 1 -name '.requirements-*' -delete
	@touch $(RUN_STAMP) $@

$(PY):
	@test -n "$(PYTHON)" || { echo "Kinbridge needs Python 3.11 or newer, and this machine has none." >&2; exit 1; }
	@echo "Making an environment in $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
		echo "Python cannot make environments here: install its venv module (on Debian: apt install python3-venv)." >&2; exit 1; }
