# The way in: python3 (3.11 or later) and make are all that a fresh machine needs.
# `make` alone lists what there is to do.

PYTHON ?= python3
HOME_DIR ?= $(CURDIR)
PORT ?= 8000
ARTICLE ?= mp-2025-0129-cable-cut
ARGS ?=

python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check -qq
morefrom := .venv/bin/morefrom --home "$(HOME_DIR)"
sample := data/sample/articles.jsonl

# An environment that was moved, left half made, or whose Python has gone is made again.
usable := $(shell [ -x $(python) ] && [ -x .venv/bin/pip ] && grep -qsF "$(CURDIR)/.venv" .venv/pyvenv.cfg && echo yes)

.PHONY: help setup demo test check bench lock clean again

help:
	@echo "make demo     sample articles in, a model trained and promoted, the site on http://127.0.0.1:$(PORT)/"
	@echo "              PORT=9000 listens there; HOME_DIR=/some/where keeps catalogue and models there"
	@echo "make setup    the environment alone: .venv, with .venv/bin/morefrom"
	@echo "make test     every test; ARGS=\"-k story\" hands options to pytest"
	@echo "make check    lint, format, types and the import contract"
	@echo "make bench    how fast, beside whom, in minutes; ARGS=million runs the long form"
	@echo "make lock     pin the dependencies again; ARGS=--upgrade takes newer ones"
	@echo "make clean    remove .venv and caches; catalogue and models stay"
	@echo "PYTHON=python3.12 makes .venv from another Python than python3."

setup: .venv/.setup

demo: export MOREFROM_SITE_NAME = The Meridian Post
demo: export MOREFROM_PREVIEW = $(CURDIR)/$(sample)
demo: .venv/.setup
	$(morefrom) import $(sample)
	$(morefrom) train --promote --if-changed
	$(morefrom) related $(ARTICLE) --explain
	@echo '$(morefrom) serve --port $(PORT) # until Ctrl-C'
	@exec $(morefrom) serve --port $(PORT) # in the shell's place, so that a signal to make reaches it

test: .venv/.dev
	$(python) -m pytest $(ARGS)

check: .venv/.dev
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	.venv/bin/lint-imports --no-logo

bench: .venv/.dev
	$(python) -m tests.benchmarks $(ARGS)

# The second lock is the first and what tests and lint need, with the same pins where they share.
# Neither says where packages come from: that is the installing machine's choice, the hashes hold.
compile := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group build

lock: .venv/.dev
	$(compile) $(ARGS) --output-file requirements.txt
	$(compile) $(ARGS) --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/pyvenv.cfg: $(if $(usable),,again)
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "morefrom needs Python 3.11 or later, and there is no $(PYTHON) here; install it, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "morefrom needs Python 3.11 or later, and $(PYTHON) is $$("$(PYTHON)" -V 2>&1); name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) comes without its venv module; install it first (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear .venv

.venv/.setup: .venv/pyvenv.cfg requirements.txt pyproject.toml
	@echo "Installing what requirements.txt pins into .venv (about 150 MB the first time)…"
	@$(pip) install --require-hashes --requirement requirements.txt
	@$(pip) install --no-deps --no-build-isolation --editable .
	@echo "Compiling the ranking kernels…"
	@$(python) -c "from recommender.ranking.engine import warm; warm()"
	@touch $@

.venv/.dev: .venv/.setup requirements-dev.txt
	@echo "Installing what requirements-dev.txt pins into .venv…"
	@$(pip) install --require-hashes --requirement requirements-dev.txt
	@touch $@
