#include "bench/commands/command.h"
#include "bench/commands/measuring.h"
#include "bench/commands/network_job.h"
#include "bench/commands/profile_print.h"

#include <stdio.h>

struct profile_options {
    int processes;
    double seconds;
    bool json, csv, no_roofline;
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

static enum cg_status print_profile(const struct profile_options *options, const struct cg_profile_view *view,
                                    struct cg_error *err)
{
    if (options->json)
        return cg_profile_print_json(view, err);
    if (options->csv)
        cg_profile_print_csv(view);
    else
        cg_profile_print_text(view);
    return CG_OK;
}

static enum cg_status measure_and_print(const struct profile_options *options, struct cg_network_job *it,
                                        struct cg_error *err)
{
    struct cg_roofline roofline;
    struct cg_profile profile = {0};
    const bool known = !options->no_roofline && find_roofline(it, &roofline);
    cg_catch_interrupts();
    enum cg_status status = cg_profile_measure(
        it->session, &it->job,
        &(struct cg_profile_options){options->processes, options->seconds, known ? &roofline : NULL},
        &profile, err);
    cg_progress_clear(&it->line);
    if ((status == CG_OK || status == CG_INTERRUPTED) && profile.n_processes > 0) {
        const struct cg_profile_view view = {it->network, &it->job, &profile};
        const enum cg_status printed = print_profile(options, &view, err);
        status = status == CG_OK ? printed : status;
    }
    cg_profile_free(&profile);
    return status;
}

enum cg_status cg_command_profile(int argc, char **argv, struct cg_error *err)
{
    struct profile_options o = {.processes = 5, .seconds = 1};
    struct cg_network_job it = cg_network_job_default();
    struct cg_words words = {1, 1};
    const struct cg_option options[] = {
        CG_NETWORK_JOB_ROWS(&it),
        {"processes", 'p', CG_OPTION_INT, "N", "processes, each a new draw of address layout (5)",
         &o.processes, 1, 64},
        {"seconds", 's', CG_OPTION_REAL, "S", "time for each process (1)", &o.seconds, 0.01, 3600},
        {"no-roofline", 0, CG_OPTION_FLAG, NULL, "do not measure the machine's limits", &o.no_roofline},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &o.json},
        {"csv", 0, CG_OPTION_FLAG, NULL, "CSV instead of text: one row a layer", &o.csv},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    if (o.json && o.csv)
        return cg_fail(err, CG_INVALID, "give one of --json and --csv");
    status = cg_network_job_load(&it, argv[words.first], err);
    status =
        status
            ?: cg_network_job_start(&it, "'convgauge cost --layers' lists the layers and what they count",
                                    show_progress, &it.line, err);
    status = status ?: measure_and_print(&o, &it, err);
    cg_network_job_free(&it);
    return status;
}
