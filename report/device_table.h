#ifndef CONVGAUGE_REPORT_DEVICE_TABLE_H
#define CONVGAUGE_REPORT_DEVICE_TABLE_H

#include "report/compare.h"

/* A row a property, a column a file: for a few files. NULL without memory; the caller's. */
struct cg_table *cg_table_of_devices(const struct cg_inputs *inputs);

#endif
