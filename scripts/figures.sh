#!/bin/bash
# Draws the figures that README.md shows, from committed results; see usage().
set -eu -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

# The figures: name in docs/figures, name in the report, the files it is drawn from (commas between). Read by
# tests/check_figures.sh, too.
figures() {
    cat <<'END'
speed-against-flops speed-against-flops                              results/amd-epyc-zen-4/full.json
g2-groups           guideline-g2                                      results/amd-epyc-zen-4/full.json
dense-and-depthwise guideline-g9                                      results/amd-epyc-zen-4/full.json
since-2018          1-networks-today-fronts-native-1t-avx512-hot-full-b1 results/amd-epyc-zen-4/full.json
error-and-speed     1-networks-figure1-native-1t-avx512-hot-full-b1   results/amd-epyc-zen-4/full.json
engines             1-engines-engines                                 results/amd-epyc-zen-4/runtimes.json
widths              1-widths                                          results/amd-epyc-zen-4/runtimes.json
atlas               atlas                                             results/amd-epyc-zen-4/atlas.json,results/published/ncnn/times.csv
atlas-counts        atlas-f                                           results/amd-epyc-zen-4/full.json,results/published/ncnn/times.csv
END
}

usage() {
    cat <<'END'
usage: scripts/figures.sh [PROGRAM | --list]

Draws docs/figures/*.svg anew with PROGRAM (build/release/bench/convgauge) and gnuplot. Each names the SHA-256 of the
files that it shows, one after another, by which a test knows that it is current.

  --list    the figures: name, name in the report, files
END
}

program=build/release/bench/convgauge
case ${1:-} in
--help | -h) usage && exit 0 ;;
--list) figures && exit 0 ;;
-*) usage >&2 && exit 2 ;;
?*) program=$1 ;;
esac
[ -x "$program" ] || { echo "there is no program $program: build it, or name another" >&2 && exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2046,SC2086 # words
figures | while read -r name drawn files; do
    report=$work/${files//[,\/]/-}
    # published tables are built in: a device of theirs, the paper's, has the report show them
    [ -d "$report" ] ||
        "$program" report $(sed 's|,results/published/.*| ncnn:snapdragon-810/3|' <<<"$files") -o "$report" --formats svg
    {
        cat "$report/figures/$drawn.svg"
        echo "<!-- drawn by scripts/figures.sh from $files, SHA-256 $(cat ${files//,/ } | sha256sum | cut -d' ' -f1) -->"
    } >"docs/figures/$name.svg"
    echo "docs/figures/$name.svg" >&2
done
