/* The network that a command was given: a name, or the path of a .lua, .onnx or .param file. */
#ifndef CONVGAUGE_BENCH_ONNX_NETWORK_ARG_H
#define CONVGAUGE_BENCH_ONNX_NETWORK_ARG_H

#include "bench/config/config.h"

/* Options for cg_config with everything that commands add: reading of other programs' files. */
struct cg_config_options cg_network_options(int batch);

/* Loads `ref` at `batch` images (0: 1, or what an .onnx file says). NULL with `err` set as by
 * cg_config_load_network. The caller destroys the result. */
struct cg_network *cg_network_arg(const char *ref, int batch, struct cg_error *err);

#endif
