# Everything a newcomer needs: `make demo` and `make test` set up all they use.
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/ready
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-fast check install browser lock format clean

demo: install ## run a small practice on the embedded stack and tell the story
	$(BIN)/persession demo

test: install browser ## every test
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-fast: install ## rules and formats only, under a minute
	$(BIN)/python -m pytest -n 2 tests/rules tests/x12/test_envelope.py tests/x12/test_remittance_835.py tests/test_architecture.py

check: install ## format, lint, types, import contracts, generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m starter.rule_pages --check
	$(BIN)/python -m starter.reports.manual --check

install: $(READY) ## .venv with the command `persession`

$(READY): requirements.txt pyproject.toml
	$(or $(shell command -v $(PYTHON)),python3) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)

browser: ## Debian's Chromium, without a window, and OpenSSH server for the tests, where they are not there (asks for root)
	@{ { command -v chromium-headless-shell || command -v chromium; } && PATH=$$PATH:/usr/sbin command -v sshd; } >/dev/null || { sudo=$$(test $$(id -u) = 0 || echo sudo); $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends chromium-headless-shell openssh-server; }

lock: ## pin dependencies anew (needs uv)
	uv pip compile pyproject.toml --group dev --generate-hashes --no-header --python-version 3.11 -o requirements.txt

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
