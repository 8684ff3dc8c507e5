#!/bin/sh
# Format of the sources: clang-format (Debian 12's, 14), no tabs, no trailing blanks, a newline at the end.
# usage: check_style.sh
set -eu
cd "$(dirname "$0")/.."
bad=0
files=$(git ls-files '*.c' '*.h')
if command -v clang-format >/dev/null; then
    # shellcheck disable=SC2086 # words
    clang-format --dry-run --Werror $files || bad=1
else
    echo "no clang-format here: the layout of C files was not checked"
    exit 77
fi
text=$(git ls-files '*.c' '*.h' '*.sh' '*.py' '*.lua' '*.md' '*.txt' '*meson.build' .ci/run)
# shellcheck disable=SC2086 # words
if grep -n "$(printf '\t')" $text; then
    echo "the lines above hold tabs"
    bad=1
fi
# shellcheck disable=SC2086 # words
if grep -nE ' +$' $text; then
    echo "the lines above end in blanks"
    bad=1
fi
for file in $text; do
    if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then
        echo "$file does not end in a newline"
        bad=1
    fi
done
exit $bad
