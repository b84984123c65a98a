#!/bin/sh
# The first time makes the work folder, afterwards runs one batch in it. With words behind it: jixiao itself.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
jixiao=$here/env/bin/jixiao
export PYTHONUTF8=1
if [ ! -x "$jixiao" ]; then
    echo "还没有安装，请先运行 ./install.sh。" >&2
    exit 1
fi
if [ $# -gt 0 ]; then
    exec "$jixiao" "$@"
fi
cd "$here"
if [ -f 绩效自评/jixiao.toml ]; then
    cd 绩效自评
    status=0
    "$jixiao" run || status=$?
    echo
    echo "结果在 绩效自评/outbox，先看 汇总.xlsx。"
else
    status=0
    "$jixiao" init 绩效自评 || status=$?
    echo "工作文件夹已建好：绩效自评。先看里面的 使用说明.txt，把报表放进 inbox，再开始一次。"
fi
# started by an icon: keep the window until it was read
if [ -t 0 ]; then
    printf '按回车键结束。'
    read -r _
fi
exit $status
