#include "bench/device/state.h"

#include "bench/device/cgroup.h"
#include "bench/device/pin.h"
#include "bench/device/sensors.h"
#include "bench/device/sysfile.h"
#include "bench/device/timer.h"
#include "bench/device/topology.h"

#include <ctype.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define FREQUENCY_BUDGET_NS 50000
#define CPUS_MAX            4096
#define STAT_LINE           256 /* bytes: ten figures of 64 bits */

/* Limits beyond which a stretch counts as disturbed. Shares are of the elapsed time (times watched cpus). */
#define FREQUENCY_CHANGE 0.03 /* relative, either way */
#define STEAL_SHARE      0.01
#define SWITCHES_PER_S   50 /* involuntary */
#define OTHER_SHARE      0.05
#define HOT_C            95

struct cg_state_reader {
    char root[CG_PATH_MAX];
    int n_cpus, n_tids, n_siblings;
    int cpus[CPUS_MAX], tids[CPUS_MAX], siblings[CPUS_MAX];
    struct cg_limits limits;
    bool frequency;
    struct cg_sensors *sensors;
    int stat_fd;
    char *text; /* for /proc/stat */
    size_t text_size;
};

static double tick_ns(void)
{
    const long ticks = sysconf(_SC_CLK_TCK);
    return 1e9 / (double)(ticks > 0 ? ticks : 100);
}

static bool is_among(const int *cpus, int n, int cpu)
{
    for (int i = 0; i < n; i++)
        if (cpus[i] == cpu)
            return true;
    return false;
}

/* The hardware threads that share a core with a watched cpu and are not watched themselves. */
static void find_siblings(struct cg_state_reader *r)
{
    char text[256];
    int list[64];
    for (int i = 0; i < r->n_cpus; i++) {
        if (cg_sys_read(r->root, text, sizeof text,
                        "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", r->cpus[i]) <= 0)
            continue;
        const int n = cg_cpu_list_parse(text, list, (int)(sizeof list / sizeof list[0]));
        for (int k = 0; k < n; k++)
            if (!is_among(r->cpus, r->n_cpus, list[k]) && !is_among(r->siblings, r->n_siblings, list[k]) &&
                r->n_siblings < CPUS_MAX)
                r->siblings[r->n_siblings++] = list[k];
    }
}

struct cg_state_reader *cg_state_open(const struct cg_state_options *options)
{
    char path[CG_PATH_MAX];
    struct cg_state_reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    snprintf(r->root, sizeof r->root, "%s", options->root ? options->root : "");
    const int n_cpus = options->cpus ? options->n_cpus : cg_affinity(0, r->cpus, CPUS_MAX);
    r->n_cpus = n_cpus < 0 ? 0 : n_cpus < CPUS_MAX ? n_cpus : CPUS_MAX;
    if (options->cpus)
        memcpy(r->cpus, options->cpus, sizeof *r->cpus * (size_t)r->n_cpus);
    r->n_tids = !options->tids ? 0 : options->n_tids < CPUS_MAX ? options->n_tids : CPUS_MAX;
    if (options->tids)
        memcpy(r->tids, options->tids, sizeof *r->tids * (size_t)r->n_tids);
    r->frequency = options->frequency;
    find_siblings(r);
    cg_limits_read(r->root, &r->limits);
    r->sensors = cg_sensors_open(r->root, r->cpus, r->n_cpus);
    r->stat_fd = cg_sys_path(r->root, path, "/proc/stat") ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    /* The lines of the cpus come first in /proc/stat: room for them, so that reading never has to allocate.
     */
    r->text_size = 16384 + STAT_LINE * (size_t)sysconf(_SC_NPROCESSORS_CONF);
    r->text = malloc(r->text_size);
    if (!r->sensors || !r->text) {
        cg_state_close(&r);
        return NULL;
    }
    cg_sensors_read(r->sensors);
    return r;
}

