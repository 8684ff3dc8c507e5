#include "bench/commands/run_kernels.h"

#include "bench/commands/cores_arg.h"
#include "bench/commands/device_record.h"
#include "bench/commands/emulated.h"
#include "bench/commands/kernel_table.h"
#include "bench/commands/network_arg.h"
#include "bench/commands/progress.h"
#include "bench/commands/results_path.h"
#include "bench/device/pin.h"
#include "bench/microkernels/bench.h"

#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What --quick takes the shapes of. */
static const char *const quick_networks[] = {"mobilenet_v1:1.0", "mobilenet_v2:1.0", "shufflenet_v1:1x_g3",
                                             "shufflenet_v2:1.0x"};

struct kernels_run {
    const struct cg_run_options *options;
    const struct cg_run_request *request;
    struct cg_device *device;
    volatile sig_atomic_t *interrupted;
    regex_t filter;
    int cpu;
    struct cg_kernel_shapes shapes;
    struct cg_results *results;
    struct cg_suite_record *suite;
    struct cg_progress_line line;
    int done, wrong;
};

bool cg_run_is_kernels(const struct cg_run_request *request)
{
    for (int i = 0; i < request->n_suites; i++)
        if (strcmp(request->suites[i], CG_KERNELS_SUITE) == 0)
            return true;
    return false;
}

static enum cg_status check_options(const struct cg_run_options *o, const struct cg_run_request *request,
                                    struct cg_error *err)
{
    const struct {
        const char *name;
        bool given;
    } others[] = {
        {"--threads", o->threads.n > 0},   {"--batch", o->batches.n > 0},     {"--fusion", o->fusions.n > 0},
        {"--cache", o->caches.n > 0},      {"--counters", o->counters},       {"--layers", o->layers},
        {"--processes", o->processes > 0}, {"--precision", o->precision > 0}, {"--budget", o->budget_s > 0},
    };
    if (request->n_suites > 1)
        return cg_fail(err, CG_INVALID, "suite %s times single kernels, not plans: run it by itself",
                       CG_KERNELS_SUITE);
    if (o->engines.n > 1 || (o->engines.n == 1 && strcmp(o->engines.words[0], "native") != 0))
        return cg_fail(err, CG_INVALID, "suite %s is about engine native's kernels; leave out --engine",
                       CG_KERNELS_SUITE);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].given)
            return cg_fail(err, CG_INVALID, "suite %s times single calls on one core, hot; leave out %s",
                           CG_KERNELS_SUITE, others[i].name);
    return CG_OK;
}

static enum cg_status add_network(struct kernels_run *run, const char *name, struct cg_error *err)
{
    struct cg_network *network = cg_network_arg(name, 1, err);
    const enum cg_status status =
        network ? cg_kernel_shapes_add(&run->shapes, network->graph, err) : err->status;
    cg_network_destroy(&network);
    return status;
}

static enum cg_status gather_shapes(struct kernels_run *run, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    if (run->options->quick) {
        for (size_t i = 0; i < sizeof quick_networks / sizeof *quick_networks && status == CG_OK; i++)
            status = add_network(run, quick_networks[i], err);
        return status;
    }
    struct cg_config *config = cg_config_open(err);
    struct cg_network *rows = NULL;
    int n = 0;
    status = config ? cg_config_list_networks(config, &rows, &n, err) : err->status;
    for (int i = 0; i < n && status == CG_OK && !*run->interrupted; i++)
        status = add_network(run, rows[i].name, err);
    free(rows);
    cg_config_close(&config);
    return status;
}

/* The kernel's group, with a case for the shape. */
static struct cg_case_record *add_case(struct kernels_run *run, const char *kernel, const char *shape)
{
    struct cg_group_record *group = cg_suite_find_group(run->suite, kernel);
    if (!group) {
        group = cg_suite_add_group(run->results, run->suite);
        if (!group)
            return NULL;
        group->name = group->title = kernel;
    }
    struct cg_case_record *c = cg_group_add_case(run->results, group);
    if (c) {
        c->name = cg_results_format(run->results, "%s/%s", kernel, shape);
        c->label = cg_results_text(run->results, shape);
    }
    return c && c->name && c->label ? c : NULL;
}

