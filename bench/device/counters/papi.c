#include "bench/device/counters/backends.h"

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

bool cg_papi_ready(char *why, size_t size)
{
    static int version; /* the library's own state is one a process */
    if (version == 0) {
        version = PAPI_library_init(PAPI_VER_CURRENT);
        if (version == PAPI_VER_CURRENT)
            PAPI_set_debug(PAPI_QUIET);
    }
    if (version == PAPI_VER_CURRENT)
        return true;
    snprintf(why, size, "PAPI does not start: %s",
             version < 0 ? PAPI_strerror(version) : "another version is installed");
    return false;
}

bool cg_papi_knows(const char *event)
{
    char name[128];
    int code;
    snprintf(name, sizeof name, "%s", event);
    return PAPI_event_name_to_code(name, &code) == PAPI_OK;
}

struct cg_papi_group *cg_papi_group_make(void)
{
    struct cg_papi_group *group = calloc(1, sizeof *group);
    if (!group)
        return NULL;
    group->set = PAPI_NULL;
    if (PAPI_create_eventset(&group->set) != PAPI_OK) {
        free(group);
        return NULL;
    }
    return group;
}

bool cg_papi_group_add(struct cg_papi_group *group, const char *event, char *why, size_t size)
{
    char name[128];
    int code, status;
    snprintf(name, sizeof name, "%s", event);
    status = group->n == GROUP_MAX ? PAPI_ECNFLCT : PAPI_event_name_to_code(name, &code);
    if (status == PAPI_OK && group->n == 0) {
        PAPI_option_t option;
        const int component = PAPI_get_event_component(code);
        memset(&option, 0, sizeof option);
        if (component >= 0)
            PAPI_assign_eventset_component(group->set, component);
        option.inherit.eventset = group->set;
        option.inherit.inherit = PAPI_INHERIT_ALL;
        group->inherits = PAPI_set_opt(PAPI_INHERIT, &option) == PAPI_OK;
    }
    if (status == PAPI_OK)
        status = PAPI_add_event(group->set, code);
    if (status != PAPI_OK) {
        snprintf(why, size, "PAPI cannot add %s: %s", event, PAPI_strerror(status));
        return false;
    }
    group->n++;
    return true;
}

bool cg_papi_group_inherits(const struct cg_papi_group *group)
{
    return group->inherits;
}

bool cg_papi_group_start(struct cg_papi_group *group, char *why, size_t size)
{
    const int status = PAPI_start(group->set);
    if (status != PAPI_OK)
        snprintf(why, size, "PAPI cannot start counting: %s", PAPI_strerror(status));
    return status == PAPI_OK;
}

bool cg_papi_group_stop(struct cg_papi_group *group, long long *values)
{
    return PAPI_stop(group->set, values) == PAPI_OK;
}

void cg_papi_group_free(struct cg_papi_group **group)
{
    if (!*group)
        return;
    PAPI_cleanup_eventset((*group)->set);
    PAPI_destroy_eventset(&(*group)->set);
    free(*group);
    *group = NULL;
}

#else

bool cg_papi_ready(char *why, size_t size)
{
    snprintf(why, size, "this build has no PAPI (install libpapi-dev and build again)");
    return false;
}

bool cg_papi_knows(const char *event)
{
    (void)event;
    return false;
}

struct cg_papi_group *cg_papi_group_make(void)
{
    return NULL;
}

bool cg_papi_group_add(struct cg_papi_group *group, const char *event, char *why, size_t size)
{
    (void)group, (void)event, (void)why, (void)size;
    return false;
}

bool cg_papi_group_inherits(const struct cg_papi_group *group)
{
    (void)group;
    return false;
}

bool cg_papi_group_start(struct cg_papi_group *group, char *why, size_t size)
{
    (void)group, (void)why, (void)size;
    return false;
}

bool cg_papi_group_stop(struct cg_papi_group *group, long long *values)
{
    (void)group, (void)values;
    return false;
}

void cg_papi_group_free(struct cg_papi_group **group)
{
    *group = NULL;
}

#endif
