#include "bench/commands/command.h"
#include "bench/commands/measuring.h"
#include "bench/commands/network_job.h"
#include "bench/commands/profile_print.h"
#include "bench/commands/profile_sides.h"
#include "bench/record/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct profile_options {
    int processes;
    double seconds;
    bool json, csv, no_roofline;
    const char *sort; /* NULL: as they run */
};

static void show_progress(const struct cg_progress *progress, void *context)
{
    cg_progress_show(context, "profile: process %d of %d, %s", progress->process + 1, progress->max_processes,
                     progress->phase);
}

/* What the machine can do at best, for the column of the bound; without it the profile is printed all the
 * same. */
static bool find_roofline(struct cg_network_job *it, struct cg_roofline *roofline)
{
    const struct cg_setting *setting = &it->job.setting;
    struct cg_error err = {0};
    const enum cg_status status =
        cg_device_ensure(&it->device, setting->isa, it->cores, setting->threads, &err);
    cg_not_kept_say(&it->line, &it->device);
    if (status == CG_OK &&
        cg_device_roofline(&it->device, setting->isa, it->cores, setting->threads, roofline))
        return true;
    fprintf(stderr, "convgauge: the bound of layers is not known here%s%s\n", err.text[0] ? ": " : "",
            err.text);
    return false;
}

/* ---- what was measured ---- */

struct measured {
    struct cg_network_job it;
    struct cg_roofline roofline; /* whose names of levels the profile has */
    struct cg_profile profile;
};

static enum cg_status measure(const struct profile_options *options, struct measured *one, const char *ref,
                              struct cg_error *err)
{
    struct cg_network_job *it = &one->it;
    enum cg_status status = cg_network_job_load(it, ref, err);
    status = status
                 ?: cg_network_job_start(it, "'convgauge cost --layers' lists the layers and what they count",
                                         show_progress, &it->line, err);
    if (status != CG_OK)
        return status;
    const bool known = !options->no_roofline && find_roofline(it, &one->roofline);
    cg_catch_interrupts();
    status = cg_profile_measure(
        it->session, &it->job,
        &(struct cg_profile_options){options->processes, options->seconds, known ? &one->roofline : NULL},
        &one->profile, err);
    cg_progress_clear(&it->line);
    cg_session_destroy(&it->session);
    return status;
}

/* How many of the profiles from the first on are of its network. */
static int of_one_network(const struct cg_profile_view *views, int n)
{
    int same = 1;
    while (same < n && strcmp(views[same].network->name, views[0].network->name) == 0)
        same++;
    return same;
}

static enum cg_status print_text(const struct cg_profile_view *views, int n, enum cg_profile_sort sort,
                                 struct cg_error *err)
{
    for (int i = 0, same; i < n; i += same) {
        same = of_one_network(views + i, n - i);
        if (i > 0)
            putchar('\n');
        if (same == 1)
            cg_profile_print_text(views + i);
        else if (!cg_profile_sides_print(views + i, same, sort))
            return cg_fail(err, CG_NO_MEMORY, "no memory to set profiles side by side");
    }
    return CG_OK;
}

static enum cg_status print_profiles(const struct profile_options *options,
                                     const struct cg_profile_view *views, int n, enum cg_profile_sort sort,
                                     struct cg_error *err)
{
    if (options->json && n == 1)
        return cg_json_print(cg_profile_json(views), stdout, err);
    if (options->json) {
        json_t *all = json_array();
        for (int i = 0; i < n; i++)
            json_array_append_new(all, cg_profile_json(&views[i]));
        return cg_json_print(all, stdout, err);
    }
    if (!options->csv)
        return print_text(views, n, sort, err);
    cg_profile_print_csv(views, n);
    return CG_OK;
}

/* Every network under every setting, in the order of the networks. What was measured is printed also after an
 * interruption. */
static enum cg_status profile_all(const struct profile_options *options, const struct cg_network_job *asked,
                                  char **refs, int n_refs, struct cg_error *err)
{
    const int settings = cg_asked_count(&asked->asked), n = settings * n_refs;
    const int sort = options->sort ? cg_profile_sort_word(options->sort, err) : CG_PROFILE_AS_RUN;
    struct measured *all = calloc((size_t)n, sizeof *all);
    struct cg_profile_view *views = calloc((size_t)n, sizeof *views);
    enum cg_status status = all && views ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the profiles");
    int known = 0;
    for (int i = 0; status == CG_OK && i < n; i++) {
        all[i].it = *asked;
        all[i].it.which = i % settings;
        status = measure(options, &all[i], refs[i / settings], err);
        if ((status == CG_OK || status == CG_INTERRUPTED) && all[i].profile.n_processes > 0)
            views[known++] = (struct cg_profile_view){all[i].it.network, &all[i].it.job, &all[i].profile,
                                                      (enum cg_profile_sort)sort};
    }
    if (known > 0 && (status == CG_OK || status == CG_INTERRUPTED)) {
        const enum cg_status printed = print_profiles(options, views, known, (enum cg_profile_sort)sort, err);
        status = status == CG_OK ? printed : status;
    }
    for (int i = 0; all && i < n; i++) {
        cg_profile_free(&all[i].profile);
        cg_network_job_free(&all[i].it);
    }
    free(views);
    free(all);
    return status;
}

enum cg_status cg_command_profile(int argc, char **argv, struct cg_error *err)
{
    struct profile_options o = {.processes = 5, .seconds = 1};
    struct cg_network_job it = cg_network_job_default();
    struct cg_words words = {1, -1};
    it.asked.single = false;
    const struct cg_option options[] = {
        CG_NETWORK_JOB_ROWS(&it),
        {"processes", 'p', CG_OPTION_INT, "N", "processes, each a new draw of address layout (5)",
         &o.processes, 1, 64},
        {"seconds", 's', CG_OPTION_REAL, "S", "time for each process (1)", &o.seconds, 0.01, 3600},
        {"sort", 0, CG_OPTION_STRING, "BY",
         "run, time, or loss: time above the bound; side by side, above\nthe fastest setting's (run: in the "
         "order of running)",
         &o.sort, .word = cg_profile_sort_word},
        {"no-roofline", 0, CG_OPTION_FLAG, NULL, "do not measure the machine's limits", &o.no_roofline},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text; of several profiles an array", &o.json},
        {"csv", 0, CG_OPTION_FLAG, NULL, "CSV instead of text: one row a layer", &o.csv},
        {NULL, 0, CG_OPTION_NOTE, NULL,
         "Several settings of one network (--engine a,b) stand side by side; several networks follow each\n"
         "other."},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    if (o.json && o.csv)
        return cg_fail(err, CG_INVALID, "give one of --json and --csv");
    if (o.no_roofline && o.sort && strcmp(o.sort, "loss") == 0 && cg_asked_count(&it.asked) == 1)
        return cg_fail(err, CG_INVALID,
                       "--sort loss is by the time above the bound, which needs the machine's limits: leave "
                       "out --no-roofline");
    return profile_all(&o, &it, argv + words.first, argc - words.first, err);
}
