# Dalil's commands; `make` alone lists them. PORT=8000 chooses the port of `make run`.
.DEFAULT_GOAL := help
.PHONY: help run test check peers bench site lock openapi words

PORT ?= 8000
PY := .venv/bin/python
UV := UV_SYSTEM_CERTS=1 .venv/bin/uv
SITE_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: .venv/.installed web/dist/.built  ## serve the demo district on http://127.0.0.1:8000 (SQLite, no other server)
	@$(PY) -m config.port $(PORT)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py load_demo
	@echo "Dalil serves http://127.0.0.1:$(PORT)  (the API is described at /api/docs; Ctrl-C stops it)"
	@exec $(PY) -m uvicorn config.asgi:application --host 127.0.0.1 --port $(PORT) --log-level warning --lifespan on

test: .venv/.installed web/dist/.built  ## everything: checks, then all tests on real PostgreSQL, Redis and Chromium
	@$(MAKE) --no-print-directory check-static
	@cd web && npm run --silent check && npm run --silent test
	@$(PY) -m tests.chromium
	@$(PY) -m tests.run

check: .venv/.installed check-static  ## the inner loop: format, lint, types, import contracts, unit tests
	@$(PY) -m pytest -q -x -n 2 --hypothesis-profile=quick -m "not django_db and not journey and not services and not recordings and not proof" tests

.PHONY: check-static
check-static: .venv/.installed
	@.venv/bin/ruff format --check --quiet . || { echo "Run .venv/bin/ruff format ."; exit 1; }
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy .
	@.venv/bin/lint-imports --no-cache > .cache/contracts 2>&1 || { cat .cache/contracts; exit 1; }
	@$(PY) manage.py makemigrations --check --dry-run --verbosity 1
	@$(PY) manage.py check --fail-level WARNING
	@$(PY) manage.py spectacular --validate --fail-on-warn --file .cache/openapi.yaml
	@diff -u docs/api/openapi.yaml .cache/openapi.yaml || { echo "The API has changed: run make openapi and commit docs/api/openapi.yaml"; exit 1; }

peers: .venv/.installed  ## add the peers that `make bench` compares with
	@$(UV) pip install -q -p .venv -r pyproject.toml --extra peers

bench: .venv/.installed  ## run the benchmarks; each prints ratios measured in one run
	@for name in routing compile_district search import_district serve ingest delivery fanout zones "positioning simulate"; do $(PY) -m benchmarks.$$name || exit 1; done

site: web/dist/.built  ## build the visitors' site

words:  ## compile what the admin says in Arabic and French (with gettext's msgfmt)
	@for folder in config/locale/*/LC_MESSAGES; do msgfmt --check-format -o $$folder/django.mo $$folder/django.po || exit 1; done

openapi: .venv/.installed  ## write docs/api/openapi.yaml from the code
	@$(PY) manage.py spectacular --validate --fail-on-warn --file docs/api/openapi.yaml

lock:  ## resolve requirements.lock again from pyproject.toml
	$(UV) pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock

.venv/.installed: .venv/.synced pyproject.toml
	@$(UV) pip install -q -p .venv --offline --no-deps --no-build-isolation -e .
	@touch $@

.venv/.synced: requirements.lock
	@mkdir -p .cache
	@test -x .venv/bin/python || python3 -m venv .venv
	@test -x .venv/bin/uv || .venv/bin/pip install --quiet --disable-pip-version-check uv
	@echo "Installing the Python environment ..."
	@$(UV) pip sync -q --require-hashes -p .venv requirements.lock
	@touch $@

web/node_modules/.installed: web/package-lock.json
	@echo "Installing the site's packages ..."
	@cd web && npm ci --silent --no-audit --no-fund
	@touch $@

web/dist/.built: web/node_modules/.installed $(SITE_SOURCES)
	@echo "Building the site ..."
	@cd web && npm run --silent build
	@touch $@
