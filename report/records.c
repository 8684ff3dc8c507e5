/* Which record belongs to which case, and ratios of records. */
#include "report/records.h"

#include "base/text.h"
#include "report/rounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cg_phrase cg_setting_words(const struct cg_setting *setting)
{
    struct cg_phrase words;
    cg_setting_say(setting, -1u, CG_SAY_UNUSUAL, words.text, sizeof words.text);
    return words;
}

const char *cg_case_words(const struct cg_case_record *c)
{
    return c->label ? c->label : c->name;
}

struct cg_phrase cg_case_label(const struct cg_case_record *c)
{
    return cg_phrase("%.200s%s%s", cg_case_words(c), c->reconstruction == 1 ? " " CG_DAGGER : "",
                     c->inferred == 1 ? "*" : "");
}

double cg_case_published(const struct cg_case_record *c, const char *device, bool of_image)
{
    for (int i = 0; i < c->n_paper; i++)
        if (c->paper[i].device && strcmp(c->paper[i].device, device) == 0)
            return c->paper[i].value * (of_image && c->paper[i].batch > 0 ? c->paper[i].batch : 1);
    return NAN;
}

const struct cg_record *cg_find_record(const struct cg_results *results, const char *suite, const char *group,
                                       const struct cg_case_record *c, const struct cg_setting *setting,
                                       bool untimed)
{
    /* The graph of layers has the batch; a suite may have cases of several. */
    const unsigned batch = c->network ? 0 : CG_FIELD_BATCH;
    const struct cg_record *best = NULL;
    int best_score = -1;
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        if (!cg_same_text(record->graph, c->graph) || (!untimed && record->samples.n == 0))
            continue;
        if (setting && (cg_setting_difference(&record->setting, setting) & ~batch))
            continue;
        const bool same_suite = cg_same_text(record->suite, suite);
        const int score = (same_suite && cg_same_text(record->group, group)) * 2 + same_suite;
        if (score > best_score) {
            best = record;
            best_score = score;
        }
    }
    return best;
}

bool cg_is_of_suite(const struct cg_record *record, const struct cg_suite_record *suite)
{
    for (int g = 0; g < suite->n_groups; g++)
        for (int c = 0; c < suite->groups[g]->n_cases; c++)
            if (record->graph && cg_same_text(suite->groups[g]->cases[c]->graph, record->graph))
                return true;
    return false;
}

int cg_record_process_medians(const struct cg_record *record, double *medians)
{
    struct cg_round_logs logs;
    if (record->samples.n <= 0)
        return 0;
    int count = cg_round_logs_of(record, NULL, &logs) ? 0 : -1;
    for (size_t i = 0, end; count >= 0 && i < logs.n; i = end) {
        for (end = i; end < logs.n && logs.processes[end] == logs.processes[i];)
            end++;
        medians[count++] = cg_median(logs.logs + i, end - i);
    }
    cg_round_logs_free(&logs);
    return count;
}

bool cg_record_unpaired_log_ratio(const struct cg_record *a, const struct cg_record *b,
                                  struct cg_estimate *ratio)
{
    double *medians = malloc((size_t)(a->samples.n + b->samples.n) * sizeof *medians);
    const int na = medians ? cg_record_process_medians(a, medians) : -1;
    const int nb = medians && na >= 0 ? cg_record_process_medians(b, medians + na) : -1;
    if (na >= 0 && nb >= 0)
        *ratio = cg_estimate_difference(medians, (size_t)na, medians + na, (size_t)nb);
    free(medians);
    return na >= 0 && nb >= 0;
}

bool cg_record_log_ratio(const struct cg_results *results, const struct cg_record *a,
                         const struct cg_record *b, struct cg_estimate *ratio, bool *paired)
{
    struct cg_round_logs pairs;
    *ratio = cg_unknown_estimate;
    if (paired)
        *paired = false;
    if (a->samples.n <= 0 || b->samples.n <= 0)
        return true;
    if (a->schedule != b->schedule)
        return cg_record_unpaired_log_ratio(a, b, ratio);
    const bool enough = cg_round_logs_of(a, b, &pairs);
    if (enough && pairs.n > 0) {
        *ratio = cg_estimate_resolved(
            cg_estimate_over_processes(pairs.logs, pairs.processes, pairs.n, pairs.logs + pairs.n),
            results->device.noise_paired);
        if (paired)
            *paired = true;
    }
    cg_round_logs_free(&pairs);
    return enough;
}

