#include "bench/device/state.h"

#include "bench/device/pin.h"
#include "bench/device/sensors.h"
#include "bench/device/sysfile.h"
#include "bench/device/timer.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define FREQUENCY_BUDGET_NS 50000
#define CPUS_MAX            4096

struct cg_state_reader {
    char root[CG_PATH_MAX];
    int *cpus, n_cpus;
    int *tids, n_tids;
    bool frequency;
    struct cg_sensors *sensors;
    double *values; /* one for each sensor */
    double energy_start;
    int stat_fd, load_fd;
    char *text; /* for /proc/stat */
    size_t text_size;
    double tick_ns;
};

static int open_under(const char *root, const char *file)
{
    char path[CG_PATH_MAX];
    return cg_sys_path(root, path, "%s", file) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static int *copy_ints(const int *from, int n)
{
    int *to = malloc(sizeof *to * (size_t)(n > 0 ? n : 1));
    if (to && n > 0)
        memcpy(to, from, sizeof *to * (size_t)n);
    return to;
}

struct cg_state_reader *cg_state_open(const struct cg_state_options *options)
{
    struct cg_state_reader *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->stat_fd = r->load_fd = -1;
    snprintf(r->root, sizeof r->root, "%s", options->root ? options->root : "");
    if (options->cpus) {
        r->cpus = copy_ints(options->cpus, options->n_cpus);
        r->n_cpus = options->n_cpus;
    } else {
        r->cpus = malloc(sizeof *r->cpus * CPUS_MAX);
        const int n = r->cpus ? cg_affinity(0, r->cpus, CPUS_MAX) : 0;
        r->n_cpus = n < 0 ? 0 : n < CPUS_MAX ? n : CPUS_MAX;
    }
    r->tids = copy_ints(options->tids, options->tids ? options->n_tids : 0);
    r->n_tids = options->tids ? options->n_tids : 0;
    r->frequency = options->frequency;
    r->sensors = cg_sensors_open(r->root, r->cpus, r->n_cpus);
    r->values = r->sensors ? malloc(sizeof *r->values * (size_t)(cg_sensors_count(r->sensors) + 1)) : NULL;
    r->text_size = 16384; /* about 100 cpus; grows while reading the first time */
    r->text = malloc(r->text_size);
    if (!r->cpus || !r->tids || !r->sensors || !r->values || !r->text) {
        cg_state_close(&r);
        return NULL;
    }
    r->stat_fd = open_under(r->root, "/proc/stat");
    r->load_fd = open_under(r->root, "/proc/loadavg");
    r->tick_ns = 1e9 / (double)(sysconf(_SC_CLK_TCK) > 0 ? sysconf(_SC_CLK_TCK) : 100);
    /* The lines of the cpus come first: room for them, so that reading never has to allocate. */
    for (ssize_t got; r->stat_fd >= 0 && (got = pread(r->stat_fd, r->text, r->text_size - 1, 0)) > 0;) {
        r->text[got] = 0;
        if ((size_t)got < r->text_size - 1 || strstr(r->text, "\nintr") || r->text_size > (size_t)1 << 24)
            break;
        char *larger = realloc(r->text, r->text_size * 2);
        if (!larger)
            break;
        r->text = larger;
        r->text_size *= 2;
    }
    cg_sensors_read(r->sensors, r->values);
    r->energy_start = cg_sensors_summary(r->sensors, r->values, CG_SENSOR_ENERGY);
    return r;
}

void cg_state_close(struct cg_state_reader **reader)
{
    struct cg_state_reader *r = *reader;
    if (!r)
        return;
    if (r->stat_fd >= 0)
        close(r->stat_fd);
    if (r->load_fd >= 0)
        close(r->load_fd);
    cg_sensors_close(&r->sensors);
    free(r->cpus);
    free(r->tids);
    free(r->values);
    free(r->text);
    free(r);
    *reader = NULL;
}

static bool watched(const struct cg_state_reader *r, long cpu)
{
    for (int i = 0; i < r->n_cpus; i++)
        if (r->cpus[i] == cpu)
            return true;
    return false;
}

/* Steal and busy time of the watched cpus from /proc/stat, in ticks of the kernel. */
static void read_stat(const struct cg_state_reader *r, struct cg_state *state, double *busy_ns)
{
    double busy = 0, steal = 0;
    int n = 0, with_steal = 0;
    *busy_ns = NAN;
    const ssize_t got = r->stat_fd >= 0 ? pread(r->stat_fd, r->text, r->text_size - 1, 0) : -1;
    if (got <= 0)
        return;
    r->text[got] = 0;
    for (char *line = r->text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char *at = line + 3;
        if (strncmp(line, "cpu", 3) != 0)
            break; /* the cpus come first */
        if (*at < '0' || *at > '9' || !watched(r, strtol(at, &at, 10)))
            continue;
        double fields[8] = {0}; /* user nice system idle iowait irq softirq steal */
        int k = 0;
        for (char *end; k < 8; k++, at = end) {
            at += strspn(at, " ");
            fields[k] = strtod(at, &end);
            if (end == at || *at == '\n')
                break;
        }
        if (k < 4)
            continue;
        n++;
        with_steal += k == 8;
        busy += fields[0] + fields[1] + fields[2] + fields[5] + fields[6];
        steal += fields[7];
    }
    if (n > 0)
        *busy_ns = busy * r->tick_ns;
    if (with_steal > 0)
        state->steal_ns = steal * r->tick_ns;
}

/* Adds up a value over the watched threads; unknown as soon as one is. */
static void add_known(int64_t *sum, int64_t value)
{
    *sum = value < 0 || *sum < 0 ? -1 : *sum + value;
}

static void read_threads(const struct cg_state_reader *r, struct cg_state *state, double *own_ns)
{
    char text[4096];
    struct rusage usage;
    struct timespec cpu_time;
    const bool here = !r->root[0];
    *own_ns = NAN;
    if (here && getrusage(RUSAGE_SELF, &usage) == 0) {
        state->major_faults = usage.ru_majflt;
        if (r->n_tids == 0)
            state->involuntary_switches = usage.ru_nivcsw;
    }
    if (r->n_tids == 0) {
        if (here && clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_time) == 0)
            *own_ns = (double)cpu_time.tv_sec * 1e9 + (double)cpu_time.tv_nsec;
        if (cg_sys_read(r->root, text, sizeof text, "/proc/self/sched") > 0)
            state->migrations = cg_sys_value(text, "se.nr_migrations");
        return;
    }
    int64_t switches = 0, migrations = 0, running = 0;
    for (int i = 0; i < r->n_tids; i++) {
        const int tid = r->tids[i];
        add_known(&switches, cg_sys_read(r->root, text, sizeof text, "/proc/%d/status", tid) > 0
                                 ? cg_sys_value(text, "nonvoluntary_ctxt_switches")
                                 : -1);
        add_known(&migrations, cg_sys_read(r->root, text, sizeof text, "/proc/%d/sched", tid) > 0
                                   ? cg_sys_value(text, "se.nr_migrations")
                                   : -1);
        add_known(&running, cg_sys_read(r->root, text, sizeof text, "/proc/%d/schedstat", tid) > 0
                                ? (int64_t)atoll(text)
                                : -1);
    }
    state->involuntary_switches = switches;
    state->migrations = migrations;
    *own_ns = running < 0 ? NAN : (double)running;
}

