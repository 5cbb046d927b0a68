# Two commands matter: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup setup-dev demo run wheel test chaos lint bench docs screenshot release lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(BIN)/python:
	@.ci/venv "$(PYTHON)" "$(VENV)"

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Verso runs on into $(VENV): once, about a minute."
	@.ci/install $(BIN)/python requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install -q --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what the tests need into $(VENV): once, about two minutes."
	@.ci/install $(BIN)/python requirements-dev.lock
	@touch $@

setup: $(VENV)/.run ## set up .venv to run Verso

setup-dev: $(VENV)/.dev ## set up .venv to work on Verso

demo: setup ## the whole loop on http://127.0.0.1:8765 (or PORT=8766), no token, no account
	@$(BIN)/verso demo $(if $(filter command,$(firstword $(origin PORT))),--port "$(PORT)")

run: setup ## run the bot with the settings in .env
	@$(BIN)/verso run

wheel: setup ## a wheel for pipx, uv or pip, in dist/
	@$(BIN)/python -m hatchling build -t wheel -d dist

test: setup-dev ## the whole test suite; the slowest are listed at its end
	@$(BIN)/python -m compileall -q -j 2 bot flows storage
	@$(BIN)/python -m pytest -n 6 --dist loadgroup --durations=15 --durations-min=1

lint: setup-dev ## style, types, doors between the rooms, the Dockerfile
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy -n 2
	@$(BIN)/lint-imports --no-cache
	@[ ! -x $(BIN)/hadolint ] || $(BIN)/hadolint Dockerfile

docs: setup-dev ## renew the generated diagrams
	@$(BIN)/python -m flows.diagrams
	@$(BIN)/python -m flows.lifecycles

screenshot: setup-dev ## renew docs/images/demo.png from the running demo (needs chromium)
	@$(BIN)/python -m bot.demo.screenshot

MINUTES ?= 10
SEED ?= 1
MODE ?= polling
DATABASE ?= sqlite
PROCESSES ?= 1

chaos: setup-dev ## kills and failures for MINUTES (10), by SEED, MODE, DATABASE, PROCESSES
	@$(BIN)/python -m tests.chaos --minutes "$(MINUTES)" --seed "$(SEED)" --mode "$(MODE)" --database "$(DATABASE)" --processes "$(PROCESSES)"

bench: setup-dev ## every speed comparison, into docs/performance.md (a quarter of an hour)
	@$(BIN)/python -m tests.bench --write

release: setup-dev ## build what a release hands out, and check it; signs and uploads nothing
	@.ci/release $(BIN)/python

lock: ## renew the lock files (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove what was set up
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
