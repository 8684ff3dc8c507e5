#include "bench/device/counters.h"

#include "bench/device/counters/backends.h"
#include "bench/device/counters/known_loops.h"
#include "bench/device/emulation.h"
#include "bench/device/sensors.h"
#include "bench/device/sysfile.h"
#include "base/nearest.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSES_MAX    CG_COUNTERS_MAX
#define ERROR_ALLOWED 0.9 /* beyond it, the event is not the one that the name promises */

static const char *const sources[] = {
#define NAME(id, name) [id] = name,
    CG_COUNTER_SOURCES(NAME)
#undef NAME
};

const char *cg_counter_source_name(enum cg_counter_source source)
{
    return (unsigned)source < CG_COUNTER_SOURCE_COUNT ? sources[source] : "unknown";
}

/* The default set. Several events: the first that can be counted. */
static const struct row {
    const char *name, *unit;
    enum cg_counter_source source;
    const char *events[4];
    int soft; /* enum cg_soft_event, or -1 */
    enum cg_known_loop loop;
    enum cg_known_quantity quantity;
} rows[] = {
    {"cycles",
     "cycles",
     CG_COUNTER_HARDWARE,
     {"PAPI_TOT_CYC", "perf::CYCLES"},
     -1,
     CG_LOOP_ADDS,
     CG_KNOWN_CYCLES},
    {"instructions",
     "instructions",
     CG_COUNTER_HARDWARE,
     {"PAPI_TOT_INS", "perf::INSTRUCTIONS"},
     -1,
     CG_LOOP_ADDS,
     CG_KNOWN_INSTRUCTIONS},
    {"l1_misses",
     "lines",
     CG_COUNTER_HARDWARE,
     {"PAPI_L1_DCM", "perf::L1-DCACHE-LOAD-MISSES"},
     -1,
     CG_LOOP_CHASE_L1,
     CG_KNOWN_EVENTS},
    {"l2_misses",
     "lines",
     CG_COUNTER_HARDWARE,
     {"PAPI_L2_DCM", "PAPI_L2_TCM"},
     -1,
     CG_LOOP_CHASE_L2,
     CG_KNOWN_EVENTS},
    {"l3_misses",
     "lines",
     CG_COUNTER_HARDWARE,
     {"PAPI_L3_TCM", "perf::LLC-LOAD-MISSES", "perf::CACHE-MISSES"},
     -1,
     CG_LOOP_CHASE_L3,
     CG_KNOWN_EVENTS},
    {"fp_ops",
     "operations",
     CG_COUNTER_HARDWARE,
     {"PAPI_SP_OPS", "PAPI_FP_OPS"},
     -1,
     CG_LOOP_FMAS,
     CG_KNOWN_EVENTS},
    {"branch_misses",
     "branches",
     CG_COUNTER_HARDWARE,
     {"PAPI_BR_MSP", "perf::BRANCH-MISSES"},
     -1,
     CG_LOOP_BRANCHES,
     CG_KNOWN_EVENTS},
    {"task_clock",
     "ns",
     CG_COUNTER_SOFTWARE,
     {"perf::TASK-CLOCK"},
     CG_SOFT_TASK_CLOCK,
     CG_LOOP_SPIN,
     CG_KNOWN_EVENTS},
    {"page_faults",
     "faults",
     CG_COUNTER_SOFTWARE,
     {"perf::PAGE-FAULTS"},
     CG_SOFT_PAGE_FAULTS,
     CG_LOOP_TOUCH,
     CG_KNOWN_EVENTS},
    {"context_switches",
     "switches",
     CG_COUNTER_SOFTWARE,
     {"perf::CONTEXT-SWITCHES"},
     CG_SOFT_CONTEXT_SWITCHES,
     CG_LOOP_SLEEP,
     CG_KNOWN_EVENTS},
    {"migrations",
     "migrations",
     CG_COUNTER_SOFTWARE,
     {"perf::CPU-MIGRATIONS"},
     CG_SOFT_MIGRATIONS,
     CG_LOOP_MIGRATE,
     CG_KNOWN_EVENTS},
    {"energy", "J", CG_COUNTER_ENERGY, {NULL}, -1, CG_LOOP_SPIN, CG_KNOWN_EVENTS},
};
#define N_ROWS ((int)(sizeof rows / sizeof rows[0]))

