# Everything runs in .venv, which `make` sets up from pyproject.toml when it is missing or old.

PYTHON ?= python3
BIN := .venv/bin
# To measure what is reached doubles the time, and the properties reach nothing that these do not.
MEASURED := tests/unit tests/cli tests/test_golden.py
READY := .venv/.ready
# What Python compiles is kept, wherever that is not usual: else every process of the tests compiles it once more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test mutants lint check format bench wheel clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $(READY)

demo: $(READY) ## Compile the policies of a realistic shop, and show one
	cat examples/shop/policies/shop.netpol
	cd examples/shop && ../../$(BIN)/netpolc check && ../../$(BIN)/netpolc build --output ../../build/demo
	cat build/demo/prod/shop/database.yaml

test: $(READY) ## Run the tests; with COVERAGE=1, measure what they reach
ifdef COVERAGE
	$(BIN)/python -m pytest -q -n 2 --cov --cov-report=term:skip-covered $(MEASURED)
	$(BIN)/python -m pytest -q -n 2 $(addprefix --ignore=,$(MEASURED))
else
	$(BIN)/python -m pytest -q -n 2
endif

mutants: $(READY) ## Change the engine in thousands of ways, and see that tests notice
	rm -rf mutants && mkdir -p build
	nice -n 19 $(BIN)/python -m mutmut run > build/mutants.log || (tail build/mutants.log; false)
	$(BIN)/python tests/mutants.py

lint: $(READY) ## Check layout, style, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint ## Everything that CI checks
	$(MAKE) test COVERAGE=1
	bash .ci/packages

format: $(READY) ## Lay out the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure, and rewrite benchmarks/results.md
	$(BIN)/python benchmarks/run.py

wheel: $(READY) ## Build the wheel and the source distribution into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean: ## Remove what can be made again
	rm -rf .venv build dist mutants
