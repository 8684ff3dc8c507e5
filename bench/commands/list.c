#include "bench/commands/options.h"
#include "bench/config/config.h"
#include "kernels/engine.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_json(json_t *array)
{
    json_dumpf(array, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(array);
}

static enum cg_status list_engines(bool json, struct cg_error *err)
{
    json_t *array = json_array();
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(&info);
        if (json) {
            json_array_append_new(
                array, json_pack("{s:s, s:s, s:b, s:s, s:s, s:s?}", "name", cg_engines[i]->name, "summary",
                                 cg_engines[i]->summary, "available", info.available, "version", info.version,
                                 "isa", info.isa, "why_not", info.available ? NULL : info.why_not));
            continue;
        }
        printf("%-10s %s\n", cg_engines[i]->name, cg_engines[i]->summary);
        if (info.available)
            printf("           version %s, %s\n", info.version, info.isa);
        else
            printf("           not available: %s\n", info.why_not);
    }
    if (json) {
        print_json(array);
    }
    return CG_OK;
}

static enum cg_status list_networks(bool json, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    struct cg_network_row *rows = NULL;
    int n = 0;
    bool reconstructions = false;
    const enum cg_status status = config ? cg_config_list_networks(config, &rows, &n, err) : err->status;
    json_t *array = json ? json_array() : NULL;
    for (int i = 0; status == CG_OK && i < n; i++) {
        reconstructions = reconstructions || rows[i].reconstruction;
        if (json)
            json_array_append_new(
                array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:b, s:s}", "name", rows[i].name,
                                 "family", rows[i].family, "variant", rows[i].variant, "title", rows[i].title,
                                 "source", rows[i].source, "width", rows[i].width, "height", rows[i].height,
                                 "reconstruction", rows[i].reconstruction, "note", rows[i].note));
        else
            printf("%-34s %4dx%-4d %s%s\n", rows[i].name, rows[i].width, rows[i].height, rows[i].source,
                   rows[i].reconstruction ? " †" : "");
    }
    if (json)
        print_json(array);
    else if (reconstructions && status == CG_OK)
        printf("\n† structure not published: a reconstruction; its file tells the derivation\n");
    free(rows);
    cg_config_close(&config);
    return status;
}

/* What can be listed, one row each. */
static const struct topic {
    const char *name;
    enum cg_status (*list)(bool json, struct cg_error *err);
} topics[] = {
    {"networks", list_networks},
    {"engines", list_engines},
};

enum cg_status cg_command_list(int argc, char **argv, struct cg_error *err)
{
    bool json = false, done;
    const struct cg_option options[] = {
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &json, 0, 0, 0},
    };
    int first;
    enum cg_status status = cg_options_parse("list", options, 1, argc, argv, 1, 1, &first, &done, err);
    if (status != CG_OK || done)
        return status;
    const size_t n = sizeof topics / sizeof topics[0];
    const char *names[sizeof topics / sizeof topics[0]];
    for (size_t i = 0; i < n; i++) {
        names[i] = topics[i].name;
        if (strcmp(argv[first], topics[i].name) == 0)
            return topics[i].list(json, err);
    }
    char near[256];
    cg_nearest(argv[first], names, (int)n, near, sizeof near);
    return cg_fail(err, CG_INVALID,
                   "cannot list '%s'%s%s%s; 'convgauge list --help' tells what can be listed", argv[first],
                   near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
}
