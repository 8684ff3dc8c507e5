#include "bench/device/counters/parts.h"

#include "bench/device/emulation.h"
#include "bench/device/sysfile.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ERROR_ALLOWED 0.9 /* beyond it, the event is not the one that the name promises */

#define HW CG_COUNTER_HARDWARE
#define SW CG_COUNTER_SOFTWARE
static const struct row {
    const char *name, *unit;
    enum cg_counter_source source;
    enum cg_known_loop loop;
    const char *events[4];   /* the first that can be counted */
    enum cg_soft_event soft; /* of software events */
} rows[] = {
    {"cycles", "cycles", HW, CG_LOOP_ADDS, {"PAPI_TOT_CYC", "perf::CYCLES"}},
    {"instructions", "instructions", HW, CG_LOOP_ADDS_ALL, {"PAPI_TOT_INS", "perf::INSTRUCTIONS"}},
    {"l1_misses", "lines", HW, CG_LOOP_CHASE_L1, {"PAPI_L1_DCM", "perf::L1-DCACHE-LOAD-MISSES"}},
    {"l2_misses", "lines", HW, CG_LOOP_CHASE_L2, {"PAPI_L2_DCM", "PAPI_L2_TCM"}},
    {"l3_misses",
     "lines",
     HW,
     CG_LOOP_CHASE_L3,
     {"PAPI_L3_TCM", "perf::LLC-LOAD-MISSES", "perf::CACHE-MISSES"}},
    {"fp_ops", "operations", HW, CG_LOOP_FMAS, {"PAPI_SP_OPS", "PAPI_FP_OPS"}},
    {"branch_misses", "branches", HW, CG_LOOP_BRANCHES, {"PAPI_BR_MSP", "perf::BRANCH-MISSES"}},
    {"task_clock", "ns", SW, CG_LOOP_SPIN, {"perf::TASK-CLOCK"}, CG_SOFT_TASK_CLOCK},
    {"page_faults", "faults", SW, CG_LOOP_TOUCH, {"perf::PAGE-FAULTS"}, CG_SOFT_PAGE_FAULTS},
    {"context_switches", "switches", SW, CG_LOOP_SLEEP, {"perf::CONTEXT-SWITCHES"}, CG_SOFT_CONTEXT_SWITCHES},
    {"migrations", "migrations", SW, CG_LOOP_MIGRATE, {"perf::CPU-MIGRATIONS"}, CG_SOFT_MIGRATIONS},
    {"energy", "J", CG_COUNTER_ENERGY, CG_LOOP_SPIN, {NULL}},
};

const char *cg_trial_row(int row)
{
    return row < (int)(sizeof rows / sizeof rows[0]) ? rows[row].name : NULL;
}

void cg_trial_init(struct cg_trial *trial, const char *name, int row)
{
    *trial = (struct cg_trial){.row = row, .fd = -1, .pass = -1};
    struct cg_counter *c = &trial->counter;
    snprintf(c->name, sizeof c->name, "%s", name);
    c->expected = c->counted = c->relative_error = NAN;
    c->source = row >= 0                          ? rows[row].source
                : strncmp(name, "perf::", 6) == 0 ? CG_COUNTER_SOFTWARE
                                                  : CG_COUNTER_HARDWARE;
    snprintf(c->unit, sizeof c->unit, "%s", row >= 0 ? rows[row].unit : "events");
}

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
                 "on (QEMU: -cpu host,pmu=on; in a cloud, a metal instance)",
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

static void counted_by(struct cg_trial *trial, enum cg_backend backend, const char *prefix, const char *event)
{
    trial->backend = backend;
    snprintf(trial->counter.event, sizeof trial->counter.event, "%s%s", prefix, event);
}

/* Adds one PAPI event by itself and counts a known loop (or, for an event that we know nothing about, an
 * arbitrary one). */
static bool try_papi(struct cg_counter *c, const char *event, const struct row *row, bool must_inherit)
{
    long long counted[1] = {0};
    const struct cg_papi *papi = cg_papi(c->why_not, sizeof c->why_not);
    if (!papi)
        return false;
    struct cg_papi_group *group = papi->make();
    bool good = group && papi->add(group, event, c->why_not, sizeof c->why_not) &&
                (!must_inherit || papi->inherits(group));
    struct cg_known_work *work = good ? cg_known_loop_prepare(row ? row->loop : CG_LOOP_FMAS) : NULL;
    good = good && papi->start(group, c->why_not, sizeof c->why_not);
    if (good) {
        const double expected = cg_known_loop_run(work);
        good = papi->stop(group, counted);
        compare(c, expected, (double)counted[0]);
    }
    cg_known_loop_release(&work);
    papi->drop(&group);
    return good;
}

