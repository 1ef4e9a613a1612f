# make run: from nothing to the running product. Needs Python 3.11 or newer, and nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
ENV := .venv
RUN := $(ENV)/bin/python
LOCKS := requirements.txt requirements-dev.txt
JOBS ?= 3

.PHONY: help run test check lint types layers security django dependencies sbom lock reset secrets picture

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

run: $(ENV)/.run ## start everything with the demo (PORT=8000); Ctrl-C stops it
	@exec $(RUN) manage.py up --tied --demo --port $(PORT)

test: $(ENV)/.dev ## every test, on a throw-away PostgreSQL and Redis
	@$(RUN) -m pytest -q -n $(JOBS) --dist loadscope $(ARGS)

check: $(ENV)/.dev lint types layers security django dependencies ## everything that reads the code without running it
	@echo "check: done"

lint: $(ENV)/.dev
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

types: $(ENV)/.dev
	@$(RUN) -m mypy

layers: $(ENV)/.dev
	@$(ENV)/bin/lint-imports

security: $(ENV)/.dev
	@$(RUN) -m bandit -q -ll -c pyproject.toml -r agentops reviews runs tools_registry manage.py install.py 2>/dev/null
	@$(RUN) .ci/scan_secrets.py

secrets: $(ENV)/.dev ## accept what .ci/scan_secrets.py found, after looking at it
	@$(RUN) .ci/scan_secrets.py --accept

django: $(ENV)/.dev
	@$(RUN) .ci/check_django.py

dependencies: $(ENV)/.dev
	@$(RUN) .ci/scan_dependencies.py

sbom: $(ENV)/.dev ## list of what the product consists of (CycloneDX), in sbom.json
	@$(ENV)/bin/cyclonedx-py requirements --of JSON --sv 1.6 -o sbom.json requirements.txt
	@echo "sbom.json written"

lock: $(ENV)/.dev ## pin requirements.in and requirements-dev.in with hashes (UPGRADE=1 takes newer versions)
	@$(RUN) install.py lock $(if $(UPGRADE),--upgrade)

picture: $(ENV)/.dev ## docs/review.png, from a throw-away demo (needs Chromium)
	@$(RUN) docs/take_picture.py

reset: ## throw away everything the product keeps in .local
	@$(or $(PYTHON),$(error Python 3.11 or newer is needed)) -m agentops.supervisor.reset

$(ENV)/.run: requirements.txt install.py
	@$(call installer) run
$(ENV)/.dev: $(LOCKS) install.py
	@$(call installer) dev

installer = $(or $(PYTHON),$(error Python 3.11 or newer is needed: install it, or name it as `make run PYTHON=/path/to/python3`)) install.py
