#include "bench/audit/costs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Times of one run of every job in every round; NAN where a job has no sample. */
struct times {
    int n_slots; /* process * rounds + round */
    int64_t *process;
    double *ns; /* ns[job * n_slots + slot] */
};

/* Scratch for the values of one set of places, a value a slot. */
struct values {
    double *original, *replacement, *cost, *ratio;
    double *scratch; /* 3 * n_slots */
};

static bool take_times(const struct cg_measurement *measurement, struct times *times)
{
    int processes = 0, rounds = 0;
    for (int j = 0; j < measurement->n_jobs; j++) {
        const struct cg_samples *s = &measurement->jobs[j].samples;
        for (int i = 0; i < s->n; i++) {
            processes = s->all[i].process >= processes ? s->all[i].process + 1 : processes;
            rounds = s->all[i].round >= rounds ? s->all[i].round + 1 : rounds;
        }
    }
    times->n_slots = processes * rounds;
    const size_t slots = (size_t)times->n_slots;
    times->process = malloc((slots + 1) * sizeof *times->process);
    times->ns = malloc(((size_t)measurement->n_jobs * slots + 1) * sizeof *times->ns);
    if (!times->process || !times->ns)
        return false;
    for (size_t i = 0; i < slots; i++)
        times->process[i] = (int64_t)i / rounds;
    for (size_t i = 0; i < (size_t)measurement->n_jobs * slots; i++)
        times->ns[i] = NAN;
    for (int j = 0; j < measurement->n_jobs; j++) {
        const struct cg_samples *s = &measurement->jobs[j].samples;
        for (int i = 0; i < s->n; i++)
            times->ns[(size_t)j * slots + (size_t)(s->all[i].process * rounds + s->all[i].round)] =
                (double)s->all[i].ns / s->all[i].iterations;
    }
    return true;
}

static bool make_values(struct values *values, int n_slots)
{
    const size_t n = (size_t)n_slots + 1;
    values->original = malloc(7 * n * sizeof *values->original);
    if (!values->original)
        return false;
    values->replacement = values->original + n;
    values->cost = values->original + 2 * n;
    values->ratio = values->original + 3 * n;
    values->scratch = values->original + 4 * n;
    return true;
}

/* The interval of values that are not on a log scale. */
static struct cg_interval interval_over_processes(const struct times *times, const double *values,
                                                  double *scratch)
{
    const struct cg_estimate e =
        cg_estimate_over_processes(values, times->process, (size_t)times->n_slots, scratch);
    return (struct cg_interval){e.mean, e.low, e.high};
}

static bool is_measured(const struct cg_audit_jobs *jobs, const struct cg_measurement *measurement,
                        int breach)
{
    return jobs->original[breach] >= 0 &&
           measurement->jobs[jobs->original[breach]].state == CG_JOB_MEASURED &&
           measurement->jobs[jobs->replacement[breach]].state == CG_JOB_MEASURED;
}

/* What is being formed. */
struct maker {
    const struct cg_audit *audit;
    const struct cg_audit_jobs *jobs;
    const struct cg_measurement *measurement;
    struct times times;
    struct values values;
};

/* Adds one place to the sums of every round. Doing better per madd than the replacement means a time below
 * the replacement's at the same number of multiply-adds. */
static void add_place(const struct maker *m, int breach, struct cg_audit_cost *cost)
{
    const struct cg_breach *b = &m->audit->breaches[breach];
    const size_t slots = (size_t)m->times.n_slots;
    const double *original = m->times.ns + (size_t)m->jobs->original[breach] * slots;
    const double *replacement = m->times.ns + (size_t)m->jobs->replacement[breach] * slots;
    const double scale = (double)b->original_madds / (double)b->replacement_madds;
    for (size_t i = 0; i < slots; i++) {
        m->values.original[i] += original[i];
        m->values.replacement[i] += replacement[i];
        m->values.cost[i] += original[i] - scale * replacement[i];
        m->values.ratio[i] += scale * replacement[i];
    }
    cost->original_madds += b->original_madds;
    cost->replacement_madds += b->replacement_madds;
    cost->measured++;
}

/* The places that `wanted` names. */
static void form_cost(const struct maker *m, const bool *wanted, struct cg_audit_cost *cost)
{
    const struct cg_interval unknown = {NAN, NAN, NAN};
    *cost = (struct cg_audit_cost){.original_ns = unknown, .replacement_ns = unknown, .cost_ns = unknown};
    cost->ratio = (struct cg_estimate){NAN, NAN, 0, 0, NAN, NAN};
    const size_t slots = (size_t)m->times.n_slots;
    memset(m->values.original, 0, 4 * (slots + 1) * sizeof *m->values.original);
    for (int i = 0; i < m->audit->n_breaches; i++) {
        if (!wanted[i])
            continue;
        cost->places++;
        if (is_measured(m->jobs, m->measurement, i))
            add_place(m, i, cost);
    }
    if (cost->measured == 0)
        return;
    for (size_t i = 0; i < slots; i++)
        m->values.ratio[i] = log(m->values.original[i]) - log(m->values.ratio[i]);
    cost->original_ns = interval_over_processes(&m->times, m->values.original, m->values.scratch);
    cost->replacement_ns = interval_over_processes(&m->times, m->values.replacement, m->values.scratch);
    cost->cost_ns = interval_over_processes(&m->times, m->values.cost, m->values.scratch);
    cost->ratio = cg_estimate_over_processes(m->values.ratio, m->times.process, slots, m->values.scratch);
}