void cg_state_close(struct cg_state_reader **reader)
{
    struct cg_state_reader *r = *reader;
    if (!r)
        return;
    if (r->stat_fd >= 0)
        close(r->stat_fd);
    cg_sensors_close(&r->sensors);
    free(r->text);
    free(r);
    *reader = NULL;
}

/* ---- memory ---- */

int64_t cg_peak_memory(void)
{
    return cg_sys_read_kib(NULL, "VmHWM", "/proc/self/status");
}

int64_t cg_peak_memory_anew(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "we");
    bool forgotten = file && fputs("5", file) >= 0;
    if (file && fclose(file) != 0)
        forgotten = false;
    return forgotten ? cg_peak_memory() : -1;
}

/* ---- snapshots ---- */

int cg_state_siblings(const struct cg_state_reader *r)
{
    return r->n_siblings;
}

/* Steal and busy time of the watched cpus, and busy time of their siblings, from /proc/stat. */
static void read_stat(const struct cg_state_reader *r, struct cg_state *state, double *busy_ns)
{
    double busy = 0, steal = 0, siblings = 0;
    int n = 0, with_steal = 0, n_siblings = 0;
    *busy_ns = NAN;
    const ssize_t got = r->stat_fd >= 0 ? pread(r->stat_fd, r->text, r->text_size - 1, 0) : -1;
    if (got <= 0)
        return;
    r->text[got] = 0;
    /* The cpus come first. */
    for (char *line = r->text, *next; line && strncmp(line, "cpu", 3) == 0; line = next ? next + 1 : NULL) {
        double user, nice, system, idle, iowait, irq = 0, softirq = 0, stolen = 0;
        int cpu;
        next = strchr(line, '\n');
        if (next)
            *next = '\0';
        const int fields = isdigit((unsigned char)line[3])
                               ? sscanf(line, "cpu%d %lf %lf %lf %lf %lf %lf %lf %lf", &cpu, &user, &nice,
                                        &system, &idle, &iowait, &irq, &softirq, &stolen)
                               : 0;
        const double own = fields < 5 ? 0 : user + nice + system + irq + softirq;
        if (fields >= 5 && is_among(r->siblings, r->n_siblings, cpu)) {
            n_siblings++;
            siblings += own;
        }
        if (fields < 5 || !is_among(r->cpus, r->n_cpus, cpu))
            continue;
        n++;
        with_steal += fields == 9;
        busy += own;
        steal += stolen;
    }
    if (n_siblings > 0)
        state->siblings_busy_ns = siblings * tick_ns();
    if (n > 0)
        *busy_ns = busy * tick_ns();
    if (with_steal > 0)
        state->steal_ns = steal * tick_ns();
}

/* A value of the watched threads' /proc files, added up; -1 as soon as one is unknown. */
static int64_t of_threads(const struct cg_state_reader *r, const char *file, const char *key)
{
    char text[4096];
    int64_t sum = 0;
    for (int i = 0; i < r->n_tids && sum >= 0; i++) {
        const bool told = cg_sys_read(r->root, text, sizeof text, "/proc/%d/%s", r->tids[i], file) > 0;
        const int64_t value = told ? cg_sys_value(text, key) : -1;
        sum = value < 0 ? -1 : sum + value;
    }
    return sum;
}

static void read_threads(const struct cg_state_reader *r, struct cg_state *state, double *own_ns)
{
    char text[4096];
    struct rusage usage;
    const bool here = !r->root[0] && getrusage(RUSAGE_SELF, &usage) == 0;
    int64_t running = -1;
    if (here)
        state->major_faults = usage.ru_majflt;
    if (r->n_tids > 0) {
        state->involuntary_switches = of_threads(r, "status", "nonvoluntary_ctxt_switches");
        state->migrations = of_threads(r, "sched", "se.nr_migrations");
        running = of_threads(r, "schedstat", "");
    } else {
        if (here) {
            state->involuntary_switches = usage.ru_nivcsw;
            running = cg_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        }
        if (cg_sys_read(r->root, text, sizeof text, "/proc/self/sched") > 0)
            state->migrations = cg_sys_value(text, "se.nr_migrations");
    }
    *own_ns = running < 0 ? NAN : (double)running;
}

