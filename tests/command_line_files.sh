#!/bin/bash
# Files: of the user, whatever they hold, and those that the program writes.
# usage: command_line_files.sh PROGRAM [WRAPPER...]: see expect.sh
. "$(dirname "$0")/expect.sh"

run export mobilenet_v2:0.35 -o "$folder/plain.onnx" >/dev/null 2>&1 # not every build writes ONNX files

evil=$'\x1b[31m\xc2\x9b'
printf 'error("no %s\\nforged")\n' "$evil" >"$folder/evil.lua"
tame refuse 'no \\x1b\[31m\\x9b\\nforged' cost "$folder/evil.lua"
printf 'network { name = "n", source = "\xc2\x9b31m", build = function(x) return x end }\n' >"$folder/evil.lua"
tame refuse 'source contains a control character' cost "$folder/evil.lua"
printf 'network { name = "n", source = "s", variants = { { "%s\\nforged" } }, build = function(x) return x end }\n' "$evil" \
    >"$folder/evil.lua"
tame refuse 'evil.lua:1: ' cost "$folder/evil.lua"
printf 'network { name = "n", source = "s", build = function(x) block "%s\\nforged" return x:conv{8} end }\n' "$evil" \
    >"$folder/evil.lua"
tame refuse 'contains a control character' audit "$folder/evil.lua" --dry-run
printf 'suite { name = "n", title = "%s\\nforged", source = "s" }\n' "$evil" >"$folder/evil.lua"
tame refuse 'evil.lua:1: ' run "$folder/evil.lua" --dry-run
{
    printf '\x93NUMPY\x01\x00\x76\x00'
    printf '%-117s\n' "{'descr': '<f4$evil', 'fortran_order': False, 'shape': (1,), }"
} >"$folder/evil.npy"
tame refuse "^convgauge: [^:]*: the element type is '<f4.x1b" verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/evil.npy" \
    --expect "$folder/evil.npy"
printf '{"schema": "convgauge/2", "%s\nforged' "$evil" >"$folder/evil.json"
tame refuse 'evil.json' report "$folder/evil.json"
printf '{"schema": "%s\\nforged"}' "$evil" >"$folder/evil.json"
tame refuse 'evil.json' report "$folder/evil.json"
if [ -s "$folder/plain.onnx" ]; then # this build reads ONNX
    sed $'s/conv1/c\x1b[2J/g' "$folder/plain.onnx" >"$folder/$evil.onnx"
    tame expect 0 '^conv#1 ' cost "$folder/$evil.onnx" --layers
    tame expect 0 '"name": "..x1b.31m..x9b"' cost "$folder/$evil.onnx" --json
fi

expect 0 '145.81' cost shufflenet_v2:1.0x
expect 0 '"madds": 1458' cost shufflenet_v2:1.0x --json
refuse 'shufflenet_v2' cost shufflenet_v3
refuse 'variant' cost shufflenet_v2:7x
# Several networks, and figures that others print of one's own; a suite is no network.
expect 0 '^shufflenet_v2:0.5x  .*  41 ' cost mobilenet_v2:1.0 shufflenet_v2:0.5x
expect 0 '"name": "mobilenet_v2:1.0"' cost shufflenet_v2:0.5x mobilenet_v2:1.0 --json
expect 0 '^mobilenet_v1:0.25 ' cost --all --batch 2
refuse "no network 'nosuch'" cost shufflenet_v2:0.5x nosuch
cat >"$folder/own.lua" <<'END'
network { name = "Own", source = "a test", variants = {
  { "Small", 8, published = { mflops = 1.2, note = "counted without the stem" } }, { "large", 16 } },
  build = function(x, v) return x:conv{v[2], 3, stride = 2}:global_pool():fc{10} end }
END
expect 0 '^Own:Small  *2.71  *1.2  *+125' cost "$folder/own.lua:Small"
expect 0 'note: counted without the stem' cost "$folder/own.lua"
expect 0 '^Own:Small@192  *[0-9.]*  *- ' cost "$folder/own.lua@192"
expect 0 '^Own:large  *[0-9.]*  *- ' cost "$folder/own.lua:large"
sed 's/mflops = 1.2, //' "$folder/own.lua" >"$folder/noted.lua"
refuse 'published: mflops are millions of multiply-adds, above 0' cost "$folder/noted.lua"
printf 'suite { name = "s", title = "t",\n kind = "plian", groups = {} }\n' >"$folder/suite.lua"
refuse "suite.lua:1: .*there are plain, slope, widths" run "$folder/suite.lua" --dry-run
refuse "suite.lua:1: .*makes a suite, not a network: 'convgauge run FILE' measures it" profile "$folder/suite.lua"

