#include "bench/measure/measure.h"

#include <string.h>

struct name_row {
    const char *name, *sentence;
};

static const char *const cache_state_names[] = {
#define CG_CACHE_NAME(id, name) [id] = name,
    CG_CACHE_STATES(CG_CACHE_NAME)
#undef CG_CACHE_NAME
};

static const struct name_row flag_rows[] = {
#define CG_FLAG_ROW(id, name, sentence) [id] = {name, sentence},
    CG_FLAGS(CG_FLAG_ROW)
#undef CG_FLAG_ROW
};
_Static_assert(CG_FLAG_COUNT <= 32, "flags are bits of an unsigned");

static const struct name_row stop_rows[] = {
#define CG_STOP_ROW(id, name, sentence) [id] = {name, sentence},
    CG_STOPS(CG_STOP_ROW)
#undef CG_STOP_ROW
};

static const char *const state_names[] = {
#define CG_JOB_STATE_NAME(id, name) [id] = name,
    CG_JOB_STATES(CG_JOB_STATE_NAME)
#undef CG_JOB_STATE_NAME
};

const char *cg_cache_state_name(enum cg_cache_state cache)
{
    return (unsigned)cache < CG_CACHE_STATE_COUNT ? cache_state_names[cache] : "unknown";
}

int cg_cache_state_from_name(const char *name)
{
    for (int i = 0; i < CG_CACHE_STATE_COUNT; i++)
        if (strcmp(cache_state_names[i], name) == 0)
            return i;
    return -1;
}

const char *cg_flag_name(enum cg_flag flag)
{
    return (unsigned)flag < CG_FLAG_COUNT ? flag_rows[flag].name : "unknown";
}

const char *cg_flag_sentence(enum cg_flag flag)
{
    return (unsigned)flag < CG_FLAG_COUNT ? flag_rows[flag].sentence : "unknown";
}

const char *cg_stop_name(enum cg_stop stop)
{
    return (unsigned)stop < CG_STOP_COUNT ? stop_rows[stop].name : "unknown";
}

const char *cg_stop_sentence(enum cg_stop stop)
{
    return (unsigned)stop < CG_STOP_COUNT ? stop_rows[stop].sentence : "unknown";
}

const char *cg_job_state_name(enum cg_job_state state)
{
    return (unsigned)state < CG_JOB_STATE_COUNT ? state_names[state] : "unknown";
}
