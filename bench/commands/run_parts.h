/* A run: everything that it holds, and the parts that work on it, a file each. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_PARTS_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_PARTS_H

#include "base/clock.h"
#include "bench/commands/expected_time.h"
#include "bench/commands/progress.h"
#include "bench/commands/run_plan.h"
#include "bench/device/device.h"
#include "bench/job/measurement.h"
#include "bench/record/record.h"

/* Where the seconds of measuring go. */
struct cg_time_use {
    double all_s, sampled_s, discarded_s, prepare_s, stage_s[CG_STAGE_COUNT];
};

struct cg_run {
    struct cg_run_request request;
    struct cg_device device;
    struct cg_run_plan *plan;
    struct cg_protocol protocol;
    struct cg_session *session;
    struct cg_results *results;
    struct cg_results *before; /* of the file that is gone on with, or NULL */
    struct cg_results *part;   /* what was measured in addition, once `results` are of both */
    const char *path;          /* of the results file */
    bool has_file;             /* it is this run's */
    struct cg_progress_line line;
    struct cg_run_schedule *schedules; /* of the plan, as far as they are measured */
    int current;                       /* schedule */
    struct cg_phrase so_far;           /* its verdict by what there is, "" */
    /* Seconds: */
    double saved_s, saving_s; /* since measuring began: when results were saved last; how long that took */
    double started_s;         /* 0: measuring has not begun */
    double begun_s;           /* when what is measured of the device first was */
    int64_t end_ns;           /* of the rounds, by the budget, as in cg_protocol; 0: there is none */
    int64_t over_ns;          /* of the passes behind them, likewise */
    double *allowed_s;        /* of each schedule; NAN: nothing is timed */
    struct cg_expected_time expected; /* of the whole run */
    uint64_t key;                     /* of what is measured, for cg_expected_time() */
    struct cg_time_use used;          /* by the schedules so far */
    /* What was reached: */
    int n_done, n_wrong;        /* jobs that were measured or checked; whose output was not the reference's */
    int n_intervals, n_precise; /* schedules with intervals; those within the asked precision */
    double precise_s;           /* that the schedules would have taken to get there */
};

/* ---- run_options ---- */

/* Reads the command line into *request (zeroed), which points into argv; without a suite after --help. 'all'
 * threads are `all_threads`. Fails for what makes no sense together, an engine, ISA or counter that there is
 * not. */
enum cg_status cg_run_options_read(int argc, char **argv, int all_threads, struct cg_run_request *request,
                                   struct cg_error *err);

/* ---- run_continue ---- */

/* Loads the file that `request` goes on with, and reads the request again from the file's command where no
 * suite is named. `argv` is that of cg_run_options_read(). CG_INVALID: not a results file, a command that
 * cannot be gone on with. */
enum cg_status cg_run_continue_read(struct cg_run *run, int argc, char **argv, struct cg_error *err);

/* Leaves in the plan the schedules of which the file lacks something. CG_INVALID: device, build, cases or
 * settings are not the file's; nothing is missing; its budget is used up. */
enum cg_status cg_run_continue_plan(struct cg_run *run, struct cg_error *err);

/* The file's results and `part`, from both of which *whole borrows; it is the caller's. CG_NO_MEMORY,
 * CG_INVALID. */
enum cg_status cg_run_continue_join(const struct cg_run *run, const struct cg_results *part,
                                    struct cg_results **whole, struct cg_error *err);

/* Whether there are cases that the run did not come to. */
bool cg_run_has_missing(const struct cg_run *run);

/* After an interruption, or at the end of a budget: on stderr, the groups that were measured in part, and
 * those not begun. */
void cg_run_say_missing(const struct cg_run *run);

/* ---- run_record: request, plan, protocol, device and line are there ---- */

/* Makes the results with the description of the run, the build and the device. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_begin_record(struct cg_run *run, int argc, char **argv, struct cg_error *err);

/* Fills run->path: -o, or results/DEVICE/[quick-]DATE-TIME.json, whose folders are made. CG_INVALID when no
 * file can be written there. Where there is no -o the first cg_run_save() gives the path a number ("-2") if
 * another run has that name already. */
enum cg_status cg_run_choose_path(struct cg_run *run, struct cg_error *err);

/* Writes `results`, the run's or what there is of them so far, to run->path. Errors as of cg_results_save().
 */
enum cg_status cg_run_save(struct cg_run *run, const struct cg_results *results, struct cg_error *err);

/* Adds the suites of the plan to the results (titles, groups, planned cases, published figures): everything
 * that their tables need besides the measurements. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_add_suites(struct cg_run *run, struct cg_error *err);

/* ---- run_results, run_layers: what was measured, into the results ---- */

