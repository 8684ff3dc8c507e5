#include "report/rounds.h"

#include <math.h>
#include <stdlib.h>

struct timed_round {
    int64_t process, round;
    double log_time;
};

static int compare_rounds(const void *a, const void *b)
{
    const struct timed_round *x = a, *y = b;
    if (x->process != y->process)
        return x->process < y->process ? -1 : 1;
    if (x->round != y->round)
        return x->round < y->round ? -1 : 1;
    return (x->log_time > y->log_time) - (x->log_time < y->log_time);
}

/* A record's samples in the order of process and round; malloc'd, NULL without memory. */
static struct timed_round *sorted_rounds(const struct cg_record *record)
{
    const struct cg_sample_arrays *s = &record->samples;
    struct timed_round *rounds = malloc(((size_t)s->n + 1) * sizeof *rounds);
    for (int i = 0; rounds && i < s->n; i++)
        rounds[i] = (struct timed_round){s->process[i], s->round[i],
                                         log((double)s->ns[i]) - log((double)s->iterations[i])};
    if (rounds)
        qsort(rounds, (size_t)s->n, sizeof *rounds, compare_rounds);
    return rounds;
}

static void add_log(struct cg_round_logs *logs, const struct timed_round *round, double log)
{
    logs->logs[logs->n] = log;
    logs->processes[logs->n] = round->process;
    logs->rounds[logs->n++] = round->round;
}

static void add_pairs(struct cg_round_logs *logs, const struct timed_round *a, int na,
                      const struct timed_round *b, int nb)
{
    for (int i = 0, j = 0; i < na && j < nb;) {
        struct timed_round key = a[i];
        key.log_time = b[j].log_time;
        const int order = compare_rounds(&key, &b[j]);
        if (order == 0)
            add_log(logs, &a[i], a[i].log_time - b[j].log_time);
        i += order <= 0;
        j += order >= 0;
    }
}

bool cg_round_logs_of(const struct cg_record *a, const struct cg_record *b, struct cg_round_logs *logs)
{
    const size_t room = (size_t)(a->samples.n > 0 ? a->samples.n : 1);
    struct timed_round *rounds_a = sorted_rounds(a), *rounds_b = b ? sorted_rounds(b) : NULL;
    *logs =
        (struct cg_round_logs){0, malloc(room * 4 * sizeof *logs->logs),
                               malloc(room * sizeof *logs->processes), malloc(room * sizeof *logs->rounds)};
    const bool enough = rounds_a && (!b || rounds_b) && logs->logs && logs->processes && logs->rounds;
    if (enough && b)
        add_pairs(logs, rounds_a, a->samples.n, rounds_b, b->samples.n);
    for (int i = 0; enough && !b && i < a->samples.n; i++)
        add_log(logs, &rounds_a[i], rounds_a[i].log_time);
    free(rounds_a);
    free(rounds_b);
    return enough;
}

void cg_round_logs_free(struct cg_round_logs *logs)
{
    free(logs->logs);
    free(logs->processes);
    free(logs->rounds);
    *logs = (struct cg_round_logs){0};
}

const struct cg_schedule *cg_schedule_of(const struct cg_results *results, const struct cg_record *record)
{
    for (int s = 0; s < results->n_schedules; s++)
        if (results->schedules[s]->id == record->schedule)
            return results->schedules[s];
    return NULL;
}

int cg_record_processes(const struct cg_record *record)
{
    int64_t most = 0;
    for (int i = 0; i < record->samples.n; i++)
        if (record->samples.process[i] < CG_PROCESSES_MAX && record->samples.process[i] >= most)
            most = record->samples.process[i] + 1;
    return (int)most;
}

/* ---- quiet rounds ---- */

/* Whether a schedule's round i comes before one of a record: both are in the order of process and round. */
static bool is_before(const struct cg_schedule *s, int i, int64_t process, int64_t round)
{
    return s->process[i] != process ? s->process[i] < process : s->round[i] < round;
}

