#!/bin/bash
# Engines whose library is loaded when it is used, with libraries made for the test: right ones and such that are old,
# wrong, crashing or none at all. Each costs a sentence and no other engine's results.
# usage: loaded_engines.sh PROGRAM FOLDER   (with libright.so and others: tests/fake_onnxruntime.c)
fakes=$2
. "$(dirname "$0")/expect.sh" "$1"
export XDG_DATA_HOME=$folder/data CONVGAUGE_ENGINES=$folder/engines LC_ALL=C
mkdir -p "$folder/data/convgauge/engines" "$folder/engines"

# put VERSION FAKE [FOLDER [ENGINE]]: the library as bench/engines.sh leaves it.
put() {
    local name=${4:-onnxruntime}
    local to=${3:-$folder/engines}/$name-$1
    [ $name != openvino ] || name=openvino_c
    mkdir -p "$to"
    cp "$fakes/lib$2.so" "$to/lib$name.so.$1"
}

# verify ENGINE: a few shapes of the sweep.
verify=(verify --threads 1,2 --filter '^(fc|stem|views: output)$' --engine)

# None is there: who asks is told how to get it, who does not is not disturbed.
refuse 'there is no libonnxruntime.so in .*bench/engines.sh onnxruntime. gets it' "${verify[@]}" onnxruntime
expect 0 'not available: there is no libonnxruntime.so' list engines
expect 0 'not installed: engines onnxruntime, openvino, ncnn; .bench/engines.sh NAME. gets one' verify --quick --filter '^fc$' --threads 1

# Right ones: the newest of both folders, one by its version, one by its path.
put 1.97.2 right
put 1.97.10 other "$folder/data/convgauge/engines"
expect 0 'onnxruntime 1.97.10' "${verify[@]}" onnxruntime
expect 0 'onnxruntime@1.97.2 1.97.2' "${verify[@]}" onnxruntime@1.97.2
expect 0 ', 0 broken' "${verify[@]}" onnxruntime@1.97
expect 0 " 1.97.2" "${verify[@]}" "onnxruntime@$folder/engines/onnxruntime-1.97.2/libonnxruntime.so.1.97.2"
expect 0 "version 1.97.10, .*$folder/data/convgauge/engines/onnxruntime-1.97.10/libonnxruntime.so" list engines
refuse 'no libonnxruntime.so of version 1.9 in .*, only 1.97.*bench/engines.sh onnxruntime==1.9. gets it' "${verify[@]}" onnxruntime@1.9

# Options.
expect 0 'onnxruntime:spin=0 1.97.10' "${verify[@]}" onnxruntime:spin=0
expect 0 'onnxruntime@1.97.2:spin=1 1.97.2' "${verify[@]}" onnxruntime@1.97.2:spin=1
refuse "engine onnxruntime has no option 'spin=2'; it takes spin=1 or 0" "${verify[@]}" onnxruntime:spin=2
refuse "engine onnxruntime has no option 'fast'" "${verify[@]}" onnxruntime:fast
refuse "option spin is set twice" "${verify[@]}" onnxruntime:spin=0:spin=0
refuse 'reference has neither versions nor options' "${verify[@]}" reference:spin=0
refuse "native has no option 'spin=0'; it takes winograd=" "${verify[@]}" native:spin=0
refuse 'native has one version' "${verify[@]}" native@1
refuse "no option 'b/lib.so'.*a path of a library has no ':'" "${verify[@]}" onnxruntime@/a:b/lib.so
refuse 'names no version or path' "${verify[@]}" onnxruntime@
refuse "unknown engine 'onxruntime@1'.*onnxruntime" "${verify[@]}" onxruntime@1

