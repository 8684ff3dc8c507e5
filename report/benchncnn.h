/* What ncnn's own program benchncnn prints, read as a device: who has a phone runs it there and keeps the
 * log. */
#ifndef CONVGAUGE_REPORT_BENCHNCNN_H
#define CONVGAUGE_REPORT_BENCHNCNN_H

#include "bench/record/record.h"

/* Whether a file is such a log: it is no JSON, and "min =" stands in it. */
bool cg_is_benchncnn(const char *path);

/* Reads it: settings ("num_threads = 4"), then a row a network, "squeezenet  min = 7.21  max = 7.35  avg =
 * 7.26", in milliseconds. What Vulkan says of a device ("[0 Mali-G610] ...") and the command line are left
 * out; any other line is refused by its number, as are a network that stands there twice, a time that is not
 * above 0 and an average that does not lie between min and max. On CG_OK *results is the caller's.
 * CG_INVALID, CG_IO, CG_NO_MEMORY. */
enum cg_status cg_benchncnn_load(const char *path, struct cg_results **results, struct cg_error *err);

#endif
