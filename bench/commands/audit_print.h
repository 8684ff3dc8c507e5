/* An audit as tables, sentences and JSON. */
#ifndef CONVGAUGE_BENCH_COMMANDS_AUDIT_PRINT_H
#define CONVGAUGE_BENCH_COMMANDS_AUDIT_PRINT_H

#include "bench/audit/costs.h"
#include "bench/commands/expected_time.h"
#include "bench/config/config.h"
#include "report/table.h"

struct cg_audit_view {
    const struct cg_network *network;
    const char *cpu_model;
    const struct cg_job *job; /* of the whole network */
    const struct cg_audit *audit;
    const struct cg_audit_jobs *jobs;
    const struct cg_audit_costs *costs;       /* NULL: found only, nothing timed */
    const struct cg_measurement *measurement; /* NULL likewise: reasons and flags */
    struct cg_expected_time expected;         /* of a measurement, when nothing was timed */
};

/* Two tables, places and blocks, and a sentence for each guideline. */
enum cg_status cg_audit_print(const struct cg_audit_view *view, enum cg_format format, struct cg_error *err);

#endif
