#include "bench/commands/command.h"
#include "bench/commands/measuring.h"
#include "bench/onnx/network_arg.h"
#include "bench/commands/options.h"
#include "bench/commands/profile_print.h"
#include "bench/commands/setting_arg.h"
#include "bench/device/device.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct profile_options {
    struct cg_setting_words words;
    int processes;
    double seconds;
    bool json, csv, no_roofline;
};

static void show_progress(const struct cg_progress *progress, void *context)
{
    const bool *terminal = context;
    if (*terminal)
        fprintf(stderr, "\rprofile: process %d of %d, %s          \r", progress->process + 1,
                progress->max_processes, progress->phase);
}

/* What the machine can do at best, for the column of the bound; without it the profile is printed all the
 * same. */
static bool find_roofline(const struct profile_options *options, enum cg_isa isa, struct cg_device *device,
                          struct cg_roofline *roofline)
{
    struct cg_error err = {0};
    if (options->no_roofline)
        return false;
    if (cg_device_ensure(device, isa, options->words.cores, options->words.threads, &err) == CG_OK &&
        cg_device_roofline(device, isa, options->words.cores, options->words.threads, roofline))
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

static enum cg_status measure_and_print(const struct profile_options *options,
                                        const struct cg_network *network, const struct cg_job *job,
                                        const struct cg_roofline *roofline, struct cg_error *err)
{
    bool terminal = isatty(STDERR_FILENO) == 1;
    const struct cg_session_options session_options = {
        .progress = show_progress, .progress_context = &terminal, .interrupted = &cg_interrupted};
    struct cg_session *session = NULL;
    struct cg_profile profile = {0};
    struct cg_figure2 figure;
    cg_figure2_read(network, &figure);
    enum cg_status status = cg_session_create(&session_options, &session, err);
    if (status == CG_OK)
        status = cg_profile_measure(
            session, job, &(struct cg_profile_options){options->processes, options->seconds, roofline},
            &profile, err);
    if (terminal)
        fprintf(stderr, "\r%60s\r", "");
    if ((status == CG_OK || status == CG_INTERRUPTED) && profile.n_processes > 0) {
        const struct cg_profile_view view = {.network = network,
                                             .job = job,
                                             .profile = &profile,
                                             .figure = &figure,
                                             .roofline = roofline != NULL};
        const enum cg_status printed = print_profile(options, &view, err);
        status = status == CG_OK ? printed : status;
    }
    cg_profile_free(&profile);
    cg_session_destroy(&session);
    return status;
}

static enum cg_status profile_network(const struct profile_options *options, const struct cg_network *network,
                                      struct cg_error *err)
{
    struct cg_device device = {0};
    enum cg_status status = cg_device_read(NULL, &device, err);
    if (status != CG_OK)
        return status;
    int *cpus = NULL;
    struct cg_job job = {.label = network->name, .graph = network->graph, .weights = network->weights};
    struct cg_roofline roofline;
    status = cg_setting_arg(&options->words, &device.topology, &job.setting, &cpus, err);
    if (status == CG_OK)
        status = cg_refuse_emulated(&device, "'convgauge cost --layers' lists the layers and what they count",
                                    err);
    if (status == CG_OK) {
        cg_cores_say(&device.topology, options->words.cores);
        const bool known = find_roofline(options, job.setting.isa, &device, &roofline);
        cg_catch_interrupts();
        status = measure_and_print(options, network, &job, known ? &roofline : NULL, err);
    }
    free(cpus);
    cg_device_destroy(&device);
    return status;
}

enum cg_status cg_command_profile(int argc, char **argv, struct cg_error *err)
{
    struct profile_options o = {.words = CG_SETTING_WORDS_DEFAULT, .processes = 5, .seconds = 1};
    struct cg_words words = {1, 1};
    const struct cg_option options[] = {
        CG_SETTING_ROWS(&o.words, 'f'),
        {"processes", 'p', CG_OPTION_INT, "N", "processes, each a new draw of address layout (5)",
         &o.processes, 1, 64},
        {"seconds", 's', CG_OPTION_REAL, "S", "time for each process (1)", &o.seconds, 0.01, 3600},
        {"no-roofline", 0, CG_OPTION_FLAG, NULL, "do not measure the machine's limits", &o.no_roofline},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &o.json},
        {"csv", 0, CG_OPTION_FLAG, NULL, "CSV instead of text: one row a layer", &o.csv},
    };
    const enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    if (o.json && o.csv)
        return cg_fail(err, CG_INVALID, "give one of --json and --csv");
    struct cg_network *network = cg_network_arg(argv[words.first], o.words.batch, err);
    if (!network)
        return err->status;
    o.words.batch = network->graph->nodes[network->graph->input].shape.n;
    const enum cg_status profiled = profile_network(&o, network, err);
    cg_network_destroy(&network);
    return profiled;
}