void cg_state_read(struct cg_state_reader *r, struct cg_state *state)
{
    double busy_ns, own_ns;
    *state = (struct cg_state){.cpu = cg_current_cpu(),
                               .frequency_hz = NAN,
                               .steal_ns = NAN,
                               .siblings_busy_ns = NAN,
                               .involuntary_switches = -1,
                               .migrations = -1,
                               .major_faults = -1};
    if (r->frequency)
        state->frequency_hz = cg_measure_frequency(FREQUENCY_BUDGET_NS);
    cg_sensors_read_sparing(r->sensors);
    state->temperature_c = cg_sensors_summary(r->sensors, CG_SENSOR_TEMPERATURE);
    state->throttle_count = cg_sensors_summary(r->sensors, CG_SENSOR_THROTTLE);
    read_threads(r, state, &own_ns);
    read_stat(r, state, &busy_ns);
    state->throttled = cg_limits_throttled(r->root, &r->limits);
    state->busy_other_ns = busy_ns - own_ns;
    state->time_ns = cg_now_ns();
}

const struct cg_sensors *cg_state_sensors(const struct cg_state_reader *r)
{
    return r->sensors;
}

/* ---- what does not change ---- */

/* The word in brackets of "always [madvise] never". */
static void bracketed(const char *text, char *word, size_t size)
{
    const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
    word[0] = 0;
    if (close)
        snprintf(word, size, "%.*s", (int)(close - open - 1), open + 1);
}

static void read_float_mode(struct cg_device_record *state)
{
#if defined(__x86_64__)
    const unsigned mode = _mm_getcsr();
    state->flush_to_zero = (mode >> 15) & 1;
    state->denormals_are_zero = (mode >> 6) & 1;
#elif defined(__aarch64__)
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    state->flush_to_zero = state->denormals_are_zero = (int)(mode >> 24 & 1);
#else
    (void)state;
#endif
}

/* The policy by which the kernel chooses a node for this process's memory; NULL: not told. */
static const char *memory_policy(void)
{
    static const char *const names[] = {"default",        "preferred",          "bind", "interleave", "local",
                                        "preferred-many", "weighted-interleave"};
    int mode = -1;
#ifdef SYS_get_mempolicy
    if (syscall(SYS_get_mempolicy, &mode, NULL, 0UL, NULL, 0UL) != 0)
        return NULL;
    mode &= 0xff; /* without its flags */
#endif
    return mode >= 0 && mode < (int)(sizeof names / sizeof names[0]) ? names[mode] : NULL;
}

static void count_entry(const char *name, int number, void *count)
{
    (void)name, (void)number;
    ++*(int *)count;
}

/* Where memory comes to lie: on one node there is nothing to tell. */
static void read_memory_policy(const struct cg_state_reader *r, struct cg_device_record *record)
{
    int nodes = 0;
    record->numa_policy = NULL;
    record->numa_balancing = -1;
    cg_sys_each(r->root, "/sys/devices/system/node", "node", count_entry, &nodes);
    if (nodes < 2)
        return;
    const int64_t balancing = cg_sys_read_int(r->root, -1, "/proc/sys/kernel/numa_balancing");
    record->numa_balancing = balancing < 0 ? -1 : balancing != 0;
    if (!r->root[0])
        record->numa_policy = memory_policy();
}

static const char *aslr_word(const struct cg_state_reader *r)
{
    const int64_t level = cg_sys_read_int(r->root, -1, "/proc/sys/kernel/randomize_va_space");
    const int own = r->root[0] ? 0 : personality(0xffffffff);
    if (level < 0)
        return NULL;
    if (level == 0 || (own != -1 && own & ADDR_NO_RANDOMIZE))
        return "off";
    return level == 1 ? "without the heap" : "full";
}

