/* The name by which files written here are known again. */
#ifndef CONVGAUGE_BENCH_ONNX_PRODUCER_H
#define CONVGAUGE_BENCH_ONNX_PRODUCER_H

#define CG_ONNX_PRODUCER "convgauge"

#endif
