#include "bench/device/counters/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if HAVE_PAPI
#include <papi.h>

#define GROUP_MAX 64

struct cg_papi_group {
    int set, n;
    bool inherits;
};

static int code_of(const char *event, int *code)
{
    char name[128];
    snprintf(name, sizeof name, "%s", event);
    return PAPI_event_name_to_code(name, code);
}

static bool knows(const char *event)
{
    int code;
    return code_of(event, &code) == PAPI_OK;
}

static struct cg_papi_group *make(void)
{
    struct cg_papi_group *group = calloc(1, sizeof *group);
    if (!group)
        return NULL;
    group->set = PAPI_NULL;
    if (PAPI_create_eventset(&group->set) == PAPI_OK)
        return group;
    free(group);
    return NULL;
}

static bool set_inherit(struct cg_papi_group *group, int code)
{
    PAPI_option_t option;
    const int component = PAPI_get_event_component(code);
    memset(&option, 0, sizeof option);
    if (component >= 0)
        PAPI_assign_eventset_component(group->set, component);
    option.inherit.eventset = group->set;
    option.inherit.inherit = PAPI_INHERIT_ALL;
    return PAPI_set_opt(PAPI_INHERIT, &option) == PAPI_OK;
}

static bool add(struct cg_papi_group *group, const char *event, char *why, size_t size)
{
    int code, status = group->n == GROUP_MAX ? PAPI_ECNFLCT : code_of(event, &code);
    if (status == PAPI_OK && group->n == 0)
        group->inherits = set_inherit(group, code);
    if (status == PAPI_OK)
        status = PAPI_add_event(group->set, code);
    if (status == PAPI_OK)
        group->n++;
    else
        snprintf(why, size, "PAPI cannot add %s: %s", event, PAPI_strerror(status));
    return status == PAPI_OK;
}

static bool inherits(const struct cg_papi_group *group)
{
    return group->inherits;
}

static bool start(struct cg_papi_group *group, char *why, size_t size)
{
    const int status = PAPI_start(group->set);
    if (status != PAPI_OK)
        snprintf(why, size, "PAPI cannot start counting: %s", PAPI_strerror(status));
    return status == PAPI_OK;
}

static bool stop(struct cg_papi_group *group, long long *values)
{
    return PAPI_stop(group->set, values) == PAPI_OK;
}

static void drop(struct cg_papi_group **group)
{
    if (!*group)
        return;
    PAPI_cleanup_eventset((*group)->set);
    PAPI_destroy_eventset(&(*group)->set);
    free(*group);
    *group = NULL;
}

const struct cg_papi *cg_papi(char *why, size_t size)
{
    static const struct cg_papi calls = {knows, make, add, inherits, start, stop, drop};
    static int version; /* the library's own state is one a process */
    if (version == 0) {
        version = PAPI_library_init(PAPI_VER_CURRENT);
        if (version == PAPI_VER_CURRENT)
            PAPI_set_debug(PAPI_QUIET);
    }
    if (version == PAPI_VER_CURRENT)
        return &calls;
    snprintf(why, size, "PAPI does not start: %s",
             version < 0 ? PAPI_strerror(version) : "another version is installed");
    return NULL;
}

#else

const struct cg_papi *cg_papi(char *why, size_t size)
{
    snprintf(why, size, "this build has no PAPI (install libpapi-dev and build again)");
    return NULL;
}

#endif
