@echo off
rem One batch; started every night by the task in jixiao-run.xml, or by a double click.
rem The working folder, with jixiao.toml in it, is the one this file lies in.
setlocal
chcp 65001 >nul
cd /d "%~dp0"
set PYTHONUTF8=1
.venv\Scripts\jixiao.exe run --wait 30
exit /b %errorlevel%
