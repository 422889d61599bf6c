# Two commands for a newcomer: `make demo` and `make test`. Both set the environment up first; once that is done it costs nothing.
SHELL := /bin/bash
VENV ?= .venv
PY := $(VENV)/bin/python

# The newest of 3.13, 3.12, 3.11 that runs, also among pyenv's: spaCy's recogniser is 2-3 times faster from 3.12 on.
PYTHON ?= $(shell for v in 3.13 3.12 3.11; do \
	for p in python$$v $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$v.*/bin/python; do \
	"$$p" -c 'import sys; assert f"{sys.version_info[0]}.{sys.version_info[1]}" == "'$$v'"' 2>/dev/null && echo "$$p" && exit; \
	done; done; \
	python3 -c 'import sys; assert (3, 11) <= sys.version_info < (3, 14)' 2>/dev/null && echo python3)

.PHONY: help install demo test check unit bench lock clean
.DEFAULT_GOAL := help

help: ## Show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

$(VENV)/installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found. Install one, or run: make PYTHON=/path/to/python3.12 install"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) and installing requirements.lock (a minute or two, about 1.1 GB; later runs skip this)"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@# uv, itself from the lock and checked by hash, installs the rest in seconds and removes what the lock lacks.
	@awk '/^uv==/ {on=1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock.txt
	@# Where only pip knows the way to the packages (a mirror in pip.conf), pip does it, slower.
	@$(VENV)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements.lock \
		|| $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(VENV)/bin/uv pip install --quiet --python $(PY) --no-build-isolation --no-deps --editable .
	@touch $@

install: $(VENV)/installed ## Make .venv and install exactly what requirements.lock names

demo: install ## Run the whole daily job on synthetic posts, without network, and show the top drivers
	@$(PY) -m flows.demo

test: install ## Run what CI runs: linters, types, contracts, SQL, secrets, then the whole test suite
	@VENV=$(VENV) bash .ci/checks
	@$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=term

check: install ## Run the linters and static checks alone
	@VENV=$(VENV) bash .ci/checks

unit: install ## Run the fast tests alone
	@$(PY) -m pytest tests/unit

bench: install ## Measure posts per second beside plain Presidio and bare spaCy
	@$(PY) tests/bench/bench.py

LOCK = $(VENV)/bin/uv pip compile --quiet pyproject.toml --universal --generate-hashes --all-extras \
	--group test --group lint --group lock --group models --output-file requirements.lock \
	--custom-compile-command "make lock"
lock: install ## Refresh requirements.lock after a change of pyproject.toml (UPGRADE=name moves one package)
	@$(LOCK) $(if $(UPGRADE),--upgrade-package $(UPGRADE)) > /dev/null
	@! grep -n '://' requirements.lock

clean: ## Remove the environment and all that runs leave behind
	rm -rf $(VENV) var .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
