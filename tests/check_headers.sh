#!/bin/sh
# Every header compiles by itself: it includes what it uses. Of engines and formats that this build leaves out, whose
# libraries may not be here, those are looked at that the build read.
# usage: check_headers.sh BUILD   (a build folder, built: for its generated headers, and for what it read)
set -eu
build=$(cd "${1:?which build folder?}" && pwd)
cd "$(dirname "$0")/.."
cc=${CC:-cc}
bad=0
read_headers=$(ninja -C "$build" -t deps | sed -n 's/^ .*[/]\(\(kernels\|bench[/]onnx\|tests\)[/].*\.h\)$/\1/p' | sort -u)
[ -n "$read_headers" ] || { echo "$build is not built" && exit 1; }
for header in $(git ls-files '*.h' 2>/dev/null || find bench kernels report tests -name '*.h'); do
    case $header in
    # Bodies that are instantiated by one instruction set, with its flags and after its primitives.
    bench/device/loops/loops.h) ;;
    kernels/native/template/* | kernels/native/*/* | bench/device/loops/*) continue ;;
    esac
    case $header in
    bench/onnx/* | kernels/*/* | tests/*) echo "$read_headers" | grep -qxF "$header" || continue ;;
    esac
    # shellcheck disable=SC2046 # words
    if ! printf '#include "%s"\n' "$header" |
        $cc -x c -std=gnu11 -D_GNU_SOURCE -fsyntax-only -Wall -Wextra -Wno-unused-parameter -Wno-unused-function \
            -Werror -I. -I"$build" -I"$build/bench/onnx/write" $(pkg-config --cflags lua5.4 2>/dev/null || true) -; then
        echo "$header does not compile by itself"
        bad=1
    fi
done
exit $bad
