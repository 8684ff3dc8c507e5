#!/bin/bash
# A release: `meson dist` makes a tarball of what is committed, and what is in it builds, passes its unit tests, and runs
# where it is installed. All below BUILD. Tests that measure, simulate or attack for long, and need no file of the tarball,
# run with --all only.
# usage: dist.sh BUILD [--all]   (BUILD: a folder that is configured)
set -eu -o pipefail
cd "$(dirname "$0")/.."
build=$(cd "$1" && pwd) all=${2:-}
git rev-parse HEAD >/dev/null 2>&1 || { echo "this is no checkout: there is nothing to make a release of" && exit 77; }
version=$(meson introspect --projectinfo "$build" | sed 's/.*"version": "\([^"]*\)".*/\1/')
grep -q "^## $version (" CHANGELOG.md || { echo "CHANGELOG.md does not speak of version $version" && exit 1; }

meson dist -C "$build" --no-tests --formats gztar --allow-dirty
work=$build/meson-dist/tried
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf "$build/meson-dist/convgauge-$version.tar.gz"
cd "$work/convgauge-$version"
# -O1: most of the time goes into compiling
meson setup build --prefix=/usr --buildtype=plain -Doptimization=1 -Dwerror=true -Dtests=enabled
ninja -C build
long='^(measure|measure_parts|thread_pools|engine_threads|stats_coverage|sandbox|truth)$'
[ "$all" = --all ] && long=none
# shellcheck disable=SC2046 # words
meson test -C build --no-rebuild --suite unit --timeout-multiplier 5 --print-errorlogs \
    $(meson test -C build --list --suite unit 2>/dev/null | sed -n 's/^.* \/ //p' | grep -vE "$long")
DESTDIR=$work/root meson install -C build --no-rebuild --quiet
program=$work/root/usr/bin/convgauge
[ "$("$program" --version)" = "convgauge $version" ]
"$program" list suites | grep '^g1 '
"$program" help verdicts | grep HOLDS
for file in man/man1/convgauge.1 bash-completion/completions/convgauge convgauge/configs/README.md; do
    [ -s "$work/root/usr/share/$file" ] || { echo "$file is not installed" && exit 1; }
done