void cg_state_read(struct cg_state_reader *r, struct cg_state *state)
{
    double busy_ns, own_ns;
    char load[64];
    *state = (struct cg_state){.cpu = cg_current_cpu(),
                               .frequency_hz = NAN,
                               .frequency_reported_hz = NAN,
                               .temperature_c = NAN,
                               .throttle_count = NAN,
                               .energy_j = NAN,
                               .load_1min = NAN,
                               .steal_ns = NAN,
                               .busy_other_ns = NAN,
                               .involuntary_switches = -1,
                               .migrations = -1,
                               .major_faults = -1};
    if (r->frequency)
        state->frequency_hz = cg_measure_frequency(FREQUENCY_BUDGET_NS);
    cg_sensors_read_sparing(r->sensors, r->values);
    state->frequency_reported_hz = cg_sensors_summary(r->sensors, r->values, CG_SENSOR_FREQUENCY);
    state->temperature_c = cg_sensors_summary(r->sensors, r->values, CG_SENSOR_TEMPERATURE);
    state->throttle_count = cg_sensors_summary(r->sensors, r->values, CG_SENSOR_THROTTLE);
    state->energy_j = cg_sensors_summary(r->sensors, r->values, CG_SENSOR_ENERGY) - r->energy_start;
    const ssize_t got = r->load_fd >= 0 ? pread(r->load_fd, load, sizeof load - 1, 0) : -1;
    if (got > 0) {
        load[got] = 0;
        state->load_1min = strtod(load, NULL);
    }
    read_threads(r, state, &own_ns);
    read_stat(r, state, &busy_ns);
    state->busy_other_ns = busy_ns - own_ns;
    state->time_ns = cg_now_ns();
}

const struct cg_sensors *cg_state_sensors(const struct cg_state_reader *r, const double **values)
{
    *values = r->values;
    return r->sensors;
}

/* The word in brackets of "always [madvise] never". */
static void bracketed(const char *text, char *word, size_t size)
{
    const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
    word[0] = 0;
    if (close)
        snprintf(word, size, "%.*s", (int)(close - open - 1), open + 1);
}

static void read_float_mode(struct cg_state_static *state)
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

void cg_state_read_static(const struct cg_state_reader *r, struct cg_state_static *state)
{
    char text[256];
    *state = (struct cg_state_static){
        .turbo = -1, .flush_to_zero = -1, .denormals_are_zero = -1, .smt = -1, .swap_used = -1};
    for (int i = 0; i < r->n_cpus; i++) {
        if (cg_sys_read(r->root, text, sizeof state->governor,
                        "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", r->cpus[i]) <= 0)
            continue;
        if (state->governor[0] && strcmp(state->governor, text) != 0)
            snprintf(text, sizeof text, "mixed");
        snprintf(state->governor, sizeof state->governor, "%.23s", text);
    }
    const int64_t no_turbo = cg_sys_read_int(r->root, -1, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    const int64_t boost = cg_sys_read_int(r->root, -1, "/sys/devices/system/cpu/cpufreq/boost");
    state->turbo = no_turbo >= 0 ? no_turbo == 0 : boost >= 0 ? boost != 0 : -1;
    if (cg_sys_read(r->root, text, sizeof text, "/sys/kernel/mm/transparent_hugepage/enabled") > 0)
        bracketed(text, state->thp, sizeof state->thp);
    const int64_t smt = cg_sys_read_int(r->root, -1, "/sys/devices/system/cpu/smt/active");
    state->smt = smt < 0 ? -1 : smt != 0;
    const int64_t total = cg_sys_read_kib(r->root, "SwapTotal", "/proc/meminfo");
    const int64_t left = cg_sys_read_kib(r->root, "SwapFree", "/proc/meminfo");
    state->swap_used = total < 0 || left < 0 ? -1 : total > left;
    if (!r->root[0])
        read_float_mode(state);
}
