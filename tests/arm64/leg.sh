# Sourced by tests/run.sh: the ARM leg. Builds for AArch64 against a Debian sysroot and runs the programs under
# qemu-user, which computes right and slowly and tells nothing about speed: so the reference's outputs are computed on
# this machine and handed over, and no case runs in more ways than finds something new.
# Uses root, step, later, collect, build, say and user_engines of tests/run.sh.

arm64=$root/build/arm64
expected=$arm64/expected
host_program=build/release/bench/convgauge
arm_program=$arm64/full/bench/convgauge

# emulated CPU COMMAND...: an AArch64 program on that processor model.
emulated() {
    local cpu=$1
    shift
    qemu-aarch64 -L "$arm64/sysroot" -cpu "$cpu" "$@"
}

# emulated_verify CPU PROGRAM [verify's options]
emulated_verify() {
    local cpu=$1 program=$2
    shift 2
    emulated "$cpu" "$program" verify --quick --expected "$expected" --limit 600 "$@"
}

save_expected() {
    "$host_program" verify --quick --engine native --threads 1 --fusion full --save-expected "$expected"
}

# Files written on one architecture, read on the other.
onnx_round_trip() {
    local network folder=$arm64/onnx
    rm -rf "$folder"
    mkdir -p "$folder"
    for network in shufflenet_v2:0.5x mobilenet_v2:0.35@64; do
        "$host_program" export "$network" -o "$folder/host.onnx" --tensors "$folder/host" &&
            emulated cortex-a57 "$arm_program" verify "$folder/host.onnx" --threads 1 --fusion full --isa neon \
                --input "$folder/host/input_0.npy" --expect "$folder/host/output_0.npy" &&
            emulated cortex-a57 "$arm_program" export "$network" -o "$folder/arm.onnx" --tensors "$folder/arm" &&
            cmp "$folder/host.onnx" "$folder/arm.onnx" &&
            "$host_program" verify "$folder/arm.onnx" --threads 1 --fusion full \
                --input "$folder/arm/input_0.npy" --expect "$folder/arm/output_0.npy" || return 1
    done
}

# The static program with nothing but itself and configs/, as it is pushed to a phone; the whole quick verification of
# engine native is its.
static_program_alone() {
    local folder=$arm64/alone
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$arm64/static/bench/convgauge" "$folder/"
    cp -r configs "$folder/"
    aarch64-linux-gnu-readelf -l "$folder/convgauge" | grep -q INTERP && echo "it asks for a loader" && return 1
    cd "$folder" || return 1
    qemu-aarch64 -cpu cortex-a57 ./convgauge list suites &&
        qemu-aarch64 -cpu cortex-a57 ./convgauge list networks &&
        qemu-aarch64 -cpu cortex-a57 ./convgauge list engines &&
        qemu-aarch64 -cpu cortex-a57 ./convgauge cost --all &&
        emulated_verify cortex-a57 ./convgauge --engine native --threads 1 --fusion full --isa neon &&
        qemu-aarch64 -cpu cortex-a53 ./convgauge verify shufflenet_v2:0.5x --engine native --isa neon --threads 1 \
            --fusion full
}

# bench/remote.sh with both bundles, to a stand-in for a phone.
remote_bundles() {
    tests/arm64/remote.sh "$arm64/static/bench/convgauge" "$arm_program" "$arm64/sysroot"
}

# What llvm-mca makes of the inner loops; the table stands in the log.
inner_loops() {
    local libraries=$arm64/sysroot/usr/lib/aarch64-linux-gnu
    tests/arm64/loops.py "$arm64/full" --check \
        --others "$libraries/libXNNPACK.so.0" "$libraries/openblas-pthread/libopenblas.so.0"
}

# Every micro-kernel against plain C, on a processor that issues in order and one that has every extension.
emulated_kernels() {
    local cpu
    for cpu in cortex-a53 max; do
        emulated "$cpu" "$arm64/full/kernels/check/check_kernels" || return 1
    done
    emulated max "$arm64/full/kernels/check/check_kernels" --self-test
}

emulated_command_line() {
    local name
    for name in command_line command_line_run command_line_files; do
        EMULATED=1 tests/$name.sh "$arm_program" qemu-aarch64 -L "$arm64/sysroot" -cpu cortex-a57 || return
    done
}

# Engines that are loaded, those for this processor that the user has. One that cannot be loaded under this qemu (ONNX
# Runtime 1.32 calls what qemu 7.2 does not know) is told and costs nothing.
loaded_engines() {
    local folder name verified=0
    for folder in "$user_engines"/{onnxruntime,openvino}-*-arm64; do
        [ -d "$folder" ] || continue
        name=${folder##*/}
        name=${name%%-*}@${name#*-}
        CONVGAUGE_ENGINES=$user_engines emulated cortex-a57 "$arm_program" verify mobilenet_v2:0.35@64 \
            --engine "$name" --threads 1 --fusion full
        case $? in
        0) verified=$((verified + 1)) ;;
        2) ;;
        *) return 1 ;;
        esac
    done
    [ $verified -gt 0 ] && return
    echo "no engine of $user_engines can be loaded here: bench/engines.sh --arch arm64 onnxruntime==1.23.2 gets one"
    return 77
}

arm64_leg() {
    local engine small='^(unit|views|network in small)' sweep='^(unit|conv|depth|fc|max_pool|avg_pool|add|mul|concat|act|affine)'
    [ -x "$host_program" ] || step "gcc, release" release || return
    step "arm64: sysroot" tests/arm64/sysroot.sh "$arm64" || return
    step "arm64: cross build" build arm64/full '' --cross-file "$arm64/cross.ini" --buildtype=release -Dwerror=true ||
        return
    step "arm64: cross build, static" build arm64/static '' --cross-file "$arm64/cross.ini" --buildtype=release \
        -Dwerror=true -Dstatic=true || return
    step "arm64: expected outputs, on this machine" save_expected || return
    # The longest first.
    later "arm64: static program alone; verify --quick, Cortex-A57, native" static_program_alone
    for engine in xnnpack onednn; do
        later "arm64: verify --quick, Cortex-A57, $engine" emulated_verify cortex-a57 "$arm_program" \
            --engine $engine --threads 1 --fusion full --isa neon
    done
    # Libraries that take SVE or dot products where the processor has them take them here.
    later "arm64: verify, a processor with every extension, all engines" emulated_verify max "$arm_program" \
        --threads 1 --fusion full --isa neon --filter "$sweep"
    later "arm64: verify, Cortex-A57, threads and fusion, all engines" emulated_verify cortex-a57 "$arm_program" \
        --threads 2 --filter "$small"
    later "arm64: verify, Cortex-A53 (in order), native" emulated_verify cortex-a53 "$arm_program" \
        --engine native --threads 1 --fusion full --isa neon --filter "$sweep"
    later "arm64: micro-kernels" emulated_kernels
    later "arm64: inner loops" inner_loops
    later "arm64: bundles to a phone" remote_bundles
    later "arm64: command line" emulated_command_line
    later "arm64: ONNX round trip" onnx_round_trip
    collect
    step "arm64: verify, Cortex-A57, engines that are loaded" loaded_engines
}

arm64_leg
