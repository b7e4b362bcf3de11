# Everything runs in .venv, which `make` sets up when it is missing or old: with what netpolc needs for `make demo`, and
# with the tools of requirements-dev.txt for the rest.

PYTHON ?= python3
BIN := .venv/bin
# The properties reach nothing that these do not. To measure what is reached costs little from Python 3.14 on, which tells
# by itself, and else three times what the tests cost: so CI measures with 3.14, and everybody with COVERAGE=1.
MEASURED := tests/unit tests/cli tests/test_golden.py
ifeq ($(COVERAGE),auto)
override COVERAGE := $(shell $(PYTHON) -c 'import sys; print(int(sys.version_info >= (3, 14)))')
endif
INSTALLED := .venv/.installed
READY := .venv/.ready
REAL := kube-network-policies cilium etcd kube-apiserver
# A pip of its own would take .venv three seconds. The one of $(PYTHON) installs there as well, where there is one.
PIP = $(shell $(PYTHON) -m pip --version > /dev/null 2>&1 && echo $(PYTHON) -m pip --python $(BIN)/python || echo $(BIN)/python -m pip)
# Installs in a sixth of pip's time, but reads no pip.conf: where an index is named there, pip installs.
UV_INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-dev.txt
SEED ?= 0
DIST ?= dist
SECONDS ?= 600
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist worksteal --seed $(SEED)
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command 'make lock'
# What Python compiles is kept, wherever that is not usual: else every process of the tests compiles it once more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo pictures test search real spark browser mutants lint packages check release-check format bench playground wheel lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --version > /dev/null 2>&1 || $(BIN)/python -m ensurepip
	$(PIP) install --quiet --no-compile --editable .
	touch $(INSTALLED)

$(READY): $(INSTALLED) requirements-dev.txt
	sed -n '/^uv==/,/^ *#/p' requirements-dev.txt > .venv/uv.txt
	$(PIP) install --quiet --no-compile --require-hashes --requirement .venv/uv.txt
	$(UV_INSTALL) 2> /dev/null || $(PIP) install --quiet --no-compile --require-hashes --requirement requirements-dev.txt
	touch $(READY)

demo: $(INSTALLED) ## Compile the policies of a realistic shop, and show one
	cat examples/shop/policies/shop.netpol
	cd examples/shop && ../../$(BIN)/netpolc check && ../../$(BIN)/netpolc build --output ../../build/demo
	cat build/demo/prod/shop/database.yaml
	cd examples/shop && ../../$(BIN)/netpolc report --quiet --output ../../build/report.html
	@echo $(CURDIR)/build/report.html

pictures: $(INSTALLED) ## Draw the pictures of the documents anew, each as SVG and as the text that it is drawn from
	$(PIP) install --quiet --no-compile --editable '.[graph]'
	for form in dot svg; do \
	  (cd examples/shop && ../../$(BIN)/netpolc graph --env prod --output ../../docs/pictures/shop.$$form) && \
	  (cd docs/pictures && ../../$(BIN)/netpolc diff before.netpol after.netpol --output change.$$form) && \
	  (cd docs/pictures/tutorial && ../../../$(BIN)/netpolc graph policies --output ../tutorial.$$form) && \
	  (cd docs/pictures/review && ../../../$(BIN)/netpolc diff before after --output ../review.$$form) || exit 1; \
	done

test: $(READY) ## Run the tests (SEED=7: try what is random another way; COVERAGE=1: measure what they reach)
ifeq ($(COVERAGE),1)
	$(PYTEST) --cov --cov-report=term:skip-covered -m "not search" $(MEASURED)
	$(PYTEST) -m search $(MEASURED)
	$(PYTEST) $(addprefix --ignore=,$(MEASURED))
else
	$(PYTEST)
endif
ifdef COVERAGE
	NETPOLC_PLAIN=1 $(PYTEST) tests/test_golden.py
endif

