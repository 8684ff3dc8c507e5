#!/bin/bash
# Engines whose library is loaded when it is used, with libraries made for the test: right ones and such that are old,
# wrong, crashing or none at all. Each costs a sentence and no other engine's results.
# usage: loaded_engines.sh PROGRAM FOLDER CASE   (FOLDER has libright.so and others: tests/fake_*.c; CASE is a function here)
fakes=$2 case=$3
. "$(dirname "$0")/expect.sh" "$1"
export XDG_DATA_HOME=$folder/data CONVGAUGE_ENGINES=$folder/engines LC_ALL=C
mkdir -p "$folder/data/convgauge/engines" "$folder/engines"

# put ENGINE VERSION FAKE [FOLDER]: the library as bench/engines.sh leaves it.
put() {
    local name=$1 to=${4:-$folder/engines}/$1-$2
    [ "$name" != openvino ] || name=openvino_c
    mkdir -p "$to"
    cp "$fakes/lib$3.so" "$to/lib$name.so.$2"
}

# timed COMMAND...: what times something, which an emulator may not.
timed() {
    [ -n "${EMULATED:-}" ] || "$@"
}

# verify ENGINE: a few shapes of the sweep.
few='^(fc|stem|views: output)$'
verify=(verify --threads 1,2 --filter "$few" --engine)
quick=(verify --quick --filter '^fc$' --threads 1)

# Who asks for what is not there is told how to get it, who does not is not disturbed.
missing() {
    refuse 'there is no libonnxruntime.so in .*bench/engines.sh onnxruntime. gets it' "${verify[@]}" onnxruntime
    refuse 'there is no libopenvino_c.so in .*bench/engines.sh openvino. gets it' "${verify[@]}" openvino
    refuse 'there is no libopenvino_c.so of version 2023 in .*bench/engines.sh openvino==2023. gets it' "${verify[@]}" openvino@2023
    refuse 'there is no libncnn.so in .*bench/engines.sh ncnn. gets it' "${verify[@]}" ncnn
    expect 0 'not available: there is no libonnxruntime.so' list engines
    expect 0 'not installed: engines onnxruntime, openvino, ncnn; .bench/engines.sh NAME. gets one' "${quick[@]}"
}

# The newest of both folders, one by its version, one by its path.
versions() {
    put onnxruntime 1.97.2 right
    put onnxruntime 1.97.10 other "$folder/data/convgauge/engines"
    expect 0 'onnxruntime 1.97.10' "${verify[@]}" onnxruntime
    expect 0 'onnxruntime@1.97.2 1.97.2' "${verify[@]}" onnxruntime@1.97.2
    expect 0 ', 0 broken' "${verify[@]}" onnxruntime@1.97
    expect 0 " 1.97.2" "${verify[@]}" "onnxruntime@$folder/engines/onnxruntime-1.97.2/libonnxruntime.so.1.97.2"
    expect 0 "version 1.97.10, .*$folder/data/convgauge/engines/onnxruntime-1.97.10/libonnxruntime.so" list engines
    expect 0 'other versions here, as onnxruntime@VERSION: 1.97.2$' list engines
    expect 0 'options, as onnxruntime:KEY=VALUE: spin=1 or 0$' list engines
    refuse 'no libonnxruntime.so of version 1.9 in .*, only 1.97.*bench/engines.sh onnxruntime==1.9. gets it' "${verify[@]}" onnxruntime@1.9
}

names() {
    put onnxruntime 1.97.2 right
    expect 0 'onnxruntime:spin=0 1.97.2' "${verify[@]}" onnxruntime:spin=0
    expect 0 'onnxruntime@1.97.2:spin=1 1.97.2' "${verify[@]}" onnxruntime@1.97.2:spin=1
    refuse "engine onnxruntime has no option 'spin=2'; it takes spin=1 or 0" "${verify[@]}" onnxruntime:spin=2
    refuse "engine onnxruntime has no option 'fast'" "${verify[@]}" onnxruntime:fast
    refuse "option spin is set twice" "${verify[@]}" onnxruntime:spin=0:spin=0
    refuse 'reference has neither versions nor options' "${verify[@]}" reference:spin=0
    refuse "native has no option 'spin=0'; it takes winograd=" "${verify[@]}" native:spin=0
    refuse "engine openvino has no option 'spin=0'; it has none" "${verify[@]}" openvino:spin=0
    refuse "engine ncnn has no option 'spin=0'" "${verify[@]}" ncnn:spin=0
    refuse 'native has one version' "${verify[@]}" native@1
    refuse 'names no version or path' "${verify[@]}" onnxruntime@
    refuse "a library is named by its whole path, which begins with '/'" "${verify[@]}" onnxruntime@libs/libonnxruntime.so
    refuse "unknown engine 'onxruntime@1'.*onnxruntime" "${verify[@]}" onxruntime@1
}

