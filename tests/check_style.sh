#!/bin/sh
# Format of the sources: clang-format 14 (Debian 12's; others lay out macros in another way), no tabs, no trailing blanks,
# a newline at the end.
# usage: check_style.sh
set -eu
cd "$(dirname "$0")/.."
bad=0
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
for clang_format in clang-format-14 clang-format none; do
    $clang_format --version 2>/dev/null | grep -q 'version 14\.' && break
done
if [ $clang_format = none ]; then
    echo "there is no clang-format 14 here: the layout of C files was not checked"
    [ $bad -eq 1 ] || exit 77
else
    # shellcheck disable=SC2046 # words
    $clang_format --dry-run --Werror $(git ls-files '*.c' '*.h') || bad=1
fi
exit $bad