search: $(READY) ## Search at random with ever new seeds (SECONDS=600), and keep what fails
	$(BIN)/python -m tests.search $(SECONDS)

real: $(READY) ## Hold netpolc against a real API server and the engines of others (needs Go, and an hour the first time)
	mkdir -p build/real
	for part in $(REAL); do (cd tests/real/$$part && nice go build -o ../../../build/real/$$part .) || \
	  rm -f build/real/$$part; done
	$(BIN)/python -m tests.real build/real
	if [ -n "$$NETPOLC_REAL_CLUSTER" ]; then KUBECONFIG="$$NETPOLC_REAL_CLUSTER" $(BIN)/python -m tests.real.rollout; fi
	if [ -n "$$NETPOLC_REAL_CLUSTER" ]; then KUBECONFIG="$$NETPOLC_REAL_CLUSTER" $(BIN)/python -m tests.real.rollout_limits; fi

browser: $(READY) ## Click, search and read what netpolc writes for browsers (installs Chromium from Debian's packages)
	command -v chromium || apt-get install --yes --no-install-recommends chromium
	mkdir -p build/browser
	$(MAKE) playground
	$(BIN)/python -m pytest -q -n 0 tests/browser/report.py tests/browser/playground.py

spark: $(READY) ## Reduce flow logs on Spark and on DuckDB, and compare (needs Java 17)
	$(PYTHON) -m venv --system-site-packages build/spark
	build/spark/bin/python -m pip install --quiet pyspark==4.3.0
	PYTHONPATH=.:$$($(BIN)/python -c 'import duckdb, pathlib; print(pathlib.Path(duckdb.__file__).parents[1])') \
	  nice build/spark/bin/python -m tests.spark $(RECORDS)

mutants: $(READY) ## Change the engine in thousands of ways, and see that tests notice (ONLY=netpolc/engine/rows.py)
	nice -n 19 $(BIN)/python tests/mutation.py $(ONLY)
	$(BIN)/python tests/mutants.py

lint: $(READY) ## Check format, style, types, who imports whom, and the Dockerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint integrations/docker/Dockerfile

packages: $(READY) ## Build an example with a wheel and with an editable install, each from a clean environment
	bash .ci/packages

check: ## Everything that CI checks
	$(MAKE) lint packages --jobs 2
	$(MAKE) test COVERAGE=auto

release-check: check ## Check a release: what CI checks, the integrations with the tools of their platforms, and what is published
	$(MAKE) test COVERAGE=1
	bash .ci/integrations
	bash .ci/release

format: $(READY) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure, and rewrite benchmarks/results.md
	$(BIN)/python benchmarks/run.py

playground: ## Put the playground together in build/playground, a folder for any host that serves files (needs npm)
	rm -rf build/parts build/playground-wheel && mkdir -p build/parts
	$(MAKE) wheel DIST=build/playground-wheel
	$(PIP) download --quiet --no-deps --only-binary :all: --python-version 314 --platform pyemscripten_2026_0_wasm32 \
	  --platform manylinux2014_x86_64 --require-hashes --requirement playground/requirements.txt --dest build/parts
	$(BIN)/python playground/build.py build/parts build/playground-wheel build/playground

wheel: $(INSTALLED) ## Build the wheel into dist/
	$(PIP) wheel --quiet --no-deps --wheel-dir $(DIST) .

lock: $(READY) ## Lock what is installed to develop, to build and to run; with UPGRADE=1, at the newest versions
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev --output-file requirements-dev.txt pyproject.toml
	$(COMPILE) --no-annotate --constraint requirements-dev.txt --output-file requirements.txt pyproject.toml
	$(COMPILE) --no-annotate --constraint requirements-dev.txt $(if $(UPGRADE),--upgrade) --extra build \
	  --output-file requirements-build.txt pyproject.toml

clean: ## Remove what can be made again
	rm -rf .venv build dist mutants