enum backend { NOTHING, BY_PAPI, BY_KERNEL, BY_SENSOR };

struct member {
    struct cg_counter counter;
    const struct row *row; /* NULL: an event by its own name */
    enum backend backend;
    int pass, place; /* BY_PAPI */
    int fd;          /* BY_KERNEL; -1: getrusage */
    int64_t start;
};

struct cg_counter_set {
    int n, n_passes, running; /* running: the pass, or -1 */
    struct member members[CG_COUNTERS_MAX];
    struct cg_papi_group *groups[PASSES_MAX];
    struct cg_sensors *sensors; /* NULL unless energy is counted */
    double *values;             /* of the sensors */
    double energy_start;
};

/* Why the processor's counters cannot be used, and what would help. */
static void why_no_hardware(char *text, size_t size)
{
    struct cg_emulation emulation;
    const int error = cg_cycles_errno();
    const long long paranoid = cg_sys_read_int(NULL, -100, "/proc/sys/kernel/perf_event_paranoid");
    cg_emulation_detect(NULL, &emulation);
    if (emulation.emulated)
        snprintf(text, size, "there are none under emulation (%s)", emulation.emulator);
    else if (error == ENOSYS)
        snprintf(text, size, "the kernel has no perf_event_open, or a sandbox hides it");
    else if (error == EACCES || error == EPERM)
        snprintf(text, size,
                 paranoid > 2
                     ? "the kernel forbids it (perf_event_paranoid = %lld): sudo sysctl "
                       "kernel.perf_event_paranoid=1"
                     : "a sandbox forbids it (perf_event_paranoid = %lld would allow it): a container needs "
                       "the capability PERFMON and a seccomp profile that lets perf_event_open pass",
                 paranoid);
    else if (error != 0 && emulation.virtualised == 1)
        snprintf(text, size,
                 "this virtual machine (%s) has no performance-monitoring unit: the host must pass its own "
                 "on (QEMU: "
                 "-cpu host,pmu=on; in a cloud, a metal instance)",
                 emulation.hypervisor[0] ? emulation.hypervisor : "unknown hypervisor");
    else if (error != 0)
        snprintf(text, size, "the kernel knows no counters of this processor (perf_event_open: %s)",
                 strerror(error));
    else
        snprintf(text, size, "the event can be opened, but does not count the known loop");
}

static bool believable(const struct cg_counter *c)
{
    return c->counted > 0 && (isnan(c->relative_error) || fabs(c->relative_error) <= ERROR_ALLOWED);
}

static void compare(struct cg_counter *c, double expected, double counted)
{
    c->expected = expected;
    c->counted = counted;
    c->relative_error = expected > 0 ? counted / expected - 1 : NAN;
}

/* Adds one PAPI event by itself and counts a known loop (or, for an event that we know nothing about, an
 * arbitrary one). */
static bool try_papi(struct member *m, const char *event, enum cg_known_loop loop,
                     enum cg_known_quantity quantity, bool must_inherit)
{
    struct cg_counter *c = &m->counter;
    long long counted[1] = {0};
    if (!cg_papi_ready(c->why_not, sizeof c->why_not))
        return false;
    struct cg_papi_group *group = cg_papi_group_make();
    bool good = group && cg_papi_group_add(group, event, c->why_not, sizeof c->why_not) &&
                (!must_inherit || cg_papi_group_inherits(group));
    struct cg_known_work *work = good ? cg_known_loop_prepare(loop) : NULL;
    good = good && cg_papi_group_start(group, c->why_not, sizeof c->why_not);
    if (good) {
        const double expected = cg_known_loop_run(work, quantity);
        good = cg_papi_group_stop(group, counted);
        compare(c, expected, (double)counted[0]);
    }
    cg_known_loop_release(&work);
    cg_papi_group_free(&group);
    return good;
}

