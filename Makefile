# `make` alone lists what there is to do.
.DEFAULT_GOAL := list
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

.PHONY: list run test lint format check talks messages safety-report safety-fuzz bench faults browser clean

list:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 20

run: $(VENV)/run  ## start the bot: on Telegram with TELEGRAM_BOT_TOKEN set, else on a page at http://127.0.0.1:8080
	$(BIN)/python -m bot run $(if $(wildcard config.yaml),--config config.yaml)

test: lint browser  ## ruff, mypy, the flows, their talks, and all tests
	$(BIN)/python -m bot check
	$(BIN)/python -m bot test
	$(BIN)/python -m pytest

lint: $(STAMP)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)  ## let ruff write the code as it should be
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: $(VENV)/run  ## find every problem in flows/
	$(BIN)/python -m bot check

talks: $(VENV)/run  ## play the scripted talks in flows/
	$(BIN)/python -m bot test

messages: $(VENV)/run  ## bring the catalogues of translations (flows/locales/) up to date
	$(BIN)/python -m bot messages

# The file may stand behind the goal, as people write it: make would take it for another goal.
ifeq (safety-report,$(firstword $(MAKECMDGOALS)))
FILE ?= $(word 2,$(MAKECMDGOALS))
$(eval $(wordlist 2,9,$(MAKECMDGOALS)):;@:)
endif

safety-report: $(VENV)/run  ## FILE.csv: how well danger is recognised in its texts (text,label,source,lang)
	@$(BIN)/python -m tests.safety.measure $(FILE)

safety-fuzz: $(VENV)/run  ## ten minutes of anything, looked at (MINUTES=1 for less): no exception, nothing slow
	$(BIN)/python -m tests.safety.fuzz

bench: $(STAMP)  ## measure: turns beside aiogram and python-telegram-bot, a million people stored, ten thousand check-ins due
	$(BIN)/pip install -q -e '.[dev,bench]'
	$(BIN)/python -m bench.store
	$(BIN)/python -m bench.turns
	$(BIN)/python -m bench.checkins

faults: $(STAMP)  ## the long versions of the kill test and of the broken network
	FAULTS=long $(BIN)/python -m pytest tests/faults -n 0 -s

# The page is tested in a real browser. On a machine of its own (root on Debian, as in CI) it is installed when it is
# missing; elsewhere its tests say that they were left out.
browser: $(STAMP)
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    (apt-get update -qq; apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji) >/dev/null 2>&1 || \
	    echo "Chromium could not be installed"; \
	  fi; \
	fi

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: pyproject.toml $(VENV)/bin/python
	$(BIN)/pip install -q -e .
	@touch $@

$(STAMP): pyproject.toml $(VENV)/bin/python
	$(BIN)/pip install -q -e '.[dev]'
	@touch $@ $(VENV)/run

clean:  ## take away what was installed and cached here (never data/)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
