# Punos: joint offers by very small firms. `make help` lists what there is.

PYTHON ?= python3
VENV := .venv/bin/python
PREPARED = @$(PYTHON) -m launcher.bootstrap
# Only what was typed on the command line counts: LANGUAGE, for one, is set in many people's environment.
typed = $(if $(filter command,$(firstword $(origin $(1)))),$($(1)))
option = $(if $(call typed,$(1)),$(2) "$(call typed,$(1))")

.DEFAULT_GOAL := help
.PHONY: help demo clean-demo offer test test-all soak environment check lint types format messages lock vendor xsd \
	gallery bench clean

help: ## List what there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

demo: ## Start everything on this machine with an offer in it (ONCE=1: stop when it has been shown)
	$(PREPARED) demo $(if $(ONCE),--once)

clean-demo: ## Throw the demo's data away
	$(PREPARED) clean-demo

offer: ## Make a PDF: PACKAGE=file OUT=file [LANGUAGE= THEME= PROFILE= CHOOSE="A7 A8" NAMED=package]
	$(PREPARED) offer --package "$(or $(call typed,PACKAGE),examples/daycare.json)" \
		--out "$(or $(call typed,OUT),offer.pdf)" $(call option,LANGUAGE,--language) $(call option,THEME,--theme) \
		$(call option,PROFILE,--profile) $(call option,CHOOSE,--choose) $(call option,NAMED,--named)

test: ## Run the tests, without slow ones and the browser (ARGS="tests/bids -k vat")
	$(PREPARED) test $(ARGS)

test-all: ## Run the slow tests and those in a real browser too
	$(PREPARED) test --all $(ARGS)

soak: ## Run the long races, state machines and mutants
	$(PREPARED) test --soak $(ARGS)

environment: ## Make .venv with everything for development, or bring it up to date
	$(PREPARED) environment

check: environment ## Ask Django: settings fit for production, migrations complete, API schema valid
	@$(VENV) -m launcher.checks

lint: environment ## Ruff, templates and which room may import which
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m djlint templates --lint --quiet
	$(VENV) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

types: environment ## Check the types
	$(VENV) -m mypy

format: environment ## Format the code
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .

messages: environment ## Collect what people read for translation, and compile it (needs gettext)
	$(VENV) -m launcher.messages

lock: environment ## Lock what pyproject.toml asks for, with hashes and without addresses
	$(VENV) -m launcher.lock

vendor: environment ## Fetch the typefaces anew (needs npm's registry)
	$(VENV) -m launcher.vendor

xsd: environment ## Fetch the UBL schemas that tests validate against
	@$(VENV) -m launcher.xsd

gallery: environment ## Draw every document in every language as pictures
	@$(VENV) -m launcher.with_services --name gallery -- $(VENV) manage.py gallery

bench: environment ## Measure pricing, documents and finding an offer
	$(VENV) benchmarks/pricing.py
	$(VENV) benchmarks/documents.py
	@$(VENV) -m launcher.with_services --name bench -- sh -c "DATABASE_ROLE= $(VENV) manage.py migrate -v0 && DATABASE_ROLE= $(VENV) benchmarks/finding.py"

clean: ## Remove what can be made again: .venv, caches, the collected static files
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles gallery xsd
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