static void try_hardware(struct member *m)
{
    struct cg_counter *c = &m->counter;
    for (int i = 0; i < 4 && m->row->events[i]; i++) {
        if (!try_papi(m, m->row->events[i], m->row->loop, m->row->quantity, false))
            continue;
        if (!believable(c)) {
            snprintf(c->why_not, sizeof c->why_not, "%s counted %.0f on a loop of %.0f", m->row->events[i],
                     c->counted, c->expected);
            continue;
        }
        m->backend = BY_PAPI;
        snprintf(c->event, sizeof c->event, "%s", m->row->events[i]);
        return;
    }
    c->expected = c->counted = c->relative_error = NAN;
    if (cg_cycles_errno() != 0)
        why_no_hardware(c->why_not, sizeof c->why_not);
}

static void try_software(struct member *m)
{
    struct cg_counter *c = &m->counter;
    const enum cg_soft_event event = (enum cg_soft_event)m->row->soft;
    /* PAPI's when it counts the threads of a plan too; else the kernel's own, which do. */
    if (try_papi(m, m->row->events[0], m->row->loop, m->row->quantity, true) &&
        (believable(c) || isnan(c->expected))) {
        m->backend = BY_PAPI;
        snprintf(c->event, sizeof c->event, "%s", m->row->events[0]);
        return;
    }
    struct cg_known_work *work = cg_known_loop_prepare(m->row->loop);
    m->fd = cg_soft_open(event);
    for (int direct = m->fd >= 0; direct >= 0; direct--) {
        const int fd = direct ? m->fd : -1;
        const int64_t before = cg_soft_read(event, fd);
        const double expected = cg_known_loop_run(work, m->row->quantity);
        const int64_t after = cg_soft_read(event, fd);
        compare(c, expected, before < 0 || after < 0 ? NAN : (double)(after - before));
        if (before >= 0 && after >= 0 && (believable(c) || isnan(expected))) {
            m->backend = BY_KERNEL;
            snprintf(c->event, sizeof c->event, "%s%s",
                     direct ? "perf_event_open: " : "getrusage: ", c->name);
            if (!direct && m->fd >= 0) {
                close(m->fd);
                m->fd = -1;
            }
            break;
        }
    }
    cg_known_loop_release(&work);
    if (m->backend == NOTHING) {
        snprintf(c->why_not, sizeof c->why_not,
                 "neither the kernel nor the C library counted it on a known loop");
        c->expected = c->counted = c->relative_error = NAN;
    }
}

static double energy_now(struct cg_counter_set *set)
{
    cg_sensors_read(set->sensors, set->values);
    return cg_sensors_summary(set->sensors, set->values, CG_SENSOR_ENERGY);
}

static void try_energy(struct cg_counter_set *set, struct member *m)
{
    struct cg_counter *c = &m->counter;
    set->sensors = cg_sensors_open(NULL, NULL, 0);
    set->values =
        set->sensors ? malloc(sizeof *set->values * (size_t)(cg_sensors_count(set->sensors) + 1)) : NULL;
    const double before = set->values ? energy_now(set) : NAN;
    if (isnan(before)) {
        const bool exists = cg_sys_exists(NULL, "/sys/class/powercap/intel-rapl:0/energy_uj");
        snprintf(
            c->why_not, sizeof c->why_not,
            exists
                ? "only root may read the energy counters (/sys/class/powercap/intel-rapl:0/energy_uj)"
                : "this machine shows no energy counter (neither RAPL in /sys/class/powercap nor a sensor)");
        return;
    }
    struct cg_known_work *work = cg_known_loop_prepare(CG_LOOP_SPIN);
    for (int i = 0; i < 4; i++) /* 20 ms: RAPL is updated every one */
        cg_known_loop_run(work, CG_KNOWN_EVENTS);
    cg_known_loop_release(&work);
    compare(c, NAN, energy_now(set) - before);
    if (c->counted > 0) {
        m->backend = BY_SENSOR;
        snprintf(c->event, sizeof c->event, "sensor: energy");
    } else {
        snprintf(c->why_not, sizeof c->why_not, "the energy counters stand still");
        c->counted = NAN;
    }
}