path_with_comma_or_colon() {
    local none='the path of a library may have no comma and no colon'
    refuse "'onnxruntime@/a:b/lib.so': $none" "${verify[@]}" onnxruntime@/a:b/lib.so
    refuse "'onnxruntime@/a/lib:x.so': $none" "${verify[@]}" onnxruntime@/a/lib:x.so
    refuse "'onnxruntime@/a:b/lib.so:spin=0': $none" "${verify[@]}" native,onnxruntime@/a:b/lib.so:spin=0,native
    refuse "'onnxruntime@/a,b/lib.so': $none" "${verify[@]}" onnxruntime@/a,b/lib.so
    refuse "'ncnn@/a/lib,1,2.so': $none" "${verify[@]}" native,ncnn@/a/lib,1,2.so,native
    refuse "unknown engine 'nativ'" "${verify[@]}" native,nativ
}

no_library() {
    refuse "/none': No such file" "${verify[@]}" onnxruntime@/none
    refuse "'$folder' is no shared library" "${verify[@]}" "onnxruntime@$folder"
    echo text >"$folder/text.so"
    refuse "text.so' is no shared library" "${verify[@]}" "onnxruntime@$folder/text.so"
}

corrupt_library() {
    head -c 5000 "$fakes/libright.so" >"$folder/short.so"
    refuse "short.so' c\(annot be loaded: \|rashes while it is loaded\)" "${verify[@]}" "onnxruntime@$folder/short.so"
}

other_architecture() {
    { head -c 18 "$fakes/libright.so" && printf '\026\000' && tail -c +21 "$fakes/libright.so"; } >"$folder/s390.so"
    refuse "s390.so' is a library for another machine (22), this program is for " "${verify[@]}" "onnxruntime@$folder/s390.so"
}

other_library() {
    cp "$fakes/libnone.so" "$folder"
    refuse "libnone.so' is no ONNX Runtime: it has no OrtGetApiBase()" "${verify[@]}" "onnxruntime@$folder/libnone.so"
    refuse "libnone.so' is no OpenVINO that can be used: it has no ov_get_openvino_version()" "${verify[@]}" "openvino@$folder/libnone.so"
    refuse 'is no ncnn with a C interface: it has no ncnn_version()' "${verify[@]}" "ncnn@$folder/libnone.so"
}

# One of 2020, and an OpenVINO of 2022.
old_onnxruntime() {
    put onnxruntime 1.5.2 older
    refuse 'is ONNX Runtime 1.5.2; the oldest that can be used is 1.16' "${verify[@]}" onnxruntime@1.5
}

old_openvino() {
    put openvino 2022.3.0 openvino_older
    refuse 'is no OpenVINO that can be used, but 2022.3.0: it has no ov_core_read_model_from_memory_buffer()' "${verify[@]}" openvino@2022
}

# The newest ones crash.
crashing_library() {
    put onnxruntime 1.97.2 right
    put onnxruntime 1.98.0 crashing
    put openvino 2098.0.0 openvino_crashing
    refuse 'crashes while it is loaded (Segmentation fault)' "${verify[@]}" onnxruntime@1.98
    refuse 'crashes while it is loaded (Segmentation fault)' "${verify[@]}" openvino@2098
    refuse "crashes while it is loaded .*; 'onnxruntime@VERSION' names another: 1.97.2" "${verify[@]}" onnxruntime
    expect 0 'onnxruntime@1.97' "${verify[@]}" onnxruntime@1.97
    expect 0 'engine onnxruntime is left out: .*crashes while it is loaded' "${quick[@]}"
    check 'OpenVINO is left out, too' test "$(grep -c 'engine openvino is left out: .*crashes while it is loaded' "$folder/err")" -eq 1
}

wrong_result() {
    put onnxruntime 1.96.0 wrong
    put openvino 2096.1.0 openvino_wrong
    put ncnn 1.0.20960000 ncnn_wrong
    expect 3 'cases did not hold' "${verify[@]}" onnxruntime@1.96
    expect 3 'cases did not hold' verify --threads 1 --fusion full --filter "$few" --engine openvino@2096
    expect 3 'cases did not hold' verify --threads 1 --filter "$few" --engine ncnn@1.0.20960000
}

# What a library says against a model is told in its own words.
refusing_library() {
    put onnxruntime 1.95.0 refusing
    put onnxruntime 1.97.2 right
    put openvino 2095.0.0 openvino_refusing
    put ncnn 1.0.20950000 ncnn_refusing
    expect 2 'ONNX Runtime: Could not find an implementation for Conv' "${verify[@]}" onnxruntime@1.95
    expect 0 "needs ONNX's operator set 24, in which onnxruntime@1.97 takes no model: ONNX Runtime: Unsupported model IR" \
        verify --threads 1 --fusion full --filter '^act alone$' --engine onnxruntime@1.97
    expect 3 'OpenVINO: Exception from src/core.cpp: No translator for operation Conv' verify --threads 1 --fusion full --filter "$few" --engine openvino@2095
    expect 3 'cases did not hold' verify --threads 1 --filter "$few" --engine ncnn@1.0.20950000
}