/* Verdicts of n costs as one table. */
static bool judge(struct cg_audit_cost *costs, size_t n, double delta)
{
    struct cg_estimate *ratios = calloc(n + 1, sizeof *ratios);
    enum cg_verdict *verdicts = malloc((n + 1) * sizeof *verdicts);
    bool enough = ratios && verdicts;
    for (size_t i = 0; enough && i < n; i++)
        ratios[i] = costs[i].ratio;
    enough = enough && cg_verdicts(ratios, n, delta, verdicts);
    for (size_t i = 0; enough && i < n; i++)
        costs[i].verdict = verdicts[i];
    free(ratios);
    free(verdicts);
    return enough;
}

/* Lists the blocks that break something; the audit has them in order. */
static bool list_blocks(const struct cg_audit *audit, struct cg_audit_costs *costs)
{
    costs->blocks = calloc((size_t)audit->n_breaches + 1, sizeof *costs->blocks);
    costs->block_names = calloc((size_t)audit->n_breaches + 1, sizeof *costs->block_names);
    if (!costs->blocks || !costs->block_names)
        return false;
    for (int i = 0; i < audit->n_breaches; i++) {
        const char *block = audit->breaches[i].block;
        if (i == 0 || strcmp(block, audit->breaches[i - 1].block) != 0)
            costs->block_names[costs->n_blocks++] = block;
    }
    return true;
}

static void form_all(struct maker *m, bool *wanted, struct cg_audit_costs *costs)
{
    const int n = m->audit->n_breaches;
    const struct cg_breach *breaches = m->audit->breaches;
    costs->network_ns = interval_over_processes(&m->times, m->times.ns, m->values.scratch);
    for (int i = 0; i < n; i++) {
        memset(wanted, 0, (size_t)n * sizeof *wanted);
        wanted[i] = true;
        form_cost(m, wanted, &costs->breaches[i]);
    }
    for (int g = 0; g < CG_GUIDELINE_COUNT; g++) {
        for (int i = 0; i < n; i++)
            wanted[i] = (int)breaches[i].guideline == g;
        form_cost(m, wanted, &costs->guidelines[g]);
        if (costs->guidelines[g].ratio.processes > costs->processes)
            costs->processes = costs->guidelines[g].ratio.processes;
        for (int b = 0; b < costs->n_blocks; b++) {
            for (int i = 0; i < n; i++)
                wanted[i] =
                    (int)breaches[i].guideline == g && strcmp(breaches[i].block, costs->block_names[b]) == 0;
            form_cost(m, wanted, &costs->blocks[b][g]);
        }
    }
}

enum cg_status cg_audit_costs_make(const struct cg_audit *audit, const struct cg_audit_jobs *jobs,
                                   const struct cg_measurement *measurement, double noise_floor,
                                   struct cg_audit_costs *costs, struct cg_error *err)
{
    const size_t n = (size_t)audit->n_breaches;
    struct maker m = {.audit = audit, .jobs = jobs, .measurement = measurement};
    *costs = (struct cg_audit_costs){.n_breaches = audit->n_breaches, .delta = cg_delta(noise_floor)};
    costs->breaches = calloc(n + 1, sizeof *costs->breaches);
    bool *wanted = calloc(n + 1, sizeof *wanted);
    bool enough = costs->breaches && wanted && list_blocks(audit, costs) &&
                  take_times(measurement, &m.times) && make_values(&m.values, m.times.n_slots);
    if (enough) {
        form_all(&m, wanted, costs);
        enough = judge(costs->breaches, n, costs->delta) &&
                 judge(costs->guidelines, CG_GUIDELINE_COUNT, costs->delta) &&
                 judge(costs->blocks[0], (size_t)costs->n_blocks * CG_GUIDELINE_COUNT, costs->delta);
    }
    free(wanted);
    free(m.times.process);
    free(m.times.ns);
    free(m.values.original);
    return enough ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the costs of the audit");
}

void cg_audit_costs_release(struct cg_audit_costs *costs)
{
    free(costs->breaches);
    free(costs->blocks);
    free(costs->block_names);
    *costs = (struct cg_audit_costs){0};
}