static struct member *add_member(struct cg_counter_set *set, const char *name, const struct row *row)
{
    struct member *m = &set->members[set->n++];
    *m = (struct member){.row = row, .fd = -1, .pass = -1};
    struct cg_counter *c = &m->counter;
    snprintf(c->name, sizeof c->name, "%s", name);
    c->expected = c->counted = c->relative_error = NAN;
    c->source = row                               ? row->source
                : strncmp(name, "perf::", 6) == 0 ? CG_COUNTER_SOFTWARE
                                                  : CG_COUNTER_HARDWARE;
    snprintf(c->unit, sizeof c->unit, "%s", row ? row->unit : "events");
    return m;
}

static void try_member(struct cg_counter_set *set, struct member *m)
{
    struct cg_counter *c = &m->counter;
    if (!m->row) {
        if (try_papi(m, c->name, CG_LOOP_FMAS, CG_KNOWN_EVENTS, false)) {
            m->backend = BY_PAPI;
            snprintf(c->event, sizeof c->event, "%s", c->name);
        } else if (cg_cycles_errno() != 0 && c->source == CG_COUNTER_HARDWARE) {
            why_no_hardware(c->why_not, sizeof c->why_not);
        }
        c->expected = c->relative_error = NAN;
    } else if (m->row->source == CG_COUNTER_HARDWARE) {
        try_hardware(m);
    } else if (m->row->source == CG_COUNTER_SOFTWARE) {
        try_software(m);
    } else {
        try_energy(set, m);
    }
    c->available = m->backend != NOTHING;
    if (c->available)
        c->why_not[0] = 0;
}

/* Puts the PAPI events that can be counted together into one pass. */
static void make_passes(struct cg_counter_set *set)
{
    char why[128];
    int places[PASSES_MAX] = {0};
    for (int i = 0; i < set->n; i++) {
        struct member *m = &set->members[i];
        for (int pass = 0; m->backend == BY_PAPI && m->pass < 0 && pass < PASSES_MAX; pass++) {
            if (!set->groups[pass]) {
                set->groups[pass] = cg_papi_group_make();
                set->n_passes = pass + 1;
                places[pass] = 0;
            }
            if (set->groups[pass] &&
                cg_papi_group_add(set->groups[pass], m->counter.event, why, sizeof why)) {
                m->pass = pass;
                m->place = places[pass]++;
            } else if (places[pass] == 0) { /* not even by itself */
                m->backend = NOTHING;
                m->counter.available = false;
                m->counter.counted = m->counter.relative_error = NAN;
                snprintf(m->counter.why_not, sizeof m->counter.why_not, "%s", why);
            }
        }
    }
    if (set->n_passes == 0)
        set->n_passes = 1; /* what is not PAPI's is counted in every pass */
}