# A results file: two versions side by side, one that is wrong and one that dies, beside native.
side_by_side() {
    local text engines=native,onnxruntime@1.97.2,onnxruntime@1.97.10:spin=0,onnxruntime@1.96,onnxruntime@1.94
    local run=(run widths --quick --threads 1 --processes 1 --filter '/(32|64)$')
    put onnxruntime 1.97.2 right
    put onnxruntime 1.97.10 other
    put onnxruntime 1.96.0 wrong
    put onnxruntime 1.94.0 dying
    expect 0 . "${run[@]}" --dry-run
    [ -z "${EMULATED:-}" ] || return
    expect 3 'gave another output than the reference' "${run[@]}" --check-only --engine $engines -o "$folder/results.json"
    for text in 'crashed: Segmentation fault' 'values are wrong' \
        '"engine": *"onnxruntime@1.97.2"' '"engine": *"onnxruntime@1.97.10:spin=0"' \
        '"library": *".*/libonnxruntime.so.1.97.2"' \
        '"library_hash": *"[0-9a-f]*"'; do
        check "'$text' stands in the results" grep -q "$text" "$folder/results.json"
    done
}

# Whatever the order of a session: layer conv7 takes 7 us, what was merged stands with what made it, reorders in one row.
times_by_layer() {
    local rows=$folder/layers.csv
    expect 0 '^"conv9 +1",conv,' profile mobilenet_v2:0.35@64 --engine onnxruntime --no-roofline --processes 2 --seconds 0.05 --csv
    cp "$folder/out" "$rows"
    expect 0 '^merged into the steps of others: 10 add ' profile mobilenet_v2:0.35@64 --engine onnxruntime --no-roofline --processes 1 --seconds 0.05
    check 'each layer has its own time' awk -F, '
        /^"conv/ { n++; off = $7 / 1000 - substr($1, 6); wrong += off > 0.5 || off < -0.5 }
        END { exit !(n > 50 && wrong == 0) }' "$rows"
    check 'reorders are one row' grep -q '^"(reorder)",reorder,.*"[0-9]* times ReorderOutput"' "$rows"
    check 'and only one' test "$(grep -c reorder, "$rows")" -eq 1
}

# Steps come from the profile, by the names that the model has.
profiles() {
    put onnxruntime 1.97.2 right
    put openvino 2097.1.0 openvino_right
    put ncnn 1.0.20971010 ncnn_right
    timed expect 0 'conv' profile mobilenet_v1:0.25 --engine onnxruntime
    timed expect 0 'conv' profile mobilenet_v1:0.25 --engine openvino
    timed expect 2 'ncnn does not tell the times of its layers' profile mobilenet_v1:0.25 --engine ncnn
    timed times_by_layer
    [ -z "$(ls -d /tmp/convgauge-?????? 2>/dev/null)" ] || echo "profiles of ONNX Runtime are left in /tmp"
}

# Beside each other, and ncnn with models in its own form.
right_ones() {
    put onnxruntime 1.97.2 right
    put openvino 2097.1.0 openvino_right
    put ncnn 1.0.20971010 ncnn_right
    verify=(verify --threads 1 --fusion full --filter "$few" --engine)
    expect 0 'openvino 2097.1.0' "${verify[@]}" openvino --threads 1,2
    expect 0 'ncnn 1.0.20971010' "${verify[@]}" ncnn
    expect 0 ', 0 broken' "${verify[@]}" onnxruntime@1.97.2,ncnn@1.0.20971010
    expect 0 'ncnn:winograd=0 1.0.20971010' "${verify[@]}" ncnn:winograd=0
}

# A library without OpenMP has one thread. onednn and ncnn on one OpenMP share a run, each in its own processes; a
# library that brings another than the program has, whose calls would go to both, has one thread.
two_openmp() {
    local fc=(verify --filter '^(fc|stem)$' --engine)
    local one_only='runs without OpenMP, or on another than this program.s libgomp: one thread only'
    put ncnn 1.0.20971010 ncnn_right
    put ncnn 1.0.20940000 ncnn_team
    put ncnn 1.0.20930000 ncnn_own
    expect 2 "$one_only" "${fc[@]}" ncnn@1.0.20971010 --threads 2
    expect 0 ', 0 broken' "${fc[@]}" ncnn@1.0.20940000 --threads 1,2
    expect 0 ', 0 broken' "${fc[@]}" ncnn@1.0.20930000 --threads 1
    expect 0 "engines ncnn@1.0.20971010, ncnn@1.0.20971010:winograd=0 are left out at 2 threads.*$one_only" \
        "${fc[@]}" ncnn@1.0.20971010,ncnn@1.0.20971010:winograd=0 --threads 1,2
    check 'what two engines are left out for is told once' test "$(grep -c "$one_only" "$folder/err")" -eq 1
    run "${fc[@]}" onednn --threads 1 >/dev/null 2>&1 || return
    expect 0 ', 0 broken' "${fc[@]}" onednn,ncnn@1.0.20940000 --threads 1,2
    timed expect 0 . run widths --quick --threads 2 --check-only --filter '/(32|64)$' \
        --engine onednn,ncnn@1.0.20940000 -o "$folder/openmp.json"
    expect 2 "$one_only" "${fc[@]}" ncnn@1.0.20930000 --threads 2
}

"$case"
counted "$case"
