#include "bench/device/counters/parts.h"
#include "base/nearest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSES_MAX CG_COUNTERS_MAX
#define ROWS_MAX   CG_COUNTERS_MAX

CG_NAMES_DEFINE(cg_counter_source, CG_COUNTER_SOURCES)

struct cg_counter_set {
    int n, n_passes, running; /* running: the pass, or -1 */
    struct cg_trial trials[CG_COUNTERS_MAX];
    const struct cg_papi *papi; /* NULL: it counts nothing */
    struct cg_papi_group *groups[PASSES_MAX];
    struct cg_sensors *sensors; /* NULL unless energy is counted */
    double energy_start;
};

/* Adds a PAPI event to a pass's group, made when there is none; false when they cannot be counted together.
 */
static bool add_to_pass(struct cg_counter_set *set, struct cg_trial *t, int pass, int places[], char why[256])
{
    if (!set->groups[pass]) {
        set->groups[pass] = set->papi->make();
        set->n_passes = pass + 1;
    }
    if (!set->groups[pass] || !set->papi->add(set->groups[pass], t->counter.event, why, 256))
        return false;
    t->pass = pass;
    t->place = places[pass]++;
    return true;
}

/* Puts the PAPI events that can be counted together into one pass. */
static void make_passes(struct cg_counter_set *set)
{
    int places[PASSES_MAX] = {0};
    for (int i = 0; i < set->n; i++) {
        struct cg_trial *t = &set->trials[i];
        struct cg_counter *c = &t->counter;
        char why[256] = "";
        for (int pass = 0; t->backend == CG_BY_PAPI && t->pass < 0 && pass < PASSES_MAX; pass++) {
            if (add_to_pass(set, t, pass, places, why) || places[pass] > 0)
                continue;
            t->backend = CG_BY_NOTHING; /* not even by itself */
            c->available = false;
            c->counted = c->relative_error = NAN;
            snprintf(c->why_not, sizeof c->why_not, "%s", why);
        }
    }
    if (set->n_passes == 0)
        set->n_passes = 1; /* what is not PAPI's is counted in every pass */
}

