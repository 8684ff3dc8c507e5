#include "bench/audit/costs.h"

#include <math.h>
#include <string.h>

/* What is being formed, and from what. */
struct maker {
    const struct cg_audit *audit;
    const struct cg_audit_jobs *jobs;
    const struct cg_measurement *measurement;
    struct cg_arena *arena;
    double noise_floor; /* NAN: not known */
    int n_slots;        /* process * rounds + round */
    int64_t *process;
    double *ns; /* of one run: ns[job * n_slots + slot]; NAN where a job has no sample */
    /* Scratch for one set of places, a value a slot. */
    double *original, *replacement, *cost, *ratio;
    double *scratch; /* 3 * n_slots */
};

/* Puts the times of every job into the rounds' places. */
static bool take_times(struct maker *m)
{
    const struct cg_measurement *measurement = m->measurement;
    int processes = 0, rounds = 0;
    for (int j = 0; j < measurement->n_jobs; j++) {
        const struct cg_samples *s = &measurement->jobs[j].samples;
        for (int i = 0; i < s->n; i++) {
            processes = s->all[i].process >= processes ? s->all[i].process + 1 : processes;
            rounds = s->all[i].round >= rounds ? s->all[i].round + 1 : rounds;
        }
    }
    m->n_slots = processes * rounds;
    const size_t slots = (size_t)m->n_slots, all = (size_t)measurement->n_jobs * slots;
    m->process = cg_arena_array(m->arena, slots, sizeof *m->process);
    m->ns = cg_arena_array(m->arena, all + 7 * slots, sizeof *m->ns);
    if (!m->process || !m->ns)
        return false;
    m->original = m->ns + all;
    m->replacement = m->original + slots;
    m->cost = m->replacement + slots;
    m->ratio = m->cost + slots;
    m->scratch = m->ratio + slots;
    for (size_t i = 0; i < slots; i++)
        m->process[i] = (int64_t)i / rounds;
    for (size_t i = 0; i < all; i++)
        m->ns[i] = NAN;
    for (int j = 0; j < measurement->n_jobs; j++) {
        const struct cg_samples *s = &measurement->jobs[j].samples;
        for (int i = 0; i < s->n; i++)
            m->ns[(size_t)j * slots + (size_t)(s->all[i].process * rounds + s->all[i].round)] =
                (double)s->all[i].ns / s->all[i].iterations;
    }
    return true;
}

/* The interval of values that are not on a log scale. */
static struct cg_interval interval_over_processes(const struct maker *m, const double *values)
{
    const struct cg_estimate e =
        cg_estimate_over_processes(values, m->process, (size_t)m->n_slots, m->scratch);
    return (struct cg_interval){e.mean, e.low, e.high};
}

static bool is_measured(const struct maker *m, int breach)
{
    const struct cg_job_result *results = m->measurement->jobs;
    return m->jobs->original[breach] >= 0 && results[m->jobs->original[breach]].state == CG_JOB_MEASURED &&
           results[m->jobs->replacement[breach]].state == CG_JOB_MEASURED;
}

/* Adds one place to the sums of every round. Doing better per madd than the replacement means a time below
 * the replacement's at the same number of multiply-adds. */
static void add_place(const struct maker *m, int breach, struct cg_audit_cost *cost)
{
    const struct cg_breach *b = &m->audit->breaches[breach];
    const size_t slots = (size_t)m->n_slots;
    const double *original = m->ns + (size_t)m->jobs->original[breach] * slots;
    const double *replacement = m->ns + (size_t)m->jobs->replacement[breach] * slots;
    const double scale = (double)b->original_madds / (double)b->replacement_madds;
    for (size_t i = 0; i < slots; i++) {
        m->original[i] += original[i];
        m->replacement[i] += replacement[i];
        m->cost[i] += original[i] - scale * replacement[i];
        m->ratio[i] += scale * replacement[i];
    }
    cost->original_madds += b->original_madds;
    cost->replacement_madds += b->replacement_madds;
    cost->measured++;
}

