@echo off
rem Makes a private environment in this folder: no internet, no administrator, nothing outside the folder.
setlocal
chcp 65001 >nul
cd /d "%~dp0"
set PYTHONUTF8=1
set PIP_CONFIG_FILE=nul
set PIP_DISABLE_PIP_VERSION_CHECK=1
set "TRY=import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))"

rem a Python laid into the folder comes first
set PY="%~dp0python\python.exe"
if exist "%~dp0python\python.exe" %PY% -c "%TRY%" >nul 2>&1 && goto found
for %%P in ("py -3.12" "py -3.11" "python" "python3") do (
    set PY=%%~P
    %%~P -c "%TRY%" >nul 2>&1 && goto found
)
echo 没有找到 Python 3.11 或 3.12（64位）。怎么准备，见 说明.txt 的“没有 Python”。
goto failed

:found
echo 用 %PY% 安装，约一分钟……
%PY% verify.py || goto failed
if exist env rmdir /s /q env
%PY% -m venv --without-pip env || goto failed
for %%W in (wheels\pip-*.whl) do set PIPWHEEL=%%W
env\Scripts\python "%PIPWHEEL%/pip" install --quiet --no-index --find-links wheels --require-hashes --requirement requirements.txt || goto failed
env\Scripts\jixiao --version || goto failed
echo 装好了。双击 开始.cmd 使用。
if not defined JIXIAO_QUIET pause
exit /b 0

:failed
echo 没有装好。请把这个窗口里的文字发给维护人员。
if not defined JIXIAO_QUIET pause
exit /b 1