static enum cg_status add_named(struct cg_counter_set *set, const char *name, struct cg_error *err)
{
    char why[256], near[256];
    const char *names[ROWS_MAX];
    int n = 0, row = -1;
    for (; cg_trial_row(n); n++) {
        names[n] = cg_trial_row(n);
        row = strcmp(names[n], name) == 0 ? n : row;
    }
    if (set->n == CG_COUNTERS_MAX)
        return cg_fail(err, CG_INVALID, "more than %d counters at once", CG_COUNTERS_MAX);
    set->papi = cg_papi(why, sizeof why);
    const bool native = strchr(name, ':') || strncmp(name, "PAPI_", 5) == 0;
    if (row < 0 && (!native || (set->papi && !set->papi->knows(name)))) {
        cg_nearest(name, names, n, near, sizeof near);
        return cg_fail(err, CG_INVALID,
                       "unknown counter '%s'%s%s%s; 'convgauge list counters' shows what there is", name,
                       near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
    }
    cg_trial_init(&set->trials[set->n++], name, row);
    return CG_OK;
}

static enum cg_status add_list(struct cg_counter_set *set, char *list, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    char *save = NULL;
    for (char *name = strtok_r(list, ", ", &save); name && status == CG_OK;
         name = strtok_r(NULL, ", ", &save)) {
        if (strcmp(name, "default") != 0)
            status = add_named(set, name, err);
        else
            for (int row = 0; cg_trial_row(row) && status == CG_OK; row++)
                status = add_named(set, cg_trial_row(row), err);
    }
    return status;
}

enum cg_status cg_counters_open(const char *list, struct cg_counter_set **set, struct cg_error *err)
{
    struct cg_counter_set *s = calloc(1, sizeof *s);
    enum cg_status status;
    *set = NULL;
    if (!s)
        return cg_fail(err, CG_NO_MEMORY, "no memory for counters");
    s->running = -1;
    char *text = strdup(list && *list ? list : "default");
    status = text ? add_list(s, text, err) : cg_fail(err, CG_NO_MEMORY, "no memory for counters");
    free(text);
    for (int i = 0; i < s->n && status == CG_OK; i++)
        cg_trial_run(&s->trials[i], &s->sensors);
    if (status == CG_OK)
        make_passes(s);
    if (status != CG_OK)
        cg_counters_close(&s);
    *set = s;
    return status;
}

void cg_counters_close(struct cg_counter_set **set)
{
    struct cg_counter_set *s = *set;
    if (!s)
        return;
    for (int i = 0; s->papi && i < PASSES_MAX; i++)
        s->papi->drop(&s->groups[i]);
    for (int i = 0; i < s->n; i++)
        if (s->trials[i].fd >= 0)
            close(s->trials[i].fd);
    cg_sensors_close(&s->sensors);
    free(s);
    *set = NULL;
}

int cg_counters_count(const struct cg_counter_set *set)
{
    return set->n;
}

const struct cg_counter *cg_counters_get(const struct cg_counter_set *set, int i)
{
    return &set->trials[i].counter;
}

int cg_counters_passes(const struct cg_counter_set *set)
{
    return set->n_passes;
}

enum cg_status cg_counters_start(struct cg_counter_set *set, int pass, struct cg_error *err)
{
    char why[256] = "";
    if (pass < 0 || pass >= set->n_passes || set->running >= 0)
        return cg_fail(err, CG_INVALID, "counting pass %d of %d cannot be started", pass, set->n_passes);
    for (int i = 0; i < set->n; i++) {
        struct cg_trial *t = &set->trials[i];
        if (t->backend == CG_BY_KERNEL)
            t->start = cg_soft_read(t->soft, t->fd);
    }
    set->energy_start = cg_energy_now(set->sensors);
    if (set->groups[pass] && !set->papi->start(set->groups[pass], why, sizeof why))
        return cg_fail(err, CG_FAILED, "%s", why);
    set->running = pass;
    return CG_OK;
}

enum cg_status cg_counters_stop(struct cg_counter_set *set, double *values, struct cg_error *err)
{
    long long counts[CG_COUNTERS_MAX];
    const int pass = set->running;
    if (pass < 0)
        return cg_fail(err, CG_INVALID, "counting was not started");
    set->running = -1;
    const bool counted = set->groups[pass] && set->papi->stop(set->groups[pass], counts);
    const double energy = cg_energy_now(set->sensors) - set->energy_start;
    for (int i = 0; i < set->n; i++) {
        const struct cg_trial *t = &set->trials[i];
        if (t->backend == CG_BY_PAPI && t->pass == pass)
            values[i] = counted ? (double)counts[t->place] : NAN;
        else if (t->backend == CG_BY_KERNEL && pass == 0) {
            const int64_t end = cg_soft_read(t->soft, t->fd);
            values[i] = t->start < 0 || end < 0 ? NAN : (double)(end - t->start);
        } else if (t->backend == CG_BY_SENSOR && pass == 0)
            values[i] = energy;
        else if (t->backend == CG_BY_NOTHING)
            values[i] = NAN;
    }
    if (set->groups[pass] && !counted)
        return cg_fail(err, CG_FAILED, "PAPI could not read its counters");
    return CG_OK;
}

void cg_counters_describe(const struct cg_counter_set *set, char *text, size_t size)
{
    int hardware = 0, working = 0;
    double worst = 0;
    const char *why = "none was asked for";
    for (int i = set->n - 1; i >= 0; i--) {
        const struct cg_counter *c = &set->trials[i].counter;
        if (c->source != CG_COUNTER_HARDWARE)
            continue;
        hardware++;
        working += c->available;
        if (!c->available)
            why = c->why_not;
        if (c->available)
            worst = fmax(worst, fabs(c->relative_error));
    }
    if (working == 0)
        snprintf(text, size, "no hardware counters: %s", why);
    else
        snprintf(text, size, "%d of %d hardware counters work; largest error on a known loop %.1f %%",
                 working, hardware, 100 * worst);
}