/* The places that break a guideline among the breaches [first, end). */
static void form_cost(const struct maker *m, enum cg_guideline guideline, int first, int end,
                      struct cg_audit_cost *cost)
{
    const struct cg_interval unknown = {NAN, NAN, NAN};
    const size_t slots = (size_t)m->n_slots;
    *cost = (struct cg_audit_cost){.original_ns = unknown, .replacement_ns = unknown, .cost_ns = unknown};
    cost->ratio = (struct cg_estimate){NAN, NAN, 0, 0, NAN, NAN};
    memset(m->original, 0, 4 * slots * sizeof *m->original);
    for (int i = first; i < end; i++) {
        if (m->audit->breaches[i].guideline != guideline)
            continue;
        cost->places++;
        if (is_measured(m, i))
            add_place(m, i, cost);
    }
    if (cost->measured == 0)
        return;
    for (size_t i = 0; i < slots; i++)
        m->ratio[i] = log(m->original[i]) - log(m->ratio[i]);
    cost->original_ns = interval_over_processes(m, m->original);
    cost->replacement_ns = interval_over_processes(m, m->replacement);
    cost->cost_ns = interval_over_processes(m, m->cost);
    cost->ratio = cg_estimate_resolved(cg_estimate_over_processes(m->ratio, m->process, slots, m->scratch),
                                       m->noise_floor);
}

/* Verdicts of n costs as one table. */
static bool judge(const struct maker *m, struct cg_audit_cost *costs, size_t n, double delta)
{
    struct cg_judged *rows = cg_arena_array(m->arena, n, sizeof *rows);
    for (size_t i = 0; rows && i < n; i++)
        rows[i] = (struct cg_judged){.ratio = costs[i].ratio, .delta = delta};
    const bool enough = rows && cg_judge(rows, n, CG_DO_THEY_DIFFER);
    for (size_t i = 0; enough && i < n; i++)
        costs[i].verdict = rows[i].verdict;
    return enough;
}

/* The breach behind those of the block that breach `first` is in; the audit has them in order. */
static int end_of_block(const struct cg_audit *audit, int first)
{
    int end = first + 1;
    while (end < audit->n_breaches && strcmp(audit->breaches[end].block, audit->breaches[first].block) == 0)
        end++;
    return end;
}

static void form_all(const struct maker *m, struct cg_audit_costs *costs)
{
    const int n = m->audit->n_breaches;
    costs->network_ns = interval_over_processes(m, m->ns);
    for (int i = 0; i < n; i++)
        form_cost(m, m->audit->breaches[i].guideline, i, i + 1, &costs->breaches[i]);
    for (int first = 0; first < n; first = end_of_block(m->audit, first)) {
        costs->block_names[costs->n_blocks] = m->audit->breaches[first].block;
        for (int g = 0; g < CG_GUIDELINE_COUNT; g++)
            form_cost(m, (enum cg_guideline)g, first, end_of_block(m->audit, first),
                      &costs->blocks[costs->n_blocks][g]);
        costs->n_blocks++;
    }
    for (int g = 0; g < CG_GUIDELINE_COUNT; g++) {
        form_cost(m, (enum cg_guideline)g, 0, n, &costs->guidelines[g]);
        if (costs->guidelines[g].ratio.processes > costs->processes)
            costs->processes = costs->guidelines[g].ratio.processes;
    }
}

enum cg_status cg_audit_costs_make(const struct cg_audit *audit, const struct cg_audit_jobs *jobs,
                                   const struct cg_measurement *measurement, double noise_floor,
                                   struct cg_audit_costs *costs, struct cg_error *err)
{
    const size_t n = (size_t)audit->n_breaches;
    struct maker m = {audit, jobs, measurement, cg_arena_create(0), .noise_floor = noise_floor};
    *costs = (struct cg_audit_costs){.delta = cg_delta(noise_floor), .arena = m.arena};
    bool enough = m.arena && take_times(&m);
    if (enough) {
        costs->breaches = cg_arena_array(m.arena, n, sizeof *costs->breaches);
        costs->blocks = cg_arena_array(m.arena, n, sizeof *costs->blocks);
        costs->block_names = cg_arena_array(m.arena, n, sizeof *costs->block_names);
        enough = costs->breaches && costs->blocks && costs->block_names;
    }
    if (enough) {
        form_all(&m, costs);
        enough = judge(&m, costs->breaches, n, costs->delta) &&
                 judge(&m, costs->guidelines, CG_GUIDELINE_COUNT, costs->delta) &&
                 judge(&m, costs->blocks[0], (size_t)costs->n_blocks * CG_GUIDELINE_COUNT, costs->delta);
    }
    return enough ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the costs of the audit");
}

void cg_audit_costs_release(struct cg_audit_costs *costs)
{
    cg_arena_destroy(&costs->arena);
    *costs = (struct cg_audit_costs){0};
}
