# Sourced by tests/run.sh: the Debian 13 leg. Builds and tests in a chroot of that release, whose compiler and libraries are
# newer (gcc 14, oneDNN 3, XNNPACK of 2024). The chroot is kept from one run to the next, whatever happens to build/.
# Uses root, logs, step and say of tests/run.sh.

debian13=$root/build/debian13
chroot=${XDG_CACHE_HOME:-$HOME/.cache}/convgauge/debian13

# inside COMMAND...: in the chroot, among the copied sources, with this machine's /proc, /sys and /dev. What is mounted is
# gone when the command ends.
inside() {
    # shellcheck disable=SC2016 # the inner shells' own variables
    unshare --mount bash -e -c '
        chroot=$1 sources=$2
        shift 2
        for folder in proc sys dev; do
            mount --rbind "/$folder" "$chroot/$folder"
        done
        mount --bind "$sources" "$chroot/mnt"
        mount -t tmpfs tmpfs "$chroot/tmp"
        exec chroot "$chroot" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            bash -c "cd /mnt && exec \"\$@\"" bash "$@"' bash "$chroot" "$debian13" "$@"
}

# The sources as they are here, in a repository of their own for the tests that ask git for them.
copy_sources() {
    rm -rf "$debian13"
    mkdir -p "$debian13"
    tar -C "$root" --exclude='./build*' --exclude=./.git -cf - . | tar -C "$debian13" -xf - &&
        git -C "$debian13" init -q && git -C "$debian13" add -A &&
        git -C "$debian13" -c user.name=test -c user.email=test@example.org commit -q -m "As they are"
}

# No test is left out there that runs here.
same_tests() {
    tests/run.sh --list >"$debian13.here" || return 1
    inside tests/run.sh --list >"$debian13.there" || return 1
    diff "$debian13.here" "$debian13.there"
}

# Of the engines that are linked none is left out: naming one that is fails.
quick_run() {
    inside bench/run.sh --no-install -- g1 --quick --engine native,onednn,xnnpack --budget 60
}

debian13_leg() {
    local tests="Debian 13: build, unit tests, verify --quick"
    step "Debian 13: chroot" tests/debian13/chroot.sh "$chroot" || return
    step "Debian 13: sources" copy_sources || return
    step "Debian 13: the same tests" same_tests
    step "$tests" inside tests/run.sh --quick --no-install
    sed -n 's/^\[[0-9]* s\] \(tests of\|skipped\)/             \1/p' "$(log_of "$tests")"
    step "Debian 13: quick run" quick_run
    step "Debian 13: package" inside tests/package.sh
}

debian13_leg
