#!/usr/bin/env bash
# Makes the virtual environment $1 and installs the locked packages and this project into it.
# Called by the Makefile when the environment is missing or the lock has changed.
set -euo pipefail
venv=$1

find_python() {
    local name
    for name in python3.11 python3 python3.12 python3.13 python3.14 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "需要 Python 3.11 或更高版本，请先安装后再运行。" >&2
    return 1
}

# Debian keeps venv in a package of its own; without it, virtualenv serves as well.
make_venv() {
    local python=$1
    "$python" -m venv --clear "$venv" >/dev/null 2>&1 && return
    rm -rf "$venv"
    "$python" -m virtualenv --quiet "$venv" 2>/dev/null && return
    "$python" -m pip install --quiet --user virtualenv 2>/dev/null \
        && "$python" -m virtualenv --quiet "$venv" && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
        "$python" -m venv --clear "$venv" && return
    fi
    echo "无法创建虚拟环境，请安装 python3-venv（Debian、Ubuntu：apt install python3-venv）后再运行。" >&2
    return 1
}

if ! "$venv/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(find_python)
    make_venv "$python"
fi
"$venv/bin/python" -m pip install --quiet --require-hashes --requirement requirements.lock
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
