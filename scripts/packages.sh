# Sourced by bench/run.sh and tests/run.sh: installs what is missing of packages.txt. Expects $root, the top folder.

# The packages of the named sections, one a line.
packages_of() {
    for section in "$@"; do
        sed -n "/^\[$section\]/,/^\[/p" "$root/packages.txt" | grep -v '^[[:space:]]*\(#\|\[\|$\)'
    done
}

package_installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

missing_packages() {
    packages_of "$@" | while read -r package; do
        package_installed "$package" || echo "$package"
    done
}

apt_get_install() {
    # shellcheck disable=SC2086 # empty or one word
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

# apt_get PACKAGE...: installs them, or those that it can; of the others it says in a sentence why it cannot.
apt_get() {
    local as_root= log package lost=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Cannot install them: not root, and there is no sudo. As root: apt-get install $*" >&2
            return 1
        fi
        as_root=sudo
    fi
    echo "Installing them${as_root:+ with sudo}."
    log=$(mktemp)
    # A foreign source that fails to update does not matter as long as the packages can be had.
    $as_root apt-get update -q >"$log" 2>&1 || true
    # One name that this release does not have keeps all away: then each by itself.
    if ! apt_get_install "$@" >>"$log" 2>&1; then
        for package in "$@"; do
            [ $# -gt 1 ] && apt_get_install "$package" >>"$log" 2>&1 || lost="$lost $package"
        done
    fi
    [ -z "$lost" ] || tail -n 15 "$log" >&2
    rm -f "$log"
    if [ -n "$lost" ]; then
        echo "Cannot install$lost: is there a network, may you use sudo, and do the package sources have them?" >&2
        return 1
    fi
    echo "Installed."
}

# install_packages NEEDED [OPTIONAL]: says what is missing of these sections and installs it. Fails where that cannot be
# and a package of the sections NEEDED is missing.
install_packages() {
    local needed=$1 optional=${2:-} missing
    # shellcheck disable=SC2086 # words
    set -- $needed $optional
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is not a Debian system: nothing is installed. Needed are the equivalents of:"
        packages_of "$@" | paste -sd' '
        return 0
    fi
    missing=$(missing_packages "$@" | paste -sd' ')
    if [ -z "$missing" ]; then
        echo "All packages are installed."
        return 0
    fi
    echo "Missing Debian packages: $missing"
    # shellcheck disable=SC2086 # words
    apt_get $missing && return 0
    # shellcheck disable=SC2086 # words
    if [ -z "$(missing_packages $needed)" ]; then
        echo "They are optional: what they are for is left out." >&2
        return 0
    fi
    echo "With --no-install nothing is installed, and what is there is used." >&2
    return 1
}
