/* Suites by name: the Lua file, then its networks. */
#include "bench/config/suite_file.h"

#include "bench/config/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The suites that come first in a list, in this order. */
static const char *const first[] = {"g1", "g2", "g3", "g4", "networks"};

static bool ends_in_lua(const char *name)
{
    const size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".lua") == 0;
}

/* Opens "name", "name:reading" or a path; *reading points into `name`, or is NULL. */
static struct cg_suite_file *open_file(const struct cg_config *config, const char *name, const char **reading,
                                       struct cg_error *err)
{
    char path[CG_PATH_MAX], stem[CG_NAME_MAX], near[200];
    *reading = NULL;
    if (ends_in_lua(name))
        return cg_suite_file_open(config, name, NULL, err);
    const size_t length = strcspn(name, ":");
    if (name[length] == ':')
        *reading = name + length + 1;
    snprintf(stem, sizeof stem, "%.*s", (int)(length < sizeof stem ? length : sizeof stem - 1), name);
    if (cg_config_find_file(config, "suites", stem, path, sizeof path))
        return cg_suite_file_open(config, path, stem, err);
    if (cg_config_find_file(config, "networks", stem, path, sizeof path)) {
        cg_fail(
            err, CG_INVALID,
            "%.60s is a network, not a suite: 'convgauge profile %.60s' times it by itself, 'convgauge run "
            "networks --filter %.60s' beside others",
            name, name, stem);
        return NULL;
    }
    cg_config_nearest_file(config, "suites", stem, near, sizeof near);
    cg_fail(err, CG_INVALID, "there is no suite '%.60s'%s ('convgauge list suites' shows all)", name, near);
    return NULL;
}

/* A case's name is its network's, unless another case has that already. */
static void name_case(const struct cg_suite *suite, struct cg_case *out)
{
    for (int g = 0; g < suite->n_groups; g++)
        for (int i = 0; i < suite->groups[g].n_cases; i++)
            if (strcmp(suite->groups[g].cases[i].name, out->network->name) == 0)
                return;
    snprintf(out->name, sizeof out->name, "%s", out->network->name);
}

/* Loads the networks that cases name. */
static enum cg_status load_networks(const struct cg_config *config, struct cg_suite *suite,
                                    const struct cg_config_options *options, struct cg_error *err)
{
    struct cg_network_cache cache = {0};
    enum cg_status status = CG_OK;
    suite->whole_networks = true;
    for (int g = 0; g < suite->n_groups; g++)
        for (int i = 0; i < suite->groups[g].n_cases && status == CG_OK; i++) {
            struct cg_case *out = &suite->groups[g].cases[i];
            suite->whole_networks &= out->network_ref[0] != '\0';
            if (!out->network_ref[0])
                continue;
            out->network = cg_network_load(config, &cache, out->network_ref, options, err);
            out->graph = out->network ? out->network->graph : NULL;
            if (out->network)
                name_case(suite, out);
            else
                status = cg_context(err, "%s", out->name);
        }
    cg_network_cache_release(&cache);
    return status;
}

struct cg_suite *cg_config_load_suite(const struct cg_config *config, const char *name,
                                      const struct cg_config_options *options, struct cg_error *err)
{
    struct cg_error unseen = {0};
    const char *reading;
    err = err ? err : &unseen;
    struct cg_suite_file *file = open_file(config, name, &reading, err);
    if (!file)
        return NULL;
    struct cg_suite *suite = calloc(1, sizeof *suite);
    enum cg_status status = suite ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for suite %s", name);
    if (status == CG_OK) {
        struct cg_config_options used = options ? *options : (struct cg_config_options){0};
        if (used.batch <= 0)
            used.batch = file->header.batches[0];
        status = cg_suite_file_build(file, reading, &used, suite, err);
        if (status == CG_OK)
            status = load_networks(config, suite, &used, err);
    }
    cg_suite_file_close(&file);
    if (status != CG_OK && suite)
        cg_suite_destroy(&suite);
    return suite;
}

void cg_suite_destroy(struct cg_suite **suite)
{
    if (!*suite)
        return;
    struct cg_suite *s = *suite;
    for (int g = 0; g < s->n_groups; g++) {
        for (int i = 0; i < s->groups[g].n_cases; i++) {
            struct cg_case *c = &s->groups[g].cases[i];
            if (c->network)
                cg_network_destroy(&c->network);
            else
                cg_graph_destroy(&c->graph);
        }
        free(s->groups[g].cases);
    }
    free(s->groups);
    free(s);
    *suite = NULL;
}

static int rank(const char *name)
{
    const int n = (int)(sizeof first / sizeof first[0]);
    for (int i = 0; i < n; i++)
        if (strcmp(first[i], name) == 0)
            return i;
    return n;
}

static int by_rank(const void *a, const void *b)
{
    const char *x = a, *y = b;
    const int difference = rank(x) - rank(y);
    return difference ? difference : strcmp(x, y);
}

enum cg_status cg_config_list_suites(const struct cg_config *config, struct cg_suite **suites, int *n,
                                     struct cg_error *err)
{
    struct cg_error unseen = {0};
    char(*names)[CG_NAME_MAX];
    err = err ? err : &unseen;
    *suites = NULL;
    enum cg_status status = cg_config_file_names(config, "suites", &names, n, err);
    if (status != CG_OK || *n == 0)
        return status;
    qsort(names, (size_t)*n, sizeof *names, by_rank);
    *suites = calloc((size_t)*n, sizeof **suites);
    if (!*suites)
        status = cg_fail(err, CG_NO_MEMORY, "no memory to list the suites");
    for (int i = 0; i < *n && status == CG_OK; i++) {
        const char *reading;
        struct cg_suite_file *file = open_file(config, names[i], &reading, err);
        status = file ? cg_suite_file_describe(file, &(*suites)[i], err) : err->status;
        if (file)
            cg_suite_file_close(&file);
    }
    free(names);
    if (status != CG_OK) {
        free(*suites);
        *suites = NULL;
        *n = 0;
    }
    return status;
}
