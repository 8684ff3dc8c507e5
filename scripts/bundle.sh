#!/bin/bash
# Puts the program and what it reads into one folder that runs on another machine; see usage().
set -eu -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
    cat <<'END'
usage: scripts/bundle.sh PROGRAM FOLDER [SYSROOT]

Makes FOLDER (anew) from PROGRAM, a built convgauge: the program and configs/. A static program needs nothing else. Of a
dynamic one all libraries and the loader go into FOLDER/lib, taken from SYSROOT (this machine's / if none is given), so
that the device needs no packages and no glibc of the same age. FOLDER/convgauge starts it.
END
}

fail() {
    echo "bundle.sh: $*" >&2
    exit 1
}

case ${1:-} in
--help | -h) usage && exit 0 ;;
esac
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
    usage >&2 && exit 2
fi
program=$1 folder=$2 sysroot=${3:-/}
command -v readelf >/dev/null || fail "there is no readelf (Debian: binutils)"
[ -f "$program" ] || fail "there is no program '$program'; build it first"
readelf -h "$program" >/dev/null 2>&1 || fail "'$program' is not a program that Linux runs"
case $folder in
/ | . | .. | "$root") fail "'$folder' would be emptied: name a folder of its own" ;;
esac
[ ! -e "$folder" ] || [ -f "$folder/machine" ] || [ -z "$(ls -A "$folder")" ] ||
    fail "'$folder' is there and is no bundle: it is left as it is"

machine=$(readelf -h "$program" | sed -n 's/^ *Machine: *//p')
case $machine in
AArch64) machine=aarch64 triplet=aarch64-linux-gnu ;;
*X86-64) machine=x86_64 triplet=x86_64-linux-gnu ;;
*) fail "'$program' is for $machine; convgauge is for x86-64 and AArch64" ;;
esac

# The file of a library in the sysroot.
library() {
    local place
    for place in "usr/lib/$triplet" "lib/$triplet" usr/lib lib "usr/lib/$triplet/blas" "usr/lib/$triplet/lapack" \
        "usr/lib/$triplet/openblas-pthread"; do
        if [ -e "$sysroot/$place/$1" ]; then
            echo "$sysroot/$place/$1"
            return
        fi
    done
    fail "library $1 is neither in '$sysroot/usr/lib/$triplet' nor beside it"
}

needed() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

# add_libraries FILE: all that FILE needs, and what these need.
add_libraries() {
    local name file
    for name in $(needed "$1"); do
        [ ! -e "$folder/lib/$name" ] || continue
        file=$(library "$name") || exit 1
        cp -L "$file" "$folder/lib/$name"
        add_libraries "$folder/lib/$name"
    done
}

rm -rf "$folder"
mkdir -p "$folder"
echo "$machine" >"$folder/machine"
cp -r "$root/configs" "$folder/"
cp "$root/LICENSE" "$folder/"
loader=$(readelf -l "$program" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
if [ -z "$loader" ]; then
    cp "$program" "$folder/convgauge"
else
    mkdir -p "$folder/bin" "$folder/lib"
    cp "$program" "$folder/bin/"
    add_libraries "$program"
    name=$(basename "$loader")
    [ -e "$folder/lib/$name" ] || cp -L "$(library "$name")" "$folder/lib/$name"
    chmod 755 "$folder/lib/$name"
    cat >"$folder/convgauge" <<END
#!/bin/sh
# Runs the program with the loader and the libraries of this folder.
here=\$(cd "\$(dirname "\$0")" && pwd) || exit 1
exec "\$here/lib/$name" --library-path "\$here/lib" "\$here/bin/convgauge" "\$@"
END
fi
chmod 755 "$folder/convgauge"
echo "$folder: $machine, $([ -z "$loader" ] && echo static || echo "with its libraries"), $(du -sh "$folder" | cut -f 1)"
