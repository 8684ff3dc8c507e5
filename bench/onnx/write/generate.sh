#!/bin/sh
# generate.sh PROTOC_C PROTO OUTDIR: translates PROTO into OUTDIR/onnx.pb-c.{c,h}, whatever its own name is.
set -e
cp "$2" "$3/onnx.proto"
"$1" -I"$3" --c_out="$3" "$3/onnx.proto"
