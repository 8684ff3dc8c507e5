#include "kernels/engine.h"

#include <stdlib.h>
#include <string.h>

extern const struct cg_engine cg_engine_reference;
extern const struct cg_engine cg_engine_native;

extern const struct cg_engine cg_engine_onednn;
extern const struct cg_engine cg_engine_xnnpack;

/* One row an engine, in the order of `list engines`. */
const struct cg_engine *const cg_engines[] = {
    &cg_engine_reference, &cg_engine_native, &cg_engine_onednn, &cg_engine_xnnpack, NULL,
};

const struct cg_engine *cg_engine_find(const char *name)
{
    for (int i = 0; cg_engines[i]; i++)
        if (strcmp(cg_engines[i]->name, name) == 0)
            return cg_engines[i];
    return NULL;
}

static bool same_variable(const char *a, const char *b)
{
    const char *end = strchr(a, '=');
    return end && strncmp(a, b, (size_t)(end - a) + 1) == 0;
}

/* Sets one "NAME=value" in a list of n, which has room for it; returns how many there are then. */
static size_t set_variable(char **list, size_t n, const char *pair)
{
    size_t i = 0;
    while (i < n && !same_variable(pair, list[i]))
        i++;
    list[i] = (char *)pair;
    return i < n ? n : n + 1;
}

char **cg_engine_environment(char *const *base)
{
    size_t room = 1, n = 0;
    for (char *const *pair = base; *pair; pair++)
        room++;
    for (int e = 0; cg_engines[e]; e++)
        for (const char *const *pair = cg_engines[e]->environment; pair && *pair; pair++)
            room++;
    char **list = calloc(room, sizeof *list);
    if (!list)
        return NULL;
    for (char *const *pair = base; *pair; pair++)
        list[n++] = *pair;
    for (int e = 0; cg_engines[e]; e++)
        for (const char *const *pair = cg_engines[e]->environment; pair && *pair; pair++)
            n = set_variable(list, n, *pair);
    return list;
}
