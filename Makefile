# The two commands of the README are `make demo` and `make test`; each does its own set-up.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check drill lock clean
V := .venv/bin

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup:  ## .venv/bin/faru, from hashed locks
	@sh scripts/setup.sh runtime

demo: setup  ## an invented country's year worked through the desk, then served at http://localhost:8000
	@echo "5,000 invented alerts and 10,000,000 rows of carriers' records go through the desk: some minutes and 2 GB."
	@$(V)/faru demo --data demo-data

test:  ## the whole suite: linters, types, layers, tests
	@sh scripts/setup.sh dev
	@sh scripts/test.sh

check:  ## linters, types and layers only
	@sh scripts/setup.sh dev
	@sh scripts/check.sh

drill:  ## kill -9 in the middle of everything, KILLS=1000 times; prints what was lost and what is half done
	@sh scripts/setup.sh dev
	@$(V)/python -m tests.faults.drill --kills $(or $(KILLS),1000)

lock:  ## write the locks anew from requirements/*.in (wants `uv`)
	@sh scripts/lock.sh

clean:  ## take away what the commands above made
	rm -rf .venv demo-data build src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
