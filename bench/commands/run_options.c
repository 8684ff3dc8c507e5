#include "bench/commands/run_options.h"

#include "bench/commands/setting_arg.h"
#include "bench/device/counters.h"

#include <stdio.h>
#include <string.h>

static const char *const default_suites[] = {"g1", "g2", "g3", "g4", "networks"};

static enum cg_status parse_engines(const struct cg_list *list, struct cg_run_axes *axes,
                                    struct cg_error *err)
{
    for (int i = 0; i < list->n; i++) {
        if (axes->n_engines == CG_AXIS_MAX)
            return cg_fail(err, CG_INVALID, "--engine takes at most %d engines", CG_AXIS_MAX);
        const struct cg_engine *engine = cg_engine_arg(list->words[i], err);
        if (!engine)
            return err->status;
        axes->engines[axes->n_engines++] = engine;
    }
    return CG_OK;
}

static enum cg_status parse_names(const struct cg_run_options *o, struct cg_run_axes *axes,
                                  struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int i = 0; i < o->isas.n && status == CG_OK; i++)
        status = cg_isa_arg(o->isas.words[i], &axes->isas[axes->n_isas++], err);
    for (int i = 0; i < o->fusions.n && status == CG_OK; i++)
        status = cg_fusion_arg(o->fusions.words[i], &axes->fusions[axes->n_fusions++], err);
    for (int i = 0; i < o->caches.n && status == CG_OK; i++)
        status = cg_cache_arg(o->caches.words[i], &axes->caches[axes->n_caches++], err);
    return status;
}

static enum cg_status fill_axes(const struct cg_run_options *o, struct cg_run_axes *axes,
                                struct cg_error *err)
{
    enum cg_status status = CG_OK;
    struct cg_list default_engine = {1, {"native"}};
    if (o->threads.n > CG_AXIS_MAX || o->batches.n > CG_AXIS_MAX)
        return cg_fail(err, CG_INVALID, "--threads and --batch take at most %d values", CG_AXIS_MAX);
    axes->suite_engines = o->engines.n == 0;
    status = parse_engines(o->engines.n ? &o->engines : &default_engine, axes, err);
    if (status == CG_OK)
        status = parse_names(o, axes, err);
    if (axes->n_isas == 0)
        axes->isas[axes->n_isas++] = cg_isa_best();
    if (axes->n_caches == 0)
        axes->caches[axes->n_caches++] = CG_CACHE_HOT;
    axes->n_threads = o->threads.n ? o->threads.n : 1;
    axes->n_batches = o->batches.n ? o->batches.n : 1;
    axes->threads[0] = 1;
    for (int i = 0; i < o->threads.n; i++)
        axes->threads[i] = o->threads.values[i];
    for (int i = 0; i < o->batches.n; i++)
        axes->batches[i] = o->batches.values[i];
    return status;
}

/* A name that is not known is told before anything is measured; what is not available here is null in the
 * record. */
static enum cg_status check_counters(const char *list, struct cg_error *err)
{
    struct cg_counter_set *set = NULL;
    const enum cg_status status = cg_counters_open(list, &set, err);
    cg_counters_close(&set);
    return status;
}

/* What makes no sense together or on this machine. */
static enum cg_status check_combination(const struct cg_run_options *o, struct cg_error *err)
{
    if (o->sustained_min > 0 && (o->check_only || o->budget_s > 0 || o->processes > 0 || o->precision > 0))
        return cg_fail(
            err, CG_INVALID,
            "--sustained lasts as long as it says: leave out --budget, --precision, --processes and "
            "--check-only");
    if (o->counters && o->check_only)
        return cg_fail(err, CG_INVALID, "--check-only counts nothing: leave out --counters");
    return CG_OK;
}

/* The word behind a `--counters` without a list: a suite, as the options are read, but a list may have been
 * meant. NULL where there is none. To be asked before getopt sorts the words. */
static const char *behind_counters(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "--counters") == 0 && argv[i + 1][0] != '-')
            return argv[i + 1];
    return NULL;
}

