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

# install_packages SECTION...: says what is missing, installs it, and says in a sentence why it cannot.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is not a Debian system: nothing is installed. Needed are the equivalents of:"
        packages_of "$@" | paste -sd' '
        return 0
    fi
    local missing as_root=
    missing=$(missing_packages "$@" | paste -sd' ')
    if [ -z "$missing" ]; then
        echo "All packages are installed."
        return 0
    fi
    echo "Missing Debian packages: $missing"
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Cannot install them: not root, and there is no sudo. As root: apt-get install $missing" >&2
            return 1
        fi
        echo "Installing them with sudo."
        as_root=sudo
    else
        echo "Installing them."
    fi
    local log
    log=$(mktemp)
    # A foreign source that fails to update does not matter as long as the packages can be had.
    $as_root apt-get update -q >"$log" 2>&1 || true
    # shellcheck disable=SC2086 # a list of words
    if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing \
        >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        echo "Cannot install packages: is there a network, and are Debian's package sources reachable?" >&2
        echo "Once they are installed (apt-get install $missing), --no-install goes on without." >&2
        return 1
    fi
    rm -f "$log"
    echo "Installed."
}