# What cannot be used.
refuse "/none': No such file" "${verify[@]}" onnxruntime@/none
refuse "'$folder' is no shared library" "${verify[@]}" "onnxruntime@$folder"
echo text >"$folder/text.so"
refuse "text.so' is no shared library" "${verify[@]}" "onnxruntime@$folder/text.so"
head -c 5000 "$fakes/libright.so" >"$folder/short.so"
refuse "short.so' c\(annot be loaded: \|rashes while it is loaded\)" "${verify[@]}" "onnxruntime@$folder/short.so"
{ head -c 18 "$fakes/libright.so" && printf '\026\000' && tail -c +21 "$fakes/libright.so"; } >"$folder/s390.so"
refuse "s390.so' is a library for another machine (22), this program is for " "${verify[@]}" "onnxruntime@$folder/s390.so"
cp "$fakes/libnone.so" "$folder"
refuse "libnone.so' is no ONNX Runtime: it has no OrtGetApiBase()" "${verify[@]}" "onnxruntime@$folder/libnone.so"
refuse "libnone.so' is no OpenVINO that can be used: it has no ov_get_openvino_version()" "${verify[@]}" "openvino@$folder/libnone.so"
refuse "engine openvino has no option 'spin=0'; it has none" "${verify[@]}" openvino:spin=0
refuse 'there is no libopenvino_c.so of version 2023 in .*bench/engines.sh openvino==2023. gets it' "${verify[@]}" openvino@2023
put 1.5.2 older
refuse 'is ONNX Runtime 1.5.2; the oldest that can be used is 1.16' "${verify[@]}" onnxruntime@1.5
put 1.98.0 crashing
refuse 'crashes while it is loaded (Segmentation fault)' "${verify[@]}" onnxruntime@1.98
# Now the newest one crashes.
expect 0 'engine onnxruntime is left out: .*crashes while it is loaded' verify --quick --filter '^fc$' --threads 1
put 1.96.0 wrong
expect 3 'cases did not hold' "${verify[@]}" onnxruntime@1.96
put 1.95.0 refusing
expect 2 'ONNX Runtime: Could not find an implementation for Conv' "${verify[@]}" onnxruntime@1.95

# A results file: two versions side by side, one that is wrong and one that dies, beside native.
put 1.94.0 dying
run=(run widths --quick --threads 1 --processes 1 --filter '/(32|64)$')
expect 0 . "${run[@]}" --dry-run
if [ -z "${EMULATED:-}" ]; then
    engines=native,onnxruntime@1.97.2,onnxruntime@1.97.10:spin=0,onnxruntime@1.96,onnxruntime@1.94
    expect 3 'gave another output than the reference' "${run[@]}" --check-only --engine $engines -o "$folder/results.json"
    for text in 'crashed: Segmentation fault' 'values are wrong' \
        '"engine": *"onnxruntime@1.97.2"' '"engine": *"onnxruntime@1.97.10:spin=0"' \
        '"library": *".*/libonnxruntime.so.1.97.2"' \
        '"library_hash": *"[0-9a-f]*"'; do
        grep -q "$text" "$folder/results.json" || { echo "FAILED: no $text in the results" && failed=$((failed + 1)); }
    done
fi

# Steps come from the profile, by the names that the model has.
[ -n "${EMULATED:-}" ] || expect 0 'conv' profile mobilenet_v1:0.25 --engine onnxruntime@1.97.2
[ -z "$(ls -d /tmp/convgauge-?????? 2>/dev/null)" ] || echo "profiles of ONNX Runtime are left in /tmp"

# ncnn: a library of its own kind, with models in its own form.
refuse 'there is no libncnn.so in .*bench/engines.sh ncnn. gets it' "${verify[@]}" ncnn
put 1.0.20971010 ncnn_right "$folder/engines" ncnn
verify=(verify --threads 1 --filter '^(fc|stem|views: output)$' --engine)
expect 0 'ncnn 1.0.20971010' "${verify[@]}" ncnn
expect 0 ', 0 broken' "${verify[@]}" onnxruntime@1.97.2,ncnn@1.0.20971010
expect 0 'ncnn:winograd=0 1.0.20971010' "${verify[@]}" ncnn:winograd=0
refuse "engine ncnn has no option 'spin=0'" "${verify[@]}" ncnn:spin=0
refuse 'is no ncnn with a C interface: it has no ncnn_version()' "${verify[@]}" "ncnn@$folder/libnone.so"
put 1.0.20960000 ncnn_wrong "$folder/engines" ncnn
expect 3 'cases did not hold' "${verify[@]}" ncnn@1.0.20960000
put 1.0.20950000 ncnn_refusing "$folder/engines" ncnn
expect 3 'cases did not hold' "${verify[@]}" ncnn@1.0.20950000
[ -n "${EMULATED:-}" ] ||
    expect 2 'ncnn does not tell the times of its layers' profile mobilenet_v1:0.25 --engine ncnn@1.0.20971010

