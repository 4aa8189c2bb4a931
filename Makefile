# Dalil's commands. `make help` lists them.
PORT ?= 8000
PY := .venv/bin/python

.PHONY: help run test check bench site env

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/'
