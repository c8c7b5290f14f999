# `make run` and `make test` need nothing but Python 3.11 or newer with its venv module; scripts/bootstrap.py does the work,
# there and on Windows. PYTHON names another Python: make run PYTHON=python3.12
PYTHON ?= python3
UV ?= uv
START = @$(PYTHON) scripts/bootstrap.py
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check ledger-suite wheel try-wheel lock cards demo-data pictures bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## open the demo desk
	$(START) run

test: ## run every check and every test
	$(START) test

check: ## run the checks that take seconds
	$(START) check

ledger-suite: ## try every fault on the ledger: each byte, bit, crash and call, and each command stopped; takes minutes
	$(START) dev -m pytest tests/ledger tests/privacy -m "long or not long" --durations=10

wheel: ## build the sdist, and from it the wheel, into dist/
	$(START) dev -m build --no-isolation

try-wheel: ## install the wheel into an environment of its own and try it
	$(START) dev -m scripts.try_wheel

lock: ## pin the dependencies of pyproject.toml anew, with hashes; UPGRADE=1 takes newer versions
	@command -v $(UV) >/dev/null || { echo "Pinning needs uv: install it (pipx install uv) or name it, as in make lock UV=~/bin/uv" >&2; exit 2; }
	$(LOCK) pyproject.toml --group dev --output-file requirements-dev.txt
	$(LOCK) pyproject.toml --constraints requirements-dev.txt --output-file requirements.txt
	$(LOCK) --group build --constraints requirements-dev.txt --output-file requirements-build.txt

cards: ## fit the bundled scorecards again
	$(START) dev scripts/fit_cards.py

demo-data: ## make the demo book and its ledger again
	$(START) dev scripts/make_demo.py

pictures: ## draw the pictures of the manual again
	$(START) dev scripts/pictures.py

bench: ## measure, and say where the last figures stand
	$(START) dev benchmarks/run.py

clean: ## remove the environment and everything that was built
	rm -rf .venv build dist .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
