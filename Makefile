# Everything goes through here. `make run` and `make test` are all a new machine needs: Python >= 3.11 and make.
#
#   make run          environment, demo release if there is no release yet, serve on http://HOST:PORT
#   make test         environment with test tools, Chromium when it can be had, Spark where there is a Java, all tests
#   make check        style, types and the direction of imports
#   make bench        the long statistical and national-scale runs
#   make words        every English catalogue in step with the Dutch texts (dashboard/text)
#   make screenshots  pictures of every page at 1280 and 390 px in screenshots/ (not committed)
#   make clean        removes .venv, var/ and what tools left behind
#
# PYTHON=python3.12 chooses the interpreter; REGIOBEELD_DATABASE another database than var/regiobeeld.db.

.DEFAULT_GOAL := help
SHELL := /bin/sh

HOST ?= 127.0.0.1
PORT ?= 8050
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
TESTFLAGS ?= -n 2 --dist loadfile

BIN := .venv/bin
RUN_READY := .venv/.ready-run
# Half a gigabyte, so only where it can run: Java 17 or later, in JAVA_HOME or on the path.
SPARK := $(shell "$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version 2>&1 | \
	sed -n '1s/[^"]*"\([0-9]*\).*/\1/p' | awk '$$1 >= 17 { print ",spark" }')
DEV_READY := .venv/.ready-dev$(if $(SPARK),-spark)
PINS := constraints.txt pyproject.toml
comma := ,
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# True when the default database holds a release; any doubt counts as no.
HAS_RELEASE := $(BIN)/python -c "import sqlite3, sys; \
	found = sqlite3.connect('file:var/regiobeeld.db?mode=ro', uri=True).execute('SELECT count(*) FROM release'); \
	sys.exit(found.fetchone()[0] == 0)" 2>/dev/null

.PHONY: help run test check bench words screenshots clean browser

help:
	@sed -n '3,11p' Makefile | sed 's/^# \{0,3\}//'

run: $(RUN_READY)
	@if [ -n "$$REGIOBEELD_DATABASE" ]; then echo "Serving the database named in REGIOBEELD_DATABASE."; \
	elif ! $(HAS_RELEASE); then \
		echo "No release yet: building the fictional demo country (a minute or two)."; \
		$(BIN)/python -m etl demo; \
	fi
	@HOST="$(HOST)" PORT="$(PORT)" $(BIN)/python app.py

test: $(DEV_READY) browser
	$(BIN)/python -m pytest $(TESTFLAGS)

# All four are run, so that one round shows everything there is to mend.
check: $(DEV_READY)
	@failed=; for tool in "ruff check ." "ruff format --check ." mypy "lint-imports --no-logo"; do \
		echo "== $$tool"; $(BIN)/$$tool || failed="$$failed $${tool%% *}"; \
	done; [ -z "$$failed" ] || { echo "Not clean:$$failed"; exit 1; }

bench: $(DEV_READY) browser
	$(BIN)/python -m pytest -m slow -s
	$(BIN)/python -m bench.privacy
	$(BIN)/python -m bench.map
	$(BIN)/python -m bench.area
	$(BIN)/python -m bench.findings
	$(BIN)/python -m bench.national
	$(BIN)/python -m bench.api
	$(BIN)/python -m bench.embed

words: $(RUN_READY)
	$(BIN)/python -m dashboard.text.update

screenshots: $(DEV_READY) browser
	$(BIN)/python -m tests.screenshots

clean:
	rm -rf .venv var screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

browser:
	@sh .ci/browser

$(BIN)/python:
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Regiobeeld needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>&1 | tail -n 1)."; \
		echo "Install it (Debian 12 and later: apt install python3 python3-venv), or name one: make run PYTHON=python3.12"; \
		exit 1; \
	fi
	@echo "Making .venv with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }

# The environment is made once; a changed pin renews it. Existing packages stay, so this is quick.
$(RUN_READY): $(PINS) | $(BIN)/python
	@echo "Installing what the dashboard and the demo need."
	@$(INSTALL) -e ".[etl]"
	@touch $@

$(DEV_READY): $(PINS) | $(BIN)/python
	@echo "Installing what tests and checks need$(if $(SPARK),$(comma) Spark among it,; no Java 17 or later: without Spark)."
	@$(INSTALL) -e ".[etl,dev$(SPARK)]"
	@touch $@ $(RUN_READY)
