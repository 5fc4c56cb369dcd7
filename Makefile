# A thin wrapper: where make is missing, `python3 bootstrap.py run` does the same.
PYTHON ?= python3
ARGS ?=
BOOTSTRAP = $(PYTHON) bootstrap.py

.PHONY: run test test-browser check bench chaos openapi reset

run: ## the demo; PORT= for the web port
	@exec $(BOOTSTRAP) run $(ARGS)

test: ## every test; ARGS="tests/routing -k retry" for some
	@exec $(BOOTSTRAP) test $(ARGS)

test-browser: ## the journeys in a real browser; installs Chromium where it may
	@exec $(BOOTSTRAP) test-browser $(ARGS)

check: ## lint, types, layers, migrations, contract, settings
	@exec $(BOOTSTRAP) check $(ARGS)

bench: ## throughput and latency, beside the ceilings
	@exec $(BOOTSTRAP) bench $(ARGS)

chaos: ## faults at random moments; SEED=, MINUTES=
	@exec $(BOOTSTRAP) chaos $(ARGS)

openapi: ## write docs/openapi.yaml
	@exec $(BOOTSTRAP) openapi $(ARGS)

reset: ## remove the demo's data
	@exec $(BOOTSTRAP) reset
