/* The blobs that every written model begins and ends with. */
#ifndef CONVGAUGE_BENCH_NCNN_WRITE_NAMES_H
#define CONVGAUGE_BENCH_NCNN_WRITE_NAMES_H

#define CG_NCNN_INPUT  "in0"
#define CG_NCNN_OUTPUT "out0"

#endif
