#!/usr/bin/env bash
# Installs what `make office` looks at the outputs with, as far as it is missing (Debian, Ubuntu).
set -euo pipefail

packages=()
command -v soffice >/dev/null || packages+=(libreoffice-calc)
command -v pdftoppm >/dev/null || packages+=(poppler-utils)
command -v chromium >/dev/null || packages+=(chromium)
[ -n "$(fc-list :lang=zh-cn 2>/dev/null | head -n 1)" ] || packages+=(fontconfig fonts-noto-cjk)
((${#packages[@]})) || exit 0

if ! command -v apt-get >/dev/null; then
    echo "缺少 ${packages[*]}，请先安装后再运行。" >&2
    exit 1
fi
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
