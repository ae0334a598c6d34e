# The project's command surface. PYTHON names another interpreter than python3, ARGS goes to the program: make test ARGS="-k extract".

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
PEERS := .local/peers
DOCS_TOOLS := .local/docs-tools
AUDIT_TOOLS := .local/audit-tools
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --quiet --custom-compile-command "make lock"

.PHONY: help install demo up down test test-browser test-docker coverage faults bench lint format render diagrams screenshots docs release-check audit lock clean

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 21

install: $(INSTALLED) ## Create .venv with the project and its pinned dependencies; other targets do so themselves

demo: $(INSTALLED) ## Run the main job end to end on private servers, and leave them up
	@$(BIN)/python -m infra.demo

up: $(INSTALLED) ## Start the whole pipeline in containers, or bring it to this version; needs Docker
	@$(BIN)/python -m infra.stack up

down: ## Stop what demo and up started; their data stay
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m infra.local down
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m infra.stack down

test: $(INSTALLED) ## Run all tests that need no browser and no Docker, on private servers of their own
	@$(BIN)/python -m pytest -m "not browser" --numprocesses auto --maxprocesses 4 $(ARGS)

test-browser: $(INSTALLED) docs ## Look at the Data Docs, the sales report, the Prefect UI and the documents as people do; needs Chromium, pdftotext
	@$(BIN)/python -m pytest -m browser $(ARGS)

test-docker: $(INSTALLED) ## Test image, stack and work pool against the Docker engine, as a stack of its own; needs Docker, Chromium
	@$(BIN)/python -m pytest tests/docker --timeout 600 $(ARGS)

coverage: $(INSTALLED) ## Run the same tests, and show which lines no test reaches, here and in .local/coverage/html
	@rm -rf .local/coverage && mkdir -p .local/coverage
	@failed=0; $(BIN)/coverage run -m pytest -m "not browser" --numprocesses auto --maxprocesses 4 $(ARGS) || failed=$$?; \
		$(BIN)/coverage combine --quiet; $(BIN)/coverage html --quiet; $(BIN)/coverage report; exit $$failed

faults: $(INSTALLED) ## Break loads in every way, on servers of their own, and write docs/reliability.md
	@$(BIN)/python -m tests.faults $(ARGS)

bench: $(INSTALLED) $(PEERS)/installed ## Measure staging, or what ARGS names (ARGS=--help lists it), and write docs/performance.md
	@$(BIN)/python -m tests.bench $(ARGS)
	@$(BIN)/python -m infra.docs.render

lint: $(INSTALLED) ## Check style, types and SQL
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/sqlfluff lint --disable-progress-bar -q sql/postgres
	@$(BIN)/sqlfluff lint --disable-progress-bar -q --templater placeholder sql/mysql

format: $(INSTALLED) ## Rewrite Python in the project's style
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

render: $(INSTALLED) ## Render the files derived from the catalogue, the rules, the settings and sql/
	@$(BIN)/python -m infra.docs.render

diagrams: $(INSTALLED) ## Draw docs/diagrams; needs Graphviz
	@$(BIN)/python -m infra.docs.diagrams

screenshots: demo ## Take the README's pictures of a fresh demo; needs Chromium
	@$(BIN)/python -m tests.screenshots

# MkDocs announces version 2 on each build; this variable turns the announcement off.
docs: $(INSTALLED) $(DOCS_TOOLS)/installed ## Build the documentation into .local/docs-site, and check every link
	@NO_MKDOCS_2_WARNING=1 $(DOCS_TOOLS)/bin/mkdocs build --quiet --strict --clean --config-file infra/docs/site/mkdocs.yml
	@$(BIN)/python -m infra.docs.site.check .local/docs-site
	@echo "Open .local/docs-site/index.html, or with search: $(BIN)/python -m http.server --bind 127.0.0.1 --directory .local/docs-site 8000"

release-check: $(INSTALLED) ## Check whether this commit can be tagged as a release
	@$(BIN)/python -m infra.versions check

audit: $(INSTALLED) $(AUDIT_TOOLS)/installed ## Look up known vulnerabilities of all pins in requirements/ on PyPI
	@$(BIN)/python -m infra.versions.audit $(AUDIT_TOOLS)/bin/pip-audit $(ARGS)

lock: $(INSTALLED) ## Pin the dependencies of pyproject.toml, with hashes
	@$(BIN)/pip install --quiet uv
	@$(COMPILE) pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) pyproject.toml --extra dask -c requirements/runtime.txt -o requirements/dask.txt
	@$(COMPILE) pyproject.toml --extra dev -c requirements/dask.txt -o requirements/dev.txt
	@$(COMPILE) requirements/build.in -c requirements/dev.txt -o requirements/build.txt
	@$(COMPILE) requirements/bench.in -o requirements/bench.txt
	@$(COMPILE) requirements/docs.in -o requirements/docs.txt
	@$(COMPILE) requirements/audit.in -o requirements/audit.txt

clean: ## Stop what runs below .local and remove it, data included, and the caches
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m infra.local clean
	@rm -rf .local .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

# --no-deps: the file is complete, and what it does not pin must not come in. pip compiles bytecode despite
# PYTHONDONTWRITEBYTECODE: without it each start of the pipeline is slow.
$(INSTALLED): requirements/dev.txt pyproject.toml techmarket/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is not Python 3.11 or later: install one and name it, such as make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) cannot make virtual environments: install the package python3-venv" >&2; exit 1; }
	@echo "Installing the pinned dependencies into .venv (once; a minute or two)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DOCS_TOOLS)/installed: requirements/docs.txt
	@echo "Installing what builds the documentation into $(DOCS_TOOLS) (once; some seconds)"
	@$(PYTHON) -m venv $(DOCS_TOOLS)
	@$(DOCS_TOOLS)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/docs.txt
	@touch $@

$(AUDIT_TOOLS)/installed: requirements/audit.txt
	@echo "Installing what asks about vulnerabilities into $(AUDIT_TOOLS) (once; some seconds)"
	@$(PYTHON) -m venv $(AUDIT_TOOLS)
	@$(AUDIT_TOOLS)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/audit.txt
	@touch $@

# Apart from the project's pins, which conflict with those of dlt, DuckDB and others.
$(PEERS)/installed: requirements/bench.txt
	@echo "Installing the products to compare with into $(PEERS) (once; a minute)"
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/bench.txt
	@touch $@