static enum cg_status parse(int argc, char **argv, int all_threads, struct cg_run_options *o,
                            struct cg_words *words, struct cg_error *err)
{
    const double most_threads = CG_THREADS_MAX;
    const struct cg_option options[] = {
        {"quick", 'q', CG_OPTION_FLAG, NULL, "the quick selection of each suite, 4 processes", &o->quick},
        {"engine", 'e', CG_OPTION_LIST, "A,B", "engines (native; 'convgauge list engines')", &o->engines},
        {"threads", 't', CG_OPTION_INTS, "N,M", "numbers of threads, 'all' = every core allowed (1)",
         &o->threads, 1, most_threads, all_threads},
        {"isa", 0, CG_OPTION_LIST, "ISA", "highest instruction set to use (the best there is)", &o->isas},
        {"batch", 'b', CG_OPTION_INTS, "N,M", "images a run (1, or as the suite says)", &o->batches, 1, 4096},
        {"cores", 0, CG_OPTION_STRING, "SPEC", "cores to run on: big, little, all, or a list such as 0,2",
         &o->cores},
        {"fusion", 0, CG_OPTION_LIST, "F,G", CG_FUSION_WORDS " (full; suite g4: full and none)", &o->fusions},
        {"cache", 0, CG_OPTION_LIST, "C,D",
         "state of the caches before a sample: hot, cold, or replay:\nthe last layer of a stack, as its "
         "predecessors left them (hot)",
         &o->caches},
        {"filter", 'f', CG_OPTION_STRING, "REGEX",
         "only cases whose name, label or network matches;\nbaselines stay", &o->filter},
        {"precision", 'p', CG_OPTION_PERCENT, "P", "stop when every interval is within +-P (1%)",
         &o->precision, 0.0005, 0.5},
        {"processes", 0, CG_OPTION_INT, "N", "most processes a case (24, quick 4)", &o->processes, 1, 64},
        {"budget", 0, CG_OPTION_REAL, "SECONDS", "stop after this time at the latest (none)", &o->budget_s, 1,
         1e7},
        {"sustained", 0, CG_OPTION_REAL, "MINUTES",
         "keep the machine loaded for this long and show speed and rank\nover time (none)", &o->sustained_min,
         0.05, 1440},
        {"layers", 0, CG_OPTION_FLAG, NULL,
         "time the layers of whole networks, too (suite breakdown always does):\nthe report's Figure 2, "
         "rooflines, causes of flips",
         &o->layers},
        {"counters", 0, CG_OPTION_OPTIONAL, "LIST",
         "count events of each case in a process of its own, after\nits timing: a list of 'convgauge list "
         "counters', or native\nevents (the default set)",
         &o->counters},
        {"check-only", 0, CG_OPTION_FLAG, NULL, "compile and check every case, time nothing", &o->check_only},
        {"dry-run", 'n', CG_OPTION_FLAG, NULL, "print the cases and the expected time, measure nothing",
         &o->dry_run},
        {"output", 'o', CG_OPTION_STRING, "FILE", "results file (results/DEVICE/DATE-TIME.json)", &o->output},
        CG_FORMAT_ROWS(&o->format),
        {NULL, 0, CG_OPTION_NOTE, NULL, "--json prints the results file."},
    };
    return cg_options_parse(argc, argv, CG_ROWS(options), words, err);
}

enum cg_status cg_run_options_read(int argc, char **argv, const struct cg_device *device,
                                   struct cg_run_options *o, struct cg_run_request *request,
                                   struct cg_error *err)
{
    struct cg_words words = {0, -1};
    const char *behind = behind_counters(argc, argv);
    enum cg_status status = parse(argc, argv, device->topology.n_allowed, o, &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    *request = (struct cg_run_request){.quick = o->quick,
                                       .filter = o->filter,
                                       .cores = o->cores,
                                       .behind_counters = behind,
                                       .one_schedule = o->sustained_min > 0};
    status = check_combination(o, err);
    if (status == CG_OK && o->counters)
        status = check_counters(o->counters, err);
    if (status != CG_OK)
        return status;
    request->n_suites =
        argc > words.first ? argc - words.first : (int)(sizeof default_suites / sizeof default_suites[0]);
    request->suites = argc > words.first ? (const char *const *)argv + words.first : default_suites;
    return fill_axes(o, &request->axes, err);
}
