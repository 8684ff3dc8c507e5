#include "bench/commands/command.h"
#include "bench/record/json.h"
#include "bench/commands/info_print.h"
#include "bench/commands/options.h"
#include "base/nearest.h"
#include "bench/config/config.h"
#include "kernels/engine.h"
#include "kernels/engine_name.h"
#include "kernels/support_table.h"
#include "report/format.h"
#include "report/published.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENGINES 16

static json_t *engine_json(const struct cg_engine *engine, const struct cg_engine_info *info)
{
    json_t *kinds = json_array();
    for (int i = 0; i < cg_n_samples && info->available; i++) {
        char why[256] = "";
        const bool runs = cg_sample_supported(engine, &cg_samples[i], why, sizeof why);
        json_array_append_new(
            kinds, json_pack("{s:s, s:s, s:b, s:s?}", "kind", cg_op_name(cg_samples[i].node.op), "variant",
                             cg_samples[i].variant, "supported", runs, "why_not", runs ? NULL : why));
    }
    char options[128];
    cg_engine_options_say(engine, options, sizeof options);
    return json_pack("{s:s, s:s, s:b, s:s, s:s, s:s?, s:s, s:s, s:s?, s:o}", "name", engine->name, "summary",
                     engine->summary, "available", info->available, "version", info->version, "isa",
                     info->isa, "library", info->library[0] ? info->library : NULL, "other_versions",
                     info->others, "options", options, "why_not", info->available ? NULL : info->why_not,
                     "kinds", kinds);
}

/* The table of node kinds by engine, from the engines' own answers; reasons for refusals below it. */
static void print_support(const struct cg_engine *const *engines, int n)
{
    char reasons[32][320];
    int n_reasons = 0;
    printf("\n%-11s %-40s", "node", "");
    for (int e = 0; e < n; e++)
        printf(" %10s", engines[e]->name);
    putchar('\n');
    for (int i = 0; i < cg_n_samples; i++) {
        printf("%-11s %-40s", cg_op_name(cg_samples[i].node.op), cg_samples[i].variant);
        for (int e = 0; e < n; e++) {
            char why[256] = "", reason[320];
            if (cg_sample_supported(engines[e], &cg_samples[i], why, sizeof why)) {
                printf(" %10s", "yes");
                continue;
            }
            snprintf(reason, sizeof reason, "%s: %s", engines[e]->name, why);
            int at = 0;
            while (at < n_reasons && strcmp(reasons[at], reason) != 0)
                at++;
            if (at == n_reasons && n_reasons < 32)
                memcpy(reasons[n_reasons++], reason, sizeof reason);
            printf("   no (%2d)", at + 1);
        }
        putchar('\n');
    }
    for (int i = 0; i < n_reasons; i++)
        printf("(%d) %s\n", i + 1, reasons[i]);
}

/* What a whole name may choose. */
static void print_more(const struct cg_engine *engine, const struct cg_engine_info *info)
{
    char options[128];
    cg_engine_options_say(engine, options, sizeof options);
    if (info->available && info->others[0])
        printf("           other versions here, as %s@VERSION: %s\n", engine->name, info->others);
    if (options[0])
        printf("           options, as %s:KEY=VALUE: %s\n", engine->name, options);
}

static enum cg_status list_engines(json_t *array, const char *source, struct cg_error *err)
{
    const struct cg_engine *available[MAX_ENGINES];
    int n = 0;
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(cg_engines[i], &info);
        if (array) {
            json_array_append_new(array, engine_json(cg_engines[i], &info));
            continue;
        }
        printf("%-11s %s\n", cg_engines[i]->name, cg_engines[i]->summary);
        if (info.available)
            printf("           version %s, %s%s%s\n", info.version, info.isa, info.library[0] ? ", " : "",
                   info.library);
        else
            printf("           not available: %s\n", info.why_not);
        print_more(cg_engines[i], &info);
        if (info.available && n < MAX_ENGINES)
            available[n++] = cg_engines[i];
    }
    if (!array)
        print_support(available, n);
    return CG_OK;
}

static enum cg_status list_suites(json_t *array, const char *source, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    struct cg_suite *rows = NULL;
    int n = 0;
    const enum cg_status status = config ? cg_config_list_suites(config, &rows, &n, err) : err->status;
    size_t widest = 0;
    for (int i = 0; status == CG_OK && i < n; i++)
        widest = strlen(rows[i].name) > widest ? strlen(rows[i].name) : widest;
    const int width = (int)widest;
    for (int i = 0; status == CG_OK && i < n; i++) {
        if (array)
            json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:b}", "name", rows[i].name, "title",
                                                   rows[i].title, "source", rows[i].source, "kind",
                                                   cg_suite_kind_name(rows[i].kind), "quick", rows[i].quick));
        else
            printf("%-*s  %s%s\n%-*s  %s\n", width, rows[i].name, rows[i].title,
                   rows[i].quick ? " (quick)" : "", width, "", rows[i].source);
    }
    if (!array && status == CG_OK)
        printf("\n(quick): has cases in `convgauge run --quick`\n");
    free(rows);
    cg_config_close(&config);
    return status;
}

