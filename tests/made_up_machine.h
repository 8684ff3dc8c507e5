/* A machine whose costs are known, which times the real suites: samples of it go the whole way to the answer
 * on a guideline. */
#ifndef CONVGAUGE_TESTS_MADE_UP_MACHINE_H
#define CONVGAUGE_TESTS_MADE_UP_MACHINE_H

#include "bench/graph/graph.h"
#include "report/answers.h"

/* What a machine needs for a graph with so many threads, ns. */
typedef double machine(const struct cg_graph *graph, int threads);

/* What the machine needs in quiet rounds and, NULL if it is always quiet, in every other round. */
struct states {
    machine *quiet, *others;
    uint64_t seed; /* of the noise */
};

/* Its caches and bandwidths. */
struct cg_device_record made_up_device(void);

/* A suite of configs/suites, in full, on the machine with 1 to `most_threads` threads; the caller's. */
struct cg_results *measured_in(const char *suite, const struct states *of, int most_threads);
struct cg_results *measured(const char *suite, machine *of, int most_threads); /* always quiet */

/* The answer on the results' one suite; views and answer are the caller's. */
struct cg_answer answer_on(const struct cg_results *results, struct cg_suite_views *views);

#endif