/* FNV-1a. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static enum cg_status add_record(struct kernels_run *run, const struct cg_native_kernels *isa,
                                 const char *kernel, const char *shape, const struct cg_kernel_times *times,
                                 const struct cg_kernel_work *work, const struct cg_roofline *roofline,
                                 struct cg_error *err)
{
    struct cg_case_record *c = add_case(run, kernel, shape);
    struct cg_record *r = c ? cg_results_add_record(run->results) : NULL;
    if (!r)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the results");
    c->graph = cg_results_format(run->results, "%016llx", (unsigned long long)hash_of(c->name));
    r->suite = CG_KERNELS_SUITE;
    r->group = r->implementation = kernel;
    r->case_name = c->name;
    r->graph = c->graph;
    r->engine = "native";
    r->isa = cg_isa_name(isa->isa);
    r->threads = 1;
    r->cores = cg_results_format(run->results, "%d", run->cpu);
    r->batch = 1;
    r->fusion = "none";
    r->cache = "hot";
    r->input = c->label;
    r->madds = work->madds;
    r->layer_count = 1;
    r->error_vs_reference = times->error;
    if (roofline)
        r->roofline_ns = cg_roofline_work(roofline, work->madds, work->read_bytes, work->write_bytes,
                                          work->read_bytes + work->write_bytes, false)
                             .ns;
    enum cg_status status = r->cores && r->graph
                                ? cg_record_alloc_samples(run->results, &r->samples, times->n, err)
                                : cg_fail(err, CG_NO_MEMORY, "no memory for the results");
    for (int i = 0; i < times->n && status == CG_OK; i++) {
        r->samples.process[i] = 0;
        r->samples.round[i] = i;
        r->samples.ns[i] = times->ns[i];
        r->samples.iterations[i] = times->iterations;
        r->samples.cpu[i] = run->cpu;
    }
    return status == CG_OK && times->n > 0 ? cg_record_summarise(r, err) : status;
}

static enum cg_status measure_isa(struct kernels_run *run, const struct cg_native_kernels *isa, int total,
                                  struct cg_error *err)
{
    struct cg_roofline found;
    const bool time = !run->options->check_only;
    const bool known = time && cg_device_roofline(run->device, isa->isa, run->options->cores, 1, &found);
    enum cg_status status = CG_OK;
    for (int s = 0; s < run->shapes.n; s++) {
        const struct cg_kernel_shape *shape = &run->shapes.at[s];
        char text[CG_KERNEL_SHAPE_TEXT], name[2 * CG_KERNEL_SHAPE_TEXT];
        cg_kernel_shape_text(shape, text);
        for (int k = 0; k < cg_kernel_count(isa, shape); k++) {
            const char *kernel = cg_kernel_name(isa, shape, k);
            struct cg_kernel_times times;
            struct cg_kernel_work work;
            snprintf(name, sizeof name, "%s/%s", kernel, text);
            if (run->request->filter && regexec(&run->filter, name, 0, NULL, 0) != 0)
                continue;
            cg_progress_show(&run->line, "kernels: %d of at most %d, %s", run->done + 1, total, name);
            status = cg_kernel_measure(isa, shape, k,
                                       !time                 ? 0
                                       : run->options->quick ? 7
                                                             : CG_KERNEL_SAMPLES,
                                       run->options->quick ? 20000 : 50000, &times, &work, err);
            if (status == CG_OK)
                status = add_record(run, isa, kernel, text, &times, &work, known ? &found : NULL, err);
            if (status != CG_OK)
                return status;
            run->done++;
            run->wrong += !(times.error <= CG_KERNEL_TOLERANCE);
            if (*run->interrupted)
                return cg_fail(err, CG_INTERRUPTED, "interrupted");
        }
    }
    return status;
}

static enum cg_status prepare(struct kernels_run *run, const struct cg_native_kernels *const *isas,
                              int n_isas, int argc, char **argv, struct cg_error *err)
{
    struct cg_run_record *r = &run->results->run;
    char stamp[32];
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    r->command = cg_results_command(run->results, argc, argv);
    r->start = cg_results_text(run->results, stamp);
    r->processes = 1;
    r->quick = run->options->quick;
    r->complete = 0;
    run->suite = cg_results_add_suite(run->results);
    if (!r->command || !r->start || !run->suite)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the results");
    run->suite->name = CG_KERNELS_SUITE;
    run->suite->title = CG_KERNELS_TITLE;
    run->suite->source = CG_KERNELS_SOURCE;
    run->suite->kind = CG_KIND_PLAIN;
    run->suite->whole_networks = 0;
    enum cg_status status =
        cg_topology_choose(&run->device->topology, run->options->cores, 1, &run->cpu, err);
    if (status == CG_OK)
        cg_cores_say(&run->device->topology, run->options->cores);
    for (int i = 0; i < n_isas && status == CG_OK && !run->options->check_only; i++) {
        cg_progress_show(&run->line, "measuring the peak of this machine (%s)", cg_isa_name(isas[i]->isa));
        status = cg_device_ensure(run->device, isas[i]->isa, run->options->cores, 1, err);
    }
    if (status == CG_OK)
        status = cg_build_record_fill(run->results, err);
    if (status == CG_OK)
        status = cg_device_record_fill(run->device, run->results, err);
    if (status == CG_OK)
        status = cg_pin_self(run->cpu, err);
    return status;
}

/* The instruction sets asked for, or all that this processor has. */
static int choose_isas(const struct kernels_run *run, const struct cg_native_kernels **isas)
{
    int n = 0;
    for (int i = 0; cg_native_isas[i]; i++) {
        bool wanted = run->options->isas.n == 0;
        for (int k = 0; k < run->request->axes.n_isas && !wanted; k++)
            wanted = run->request->axes.isas[k] == cg_native_isas[i]->isa;
        if (wanted && cg_isa_available(cg_native_isas[i]->isa))
            isas[n++] = cg_native_isas[i];
    }
    return n;
}

