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

Installs the Debian packages that are missing (packages.txt), builds convgauge in build/release, measures the quick
suites, prints their tables and writes the results file into results/. At the end it says where.

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
    *) echo "bench/run.sh: unknown option '$1'; --help lists them" >&2 && exit 2 ;;
    esac
    shift
done

[ $install -eq 0 ] || install_packages build optional >&2
for tool in meson ninja cc; do
    command -v $tool >/dev/null || { echo "bench/run.sh: there is no $tool; run without --no-install" >&2 && exit 1; }
done

echo "Building in build/release." >&2
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
model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
device=$(echo "${model:-$(uname -m)}" | tr 'A-Z' 'a-z' | tr -cs 'a-z0-9\n' '-' | sed 's/^-//; s/-$//')
folder=results/$device
results=$folder/$(date -u +%Y-%m-%dT%H-%M-%S).json
mkdir -p "$folder"
status=0
"$program" run "${run_options[@]}" -o "$results" || status=$?
[ -f "$results" ] || exit $status
if "$program" report --help >/dev/null 2>&1; then
    "$program" report "$results" -o "${results%.json}" >/dev/null &&
        echo "Report: ${results%.json}/index.html" >&2
fi
echo "Results: $results" >&2
exit $status
