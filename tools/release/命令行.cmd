@echo off
rem A command line in the work folder, in which jixiao is known.
chcp 65001 >nul
set PYTHONUTF8=1
set "PATH=%~dp0env\Scripts;%PATH%"
cd /d "%~dp0"
if exist 绩效自评 cd 绩效自评
cmd /k jixiao --help
