@echo off
rem The first time makes the work folder, afterwards runs one batch in it. With words behind it: jixiao itself.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
if not exist "%~dp0env\Scripts\jixiao.exe" (
    echo 还没有安装，请先双击 安装.cmd。
    pause
    exit /b 1
)
if not "%~1"=="" (
    "%~dp0env\Scripts\jixiao.exe" %*
    exit /b
)
cd /d "%~dp0"
if exist 绩效自评\jixiao.toml goto run
env\Scripts\jixiao.exe init 绩效自评
echo 工作文件夹已建好：绩效自评。先看里面的 使用说明.txt，把报表放进 inbox，再双击 开始.cmd。
pause
exit /b 0

:run
cd 绩效自评
..\env\Scripts\jixiao.exe run
echo.
echo 结果在 绩效自评\outbox，先看 汇总.xlsx。
pause
