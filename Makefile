# Everything a fresh machine needs is set up by these targets: git, make and Python 3.11+ are all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# The font of papers comes in a package that asks for Python 3.12. It holds files and no program, so it serves with 3.11 as well.
FONT := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python -c constraints.txt pdfboss-fonts
# The object store of a test asks for a faster loop, which would take the place of the one that serves; the rest of what it asks for is
# in the extra `test`.
STORE := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt nanio
# The client of MCP of another test asks for python-multipart, which would take the place of the parser of forms that serves.
ASSISTANT := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt mcp mcp-types
READY := $(VENV)/.ready
READY_TEST := $(VENV)/.ready-test
TOOLS := $(VENV)/tools
RUNS := $(VENV)/.runs

# Tests start hundreds of commands: what is compiled once is kept, whatever the machine says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-postgres sweep mutate bench lint docs sbom audit secrets clean

run: $(READY)
	$(BIN)/steerco serve --demo --port $(PORT)

test: $(READY_TEST)
	$(BIN)/python -m pytest -n auto --max-worker-restart 0 --dist loadgroup

# The suite once more on PostgreSQL, as the role that serves and never as a superuser, less what tests/once.toml lists with its reason.
# A process that is lost ends a pass (--max-worker-restart 0): else the runner waits for it for ever.
test-postgres: $(READY_TEST)
	STEERCO_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n auto --max-worker-restart 0 --dist loadgroup

# Both passes with everything that they draw samples of, tried whole (tests/sweep.py, tests/once.toml).
sweep: export STEERCO_SWEEP = 1
sweep: test test-postgres

# Every row of both charters in changed form, on all cores, with progress; `make test` tries some of them.
mutate: $(READY_TEST)
	$(BIN)/python -m tests.tenants.charter_mutation

bench: $(READY_TEST)
	$(BIN)/python -m tests.bench

lint: $(READY_TEST)
	$(BIN)/ruff check core plugins tests docs/site
	$(BIN)/ruff format --check core plugins tests docs/site
	$(BIN)/mypy
	$(BIN)/lint-imports

# The tables that are written from the program, then the site of the documents, to be read at http://127.0.0.1:8080 by
# `.venv/bin/python -m http.server -d dist/site --bind 127.0.0.1 8080`. A link that leads nowhere ends it.
docs: $(READY_TEST)
	$(BIN)/python -m steerco.config.jsonschema docs/schema
	$(BIN)/python -m steerco.extension.reference docs/hooks.md
	$(BIN)/python -m steerco.cli.charter.clause_index docs/clauses.md
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet -f docs/site/mkdocs.yml

# What runs and nothing else, in an environment of its own: its parts (CycloneDX), their licences, and what is known against them.
sbom: $(RUNS) $(TOOLS)/.ready
	mkdir -p dist
	$(TOOLS)/bin/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml -o dist/sbom.cdx.json $(VENV)/runs/bin/python
	$(TOOLS)/bin/pip-licenses --python=$(VENV)/runs/bin/python --from=mixed --format=markdown --output-file=dist/licences.md

audit: $(RUNS) $(TOOLS)/.ready
	mkdir -p dist
	$(VENV)/runs/bin/python -m pip freeze --exclude steerco > dist/runs.txt
	$(TOOLS)/bin/pip-audit --strict --disable-pip --no-deps --requirement dist/runs.txt

# Secrets in the files of the repository, by the shapes of known keys; it ends with an error where one is found. The passwords of
# examples are none. (Texts that merely look random are left out: every digest is one.)
secrets: $(TOOLS)/.ready
	git ls-files -z | xargs -0 $(TOOLS)/bin/detect-secrets-hook --exclude-secrets '^(PASSWORD|secret|deep-secret|open-sesame|misplaced|s3cret)$$' \
	  --disable-plugin Base64HighEntropyString --disable-plugin HexHighEntropyString --disable-plugin KeywordDetector

$(RUNS): $(VENV)/bin/python pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)/runs
	$(VENV)/runs/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt .
	touch $@

$(TOOLS)/.ready: $(VENV)/bin/python
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0 pip-audit==2.10.1 pip-licenses==5.5.5 detect-secrets==1.5.0
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Steerco needs Python 3.11 or newer; name one with PYTHON=…")'
	$(PYTHON) -m venv $(VENV)

$(READY): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(FONT)
	touch $@

$(READY_TEST): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,docs]'
	$(FONT)
	$(STORE)
	$(ASSISTANT)
	touch $@ $(READY)

clean:
	rm -rf $(VENV) dist build var
