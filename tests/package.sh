#!/bin/bash
# The Debian package: built by dpkg-buildpackage from what is committed, in build/package, looked at by lintian, and tried
# by its own tests (debian/tests) from where it is unpacked. Needs the packages of section [package] of packages.txt; those
# that are missing are installed; with NO_INSTALL=1 the test is skipped then. --installed also installs convgauge's package
# here, runs its tests by autopkgtest, and removes it.
# usage: package.sh [--installed]
set -eu -o pipefail
cd "$(dirname "$0")/.."
root=$PWD work=$PWD/build/package
. scripts/packages.sh
missing=$(missing_packages package | paste -sd' ')
[ -z "${NO_INSTALL:-}" ] || [ -z "$missing" ] || { echo "nothing is to be installed, and missing are: $missing" && exit 77; }
install_packages package || { echo "there is no debhelper or no lintian here" && exit 77; }
git rev-parse HEAD >/dev/null 2>&1 || { echo "this is no checkout: there is nothing to package" && exit 77; }

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
[ "$(dpkg-parsechangelog --show-field Version)" = "$version" ] || { echo "debian/changelog is not of version $version" && exit 1; }
rm -rf "$work"
mkdir -p "$work/tree"
git archive HEAD | tar -C "$work/tree" -x
cd "$work/tree"
# The unit tests run elsewhere; nocheck leaves them out.
DEB_BUILD_PROFILES=nocheck DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" dpkg-buildpackage -us -uc
cd "$work"
package=$(ls convgauge_"$version"_*.deb)
lintian --allow-root --fail-on error --display-info -- *.changes
dpkg-deb -x "$package" "$work/root"
PATH=$work/root/usr/bin:$PATH AUTOPKGTEST_TMP=$(mktemp -d "$work/tmp.XXXX") sh "$root/debian/tests/quick-run"
if [ "${1:-}" = --installed ]; then
    trap 'apt-get remove -y -q convgauge' EXIT
    autopkgtest "$work/$package" "$work/tree" -- null
fi
echo "$work/$package"
