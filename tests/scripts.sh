#!/bin/bash
# The scripts around the build: bench/run.sh and tests/run.sh leave each other's build folder alone, in either order, and
# a test that is left out is told; what bench/run.sh says and installs; what keeps the Debian 13 leg from running; what
# bench/engines.sh keeps.
# usage: scripts.sh
set -u -o pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

fail() {
    echo "$*"
    bad=1
}

command -v ninja >/dev/null || { echo "there is no ninja here" && exit 77; }

# A copy of the sources, with a ninja that builds nothing: how the scripts configure is looked at.
fresh_copy() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree"
    tar -C "$root" --exclude=./build --exclude=./docs --exclude=./.git -cf - . | tar -C "$work/tree" -xf -
}
mkdir "$work/bin"
cat >"$work/bin/ninja" <<END
#!/bin/sh
case \$1 in
--version | -t) exec $(command -v ninja) "\$@" ;;
esac
END
chmod +x "$work/bin/ninja"
PATH=$work/bin:$PATH

# list_tests FILE: what tests/run.sh would run, in the copy.
list_tests() {
    (cd "$work/tree" && tests/run.sh --list) >"$1" 2>"$1.errors" || fail "tests/run.sh --list: $(cat "$1" "$1.errors")"
}

# Nothing is built, so that bench/run.sh ends where it starts the program.
configure_bench() {
    (cd "$work/tree" && bench/run.sh --no-install) >"$work/bench.log" 2>&1
    grep -q 'Building' "$work/bench.log" || fail "bench/run.sh did not build: $(cat "$work/bench.log")"
    [ -f "$work/tree/build/release/build.ninja" ] || fail "bench/run.sh configured nothing: $(cat "$work/bench.log")"
}

fresh_copy
list_tests "$work/alone"
configure_bench
list_tests "$work/again"
fresh_copy
configure_bench
list_tests "$work/after-bench"
[ "$(wc -l <"$work/alone")" -ge 40 ] || fail "tests/run.sh lists $(wc -l <"$work/alone") tests"
for order in again after-bench; do
    cmp "$work/alone" "$work/$order" || fail "tests/run.sh runs other tests $order"
done

# Left-out tests are told by name, and fail.
meson setup "$work/tree/build/bare" "$work/tree" -Dtests=disabled -Donnx=disabled >"$work/bare.log" 2>&1 ||
    fail "meson setup: $(tail -n 5 "$work/bare.log")"
grep -qE 'tests *: [0-9]+ of [0-9]+' "$work/bare.log" && grep -q 'left out *: .*checker ' "$work/bare.log" ||
    fail "meson's summary does not tell which tests are left out: $(tail -n 30 "$work/bare.log")"
known=$work/tree/build/bare/tests/known_tests.txt
meson introspect --tests "$work/tree/build/bare" >"$work/introspected"
python3 "$root/tests/sum_results.py" list "$known" <"$work/introspected" >/dev/null 2>"$work/told" &&
    fail "sum_results.py list does not fail where tests are left out"
grep -q 'test checker did not run' "$work/told" || fail "sum_results.py list does not tell what is left out"

# count: what ran, and what did not.
echo '{"name": "convgauge:unit / one", "result": "OK", "stdout": "Tested: 5 | Passing: 5 | Failing: 0 | Crashing: 0"}' \
    >"$work/log.json"
printf 'unit one\nunit two\ne2e three\n' >"$work/known"
counts=$(python3 "$root/tests/sum_results.py" count "$work/log.json" "$work/known" unit 2>/dev/null)
[ "$counts" = "5 1 0" ] || fail "sum_results.py counts '$counts' where one test of two ran: '5 1 0'"
counts=$(python3 "$root/tests/sum_results.py" count "$work/log.json" "$work/known" unit e2e 2>/dev/null)
[ "$counts" = "5 2 0" ] || fail "sum_results.py counts '$counts' over two suites: '5 2 0'"

# says PATTERN FILE: the pattern (a basic regular expression) stands in the file.
says() {
    grep -q -e "$1" "$2" || fail "'$1' is not in: $(cat "$2")"
}