static enum cg_status measure_all(struct kernels_run *run, int argc, char **argv, struct cg_error *err)
{
    const struct cg_native_kernels *isas[CG_ISA_COUNT];
    const int n_isas = choose_isas(run, isas);
    char path[512];
    int total = 0;
    enum cg_status status = gather_shapes(run, err);
    for (int i = 0; i < n_isas; i++)
        for (int s = 0; s < run->shapes.n; s++)
            total += cg_kernel_count(isas[i], &run->shapes.at[s]);
    if (status == CG_OK && run->options->dry_run) {
        cg_progress_clear(&run->line);
        printf("%d shapes, %d instruction sets, %d pairs of kernel and shape before --filter\n",
               run->shapes.n, n_isas, total);
        return CG_OK;
    }
    if (status == CG_OK)
        status = prepare(run, isas, n_isas, argc, argv, err);
    if (status == CG_OK)
        status = cg_results_path(run->options->output, run->results->device.name, run->options->quick, path,
                                 sizeof path, err);
    if (status != CG_OK)
        return status;
    const time_t start = time(NULL);
    for (int i = 0; i < n_isas && status == CG_OK; i++)
        status = measure_isa(run, isas[i], total, err);
    cg_progress_clear(&run->line);
    run->results->run.complete = status == CG_OK;
    run->results->run.seconds = difftime(time(NULL), start);
    struct cg_error later;
    enum cg_status saved = cg_results_save(run->results, path, &later);
    if (saved == CG_OK && run->done > 0 && (status == CG_OK || status == CG_INTERRUPTED))
        saved = cg_kernel_table_print(run->results, run->options, &later);
    if (status == CG_OK && saved != CG_OK) {
        *err = later;
        return saved;
    }
    if (status == CG_OK && run->done == 0)
        return cg_fail(err, CG_INVALID, "--filter '%s' matches no kernel and shape", run->request->filter);
    if (status == CG_OK && run->wrong > 0)
        return cg_fail(err, CG_CHECK_FAILED,
                       "%d of %d pairs of kernel and shape compute wrongly; %s has them", run->wrong,
                       run->done, path);
    if (status == CG_OK)
        fprintf(stderr, "results written to %s\n", path);
    return status;
}

enum cg_status cg_run_kernels(const struct cg_run_options *options, const struct cg_run_request *request,
                              struct cg_device *device, volatile sig_atomic_t *interrupted, int argc,
                              char **argv, struct cg_error *err)
{
    struct kernels_run run = {.options = options,
                              .request = request,
                              .device = device,
                              .interrupted = interrupted,
                              .line = cg_progress_start()};
    enum cg_status status = check_options(options, request, err);
    if (status != CG_OK)
        return status;
    const int bad = request->filter ? regcomp(&run.filter, request->filter, REG_EXTENDED | REG_NOSUB) : 0;
    if (bad) {
        char reason[128];
        regerror(bad, &run.filter, reason, sizeof reason);
        return cg_fail(err, CG_INVALID, "--filter '%s' is not a regular expression: %s", request->filter,
                       reason);
    }
    if (!options->dry_run && !options->check_only)
        status = cg_refuse_emulated(device, "'convgauge run kernels --check-only' checks the kernels", err);
    if (status == CG_OK && !(run.results = cg_results_create()))
        status = cg_fail(err, CG_NO_MEMORY, "no memory for the results");
    if (status == CG_OK)
        status = measure_all(&run, argc, argv, err);
    cg_progress_clear(&run.line);
    cg_results_destroy(&run.results);
    free(run.shapes.at);
    if (request->filter)
        regfree(&run.filter);
    return status;
}