# OpenMP: a library without it has one thread. onednn and ncnn on one OpenMP share a run, each in its own processes; a
# library that brings another than the program has, whose calls would go to both, has one thread.
fc=(verify --filter '^(fc|stem)$' --engine)
one_only='runs without OpenMP, or on another than this program.s libgomp: one thread only'
expect 2 "$one_only" "${fc[@]}" ncnn@1.0.20971010 --threads 2
told_once() {
    run "${fc[@]}" ncnn@1.0.20971010,ncnn@1.0.20971010:winograd=0 --threads 1,2 >/dev/null 2>"$folder/told"
    grep -c "$one_only" "$folder/told" | grep -qx 1 || { cat "$folder/told" && return 1; }
    grep -q '^convgauge: engines ncnn@1.0.20971010, ncnn@1.0.20971010:winograd=0 are left out at 2 threads' "$folder/told"
}
check 'what two engines are left out for is told once' told_once
put 1.0.20940000 ncnn_team "$folder/engines" ncnn
put 1.0.20930000 ncnn_own "$folder/engines" ncnn
expect 0 ', 0 broken' "${fc[@]}" ncnn@1.0.20940000 --threads 1,2
expect 0 ', 0 broken' "${fc[@]}" ncnn@1.0.20930000 --threads 1
if "$program" "${fc[@]}" onednn --threads 1 >/dev/null 2>&1; then
    expect 0 ', 0 broken' "${fc[@]}" onednn,ncnn@1.0.20940000 --threads 1,2
    [ -n "${EMULATED:-}" ] || expect 0 . run widths --quick --threads 2 --check-only --filter '/(32|64)$' \
        --engine onednn,ncnn@1.0.20940000 -o "$folder/openmp.json"
    expect 2 "$one_only" "${fc[@]}" ncnn@1.0.20930000 --threads 2
fi

# OpenVINO: right, wrong, too old, crashing, refusing.
refuse 'there is no libopenvino_c.so in .*bench/engines.sh openvino. gets it' "${verify[@]}" openvino
put 2097.1.0 openvino_right "$folder/engines" openvino
put 2096.1.0 openvino_wrong "$folder/engines" openvino
put 2022.3.0 openvino_older "$folder/engines" openvino
verify=(verify --threads 1,2 --fusion full --filter '^(fc|stem|views: output)$' --engine)
expect 0 'openvino 2097.1.0' "${verify[@]}" openvino
expect 3 'cases did not hold' "${verify[@]}" openvino@2096
refuse 'is no OpenVINO that can be used, but 2022.3.0: it has no ov_core_read_model_from_memory_buffer()' "${verify[@]}" openvino@2022
put 2095.0.0 openvino_refusing "$folder/engines" openvino
expect 3 'OpenVINO: Exception from src/core.cpp: No translator for operation Conv' "${verify[@]}" openvino@2095
put 2098.0.0 openvino_crashing "$folder/engines" openvino
refuse 'crashes while it is loaded (Segmentation fault)' "${verify[@]}" openvino@2098
expect 0 'engine openvino is left out: .*crashes while it is loaded' verify --quick --filter '^fc$' --threads 1
[ -n "${EMULATED:-}" ] || expect 0 'conv' profile mobilenet_v1:0.25 --engine openvino@2097

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
