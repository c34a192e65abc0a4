# What one does here. `make` alone lists it.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
TEMPLATES = $$(find templates consult working_groups -name '*.html')

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-all test-browser test-postgresql tools check fmt messages bench bench-search

# Installs requirements/<name>.txt, unless that very list is what was installed last.
define install
@cmp -s requirements/$(1).txt .venv/$(1).txt || { \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=")' && \
	echo "Installing requirements/$(1).txt" && \
	{ test -x $(BIN)/pip || $(PYTHON) -m venv .venv; } && \
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$(1).txt && \
	cp requirements/$(1).txt .venv/$(1).txt; }
endef

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

demo: export DJANGO_SETTINGS_MODULE = consult.settings.development
demo: export BASE_URL ?= http://127.0.0.1:$(PORT)
demo: ## load the demonstration and serve it on 127.0.0.1:8000 (PORT= to change)
	$(call install,base)
	@$(BIN)/python manage.py messages --compile
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo
	@exec $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) consult.wsgi

test: ## the whole suite that needs no outside server
	$(call install,dev)
	$(BIN)/pytest -n 2

test-all: test test-browser test-postgresql ## the same, in a browser, and on PostgreSQL

test-browser: tools ## only what needs a browser
	$(call install,all)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/browser

test-postgresql: tools ## only the suite on PostgreSQL, and what takes minutes
	$(call install,all)
	.ci/with-postgresql $(BIN)/pytest -n 2 -o "norecursedirs=.* tests/benchmarks tests/browser"

tools: ## install what test-all needs beside Python: Chromium, Java, the Nu validator, PostgreSQL
	@.ci/tools

check: export DJANGO_SETTINGS_MODULE = consult.settings.test
check: ## style, types, layers, templates, migrations and catalogues
	$(call install,dev)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint $(TEMPLATES)
	$(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py messages --check

fmt: ## put code and templates in the house's form
	$(call install,dev)
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .
	$(BIN)/djade --target-version 5.2 $(TEMPLATES) || true

messages: ## bring the catalogues in locale/ up to date with the sources
	$(call install,dev)
	$(BIN)/python manage.py messages

bench: ## the benchmarks but those of the search, with their figures
	$(call install,dev)
	$(BIN)/pytest -s tests/benchmarks --ignore-glob='*/test_search_*'

bench-search: ## the search beside Whoosh's tutorial, SQLite, PostgreSQL, tantivy and Wagtail, in Markdown
	$(call install,all)
	$$(command -v pg_virtualenv >/dev/null && echo .ci/with-postgresql) $(BIN)/pytest -s tests/benchmarks/test_search_engines.py
	$(BIN)/pytest -s tests/benchmarks/test_search_page.py
