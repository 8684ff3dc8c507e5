#!/bin/bash
# Makes an arm64 sysroot of Debian 12 packages (the lib*-dev packages of packages.txt, and OpenBLAS, with whose loops the
# NEON kernels' are compared), without an arm64 machine and without running anything of it, and a meson cross file for
# it.
# usage: sysroot.sh FOLDER     makes FOLDER/sysroot and FOLDER/cross.ini; does nothing when they are up to date
set -eu -o pipefail
folder=${1:?which folder?}
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/scripts/packages.sh"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

packages=$( (packages_of build optional | grep -E '^lib.*-dev$' && echo libc6-dev libopenblas0-pthread) | sort -u | paste -sd,)
if [ "$(cat "$folder/packages" 2>/dev/null)" != "$packages" ]; then
    for tool in mmdebstrap aarch64-linux-gnu-gcc; do
        command -v $tool >/dev/null || { echo "there is no $tool (packages.txt, section arm64)" >&2 && exit 1; }
    done
    rm -rf "$folder/sysroot"
    mmdebstrap --quiet --variant=extract --architectures=arm64 --include="$packages" bookworm "$folder/sysroot" || {
        echo "cannot make the arm64 sysroot: is there a network, and are Debian's package sources reachable?" >&2
        exit 1
    }
    # Links that leave the sysroot would lead to files of this machine.
    find "$folder/sysroot" -type l -lname '/*' | while read -r link; do
        ln -sfn "$folder/sysroot$(readlink "$link")" "$link"
    done
    echo "$packages" >"$folder/packages"
fi
sed "s|@SYSROOT@|$folder/sysroot|" "$root/tests/arm64/cross.ini.in" >"$folder/cross.ini"
