#!/bin/bash
# Measures this machine; see usage().
set -eu -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. scripts/packages.sh
. scripts/configure.sh

usage() {
    cat <<'END'
usage: bench/run.sh [--no-install] [-- RUN OPTIONS]

Installs the Debian packages that are missing (packages.txt; without the optional ones where it cannot), builds convgauge
in build/release, says which engines are left out, measures the quick suites, writes the results file,
results/DEVICE/DATE-TIME.json, and a report with plots beside it, and ends with a summary of what it found.

  --no-install  do not install packages; build with what is there
  --help        this text

RUN OPTIONS go to `convgauge run` in the place of --quick: `bench/run.sh -- g1 networks --threads 1,2`.
END
}

install=1
run_options=(--quick)
while [ $# -gt 0 ]; do
    case $1 in
    --no-install) install=0 ;;
    --help | -h) usage && exit 0 ;;
    --) shift && run_options=("$@") && break ;;
    *) echo "bench/run.sh: unknown option '$1'; --help lists them, and those of a run stand behind --" >&2 && exit 2 ;;
    esac
    shift
done

[ $install -eq 0 ] || install_packages build optional >&2
for tool in meson ninja cc; do
    command -v $tool >/dev/null || { echo "bench/run.sh: there is no $tool (packages.txt lists what is needed)" >&2 && exit 1; }
done

echo "Building in build/release, which takes a minute or two." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
build() {
    configure release --buildtype=release && ninja -C build/release bench/convgauge
}
if ! build >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "bench/run.sh: the build failed" >&2
    exit 1
fi

program=build/release/bench/convgauge
"$program" list engines | awk '!/^ / { name = $1 }
    /not available: .*bench.engines.sh/ { loaded = loaded (loaded ? ", " : "") name; next }
    sub(/^ *not available: /, "") { print "Engine " name " is left out: " $0 }
    END { if (loaded) print "Not installed: engines " loaded "; bench/engines.sh NAME gets one, if you want it" }' >&2

# The program names the file, by the device; without -o it lies in results/. Lists are compared, not times: the kernel
# stamps files by its tick, and two files of one tick are of one age.
list_results() {
    find results -name '*.json' -printf '%T@ %s %p\n' | sort
}
before=$(list_results)
status=0
"$program" run "${run_options[@]}" || status=$?
results=$(comm -13 <(echo "$before") <(list_results) | sort -n | sed -n '$s/^[^ ]* [^ ]* //p')
[ -n "$results" ] || exit $status
if "$program" report --help >/dev/null 2>&1; then
    "$program" report "$results" -o "${results%.json}" >/dev/null &&
        echo "Report: ${results%.json}/index.html" >&2
fi
echo "Results: $results" >&2
echo "Program: $program" >&2
exit $status
