# Everything from a bare machine with Python 3.11 or newer: what is missing is installed into .venv.
#   make run     运行今晚的批次：inbox/ -> outbox/
#   make test    代码检查、类型检查与测试
#   make office  用 LibreOffice 打开全部输出，并存成图片：build/office/pictures/
#   make release 给没有互联网的单位做一个安装文件夹：build/release/

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INBOX ?= inbox
OUTBOX ?= outbox
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# root in a container is no mistake
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help setup run test office release lint format lock clean

help:
	@sed -n '2,5s/^# *//p' Makefile

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml tools/setup.sh
	@bash tools/setup.sh $(VENV)
	@touch $@

run: $(STAMP)
	$(BIN)/jixiao run --inbox "$(INBOX)" --outbox "$(OUTBOX)"

test: lint
	$(BIN)/pytest -n auto

office: $(STAMP)
	@bash tools/office_setup.sh
	rm -rf build/office
	$(BIN)/jixiao run --inbox "$(INBOX)" --outbox build/office/outbox
	$(BIN)/python tools/render.py build/office/outbox --out build/office/pictures
	$(BIN)/pytest tests/office

release: $(STAMP)
	$(BIN)/python tools/make_release.py --out build/release

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Newest versions that fit pyproject.toml, with hashes, for every platform and Python from 3.11 on.
# `make lock UPGRADE=` keeps the versions already locked and only adds what is missing.
UPGRADE ?= --upgrade
lock:
	@test -x build/uv/bin/uv || { python3 -m venv build/uv && build/uv/bin/pip install --quiet uv; }
	build/uv/bin/uv pip compile --universal --python-version 3.11 --all-extras --group dev \
		--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --no-annotate --quiet \
		$(UPGRADE) --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