# bench/run.sh around a program that is none: engines that are left out are named, and its results file is found.
mkdir -p "$work/tree/build/release/bench"
cat >"$work/tree/build/release/bench/convgauge" <<'END'
#!/bin/sh
case $1 in
list) printf 'native     kernels\n           version 1\nonednn     oneDNN\n           not available: it needs libdnnl-dev\n'
    printf 'ncnn       ncnn\n           not available: no libncnn.so; \047bench/engines.sh ncnn\047 gets it\nopenvino   x\n'
    printf '           not available: no libopenvino_c.so; \047bench/engines.sh openvino\047 gets it\n' ;;
run)
    shift && echo "run with: $*"
    mkdir -p results/model-cpu-9000
    [ "$1" = nothing ] || echo '{}' >"results/model-cpu-9000/quick-1.json"
    exit 3
    ;;
report) [ "$2" = --help ] || mkdir "$4" ;;
esac
END
chmod +x "$work/tree/build/release/bench/convgauge"
(cd "$work/tree" && bench/run.sh --no-install -- g1 --quick) >"$work/bench.log" 2>&1
[ $? -eq 3 ] || fail "bench/run.sh does not end with the status of the run"
says '^Engine onednn is left out: it needs libdnnl-dev$' "$work/bench.log"
says '^Not installed: engines ncnn, openvino; bench/engines.sh NAME gets one' "$work/bench.log"
says '^run with: g1 --quick$' "$work/bench.log"
says '^Report: results/model-cpu-9000/quick-1/index.html$' "$work/bench.log"
says '^Results: results/model-cpu-9000/quick-1.json$' "$work/bench.log"
(cd "$work/tree" && bench/run.sh --no-install -- nothing) >"$work/bench.log" 2>&1
grep -q '^Results' "$work/bench.log" && fail "bench/run.sh names a results file that this run did not write"

# Packages, of a system that holds those in $work/installed, for user $work/user, with sudo or without.
mkdir "$work/system"
for tool in awk cat dirname env flock grep mkdir mktemp paste rm sed tail timeout; do
    ln -s "$(command -v $tool)" "$work/system/"
