/* What the parts of `convgauge verify` share. */
#ifndef CONVGAUGE_BENCH_COMMANDS_VERIFY_STATE_H
#define CONVGAUGE_BENCH_COMMANDS_VERIFY_STATE_H

#include "bench/commands/options.h"
#include "bench/commands/verify_tally.h"
#include "bench/verification/expected_file.h"
#include "bench/verification/verification.h"

#include <regex.h>

#define CG_VERIFY_VARIANTS 512

/* Everything that a run of the command holds. */
struct cg_verify {
    /* options */
    struct cg_list engines, isas, fusions;
    struct cg_ints threads;
    const char *input, *expect, *save_expected, *given_expected, *filter;
    bool quick, json;
    int limit_s;
    /* state */
    struct cg_variant variants[CG_VERIFY_VARIANTS];
    int n_variants;
    regex_t regex; /* of filter */
    bool has_regex;
    struct cg_expected_writer *writer;
    struct cg_expected_file *file;
    struct cg_tally tally;
    bool terminal;
    const struct cg_subject *subjects; /* being verified */
    int n_subjects;
};

/* ---- ways to run a graph (verify_variants.c) ---- */

/* Every combination that the options ask for; engines that are not available are named and left out. */
enum cg_status cg_verify_make_variants(struct cg_verify *v, struct cg_error *err);

/* Whole variants that an engine refuses (an instruction set that it cannot be held to, a number of threads)
 * are found on a graph that every engine runs; they are named once and left out. */
enum cg_status cg_verify_drop_refused(struct cg_verify *v, struct cg_error *err);

/* Networks are run in every way on the best instruction set, and in the first way on the others: kernels are
 * compared at every shape by the sweep, and plain C is slow. */
bool cg_verify_worth_a_network(const struct cg_verify *v, int variant);

/* ---- cases, their expected outputs, and running them (verify_cases.c) ---- */

/* Opens the files that --save-expected and --expected name. */
enum cg_status cg_verify_open_expected(struct cg_verify *v, struct cg_error *err);

/* The sweep of shapes, as far as --filter wants it. */
enum cg_status cg_verify_sweep(struct cg_verify *v, struct cg_error *err);

/* Runs the subjects in each of the variants and counts the verdicts. */
enum cg_status cg_verify_subjects(struct cg_verify *v, const struct cg_subject *subjects, int n,
                                  const struct cg_variant *variants, int n_variants, struct cg_error *err);

/* Finds what the reference makes of the subject, or what the file of --expected has of it. */
enum cg_status cg_verify_find_expected(struct cg_verify *v, struct cg_subject *subject, struct cg_error *err);

bool cg_verify_wanted(const struct cg_verify *v, const char *name);

/* The line of progress, on a terminal: shown, cleared. */
void cg_verify_show(const struct cg_verify *v, const char *kind, const char *what);
void cg_verify_clear_line(const struct cg_verify *v);

/* ---- whole networks (verify_networks.c) ---- */

/* Whether each of the named networks can be loaded: told before anything is run. */
enum cg_status cg_verify_check_networks(char **refs, int n, struct cg_error *err);

enum cg_status cg_verify_network(struct cg_verify *v, const char *ref, bool all_variants,
                                 struct cg_error *err);

/* All listed networks, or, with --quick, the smallest of each family. */
enum cg_status cg_verify_networks(struct cg_verify *v, struct cg_error *err);

/* The network with the tensors of --input and --expect; the caller frees *subject, on failure, too. */
enum cg_status cg_verify_load_given(struct cg_verify *v, const char *ref, struct cg_subject *subject,
                                    struct cg_error *err);

#endif