expect 0 '^network: shufflenet_v2 ' verify "${native[@]}" shufflenet_v2:0.5x
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small"
expect 0 '"held": true' verify "${native[@]}" --filter "$small" --json
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small" --isa scalar --fusion none
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small" --save-expected "$folder/expected"
expect 0 ' 0 broken' verify "${native[@]}" --filter "$small" --expected "$folder/expected"
refuse 'has no output for this graph' verify "${native[@]}" --filter '^pad$' --expected "$folder/expected"
head -c 1000 "$folder/expected/expected.bin" >"$folder/cut.bin"
mv "$folder/cut.bin" "$folder/expected/expected.bin"
refuse 'cut off' verify "${native[@]}" --filter "$small" --expected "$folder/expected"
refuse 'cannot read' verify "${native[@]}" --expected "$folder/nowhere"
refuse 'cannot make the folder' verify "${native[@]}" --filter "$small" --save-expected /dev/null/x
refuse "unknown engine 'natve'.*native" verify --engine natve
refuse "there is no instruction set 'sse'" verify --isa sse
refuse 'takes none, layers, full, not .some.' verify --fusion some
refuse 'threads' verify --threads 0
refuse 'regular expression' verify --filter '('
refuse 'matches no case' verify "${native[@]}" --filter nosuchkind
refuse 'belong together' verify shufflenet_v2:0.5x --input x.npy
refuse 'for one network' verify --input x.npy --expect y.npy
refuse 'nowhere.npy' verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/nowhere.npy" --expect "$folder/y.npy"
refuse 'no variant' verify "${native[@]}" shufflenet_v2:7x
refuse "no network 'nosuch'" verify nosuch # before engines are tried, and what they refuse is told
refuse "cannot open 'nosuch.onnx'\\|this build cannot read or write ONNX files" verify shufflenet_v2:0.5x nosuch.onnx
refuse 'nowhere.npy' verify shufflenet_v2:0.5x --input "$folder/nowhere.npy" --expect "$folder/y.npy"
expect 2 '1 thread' verify --engine reference --threads 2 --filter "$small"

refuse 'input size' cost mobilenet_v2:1.0@0
expect 0 '^shufflenet_v2:1.0x@640x480 ' cost shufflenet_v2:1.0x@640x480
if [ -z "${EMULATED:-}" ]; then
    printf 'network { name = "wide", source = "a test", build = function(x)\n local t = {}\n for i = 1, 200 do' \
        >"$folder/wide.lua" # 200 tensors of 6.4 GB that are alive together
    printf ' t[i] = x:conv{32} end\n return add(t):global_pool() end }\n' >>"$folder/wide.lua"
    refuse 'too large for the memory there is' profile "$folder/wide.lua@7000" --no-roofline
fi
printf 'network { name = "fit", source = "a test", build = function(x)\n local a, b = x:conv{8, 3, stride = 2}, x:conv{8}\n' \
    >"$folder/fit.lua"
printf 'return add(a, b) end }\n' >>"$folder/fit.lua"
refuse 'fit.lua:3: layer add3 (add): the shapes differ: 112x112x8 (conv1) and 224x224x8 (conv2)' cost "$folder/fit.lua"
printf 'network { name = "esc", source = "a\\27[31m", build = function(x) return x end }\n' >"$folder/esc.lua"
refuse 'esc.lua:1: .*source contains a control character' cost "$folder/esc.lua"
echo 'while true do end' >"$folder/loop.lua"
refuse 'loop.lua:1: .*endless loop' cost "$folder/loop.lua"
echo 'local s = "x" while true do s = s .. s end' >"$folder/bomb.lua"
refuse 'bomb.lua:1: .*64 MiB' run "$folder/bomb.lua"

if run export --help >/dev/null 2>&1 && run export shufflenet_v2:0.5x -o "$folder/a.onnx" --tensors "$folder/a" \
    >/dev/null 2>"$folder/err"; then
    run export shufflenet_v2_torchvision:0.5x -o "$folder/b.onnx" --tensors "$folder/b" >/dev/null
    given=(--input "$folder/a/input_0.npy" --expect "$folder/a/output_0.npy")
    expect 0 ' 0 broken' verify "${native[@]}" shufflenet_v2:0.5x "${given[@]}"
    expect 0 ' 0 broken' verify "${native[@]}" "$folder/a.onnx" "${given[@]}"
    expect 0 ' 0 broken' verify "${native[@]}" "$folder/b.onnx"
    expect 3 'relative L2 error' verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/a/input_0.npy" \
        --expect "$folder/b/output_0.npy"
    refuse 'output_0.npy' verify "${native[@]}" shufflenet_v2:0.5x --input "$folder/a/output_0.npy" \
        --expect "$folder/a/output_0.npy"
    head -c 500 "$folder/a.onnx" >"$folder/c.onnx"
    refuse 'c.onnx' verify "${native[@]}" "$folder/c.onnx"
else
    echo "export is not in this build: $(head -n 1 "$folder/err")"
fi

# For ncnn: with its weights, without them (as ncnn's own benchmark has its networks), cut off.
expect 0 '^small@2  *0.00 .* 12 ' cost "$data/ncnn/small.param"
expect 0 '^no_weights@32  *0.11 .* 618 ' cost "$data/ncnn/no_weights.param"
expect 0 '^dw  *depthwise  *16x16x8  *16x16x8 ' cost "$data/ncnn/no_weights.param" --layers
expect 0 'for ncnn' export shufflenet_v2:0.5x -o "$folder/n.param"
expect 0 ' 0 broken' verify "${native[@]}" "$folder/n.param"
rm "$folder/n.bin"
expect 0 'its weights are drawn at random' cost "$folder/n.param"
head -c 5000 "$folder/n.param" >"$folder/cut.param"
refuse 'cut.param: ' cost "$folder/cut.param"

counted 'command line, files'