static const struct row *find_row(const char *name)
{
    for (int i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static enum cg_status add_named(struct cg_counter_set *set, const char *name, struct cg_error *err)
{
    const struct row *row = find_row(name);
    char why[256], near[256];
    const char *names[sizeof rows / sizeof rows[0]];
    for (int i = 0; i < N_ROWS; i++)
        names[i] = rows[i].name;
    if (set->n == CG_COUNTERS_MAX)
        return cg_fail(err, CG_INVALID, "more than %d counters at once", CG_COUNTERS_MAX);
    const bool native = strchr(name, ':') || strncmp(name, "PAPI_", 5) == 0;
    if (!row && (!native || (cg_papi_ready(why, sizeof why) && !cg_papi_knows(name)))) {
        cg_nearest(name, names, N_ROWS, near, sizeof near);
        return cg_fail(err, CG_INVALID,
                       "unknown counter '%s'%s%s%s; 'convgauge list counters' shows what there is", name,
                       near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
    }
    add_member(set, name, row);
    return CG_OK;
}

enum cg_status cg_counters_open(const char *list, struct cg_counter_set **set, struct cg_error *err)
{
    struct cg_counter_set *s = calloc(1, sizeof *s);
    enum cg_status status = CG_OK;
    *set = NULL;
    if (!s)
        return cg_fail(err, CG_NO_MEMORY, "no memory for counters");
    s->running = -1;
    char *text = strdup(list && *list ? list : "default"), *save = NULL;
    if (!text)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for counters");
    for (char *name = text ? strtok_r(text, ", ", &save) : NULL; name && status == CG_OK;
         name = strtok_r(NULL, ", ", &save)) {
        if (strcmp(name, "default") != 0)
            status = add_named(s, name, err);
        for (int i = 0; strcmp(name, "default") == 0 && i < N_ROWS && status == CG_OK; i++)
            status = add_named(s, rows[i].name, err);
    }
    free(text);
    for (int i = 0; i < s->n && status == CG_OK; i++)
        try_member(s, &s->members[i]);
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
    for (int i = 0; i < PASSES_MAX; i++)
        cg_papi_group_free(&s->groups[i]);
    for (int i = 0; i < s->n; i++)
        if (s->members[i].fd >= 0)
            close(s->members[i].fd);
    cg_sensors_close(&s->sensors);
    free(s->values);
    free(s);
    *set = NULL;
}

int cg_counters_count(const struct cg_counter_set *set)
{
    return set->n;
}

const struct cg_counter *cg_counters_get(const struct cg_counter_set *set, int i)
{
    return &set->members[i].counter;
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
    for (int i = 0; i < set->n; i++)
        if (set->members[i].backend == BY_KERNEL)
            set->members[i].start =
                cg_soft_read((enum cg_soft_event)set->members[i].row->soft, set->members[i].fd);
    if (set->sensors)
        set->energy_start = energy_now(set);
    if (set->groups[pass] && !cg_papi_group_start(set->groups[pass], why, sizeof why))
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
    const bool counted = set->groups[pass] && cg_papi_group_stop(set->groups[pass], counts);
    const double energy = set->sensors ? energy_now(set) - set->energy_start : NAN;
    for (int i = 0; i < set->n; i++) {
        const struct member *m = &set->members[i];
        if (m->backend == BY_PAPI && m->pass == pass)
            values[i] = counted ? (double)counts[m->place] : NAN;
        else if (m->backend == BY_KERNEL && pass == 0) {
            const int64_t end = cg_soft_read((enum cg_soft_event)m->row->soft, m->fd);
            values[i] = m->start < 0 || end < 0 ? NAN : (double)(end - m->start);
        } else if (m->backend == BY_SENSOR && pass == 0)
            values[i] = energy;
        else if (m->backend == NOTHING)
            values[i] = NAN;
    }
    if (set->groups[pass] && !counted)
        return cg_fail(err, CG_FAILED, "PAPI could not read its counters");
    return CG_OK;
}

int cg_counters_probe(struct cg_counter **counters)
{
    struct cg_counter_set *set = NULL;
    *counters = NULL;
    if (cg_counters_open(NULL, &set, NULL) != CG_OK)
        return -1;
    const int n = set->n;
    *counters = calloc((size_t)n, sizeof **counters);
    for (int i = 0; *counters && i < n; i++)
        (*counters)[i] = set->members[i].counter;
    cg_counters_close(&set);
    return *counters ? n : -1;
}

int cg_counters_describe(const struct cg_counter *counters, int n, char *text, size_t size)
{
    int hardware = 0, working = 0;
    double worst = 0;
    const char *why = "";
    for (int i = 0; i < n; i++) {
        if (counters[i].source != CG_COUNTER_HARDWARE)
            continue;
        hardware++;
        working += counters[i].available;
        if (!counters[i].available && !why[0])
            why = counters[i].why_not;
        if (counters[i].available && fabs(counters[i].relative_error) > worst)
            worst = fabs(counters[i].relative_error);
    }
    if (working == 0)
        return snprintf(text, size, "no hardware counters: %s", why[0] ? why : "none was asked for");
    return snprintf(text, size, "%d of %d hardware counters work; largest error on a known loop %.1f %%",
                    working, hardware, 100 * worst);
}
