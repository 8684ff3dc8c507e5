#include "bench/commands/run_parts.h"

#include "bench/device/counters.h"

#include <string.h>

static const char *const default_suites[] = {"g1", "g2", "g3", "g4", "networks"};

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
static enum cg_status check_combination(const struct cg_run_request *o, struct cg_error *err)
{
    if (o->sustained_min > 0 && (o->check_only || o->budget_s > 0 || o->processes > 0 || o->precision > 0))
        return cg_fail(
            err, CG_INVALID,
            "--sustained lasts as long as it says: leave out --budget, --precision, --processes and "
            "--check-only");
    if (o->counters && o->check_only)
        return cg_fail(err, CG_INVALID, "--check-only counts nothing: leave out --counters");
    if (o->check_only && (o->latency || o->instances > 0))
        return cg_fail(err, CG_INVALID, "--check-only times nothing: leave out --latency and --instances");
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

static enum cg_status parse(int argc, char **argv, struct cg_run_request *o, struct cg_words *words,
                            struct cg_error *err)
{
    const struct cg_option options[] = {
        {"quick", 'q', CG_OPTION_FLAG, NULL, "the quick selection of each suite, 4 to 10 short processes",
         &o->quick},
        {.kind = CG_OPTION_SETTING, .target = &o->asked},
        {"cores", 0, CG_OPTION_STRING, "SPEC", "cores to run on: big, little, all, or a list such as 0,2",
         &o->cores},
        {"filter", 'f', CG_OPTION_FILTER, "REGEX",
         "only cases whose name, label or network matches;\nbaselines stay", &o->filter},
        {"against", 0, CG_OPTION_STRING, "NET",
         "the network that the networks named are compared with (each with each)", &o->against},
        {"precision", 'p', CG_OPTION_PERCENT, "P", "stop when every interval is within +-P (1%)",
         &o->precision, 0.0005, 0.5},
        {"processes", 0, CG_OPTION_INT, "N", "most processes a case (24, quick 10)", &o->processes, 1, 64},
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
        {"latency", 0, CG_OPTION_FLAG, NULL,
         "time single runs of each case in processes of its own, after\nits timing: p50, p90, p99, first "
         "run, "
         "making the plan, memory",
         &o->latency},
        {"instances", 0, CG_OPTION_INT, "N",
         "then run N plans of each case at once, each on cpus of its own:\nimages a second, beside one plan "
         "with the threads of all",
         &o->instances, 2, CG_THREADS_MAX},
        {"check-only", 0, CG_OPTION_FLAG, NULL, "compile and check every case, time nothing", &o->check_only},
        {"dry-run", 'n', CG_OPTION_FLAG, NULL, "print the cases and the expected time, measure nothing",
         &o->dry_run},
        {"output", 'o', CG_OPTION_STRING, "FILE", "results file (results/DEVICE/DATE-TIME.json)", &o->output},
        {"continue", 0, CG_OPTION_STRING, "FILE",
         "measure what is missing in FILE, a run of this device and build\nthat was interrupted, and add it "
         "there; its command holds unless\nsuites are named again",
         &o->continued},
        {"tables", 0, CG_OPTION_FLAG, NULL,
         "print the tables of each suite when it is done, before the summary", &o->tables},
        CG_FORMAT_ROWS(&o->format),
        {NULL, 0, CG_OPTION_NOTE, NULL,
         "SUITE is a suite ('convgauge list suites'), a file of your own or 'guidelines', all that make a "
         "claim.\n"
         "--json prints the results file."},
    };
    return cg_options_parse(argc, argv, CG_ROWS(options), words, err);
}

enum cg_status cg_run_options_read(int argc, char **argv, int all_threads, struct cg_run_request *request,
                                   struct cg_error *err)
{
    struct cg_words words = {0, -1};
    request->behind_counters = behind_counters(argc, argv);
    request->asked.all_threads = all_threads;
    enum cg_status status = parse(argc, argv, request, &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    const bool named = argc > words.first;
    request->suites_named = named;
    request->named = named && strcmp(argv[words.first], CG_ALL_GUIDELINES) != 0;
    request->n_suites = named ? argc - words.first : (int)(sizeof default_suites / sizeof default_suites[0]);
    request->suites = named ? (const char *const *)argv + words.first : default_suites;
    status = check_combination(request, err);
    return status == CG_OK && request->counters ? check_counters(request->counters, err) : status;
}