/* Adds a record for every job of schedule `index` that was timed or checked, a skipped row for every one that
 * was not, and the schedule with its rounds. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_add_measurement(struct cg_run *run, int index, const struct cg_measurement *measurement,
                                      struct cg_error *err);

/* The time of a run of the job that the roofline allows; NAN when peaks are unknown. */
double cg_run_bound_ns(const struct cg_run *run, const struct cg_job *job);

/* CG_CHECK_FAILED: a case's output was wrong; CG_FAILED: nothing was measured or checked; with the first
 * reason.
 */
enum cg_status cg_run_outcome(const struct cg_run *run, struct cg_error *err);

/* Whether the layers of a job of the plan are to be profiled once it was timed. */
bool cg_run_layers_wanted(const struct cg_run *run, int job);

/* Seconds that cg_run_add_layers() is expected to take for schedule `index`. */
double cg_run_layers_expected_s(const struct cg_run *run, int index);

/* Profiles the whole networks of schedule `index`, whose measurement is in the results already, where their
 * suite asks where the time goes or --layers was given, and fills the records' layers and residual: of the
 * schedule's share of a budget (0: none) a fifth at most. A plan that cannot be profiled keeps an empty list,
 * and a sentence on stderr says why. Errors: CG_INTERRUPTED, CG_NO_MEMORY. */
enum cg_status cg_run_add_layers(struct cg_run *run, int index, double budget_s, struct cg_error *err);

/* ---- run_latency ---- */

/* Whether single runs of a job of the plan are to be measured once it was timed. */
bool cg_run_latency_wanted(const struct cg_run *run, int job);

/* How often several plans at once of a job of the plan are to be measured then; 0: not at all. */
int cg_run_instances_wanted(const struct cg_run *run, int job);

/* Seconds that cg_run_add_latency() is expected to take for schedule `index`. */
double cg_run_latency_expected_s(const struct cg_run *run, int index);

/* Measures single runs and several plans at once, where they were asked for, of the jobs of schedule `index`
 * that were timed, in passes of their own, and fills their records: of the schedule's share of a budget (0:
 * none) a fifth at most. What fails costs a sentence on stderr. Errors: CG_INTERRUPTED, CG_NO_MEMORY. */
enum cg_status cg_run_add_latency(struct cg_run *run, int index, double budget_s, struct cg_error *err);

/* ---- run_schedules ---- */

/* Measures all schedules, a process of each in turn, so that each is spread over the whole run and what
 * changes on the machine meanwhile shows in its interval. Saves what there is every few seconds and at the
 * end. What was measured is in the results also after CG_INTERRUPTED or another failure. */
enum cg_status cg_run_measure(struct cg_run *run, struct cg_error *err);

/* Until all is measured, by what is known of the schedules, and the pace of these for the others. */
double cg_run_time_left_s(const struct cg_run *run, const struct cg_progress *progress);

/* ---- run_time ---- */

/* Fills allowed_s, expected and key. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_time_make(struct cg_run *run, struct cg_error *err);

/* The budget counts from now on. */
void cg_run_time_begin(struct cg_run *run);

/* Measuring starts now, with what is left of the budget; the seconds since then. */
void cg_run_time_start(struct cg_run *run);
double cg_run_time_gone_s(const struct cg_run *run);

/* A run with a budget is over when that is, and a fifth for the passes behind the rounds. */
static inline bool cg_run_is_over(const struct cg_run *run)
{
    return run->over_ns > 0 && cg_now_ns() > run->over_ns;
}

/* Adds what a measurement took. */
void cg_run_time_use(struct cg_run *run, const struct cg_measurement *measurement);

/* "32 % samples, 31 % discarded runs before them, 30 % preparation (1 start, 6 compile, ...), 7 % the rest";
 * empty when nothing was timed. */
struct cg_phrase cg_time_use_text(const struct cg_time_use *used);

/* A schedule's share of the budget, by what the schedules are allowed without one; 0 without a budget. */
double cg_run_time_share_s(const struct cg_run *run, int schedule);

/* ---- what is printed without a results file ---- */

/* run_dry: what would be measured, and how long it would take. */
enum cg_status cg_run_dry(const struct cg_run *run, struct cg_error *err);

/* reuse_table: suites that are computed from graphs (feature reuse, the paper's Figure 4). CG_INVALID where
 * they were asked for together with what only measured suites have. */
enum cg_status cg_run_print_computed(const struct cg_run *run, struct cg_error *err);

/* sustained: how fast every record of the (one) schedule was in each of several equal stretches of the time
 * that it took, its rank in the first and the last of them, and what frequency, temperature and the yardstick
 * did meanwhile. Nothing is printed for a schedule without rounds. */
enum cg_status cg_sustained_print(struct cg_run *run, struct cg_error *err);

#endif