static void try_by_name(struct cg_trial *trial)
{
    struct cg_counter *c = &trial->counter;
    if (try_papi(c, c->name, NULL, false))
        counted_by(trial, CG_BY_PAPI, "", c->name);
    else if (cg_cycles_errno() != 0 && c->source == CG_COUNTER_HARDWARE)
        why_no_hardware(c->why_not, sizeof c->why_not);
    c->expected = c->relative_error = NAN;
}

static void try_hardware(struct cg_trial *trial, const struct row *row)
{
    struct cg_counter *c = &trial->counter;
    for (int i = 0; i < 4 && row->events[i]; i++) {
        if (!try_papi(c, row->events[i], row, false))
            continue;
        if (believable(c)) {
            counted_by(trial, CG_BY_PAPI, "", row->events[i]);
            return;
        }
        snprintf(c->why_not, sizeof c->why_not, "%s counted %.0f on a loop of %.0f", row->events[i],
                 c->counted, c->expected);
    }
    if (cg_cycles_errno() != 0)
        why_no_hardware(c->why_not, sizeof c->why_not);
}

/* PAPI's when it counts the threads of a plan too; else the kernel's own, which do. */
static void try_software(struct cg_trial *trial, const struct row *row)
{
    struct cg_counter *c = &trial->counter;
    if (try_papi(c, row->events[0], row, true) && (believable(c) || isnan(c->expected))) {
        counted_by(trial, CG_BY_PAPI, "", row->events[0]);
        return;
    }
    struct cg_known_work *work = cg_known_loop_prepare(row->loop);
    trial->soft = row->soft;
    trial->fd = cg_soft_open(row->soft);
    for (int direct = trial->fd >= 0; direct >= 0 && trial->backend == CG_BY_NOTHING; direct--) {
        const int fd = direct ? trial->fd : -1;
        const int64_t before = cg_soft_read(row->soft, fd);
        const double expected = cg_known_loop_run(work);
        const int64_t after = cg_soft_read(row->soft, fd);
        compare(c, expected, before < 0 || after < 0 ? NAN : (double)(after - before));
        if (before < 0 || after < 0 || !(believable(c) || isnan(expected)))
            continue;
        counted_by(trial, CG_BY_KERNEL, direct ? "perf_event_open: " : "getrusage: ", c->name);
        if (!direct && trial->fd >= 0) {
            close(trial->fd);
            trial->fd = -1;
        }
    }
    cg_known_loop_release(&work);
    if (trial->backend == CG_BY_NOTHING)
        snprintf(c->why_not, sizeof c->why_not,
                 "neither the kernel nor the C library counted it on a known loop");
}

double cg_energy_now(struct cg_sensors *sensors)
{
    if (!sensors)
        return NAN;
    cg_sensors_read(sensors);
    return cg_sensors_summary(sensors, CG_SENSOR_ENERGY);
}

static void try_energy(struct cg_trial *trial, struct cg_sensors **sensors)
{
    struct cg_counter *c = &trial->counter;
    if (!*sensors)
        *sensors = cg_sensors_open(NULL, NULL, 0);
    const double before = cg_energy_now(*sensors);
    if (isnan(before)) {
        const bool exists = access("/sys/class/powercap/intel-rapl:0/energy_uj", F_OK) == 0;
        snprintf(
            c->why_not, sizeof c->why_not,
            exists
                ? "only root may read the energy counters (/sys/class/powercap/intel-rapl:0/energy_uj)"
                : "this machine shows no energy counter (neither RAPL in /sys/class/powercap nor a sensor)");
        return;
    }
    struct cg_known_work *work = cg_known_loop_prepare(CG_LOOP_SPIN);
    for (int i = 0; i < 4; i++) /* 20 ms: RAPL is updated every one */
        cg_known_loop_run(work);
    cg_known_loop_release(&work);
    compare(c, NAN, cg_energy_now(*sensors) - before);
    if (c->counted > 0)
        counted_by(trial, CG_BY_SENSOR, "sensor: ", "energy");
    else
        snprintf(c->why_not, sizeof c->why_not, "the energy counters stand still");
}

void cg_trial_run(struct cg_trial *trial, struct cg_sensors **sensors)
{
    struct cg_counter *c = &trial->counter;
    const struct row *row = trial->row >= 0 ? &rows[trial->row] : NULL;
    if (!row)
        try_by_name(trial);
    else if (row->source == CG_COUNTER_HARDWARE)
        try_hardware(trial, row);
    else if (row->source == CG_COUNTER_SOFTWARE)
        try_software(trial, row);
    else
        try_energy(trial, sensors);
    c->available = trial->backend != CG_BY_NOTHING;
    if (c->available)
        c->why_not[0] = 0;
    else
        c->expected = c->counted = c->relative_error = NAN;
}