/* The suites that make a claim: "G5", or the name of one without a number. */
static enum cg_status list_guidelines(json_t *array, const char *source, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    struct cg_suite *rows = NULL;
    int n = 0;
    const enum cg_status status = config ? cg_config_list_suites(config, &rows, &n, err) : err->status;
    for (int i = 0; status == CG_OK && i < n; i++) {
        const int number = cg_guideline_number(rows[i].name);
        if (!rows[i].claim[0])
            continue;
        if (array)
            json_array_append_new(array, json_pack("{s:o, s:s, s:s, s:s, s:b}", "number",
                                                   number ? json_integer(number) : json_null(), "claim",
                                                   rows[i].claim, "source", rows[i].source, "suite",
                                                   rows[i].name, "quick", rows[i].quick));
        else
            printf("%-4s %s\n     suite %s: %s\n", number ? cg_phrase("G%d", number).text : "-",
                   rows[i].claim, rows[i].name, rows[i].source);
    }
    if (!array && status == CG_OK)
        printf("\n`convgauge run guidelines --quick` measures them all\n");
    free(rows);
    cg_config_close(&config);
    return status;
}

static enum cg_status list_networks(json_t *array, const char *source, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    struct cg_network *rows = NULL;
    int n = 0;
    bool reconstructions = false;
    const enum cg_status status = config ? cg_config_list_networks(config, &rows, &n, err) : err->status;
    for (int i = 0; status == CG_OK && i < n; i++) {
        reconstructions = reconstructions || rows[i].reconstruction;
        if (array)
            json_array_append_new(
                array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:b, s:s}", "name", rows[i].name,
                                 "family", rows[i].family, "variant", rows[i].variant, "title", rows[i].title,
                                 "source", rows[i].source, "width", rows[i].width, "height", rows[i].height,
                                 "reconstruction", rows[i].reconstruction, "note",
                                 rows[i].derivation[0] ? rows[i].derivation : rows[i].note));
        else
            printf("%-34s %4dx%-4d %s%s\n", rows[i].name, rows[i].width, rows[i].height, rows[i].source,
                   rows[i].reconstruction ? " †" : "");
    }
    if (!array && reconstructions && status == CG_OK)
        printf("\n† structure not published: a reconstruction; its file tells the derivation\n");
    free(rows);
    cg_config_close(&config);
    return status;
}

static enum cg_status list_counters(json_t *array, const char *source, struct cg_error *err)
{
    struct cg_counter_set *counters = NULL;
    const enum cg_status status = cg_counters_open(NULL, &counters, err);
    if (status != CG_OK)
        return status;
    json_t *json = array ? cg_counters_json(counters) : NULL;
    if (array)
        json_array_extend(array, json);
    else
        cg_counters_print(counters, 0);
    json_decref(json);
    cg_counters_close(&counters);
    return CG_OK;
}

static enum cg_status list_devices(json_t *array, const char *source, struct cg_error *err)
{
    struct cg_published_device *rows;
    int n;
    const enum cg_status status = cg_published_list(source, &rows, &n, err);
    for (int i = 0; status == CG_OK && i < n; i++)
        if (array)
            json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:i}", "name", rows[i].name.text,
                                                   "device", rows[i].title.text, "setting",
                                                   rows[i].setting.text, "networks", rows[i].networks));
        else
            printf("%-34s %s; %s\n", rows[i].name.text, rows[i].title.text, rows[i].setting.text);
    free(rows);
    return status;
}

/* What can be listed, one row each. */
static const struct topic {
    const char *name;
    /* fills `array`; NULL: prints; `source`: of devices, NULL: all */
    enum cg_status (*list)(json_t *array, const char *source, struct cg_error *err);
    bool takes_source;
} topics[] = {
    {"suites", list_suites},   {"guidelines", list_guidelines}, {"networks", list_networks},
    {"engines", list_engines}, {"counters", list_counters},     {"devices", list_devices, true},
};

static enum cg_status list_topic(const struct topic *topic, const char *source, bool json,
                                 struct cg_error *err)
{
    json_t *array = json ? json_array() : NULL;
    const enum cg_status status = topic->list(array, source, err);
    if (status == CG_OK && json)
        return cg_json_print(array, stdout, err);
    json_decref(array);
    return status;
}

enum cg_status cg_command_list(int argc, char **argv, struct cg_error *err)
{
    bool json = false;
    const struct cg_option options[] = {
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &json},
    };
    struct cg_words words = {1, 2};
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    const size_t n = sizeof topics / sizeof topics[0];
    const char *names[sizeof topics / sizeof topics[0]];
    for (size_t i = 0; i < n; i++) {
        names[i] = topics[i].name;
        if (strcmp(argv[words.first], topics[i].name) != 0)
            continue;
        const char *source = words.first + 1 < argc ? argv[words.first + 1] : NULL;
        if (source && !topics[i].takes_source)
            return cg_fail(err, CG_INVALID, "'convgauge list %s' takes no '%s'", topics[i].name, source);
        return list_topic(&topics[i], source, json, err);
    }
    char near[256];
    cg_nearest(argv[words.first], names, (int)n, near, sizeof near);
    return cg_fail(err, CG_INVALID,
                   "cannot list '%s'%s%s%s; 'convgauge list --help' tells what can be listed",
                   argv[words.first], near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
}
