#!/bin/bash
# Gets the library of an engine; see usage().
set -eu -o pipefail

usage() {
    cat <<'END'
usage: bench/engines.sh NAME[==VERSION] [--arch amd64 | arm64]

Gets the library of an engine that is loaded when it is used, in its newest version or the named one, with pip from
the package index that pip is set up for, and keeps the library alone: in ENGINES/NAME-VERSION, where ENGINES is
$CONVGAUGE_ENGINES or else ~/.local/share/convgauge/engines ($XDG_DATA_HOME). Versions stand side by side: remove a
folder to be rid of one. NAME is onnxruntime, openvino or ncnn. `convgauge list engines` shows what is found. What pip has of
ncnn has no C interface, so its source package is built here: that needs cmake and g++, and about ten processor minutes.

  --arch        of the machine that is to run it (this one), for programs that were built for it
  --help        this text
END
}

wanted='' arch=''
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage && exit 0 ;;
    --arch) [ $# -gt 1 ] || { usage >&2 && exit 2; }; arch=$2 && shift ;;
    -*) echo "bench/engines.sh: unknown option '$1'; --help lists them" >&2 && exit 2 ;;
    *) [ -z "$wanted" ] || { usage >&2 && exit 2; }; wanted=$1 ;;
    esac
    shift
done
name=${wanted%%==*}
case $name in
onnxruntime) kept='libonnxruntime\.so' ;;
ncnn) kept='libncnn\.so' ;;
openvino) kept='lib(openvino(_c|_(intel|arm)_cpu_plugin|_onnx_frontend)?|tbb|tbbmalloc|tbbbind_[0-9_]*|hwloc)\.so' ;;
'') usage >&2 && exit 2 ;;
*) echo "bench/engines.sh: there is no engine '$name' to get: onnxruntime, openvino or ncnn" >&2 && exit 2 ;;
esac
case $(uname -m) in aarch64) here=arm64 ;; *) here=amd64 ;; esac
case ${arch:=$here} in
amd64) machine=x86_64 ;;
arm64) machine=aarch64 ;;
*) echo "bench/engines.sh: --arch takes amd64 and arm64, not '$arch'" >&2 && exit 2 ;;
esac
# Told before anything is made, and before minutes of building.
python=$(command -v python3) || { echo "bench/engines.sh: there is no python3 (Debian: python3-pip)" >&2 && exit 1; }
"$python" -m pip --version >/dev/null 2>&1 || { echo "bench/engines.sh: python3 has no pip (Debian: python3-pip)" >&2 && exit 1; }
engines=${CONVGAUGE_ENGINES:-${XDG_DATA_HOME:-$HOME/.local/share}/convgauge/engines}
if ! why=$(mkdir -p "$engines" 2>&1) || [ ! -w "$engines" ]; then
    echo "bench/engines.sh: nothing can be kept in '$engines'${why:+ ($why)}; CONVGAUGE_ENGINES names another folder" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Moves $work/libraries to where the program looks for them.
keep() {
    local folder=$engines/$name-$1
    [ $arch = $here ] || folder=$folder-$arch
    rm -rf "$folder"
    mv "$work/libraries" "$folder"
    echo "$folder: $(du -sh "$folder" | cut -f 1) ($(cd "$folder" && echo *))"
}

# Says what went wrong, with the end of its output.
give_up() {
    echo "bench/engines.sh: $1:" >&2
    grep -v '^ *$' "$work/log" | tail -n 5 >&2
    exit 1
}

# The package calls itself by the day of its build, which pip takes with its older resolver alone.
build_ncnn() {
    local source version
    [ $arch = $here ] || { echo "bench/engines.sh: ncnn is built for this machine only" >&2 && exit 2; }
    for tool in cmake g++; do
        command -v $tool >/dev/null || { echo "bench/engines.sh: there is no $tool, which ncnn is built with" >&2 && exit 1; }
    done
    { "$python" -m venv "$work/venv" && "$work/venv/bin/pip" install -q setuptools wheel pybind11 &&
        "$work/venv/bin/pip" download -q --no-deps --no-binary ncnn --no-build-isolation --use-deprecated=legacy-resolver \
            -d "$work" "$wanted"; } >"$work/log" 2>&1 || give_up "pip finds no source package of $wanted"
    tar xf "$work"/ncnn-*.tar.gz -C "$work"
    source=$(find "$work" -maxdepth 1 -type d -name 'ncnn-*')
    version=$(basename "$source" | cut -d - -f 2)
    # Else it calls itself by the day on which it is built.
    { cmake -S "$source" -B "$work/build" -DNCNN_VERSION="${version##*.}" -DCMAKE_BUILD_TYPE=Release -DNCNN_SHARED_LIB=ON -DNCNN_VULKAN=OFF \
        -DNCNN_BUILD_TOOLS=OFF -DNCNN_BUILD_EXAMPLES=OFF -DNCNN_BUILD_BENCHMARK=OFF -DNCNN_BUILD_TESTS=OFF &&
        cmake --build "$work/build" --target ncnn --parallel "$(nproc)"; } >"$work/log" 2>&1 || give_up "ncnn $version is not built"
    mkdir "$work/libraries"
    cp -L "$work/build/src/libncnn.so" "$work/libraries/libncnn.so.1"
    keep "$version"
}

if [ "$name" = ncnn ]; then
    build_ncnn
    exit 0
fi

# The library is the same for every Python; which ones a version was packed for differs.
platforms=()
for glibc in manylinux2014 manylinux_2_17 manylinux_2_24 manylinux_2_26 manylinux_2_27 manylinux_2_28 manylinux_2_31 \
    manylinux_2_34 manylinux_2_35; do
    platforms+=(--platform "${glibc}_$machine")
done
for version in 3.13 3.12 3.11 3.10 3.9 3.14; do
    "$python" -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: --python-version $version \
        "${platforms[@]}" -d "$work" "$wanted" >"$work/log" 2>&1 && break
done
wheel=$(find "$work" -name "$name-*.whl")
[ -n "$wheel" ] || give_up "pip finds no $wanted for $arch"
version=$(basename "$wheel" | cut -d - -f 2)
"$python" -m zipfile -e "$wheel" "$work/wheel"
mkdir "$work/libraries"
find "$work/wheel" -regextype posix-extended -regex ".*/$kept(\.[0-9.]+)?" -exec cp {} "$work/libraries" \;
if [ -z "$(ls "$work/libraries")" ]; then
    echo "bench/engines.sh: $name $version was packed without a library of its own: take a later version" >&2
    exit 1
fi
keep "$version"