/* Keeps of the logs those of rounds that the schedule tells of, and says which of these were quiet. */
static void find_quiet(const struct cg_schedule *s, struct cg_round_logs *logs, bool *quiet)
{
    size_t kept = 0;
    int at = 0;
    for (size_t i = 0; i < logs->n; i++) {
        while (at < s->n_rounds && (is_before(s, at, logs->processes[i], logs->rounds[i]) ||
                                    (s->disturbed && s->disturbed[at] == 1)))
            at++;
        if (at == s->n_rounds || s->process[at] != logs->processes[i] || s->round[at] != logs->rounds[i] ||
            s->round_flags[at] < 0 || isnan(logs->logs[i]))
            continue;
        quiet[kept] = s->round_flags[at] == 0;
        logs->logs[kept] = logs->logs[i];
        logs->processes[kept++] = logs->processes[i];
    }
    logs->n = kept;
}

bool cg_record_medians_by_state(const struct cg_results *results, const struct cg_record *a,
                                const struct cg_record *b, int n, double *quiet, double *others)
{
    const struct cg_schedule *schedule = cg_schedule_of(results, a);
    struct cg_round_logs logs = {0};
    for (int p = 0; p < n; p++)
        quiet[p] = others[p] = NAN;
    if (!schedule || schedule->n_rounds <= 0)
        return true;
    bool *is_quiet = malloc(((size_t)a->samples.n + 1) * sizeof *is_quiet);
    const bool enough = cg_round_logs_of(a, b, &logs) && is_quiet;
    if (enough)
        find_quiet(schedule, &logs, is_quiet);
    for (size_t i = 0, end; enough && i < logs.n; i = end) {
        for (end = i; end < logs.n && logs.processes[end] == logs.processes[i];)
            end++;
        const int64_t p = logs.processes[i];
        if (p >= 0 && p < n)
            cg_medians_by_state(logs.logs + i, is_quiet + i, end - i, logs.logs + a->samples.n, &quiet[p],
                                &others[p]);
    }
    cg_round_logs_free(&logs);
    free(is_quiet);
    return enough;
}

bool cg_record_by_state(const struct cg_results *results, const struct cg_record *a,
                        const struct cg_record *b, struct cg_by_state *state)
{
    const int n = cg_record_processes(a);
    *state = (struct cg_by_state){0};
    if (n == 0 || (b && a->schedule != b->schedule))
        return true;
    double *medians = malloc((size_t)n * 5 * sizeof *medians);
    const bool enough = medians && cg_record_medians_by_state(results, a, b, n, medians, medians + n);
    if (enough)
        *state = cg_by_state_of(medians, medians + n, (size_t)n, medians + (size_t)n * 2);
    free(medians);
    return enough;
}

/* The medians of a record's quiet rounds, one a process that has enough of them; how many, -1 without memory.
 * `medians` has room for two a process. */
static int quiet_medians(const struct cg_results *results, const struct cg_record *record, int processes,
                         double *medians)
{
    int kept = 0;
    if (!cg_record_medians_by_state(results, record, NULL, processes, medians, medians + processes))
        return -1;
    for (int p = 0; p < processes; p++)
        if (!isnan(medians[p]))
            medians[kept++] = medians[p];
    return kept;
}

bool cg_quiet_log_ratio(const struct cg_results *results_a, const struct cg_record *a,
                        const struct cg_results *results_b, const struct cg_record *b,
                        struct cg_estimate *ratio)
{
    const int processes_a = cg_record_processes(a), processes_b = cg_record_processes(b);
    double *of_a = malloc(((size_t)processes_a + (size_t)processes_b + 1) * 2 * sizeof *of_a),
           *of_b = of_a ? of_a + 2 * processes_a : NULL;
    const int n_a = of_a ? quiet_medians(results_a, a, processes_a, of_a) : -1;
    const int n_b = n_a >= 0 ? quiet_medians(results_b, b, processes_b, of_b) : -1;
    *ratio = cg_unknown_estimate;
    if (n_a >= CG_STATE_PROCESSES_MIN && n_b >= CG_STATE_PROCESSES_MIN)
        *ratio = cg_estimate_difference(of_a, (size_t)n_a, of_b, (size_t)n_b);
    free(of_a);
    return n_b >= 0;
}
