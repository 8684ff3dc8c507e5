#!/bin/bash
# Makes a chroot of Debian 13 with what it takes to build, to run the unit tests and to package, by mmdebstrap; does nothing
# when the one that stands there is up to date. Its mirror is the one that this machine's apt has for Debian, or
# $DEBIAN_MIRROR.
# usage: chroot.sh FOLDER
# Where it cannot be had the status is 77, and the last line says why.
set -eu -o pipefail
folder=${1:?which folder?}
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/scripts/packages.sh"

cannot() {
    echo "$*"
    exit 77
}

[ "$(id -u)" -eq 0 ] || cannot "only root can enter a chroot"
unshare --mount mount -t tmpfs tmpfs /mnt 2>/dev/null || cannot "root may not mount here, as in most containers"
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9
# Of the section test what meson looks for: leg.sh fails where a test is left out.
packages=$( (packages_of build optional package && printf '%s\n' libcriterion-dev man-db git) | paste -sd,)
[ "$(cat "$folder.packages" 2>/dev/null)" != "$packages" ] || exit 0

command -v mmdebstrap >/dev/null || cannot "there is no mmdebstrap (packages.txt, section debian13)"
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(ORIGIN)/$(LABEL)/$(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "Debian/Debian/main" && !found++ { print $2 }' || true)}
[ -n "$mirror" ] || cannot "apt knows no mirror of Debian here: DEBIAN_MIRROR can name one"
rm -rf "$folder.new" "$folder.packages"
trap 'rm -rf "$folder.new"' EXIT
timeout 1200 mmdebstrap --quiet --variant=apt --include="$packages" trixie "$folder.new" "$mirror" ||
    cannot "mmdebstrap could not make it from the mirror: is there a network?"
rm -rf "$folder"
mv "$folder.new" "$folder"
echo "$packages" >"$folder.packages"
