/* What compare and report read: results files, published devices, logs of benchncnn. */
#ifndef CONVGAUGE_REPORT_INPUTS_H
#define CONVGAUGE_REPORT_INPUTS_H

#include "bench/record/record.h"
#include "report/table.h"

/* One input: a results file, or what others measured. */
struct cg_input {
    const char *name;           /* as given */
    bool published;             /* or printed by another program: point values, no intervals */
    struct cg_results *results; /* owned by the list */
};

struct cg_inputs {
    int n;
    struct cg_input *items;
};

/* Loads every name: a path, or a published device ("paper:snapdragon810", "ncnn:rk3588/1"). The caller frees
 * it, also after a failure. */
enum cg_status cg_inputs_load(const char *const *names, int n, struct cg_inputs *inputs,
                              struct cg_error *err);
void cg_inputs_free(struct cg_inputs *inputs);

/* The name without folders. */
const char *cg_input_file(const struct cg_input *input);

/* What the inputs were measured on: of a few, property by property, what a paper's section on its setup
 * needs; of many, one a row. */
struct cg_table *cg_table_of_devices(const struct cg_inputs *inputs);

#endif
