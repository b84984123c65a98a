@echo off
rem The Windows twin of the Makefile: make run, make test. Needs Python 3.11 or newer from python.org.
setlocal
chcp 65001 >nul
cd /d "%~dp0"
set PYTHONUTF8=1
set PIP_DISABLE_PIP_VERSION_CHECK=1

if "%1"=="run" goto ready
if "%1"=="test" goto ready
echo make run    运行今晚的批次：inbox -^> outbox
echo make test   代码检查与测试
exit /b 2

:ready
rem installed for exactly this lock and these settings, or install again
fc /b requirements.lock .venv\installed.lock >nul 2>&1 && fc /b pyproject.toml .venv\installed.toml >nul 2>&1 && goto %1
if not exist .venv\Scripts\python.exe py -3 -m venv .venv || python -m venv .venv || goto nopython
.venv\Scripts\python -c "import sys; sys.exit(sys.version_info < (3, 11))" || goto nopython
.venv\Scripts\python -m pip install --quiet --require-hashes --requirement requirements.lock || exit /b 1
.venv\Scripts\python -m pip install --quiet --no-deps --no-build-isolation --editable . || exit /b 1
copy /y requirements.lock .venv\installed.lock >nul
copy /y pyproject.toml .venv\installed.toml >nul
goto %1

:run
.venv\Scripts\jixiao run --inbox inbox --outbox outbox
exit /b %errorlevel%

:test
.venv\Scripts\ruff check . || exit /b 1
.venv\Scripts\ruff format --check . || exit /b 1
.venv\Scripts\mypy || exit /b 1
.venv\Scripts\pytest
exit /b %errorlevel%

:nopython
echo 需要 Python 3.11 或更高版本，请先从 python.org 安装后再运行。
exit /b 1
