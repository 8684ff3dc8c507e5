#include "bench/commands/command.h"
#include "bench/commands/info_print.h"
#include "bench/commands/measuring.h"
#include "bench/commands/options.h"
#include "bench/commands/progress.h"
#include "bench/device/sensors.h"

#include <stdio.h>
#include <stdlib.h>

struct info_options {
    const char *cores, *xml;
    int threads;
    bool json, noise, measure, no_measure;
};

static void show_progress(const char *what, void *context)
{
    cg_progress_show(context, "measuring %s", what);
}

/* Why nothing can be measured, or "" after it was, or was remembered. */
static enum cg_status measure(const struct info_options *o, struct cg_progress_line *line,
                              struct cg_device *device, char *not_measured, size_t size, struct cg_error *err)
{
    not_measured[0] = '\0';
    if (o->xml)
        snprintf(not_measured, size, "this is the topology of another machine");
    else if (device->emulation.emulated)
        snprintf(not_measured, size, "times mean nothing under emulation (%s)", device->emulation.evidence);
    else if (o->no_measure && device->record.n_peaks == 0)
        snprintf(not_measured, size, "left out by --no-measure, and nothing is remembered of this machine");
    if (not_measured[0] || o->no_measure ||
        (!o->measure && cg_device_is_measured(device, o->cores, o->threads)))
        return CG_OK;
    const struct cg_device_measuring what = {o->cores, o->threads, show_progress, line};
    const enum cg_status status = cg_device_measure(device, &what, err);
    cg_progress_clear(line);
    cg_not_kept_say(line, device);
    return status;
}

static enum cg_status measure_noise(const struct info_options *o, struct cg_progress_line *line,
                                    struct cg_device *device, struct cg_error *err)
{
    struct cg_session *session = NULL;
    int cpu = 0;
    if (device->emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "there is no noise floor under emulation: %s",
                       device->emulation.evidence);
    enum cg_status status = cg_topology_choose(&device->topology, o->cores, 1, &cpu, err);
    status = status ?: cg_session_create(NULL, &session, err);
    if (status == CG_OK) {
        cg_progress_show(line, "measuring the noise floors (about 15 s)");
        status = cg_noise_floors_renew(session, cpu, line, device, err);
    }
    cg_session_destroy(&session);
    return status;
}

static enum cg_status print(const struct info_options *o, const struct cg_device *device,
                            const char *not_measured, struct cg_error *err)
{
    struct cg_counter_set *counters = NULL;
    struct cg_info_view view = {.device = device, .not_measured = not_measured};
    enum cg_status status = o->xml ? CG_OK : cg_counters_open(NULL, &counters, err);
    if (status != CG_OK)
        return status;
    view.counters = counters;
    struct cg_sensors *sensors = o->xml ? NULL : cg_sensors_open(NULL, NULL, 0);
    if (sensors)
        cg_sensors_read(sensors);
    view.sensors = sensors;
    if (o->json)
        status = cg_info_print_json(&view, err);
    else
        cg_info_print_text(&view);
    cg_sensors_close(&sensors);
    cg_counters_close(&counters);
    return status;
}

/* A mistake in what the user wrote is told before anything is measured. */
static enum cg_status check_choice(const struct info_options *o, const struct cg_device *device,
                                   struct cg_error *err)
{
    const int threads = o->threads > 0 ? o->threads : 1;
    if (o->threads <= 0 && !o->cores)
        return CG_OK;
    int cpus[CG_THREADS_MAX];
    const enum cg_status status = cg_topology_choose(&device->topology, o->cores, threads, cpus, err);
    if (status == CG_OK)
        cg_cores_say(&device->topology, o->cores);
    return status;
}

enum cg_status cg_command_info(int argc, char **argv, struct cg_error *err)
{
    struct info_options o = {0};
    struct cg_progress_line line = cg_progress_start();
    struct cg_device device;
    char not_measured[256];
    struct cg_words words = {0, 0};
    const struct cg_option options[] = {
        {"noise", 0, CG_OPTION_FLAG, NULL, "measure the noise floors now (about 15 s)", &o.noise},
        {"measure", 0, CG_OPTION_FLAG, NULL, "measure peaks and bandwidths again (about 10 s)", &o.measure},
        {"no-measure", 0, CG_OPTION_FLAG, NULL, "print what is known without measuring", &o.no_measure},
        {"cores", 'c', CG_OPTION_STRING, "SPEC", "measure on these: big, little, all, or numbers: 0,2",
         &o.cores},
        {"threads", 't', CG_OPTION_INT, "N", "measure with 1 and N threads (one a core)", &o.threads, 1,
         CG_THREADS_MAX, 0},
        {"xml", 0, CG_OPTION_STRING, "FILE", "the topology of another machine, written by lstopo", &o.xml},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &o.json},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    if (o.measure && o.no_measure)
        return cg_fail(err, CG_INVALID, "give one of --measure and --no-measure");
    if (o.xml && (o.noise || o.measure))
        return cg_fail(err, CG_INVALID, "another machine's topology (--xml) cannot be measured here");
    status = cg_device_read(o.xml, &device, err);
    if (status != CG_OK)
        return status;
    status = check_choice(&o, &device, err);
    status = status ?: measure(&o, &line, &device, not_measured, sizeof not_measured, err);
    if (status == CG_OK && o.noise)
        status = measure_noise(&o, &line, &device, err);
    status = status ?: print(&o, &device, not_measured, err);
    cg_device_destroy(&device);
    return status;
}
