#!/bin/bash
# A release: `meson dist` makes a tarball of what is committed, and what is in it builds, passes its unit tests, and runs
# where it is installed. All below BUILD.
# usage: dist.sh BUILD   (a folder that is configured)
set -eu -o pipefail
cd "$(dirname "$0")/.."
build=$(cd "$1" && pwd)
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
meson setup build --prefix=/usr --buildtype=debugoptimized -Doptimization=1 -Ddebug=false -Dwerror=true -Dtests=enabled
ninja -C build
meson test -C build --no-rebuild --suite unit --timeout-multiplier 5 --print-errorlogs
DESTDIR=$work/root meson install -C build --no-rebuild --quiet
program=$work/root/usr/bin/convgauge
[ "$("$program" --version)" = "convgauge $version" ]
"$program" list suites | grep '^g1 '
"$program" help verdicts | grep HOLDS
for file in man/man1/convgauge.1 bash-completion/completions/convgauge convgauge/configs/README.md; do
    [ -s "$work/root/usr/share/$file" ] || { echo "$file is not installed" && exit 1; }
done
