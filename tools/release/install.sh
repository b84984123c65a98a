#!/bin/sh
# Makes a private environment in this folder: no internet, no administrator, nothing outside the folder
# but a start icon on the desktop.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
export PYTHONUTF8=1 PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null
}

# a Python laid into the folder comes first
python=
for name in "$here/python/bin/python3" python3.12 python3.11 python3 python; do
    if fits "$name"; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "没有找到 Python 3.11 或 3.12。怎么准备，见 说明.txt 的“没有 Python”。" >&2
    exit 1
fi

echo "用 $python 安装，约一分钟……"
"$python" verify.py
rm -rf env
"$python" -m venv --without-pip env
env/bin/python "$(echo wheels/pip-*.whl)/pip" install --quiet --no-index --find-links wheels \
    --require-hashes --requirement requirements.txt
env/bin/jixiao --version

sed "s|@HERE@|$here|g" jixiao.desktop.in >jixiao.desktop
chmod +x jixiao.desktop
desktop=$(xdg-user-dir DESKTOP 2>/dev/null || true)
if [ -n "$desktop" ] && [ -d "$desktop" ] && [ "$desktop" != "$HOME" ]; then
    cp jixiao.desktop "$desktop/"
    echo "桌面上有了图标“绩效自评”。"
fi
echo "装好了。双击图标，或运行 ./jixiao.sh 使用。"