done
cat >"$work/system/dpkg-query" <<END
#!/bin/bash
grep -qx "\$3" "$work/installed" && echo installed
END
cat >"$work/system/apt-get" <<END
#!/bin/bash
echo "apt-get \$*" >>"$work/asked"
[ "\$1" = update ] && exit 0
[ ! -f "$work/no-network" ] || exit 1
[ ! -f "$work/gone" ] || case " \$* " in *" libpapi-dev "*) exit 100 ;; esac
[ ! -f "$work/gone" ] || echo "\${!#}" >>"$work/installed"
END
cat >"$work/system/id" <<END
#!/bin/bash
cat "$work/user"
END
chmod +x "$work/system"/*
bash=$(command -v bash)
# install STATUS: bench/run.sh's call ends with it; what it says is in $work/said.
install() {
    : >"$work/asked"
    PATH=$work/system root=$root "$bash" -c '. "$root/scripts/packages.sh" && install_packages build optional' >"$work/said" 2>&1
    [ $? -eq "$1" ] || fail "install_packages does not end with status $1: $(cat "$work/said")"
}
section() { sed -n "/^\[$1\]/,/^\[/p" "$root/packages.txt" | grep -v '^\['; }
echo 1000 >"$work/user"
section build >"$work/installed"
install 0
says 'Missing Debian packages: libpapi-dev ' "$work/said"
says 'not root, and there is no sudo. As root: apt-get install libpapi-dev ' "$work/said"
says 'optional: what they are for is left out' "$work/said"
sed -i /meson/d "$work/installed"
install 1
says '--no-install' "$work/said"
printf '#!/bin/bash\necho sudo >>"%s"\nexec "$@"\n' "$work/asked" >"$work/system/sudo"
chmod +x "$work/system/sudo"
install 0
says '^sudo$' "$work/asked"
says '^apt-get install .* meson libpapi-dev ' "$work/asked"
touch "$work/gone" # a release without that name gets all others
install 0
says 'Cannot install libpapi-dev: ' "$work/said"
says '^meson$' "$work/installed"
rm "$work/gone"
section build | grep -v meson >"$work/installed"
touch "$work/no-network"
install 1
echo meson >>"$work/installed"
install 0
says 'is there a network' "$work/said"
section optional >>"$work/installed"
install 0
says 'All packages are installed' "$work/said"
[ ! -s "$work/asked" ] || fail "asked for packages although all are installed: $(cat "$work/asked")"

# skipped REASON: the Debian 13 leg is, as its chroot cannot be made.
skipped() {
    PATH=$work/system "$bash" "$root/tests/debian13/chroot.sh" "$work/chroot" >"$work/said" 2>&1
    [ $? -eq 77 ] || fail "chroot.sh does not end with status 77: $(cat "$work/said")"
    tail -n 1 "$work/said" >"$work/last"
    says "$1" "$work/last"
}
skipped 'only root can enter'
echo 0 >"$work/user"
skipped 'root may not mount here'
printf '#!/bin/bash\n' >"$work/system/unshare"
chmod +x "$work/system/unshare"
skipped 'there is no mmdebstrap'
printf '#!/bin/bash\nexit 1\n' >"$work/system/mmdebstrap"
chmod +x "$work/system/mmdebstrap"
skipped 'DEBIAN_MIRROR can name one'
DEBIAN_MIRROR=none skipped 'is there a network'

# bench/engines.sh with a pip that has one wheel: only the library is kept, in place of what was there. Where nothing can
# be kept, that is said before pip or a compiler is asked for anything.
mkdir "$work/pip" "$work/wheel"
echo library >"$work/wheel/libonnxruntime.so.9.9.1"
echo module >"$work/wheel/onnxruntime.py"
(cd "$work/wheel" && python3 -m zipfile -c "$work/onnxruntime-9.9.1-any.whl" ./*)
cat >"$work/pip/python3" <<END
#!/bin/bash
[ "\$2" = zipfile ] && exec $(command -v python3) "\$@"
[ "\$3" != --version ] || exit "\${NO_PIP:-0}"
echo "\$*" >>"$work/asked"
while [ \$# -gt 0 ]; do
    [ "\$1" != -d ] || cp "$work/onnxruntime-9.9.1-any.whl" "\$2"
    shift
done
END
chmod +x "$work/pip/python3"
# get STATUS FOLDER NAME
get() {
    : >"$work/asked"
    CONVGAUGE_ENGINES=$2 PATH=$work/pip:$PATH "$root/bench/engines.sh" "$3" >"$work/said" 2>&1
    [ $? -eq "$1" ] || fail "bench/engines.sh $3 does not end with status $1: $(cat "$work/said")"
}
mkdir -p "$work/engines"
touch "$work/engines/onnxruntime-9.9.1" # in the way of its folder
get 0 "$work/engines" onnxruntime
says 'engines/onnxruntime-9.9.1: .*(libonnxruntime.so.9.9.1)$' "$work/said"
cmp -s "$work/wheel/libonnxruntime.so.9.9.1" "$work/engines/onnxruntime-9.9.1/libonnxruntime.so.9.9.1" ||
    fail "bench/engines.sh has not kept the library: $(ls -R "$work/engines")"
for name in ncnn onnxruntime; do
    for odd in "$work/known" "$work/known/engines"; do # a file, a folder in a file
        get 1 "$odd" $name
        says "^bench/engines.sh: nothing can be kept in '$odd' (mkdir: .*); CONVGAUGE_ENGINES names another folder\$" "$work/said"
        [ ! -s "$work/asked" ] || fail "bench/engines.sh $name asks pip for something that it cannot keep"
    done
done
NO_PIP=1 get 1 "$work/never" onnxruntime
says 'python3 has no pip' "$work/said"
[ ! -e "$work/never" ] || fail "bench/engines.sh makes its folder without a pip that could fill it"
exit $bad
