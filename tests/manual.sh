#!/bin/bash
# The manual page and the completion that the build makes: each option of each command is in both, groff and bash take
# them, and what is completed is what there is.
# usage: manual.sh PROGRAM MANUAL COMPLETION
set -u -o pipefail
program=$1 manual=$2 completion=$3
bad=0

fail() {
    echo "$*"
    bad=1
}

# The tables, as the help prints them.
commands=$("$program" --help | sed -n '/^Topics/q; s/^  \([a-z]*\) .*/\1/p')
topics=$("$program" --help | sed -n '/^Topics/,$s/^  \([a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 11 ] && [ "$(wc -w <<<"$topics")" -ge 5 ] || fail "the help has no lists of commands and topics"
page=$(MANWIDTH=100 man --warnings -E ascii -l "$manual" 2>&1 >/dev/null)
[ -z "$page" ] || fail "man warns: $page"
page=$(groff -man -Tascii -ww -z "$manual" 2>&1)
[ -z "$page" ] || fail "groff warns: $page"
page=$(MANWIDTH=500 man -E ascii -l "$manual")
for command in $commands; do
    section=$(awk -v head="   convgauge $command" '$0 == head { on = 1; next } /^( {0,3}[^ ]|   [^ ])/ { on = 0 } on' <<<"$page")
    [ -n "$section" ] || fail "the manual page has no command $command"
    options=$("$program" "$command" --help | grep -oE '^  (-[a-z], |    )--[a-z-]+' | grep -oE -- '--[a-z-]+')
    [ -n "$options" ] || fail "convgauge $command --help has no options"
    for option in $options; do
        grep -qE -- "^ +(-[a-z], )?$option($|[ [])" <<<"$section" || fail "the manual page lacks $option of $command"
    done
done
for topic in $topics; do
    grep -qx "${topic^^}" <<<"$page" || fail "the manual page lacks the topic $topic"
    "$program" help "$topic" | awk 'length > 104 { print FILENAME ": " $0; bad = 1 } END { exit bad }' ||
        fail "a line of the topic $topic is too long"
done

# completed LINE: what bash would offer at its end, with readline's usual breaks of words.
completed() {
    # shellcheck disable=SC2016 # for the other shell
    bash -u -c 'source "$1" && complete -p convgauge >/dev/null && COMP_LINE=$2 COMP_POINT=${#2} &&
        COMP_WORDBREAKS=$'"' \\t\\n\"'\\''@><=;|&(:'"' && _convgauge "$3" && printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$completion" "$1" "$program" 2>&1 | sort | paste -sd' '
}
# offers LINE WORDS: exactly these.
offers() {
    [ "$(completed "$1")" = "$2" ] || fail "'$1' is completed by '$(completed "$1")', not by '$2'"
}
for command in $commands; do
    got=" $(completed "convgauge $command --") "
    for option in $("$program" "$command" --help | grep -oE '^  (-[a-z], |    )--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        [[ $got == *" $option "* ]] || fail "the completion lacks $option of $command"
    done
done
offers 'convgauge re' 'report'
offers 'convgauge --v' '--version'
offers 'convgauge run --qui' '--quick'
offers 'convgauge run --engine nat' 'native'
offers 'convgauge run --quick -e native,ref' 'native,reference'
offers 'convgauge run --engine=native,ref' 'native,reference'
offers 'convgauge run --fusion l' 'layers'
offers 'convgauge run --counters=task' 'task_clock'
offers 'convgauge run --counters g1' 'g1 g10 g11'
offers 'convgauge run googl' 'googlenet'
offers 'convgauge run --against googl' 'googlenet'
offers 'convgauge cost shufflenet_v2:1.' '1.0x 1.5x'
offers 'convgauge cost mobilenet_v2:0.75@' '192'
offers 'convgauge list en' 'engines'
offers 'convgauge help verd' 'verdicts'
offers 'convgauge run --processes ' ''
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
touch "$folder/a.json" && mkdir "$folder/b"
offers "convgauge report $folder/" "$folder/a.json $folder/b"
offers "convgauge report -o $folder/" "$folder/b"
exit $bad
