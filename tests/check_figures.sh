#!/bin/bash
# The pictures of the documents are there and name the files that they were drawn from as these are now.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 1
wrong=0
complain() {
    echo "$*"
    wrong=1
}

listed=0
while read -r name _ files; do
    listed=$((listed + 1))
    figure=docs/figures/$name.svg
    [ -f "$figure" ] || { complain "$figure is missing: run scripts/figures.sh" && continue; }
    # shellcheck disable=SC2086 # commas stand between names
    now=$(cat ${files//,/ } | sha256sum | cut -d' ' -f1)
    tail -n 1 "$figure" | grep -qF "from $files, SHA-256 $now " ||
        complain "$figure is not of $files as they are now: run scripts/figures.sh"
done < <(scripts/figures.sh --list)
[ "$listed" -gt 0 ] || complain "scripts/figures.sh lists no figure"

# Every picture of the documents is there, and every figure is shown.
for document in README.md docs/*.md; do
    while read -r picture; do
        [ -f "$(dirname "$document")/$picture" ] || complain "$document shows $picture, which is not there"
    done < <(sed -n 's/.*!\[[^]]*\](\([^):]*\)).*/\1/p' "$document")
done
for figure in docs/figures/*.svg; do
    grep -qF "figures/$(basename "$figure")" README.md docs/*.md || complain "$figure is shown nowhere"
done
exit $wrong
