/* An audit as tables, sentences and JSON. */
#ifndef CONVGAUGE_BENCH_COMMANDS_AUDIT_PRINT_H
#define CONVGAUGE_BENCH_COMMANDS_AUDIT_PRINT_H

#include "bench/audit/costs.h"
#include "bench/commands/expected_time.h"
#include "bench/commands/network_job.h"
#include "bench/job/protocol.h"
#include "report/table.h"

/* Everything that an audit holds. */
struct cg_audit_state {
    struct cg_network_job it;
    struct cg_filter filter;
    struct cg_protocol protocol;
    bool dry_run;
    enum cg_format format;
    struct cg_audit audit;
    struct cg_audit_jobs jobs;
    struct cg_expected_time expected; /* of a measurement */
    uint64_t key;                     /* of what is measured, for cg_expected_time() */
    bool timed;                       /* else found only: these are empty */
    struct cg_measurement measurement;
    struct cg_audit_costs costs;
};

/* Two tables, places and blocks, and a sentence for each guideline. */
enum cg_status cg_audit_print(const struct cg_audit_state *state, struct cg_error *err);

#endif