bool cg_record_process_log_ratios(const struct cg_record *a, const struct cg_record *b, int n, double *ratios)
{
    struct cg_round_logs pairs;
    const bool enough = cg_round_logs_of(a, b, &pairs);
    for (int p = 0; p < n; p++)
        ratios[p] = NAN;
    for (size_t i = 0, end; enough && i < pairs.n; i = end) {
        for (end = i; end < pairs.n && pairs.processes[end] == pairs.processes[i];)
            end++;
        if (pairs.processes[i] >= 0 && pairs.processes[i] < n)
            ratios[pairs.processes[i]] = cg_median(pairs.logs + i, end - i);
    }
    cg_round_logs_free(&pairs);
    return enough;
}

double cg_device_peak(const struct cg_device_record *device, const struct cg_setting *setting)
{
    for (int i = 0; i < device->n_peaks; i++)
        if (device->peaks[i].threads == setting->threads &&
            cg_same_text(device->peaks[i].isa, cg_isa_name(setting->isa)))
            return device->peaks[i].madds_per_s;
    return NAN;
}

const char *const cg_memory_levels[CG_MEMORY_LEVELS] = {"L1", "L2", "L3", "DRAM"};

double cg_device_bandwidth(const struct cg_device_record *device, const char *level, int threads)
{
    double best = NAN;
    for (int i = 0; i < device->n_bandwidths; i++) {
        const struct cg_bandwidth_record *b = &device->bandwidths[i];
        if (b->threads == threads && b->level && strcmp(b->level, level) == 0 && !(b->bytes_per_s <= best))
            best = b->bytes_per_s;
    }
    return best;
}

const char *cg_device_words(const struct cg_results *results)
{
    return results->device.cpu_model ? results->device.cpu_model : "device unknown";
}

struct cg_interval cg_record_time(const struct cg_record *record)
{
    return (struct cg_interval){record->time.median, record->time.ci_low, record->time.ci_high};
}

struct cg_phrase cg_record_network_name(const struct cg_record *record)
{
    int batch = 0, h = 224, w = 224, channels = 0;
    if (!record->network || !record->network[0])
        return cg_phrase("%s", "");
    if (!record->input || sscanf(record->input, "%dx%dx%dx%d", &batch, &h, &w, &channels) != 4)
        h = w = 224;
    const bool variant = record->variant && record->variant[0];
    struct cg_phrase name =
        cg_phrase("%.100s%s%.100s", record->network, variant ? ":" : "", variant ? record->variant : "");
    /* the paper's devices carry the size in the variant */
    if (h != w)
        cg_append(name.text, sizeof name.text, "@%dx%d", w, h);
    else if (h != 224)
        cg_append(name.text, sizeof name.text, "@%d", h);
    return name;
}

static bool is_ncnns(const struct cg_record *record)
{
    const size_t length = record->variant ? strlen(record->variant) : 0;
    return length >= 4 && strcmp(record->variant + length - 4, "ncnn") == 0;
}

/* torchvision's form of a network is one of its variants. */
static size_t family_length(const char *network)
{
    const char *form = strstr(network, "_torchvision");
    return form ? (size_t)(form - network) : strlen(network);
}

static double madds_of_image(const struct cg_record *record)
{
    return (double)record->madds / (record->setting.batch > 0 ? record->setting.batch : 1);
}

enum cg_likeness cg_records_likeness(const struct cg_record *a, const struct cg_record *b)
{
    const struct cg_phrase name = cg_record_network_name(a);
    if (!name.text[0] || !b->network || !b->network[0])
        return CG_UNLIKE;
    if (strcmp(name.text, cg_record_network_name(b).text) == 0)
        return CG_LIKE_BY_NAME;
    const size_t length = family_length(a->network);
    if (family_length(b->network) != length || strncmp(a->network, b->network, length) != 0 ||
        !(is_ncnns(a) || is_ncnns(b) || cg_same_text(a->variant, b->variant)))
        return CG_UNLIKE;
    return fabs(log(madds_of_image(a) / madds_of_image(b))) < log(1.01) ? CG_LIKE_BY_MADDS
                                                                        : CG_LIKE_IN_FAMILY;
}
