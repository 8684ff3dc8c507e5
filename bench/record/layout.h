/* What a results file holds: the structs of record.h as tables of fields. */
#ifndef CONVGAUGE_BENCH_RECORD_LAYOUT_H
#define CONVGAUGE_BENCH_RECORD_LAYOUT_H

#include "bench/record/fields.h"
#include "bench/record/record.h"

/* cg_layout_results is the whole file but its "schema"; cg_layout_setting a setting by itself. */
extern const struct cg_layout cg_layout_results, cg_layout_setting, cg_layout_device, cg_layout_build,
    cg_layout_run, cg_layout_suite, cg_layout_group, cg_layout_case, cg_layout_record, cg_layout_samples,
    cg_layout_skipped, cg_layout_schedule;

/* Adds the options of a setting to an object, whose keys of the same names stay as they are. */
void cg_json_add_setting(json_t *object, const struct cg_setting *setting);

#endif
