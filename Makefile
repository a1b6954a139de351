# Two commands matter: `make run` brings up the product, `make test` proves it.
# Both install what they need on the way.

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help run test test-long check lab pages letters attack bench survive pictures tour docs lock dist sbom clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP) ## Serve the product on http://localhost:8501
	@$(BIN)/intake serve

test: check ## Check and test everything, with real daemons and a real browser
	@sh tools/system-packages.sh
	@$(BIN)/pytest -n 3 --dist loadfile

test-long: check ## The slow forms too
	@INTAKE_LONG=1 sh tools/system-packages.sh
	@INTAKE_LONG=1 $(BIN)/pytest -m "long or not long"

check: $(DEV_STAMP) ## Style, types, direction of imports, shape of the code
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/generate_docs.py --check
	@$(BIN)/python -m tests.house

lab: $(DEV_STAMP) ## Break real daemons in every way we name, and print what was named
	@sh tools/system-packages.sh
	@$(BIN)/python -m tests.lab

pages: $(DEV_STAMP) ## Judge real pages of strangers, where they are at hand, and print what was named
	@$(BIN)/python -m tests.pages

letters: $(DEV_STAMP) ## Real returned letters against a second opinion; INTAKE_LETTERS names them
	@$(BIN)/python -m tests.letters

attack: $(DEV_STAMP) ## Attack a served product on loopback, and print what each attempt came to
	@$(BIN)/python -m tests.attack

bench: $(DEV_STAMP) ## Ratios against a bare wizard, measured in the same run
	@$(BIN)/python -m tests.bench

survive: $(DEV_STAMP) ## Break everything around the product, on both databases; prints what was lost
	@sh tools/system-packages.sh
	@$(BIN)/python -m tests.survive

pictures: $(DEV_STAMP) ## Take the pictures of the README and of docs/tour.md anew
	@INTAKE_PICTURES=1 $(BIN)/pytest -q -m "long or not long" tests/browser/test_pictures.py tests/browser/test_tour.py

tour: $(DEV_STAMP) ## Take the README's three diagnoses anew
	@sh tools/system-packages.sh
	@$(BIN)/python -m tests.lab.tour

docs: $(DEV_STAMP) ## Write the pages of docs/ that are made from the code
	@$(BIN)/python tools/generate_docs.py

lock: $(DEV_STAMP) ## Pin every dependency anew
	@sh tools/lock.sh $(BIN)

dist: $(STAMP) ## Build wheel and source archive, the same bytes wherever they are built
	@rm -rf dist
	@SOURCE_DATE_EPOCH=1767225600 $(BIN)/python -m hatchling build
	@cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

sbom: $(STAMP) ## Write dist/intake.cdx.json: every pinned dependency (CycloneDX)
	@mkdir -p dist
	@test -x $(VENV)-sbom/bin/cyclonedx-py || $(BIN)/python -m venv $(VENV)-sbom
	@$(VENV)-sbom/bin/python -m pip install --quiet --disable-pip-version-check "cyclonedx-bom>=7.5"
	@$(VENV)-sbom/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
	  --mc-type application --output-reproducible --of JSON -o dist/intake.cdx.json
	@echo dist/intake.cdx.json

$(STAMP): pyproject.toml requirements.lock
	@sh tools/virtual-environment.sh $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(DEV_STAMP): pyproject.toml requirements-dev.lock
	@sh tools/virtual-environment.sh $(PYTHON) $(VENV) requirements-dev.lock
	@touch $(STAMP) $@

clean: ## Remove what was built; data/ stays
	@rm -rf $(VENV) $(VENV)-sbom dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
