#include "report/dashboards.h"

#include "bench/record/json.h"
#include "report/records.h"
#include "report/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

CG_NAMES_DEFINE(cg_dashboard, CG_DASHBOARDS)

static struct cg_phrase name_of(const struct cg_record *record)
{
    return cg_phrase("%.150s (%.90s)", record->case_name ? record->case_name : "?",
                     cg_setting_words(&record->setting).text);
}

/* ---- Google Benchmark ---- */

static json_t *google_context(const struct cg_results *results)
{
    const struct cg_device_record *device = &results->device;
    json_t *caches = json_array();
    for (int i = 0; i < device->n_caches; i++)
        json_array_append_new(
            caches, json_pack("{s:o, s:i, s:I, s:i}", "type", cg_json_text(device->caches[i].type), "level",
                              device->caches[i].level, "size", (json_int_t)device->caches[i].bytes,
                              "num_sharing", device->caches[i].shared_by));
    return json_pack(
        "{s:o, s:o, s:s, s:i, s:o, s:b, s:o, s:[], s:s}", "date", cg_json_text(results->run.start),
        "host_name", cg_json_text(device->name), "executable", "convgauge", "num_cpus", device->logical_cpus,
        "mhz_per_cpu", cg_json_number(round(device->frequency_hz / 1e6)), "cpu_scaling_enabled",
        device->governor && strcmp(device->governor, "performance") != 0, "caches", caches, "load_avg",
        "library_build_type",
        results->build.buildtype && strcmp(results->build.buildtype, "debug") == 0 ? "debug" : "release");
}

/* What all entries of a record have; `suffix` is an aggregate's "_median" or empty. */
static json_t *google_entry(const struct cg_record *record, const char *suffix, double ns,
                            json_int_t iterations)
{
    const struct cg_phrase name = name_of(record);
    return json_pack("{s:o, s:o, s:s, s:i, s:i, s:I, s:f, s:f, s:s}", "name",
                     cg_json_text(cg_phrase("%.240s%s", name.text, suffix).text), "run_name",
                     cg_json_text(name.text), "run_type", suffix[0] ? "aggregate" : "iteration",
                     "repetitions", record->time.processes, "threads", record->setting.threads, "iterations",
                     iterations, "real_time", ns, "cpu_time", ns, "time_unit", "ns");
}

static bool add_google(json_t *list, json_t *entry, const char *key, json_t *value)
{
    return json_object_set_new(entry, key, value) == 0 && json_array_append(list, entry) == 0;
}

static json_int_t iterations_of(const struct cg_sample_arrays *samples, int process)
{
    json_int_t sum = 0;
    for (int i = 0; i < samples->n; i++)
        sum += samples->process[i] == process ? samples->iterations[i] : 0;
    return sum;
}

static bool add_google_record(json_t *list, const struct cg_record *record)
{
    double *times =
        calloc((size_t)record->samples.n + 1, sizeof *times); /* one a process; first their logs */
    const int n = times ? cg_record_process_medians(record, times) : -1;
    bool ok = n >= 0;
    for (int i = 0; i < n; i++)
        times[i] = exp(times[i]);
    for (int process = 0, at = 0; ok && at < n && process < cg_record_processes(record); process++) {
        const json_int_t iterations = iterations_of(&record->samples, process);
        if (iterations == 0)
            continue;
        json_t *entry = google_entry(record, "", times[at], iterations);
        ok = add_google(list, entry, "repetition_index", json_integer(at++));
        json_decref(entry);
    }
    const double deviation = n > 1 ? cg_estimate_of(times, (size_t)n).se * sqrt(n) : 0;
    const double values[] = {record->time.median, deviation};
    static const char *const names[] = {"_median", "_stddev"};
    for (int i = 0; ok && i < (n > 1 ? 2 : 1); i++) {
        json_t *entry = google_entry(record, names[i], values[i], n);
        ok = add_google(list, entry, "aggregate_name", json_string(names[i] + 1));
        json_decref(entry);
    }
    free(times);
    return ok;
}

/* ---- the others ---- */

/* A field that is left out where its value is not known. */
static json_t *known(double value)
{
    return isfinite(value) ? json_real(value) : NULL;
}

static bool add_github(json_t *list, const struct cg_record *record)
{
    const struct cg_interval time = cg_record_time(record);
    const bool interval = isfinite(time.low) && isfinite(time.high);
    const struct cg_phrase extra = cg_phrase(
        "95 %% interval %.6g to %.6g ms over %d process%s; %.4g images/s", time.low / 1e6, time.high / 1e6,
        record->time.processes, record->time.processes == 1 ? "" : "es", record->images_per_s);
    const struct cg_phrase range = cg_phrase("\xc2\xb1 %.3g", (time.high - time.low) / 2e6);
    json_t *entry = json_pack("{s:o, s:s, s:f, s:s*, s:s*}", "name", cg_json_text(name_of(record).text),
                              "unit", "ms", "value", time.value / 1e6, "range", interval ? range.text : NULL,
                              "extra", interval ? extra.text : NULL);
    return json_array_append_new(list, entry) == 0;
}

static json_t *bencher_metric(double value, double low, double high)
{
    return json_pack("{s:f, s:o*, s:o*}", "value", value, "lower_value", known(low), "upper_value",
                     known(high));
}

static bool add_bencher(json_t *benchmarks, const struct cg_record *record)
{
    const struct cg_interval t = cg_record_time(record);
    const double images = record->images_per_s * t.value; /* of a run, times 1e9 */
    json_t *measures =
        json_pack("{s:o, s:o}", "latency", bencher_metric(t.value, t.low, t.high), "throughput",
                  bencher_metric(record->images_per_s, images / t.high, images / t.low));
    json_t *name = cg_json_text(name_of(record).text); /* a key must be UTF-8, too */
    const bool ok = json_object_set_new(benchmarks, json_string_value(name), measures) == 0;
    json_decref(name);
    return ok;
}

enum cg_status cg_dashboard_print(const struct cg_results *results, enum cg_dashboard form, FILE *out,
                                  struct cg_error *err)
{
    static bool (*const adders[])(json_t *, const struct cg_record *) = {
        [CG_GOOGLE_BENCHMARK] = add_google_record,
        [CG_GITHUB_ACTION_BENCHMARK] = add_github,
        [CG_BENCHER] = add_bencher,
    };
    json_t *list = form == CG_BENCHER ? json_object() : json_array();
    bool ok = list, any = false;
    for (int i = 0; ok && i < results->n_records; i++) {
        if (!isfinite(results->records[i]->time.median) || !isfinite(results->records[i]->images_per_s))
            continue;
        any = true;
        ok = adders[form](list, results->records[i]);
    }
    if (!ok || !any) {
        json_decref(list);
        return ok ? cg_fail(err, CG_INVALID, "no case of this file was timed: there is nothing to hand on")
                  : cg_fail(err, CG_NO_MEMORY, "no memory to print results for a dashboard");
    }
    if (form == CG_GOOGLE_BENCHMARK)
        list = json_pack("{s:o, s:o}", "context", google_context(results), "benchmarks", list);
    return cg_json_print(list, out, err);
}
