# The whole project from a bare machine: Python 3.11 or newer, make and git are all that it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := build/demo
SIZES ?= 10k,100k

.DEFAULT_GOAL := help
.PHONY: help demo tools test faults lint mutants format docs bench clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## Record the example quarter in build/demo, audit it and tell it.
	@rm -rf $(DEMO)
	@$(BIN)/oplog demo $(DEMO)

tools: ## Install the programs in which the tests look at reports, where apt-get can; else name them.
	@sh tests/formats/tools.sh

test: $(STAMP) tools ## Run the tests.
	$(BIN)/pytest -n auto

faults: $(STAMP) ## Try all that can go wrong with a log; takes about an hour.
	OPLOG_FAULTS=full $(BIN)/pytest -n 0 -s tests/faults tests/store/test_postgres_faults.py tests/store/test_postgres_damage.py \
	    tests/store/test_postgres_lost.py

lint: $(STAMP) ## Check style, types and the direction of imports.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

mutants: $(STAMP) ## Change the code of integrity and codec in one place at a time; list what no test notices.
	rm -rf mutants
	HYPOTHESIS_PROFILE=brief $(BIN)/mutmut run
	$(BIN)/mutmut results

format: $(STAMP) ## Bring the code into its one format.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(STAMP) ## Write the generated pages of the reference anew.
	$(BIN)/python docs/generate.py

bench: $(STAMP) ## Measure against plain eventsourcing and bare SQLite: SIZES=10k,100k,1m ONLY=replay.
	cd tests && ../$(BIN)/python -m bench --sizes $(SIZES) $(addprefix --only ,$(ONLY)) $(if $(PAGE),--page ../$(PAGE))

clean: ## Remove all that was made here, the virtual environment too.
	rm -rf $(VENV) build dist mutants .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src cli tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "oplog needs Python 3.11 or newer; name one with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
