#!/bin/bash
# Lists the functions of the product that the program does not use (what tests use does not count): all that its libraries
# define and that the linker leaves out. Builds in build/unused, with all optional parts that are found.
# usage: scripts/unused.sh
set -eu -o pipefail
cd "$(dirname "$0")/.."
. scripts/configure.sh
build() {
    # not inlined, so that what is called is seen
    configure unused --buildtype=plain -Doptimization=1 -Dtests=disabled '-Dc_args=-ffunction-sections -fno-inline' \
        -Dc_link_args=-Wl,--gc-sections && ninja -C build/unused bench/convgauge
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
build >"$log" 2>&1 || { tail -n 30 "$log" >&2 && exit 1; }

# Names that the enum macro makes for each list (base/names.h) are there for all or for none.
find build/unused/{base,bench,kernels,report} -name '*.o' ! -path '*_onnx_protobuf*' \
    ! -path '*/check/*' -exec nm -A -P -g --defined-only {} + |
    awk '$3 == "T" { sub(/:$/, "", $1); print $2, $1 }' | sort |
    awk 'NR == FNR { linked[$1] = 1; next } !($1 in linked) && $1 !~ /_from_name$/ { print $1 "  (" $2 ")" }' \
        <(nm -P --defined-only build/unused/bench/convgauge) -
