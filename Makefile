# One command for every chore. Needs Python 3.11 or newer, make and a package registry, nothing else.
.DEFAULT_GOAL := help
.PHONY: help run test browser-test client-test audit-test peers lint format types contracts schema settings explorer check audit lock secrets clean run-environment environment
MAKEFLAGS += --no-print-directory
export PYTHONUTF8 := 1

PYTHON_OF_VENV := .venv/bin/python
TESTS ?=
WORKERS ?= 3

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run-environment:
	@requirements/install run

environment: ## Make .venv with everything for development
	@requirements/install dev

# The launcher ends est with make, however make ends.
run: run-environment ## Run the whole system; Ctrl-C stops it (ARGS="--gateway-port 5000" …)
	@exec $(PYTHON_OF_VENV) -I -S est/launch.py $$PPID 15 same $(PYTHON_OF_VENV) -m est run $(ARGS)

test: environment ## Run all tests but those in a browser (TESTS="tests/est -k run")
	$(PYTHON_OF_VENV) -m pytest -q -n $(WORKERS) --dist loadfile -m "not browser and not clients and not audits" $(TESTS)

browser-test: environment ## Run the tests that drive Chromium
	$(PYTHON_OF_VENV) -m pytest -q -n 2 --dist loadfile -m browser $(TESTS)

client-test: environment ## Run the client libraries that docs/CLIENTS.md shows (needs npm)
	cd tests/clients && npm ci --no-audit --no-fund --ignore-scripts
	$(PYTHON_OF_VENV) -m pytest -q -m clients $(TESTS)

audit-test: environment ## Run the audits of others against the system (needs npm)
	cd tests/audits && npm ci --no-audit --no-fund --ignore-scripts
	$(PYTHON_OF_VENV) -m pytest -q -m audits $(TESTS)

peers: environment ## Hold the gateway against another vendor's (needs npm)
	@mkdir -p .est/peers && cp tests/conformance/peers/package.json .est/peers/
	npm install --prefix .est/peers --no-audit --no-fund
	$(PYTHON_OF_VENV) -m tests.conformance.peers est .est/peers
	$(PYTHON_OF_VENV) -m tests.conformance.peers random .est/peers

lint: environment ## Check style and format
	$(PYTHON_OF_VENV) -m ruff check
	$(PYTHON_OF_VENV) -m ruff format --check

format: environment ## Put code into its format, mend what can be mended
	$(PYTHON_OF_VENV) -m ruff check --fix
	$(PYTHON_OF_VENV) -m ruff format

types: environment ## Check types
	$(PYTHON_OF_VENV) -m mypy

contracts: environment ## Check who imports whom
	$(PYTHON_OF_VENV) .venv/bin/lint-imports

schema: run-environment ## Export and compose the schema files
	$(PYTHON_OF_VENV) -m est schema export
	$(PYTHON_OF_VENV) -m est schema compose

settings: run-environment ## Write .env.example and the table from the code that reads the settings
	$(PYTHON_OF_VENV) -m est settings > .env.example.new && mv .env.example.new .env.example
	$(PYTHON_OF_VENV) -m est settings --table > SETTINGS.new && mv SETTINGS.new docs/operations/SETTINGS.md

explorer: ## Build the explorer's page again (needs Node 20)
	cd gateway/explorer/ui && npm ci --no-audit --no-fund && npm run build

check: ## Everything that CI runs
	.ci/run

# Strict: a registry that keeps no advisories (many mirrors do not) fails it, and is not silence.
audit: environment ## Look for known vulnerabilities in what the locks pin
	$(PYTHON_OF_VENV) -m venv .est/audit
	.venv/bin/uv pip sync --quiet --require-hashes --python .est/audit/bin/python requirements/audit.lock
	.est/audit/bin/pip-audit --strict --disable-pip --require-hashes $(foreach lock,run dev tools,-r requirements/$(lock).lock)

# The development lock is held to the versions of the run lock.
lock: run-environment ## Pin the newest versions that pyproject.toml allows
	UV=".venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header"; \
	$$UV pyproject.toml -o requirements/run.lock && \
	$$UV pyproject.toml --extra otel --group dev -c requirements/run.lock -o requirements/dev.lock && \
	echo uv | $$UV - --no-annotate -o requirements/tools.lock && \
	echo pip-audit | $$UV - --no-annotate -o requirements/audit.lock

# Never overwrites: what .env has stays.
secrets: ## Add the secrets that compose.yaml needs to .env
	@umask 077; touch .env; for name in POSTGRES_PASSWORD JWT_SECRET AUTH_GATEWAY_KEY CATALOG_GATEWAY_KEY; do \
		grep -q "^$$name=." .env || echo "$$name=$$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')" >> .env; \
	done

clean: ## Remove the environment, caches, and the data of est run
	rm -rf .venv .est .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .import_linter_cache .coverage
