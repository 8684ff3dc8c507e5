/* Runs that were split: what each of them measured, as one run. */
#ifndef CONVGAUGE_BENCH_RECORD_JOIN_H
#define CONVGAUGE_BENCH_RECORD_JOIN_H

#include "bench/record/record.h"

/* The reason of a skipped row that a run did not come to. */
#define CG_NOT_REACHED "not reached: the run was interrupted, or its budget was used up"

/* What a record or a skipped row speaks of. */
struct cg_row_key {
    const char *suite, *group, *case_name, *graph;
    const struct cg_setting *setting;
};

/* The record, and the skipped row, of that; NULL: there is none. */
struct cg_record *cg_results_record_of(const struct cg_results *results, const struct cg_row_key *key);
struct cg_skipped *cg_results_skipped_of(const struct cg_results *results, const struct cg_row_key *key);

/* The schedule with that id, or NULL. */
struct cg_schedule *cg_results_schedule_of(const struct cg_results *results, int id);

/* CG_INVALID names the files and in what two runs differ that are not parts of one: device, build, engines,
 * quick or full, processes, precision. */
enum cg_status cg_results_same_source(const struct cg_results *a, const struct cg_results *b,
                                      struct cg_error *err);

/* Adds what `part` measured to `whole`, which is empty (it then takes over device, build and run) or of the
 * same source. Cases that both measured, beside the same others, get the processes of both; a schedule of
 * other cases is added as it is. A row that was skipped goes where a later part has a record; one of a case
 * that failed where an earlier part has a record stays beside that. `whole` is complete
 * when nothing of its suites is missing and no schedule was interrupted; what cannot be known of both
 * together (the precision reached) is unknown. `whole` borrows from `part`, which must outlive it.
 * CG_INVALID: as cg_results_same_source(), or both measured a case, each beside others, on other cores, by
 * another version of its engine, or they hold the same samples. `whole` is then of no use. CG_NO_MEMORY. */
enum cg_status cg_results_join(struct cg_results *whole, const struct cg_results *part, struct cg_error *err);

#endif