static void read_governor(const struct cg_state_reader *r, char governor[24])
{
    char text[24];
    for (int i = 0; i < r->n_cpus; i++) {
        if (cg_sys_read(r->root, text, sizeof text, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor",
                        r->cpus[i]) <= 0)
            continue;
        const bool differs = governor[0] && strcmp(governor, text) != 0;
        snprintf(governor, sizeof text, "%s", differs ? "mixed" : text);
    }
}

void cg_state_record(const struct cg_state_reader *r, struct cg_arena *arena, struct cg_device_record *record)
{
    char text[256], word[24] = "";
    read_governor(r, word);
    record->governor = cg_arena_printable(arena, word);
    const int64_t no_turbo = cg_sys_read_int(r->root, -1, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    const int64_t boost = cg_sys_read_int(r->root, -1, "/sys/devices/system/cpu/cpufreq/boost");
    const int64_t turbo = no_turbo >= 0 ? no_turbo == 0 : boost;
    record->turbo = turbo < 0 ? NULL : turbo ? "on" : "off";
    cg_sys_read(r->root, text, sizeof text, "/sys/kernel/mm/transparent_hugepage/enabled");
    bracketed(text, word, sizeof word);
    record->transparent_huge_pages = cg_arena_printable(arena, word);
    const int64_t smt = cg_sys_read_int(r->root, -1, "/sys/devices/system/cpu/smt/active");
    record->smt = smt < 0 ? -1 : smt != 0;
    const int64_t total = cg_sys_read_kib(r->root, "SwapTotal", "/proc/meminfo");
    const int64_t left = cg_sys_read_kib(r->root, "SwapFree", "/proc/meminfo");
    record->swap_used = total < 0 || left < 0 ? -1 : total > left;
    record->aslr = aslr_word(r);
    read_memory_policy(r, record);
    record->flush_to_zero = record->denormals_are_zero = -1;
    if (!r->root[0])
        read_float_mode(record);
}

/* ---- two snapshots ---- */

/* How much a count grew; 0 when it is unknown. */
static double growth(int64_t before, int64_t after)
{
    return before >= 0 && after >= 0 ? (double)(after - before) : 0;
}

unsigned cg_state_disturbed(const struct cg_state *before, const struct cg_state *after, int n_cpus)
{
    const double elapsed_ns = (double)(after->time_ns - before->time_ns);
    const double cpu_ns = elapsed_ns * (n_cpus > 0 ? n_cpus : 1);
    /* The kernel counts in ticks: of each cpu, up to one tick may belong to the time before. */
    const double slack_ns = tick_ns() * (n_cpus > 0 ? n_cpus : 1);
    const double switches = growth(before->involuntary_switches, after->involuntary_switches);
    const struct {
        enum cg_disturbance bit;
        bool seen; /* comparisons with NAN are false */
    } rows[] = {
        {CG_DISTURBED_FREQUENCY, fabs(after->frequency_hz / before->frequency_hz - 1) > FREQUENCY_CHANGE},
        {CG_DISTURBED_THROTTLE, after->throttle_count > before->throttle_count},
        {CG_DISTURBED_STEAL, after->steal_ns - before->steal_ns - slack_ns > STEAL_SHARE * cpu_ns},
        /* One or two in a short stretch are the scheduler's own housekeeping. */
        {CG_DISTURBED_SWITCH, switches > 2 && switches > SWITCHES_PER_S * elapsed_ns * 1e-9},
        {CG_DISTURBED_MIGRATION, growth(before->migrations, after->migrations) > 0},
        {CG_DISTURBED_LOAD,
         after->busy_other_ns - before->busy_other_ns - 2 * slack_ns > OTHER_SHARE * cpu_ns},
        {CG_DISTURBED_TEMPERATURE, after->temperature_c >= HOT_C},
        {CG_DISTURBED_SWAP, growth(before->major_faults, after->major_faults) > 8},
        {CG_DISTURBED_QUOTA, growth(before->throttled, after->throttled) > 0},
    };
    unsigned bits = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && elapsed_ns > 0; i++)
        bits |= rows[i].seen ? (unsigned)rows[i].bit : 0;
    return bits;
}
