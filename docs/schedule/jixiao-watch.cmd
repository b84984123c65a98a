@echo off
rem Look after the inbox all day; started with Windows by the task in jixiao-watch.xml.
rem The working folder, with jixiao.toml in it, is the one this file lies in.
setlocal
chcp 65001 >nul
cd /d "%~dp0"
set PYTHONUTF8=1
.venv\Scripts\jixiao.exe watch
exit /b %errorlevel%
