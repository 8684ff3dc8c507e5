/* Names of the enums in config.h. */
#include "bench/config/config.h"

#include <string.h>

struct device_row {
    const char *name, *unit, *title;
};

static const struct device_row devices[CG_PAPER_DEVICE_COUNT] = {
#define CG_PAPER_DEVICE_ROW(id, name, unit, title) [id] = {name, unit, title},
    CG_PAPER_DEVICES(CG_PAPER_DEVICE_ROW)
#undef CG_PAPER_DEVICE_ROW
};

static const char *const kinds[CG_SUITE_KIND_COUNT] = {
#define CG_SUITE_KIND_NAME(id, name) [id] = name,
    CG_SUITE_KINDS(CG_SUITE_KIND_NAME)
#undef CG_SUITE_KIND_NAME
};

const char *cg_paper_device_name(enum cg_paper_device device)
{
    return devices[device].name;
}

const char *cg_paper_device_unit(enum cg_paper_device device)
{
    return devices[device].unit;
}

const char *cg_paper_device_title(enum cg_paper_device device)
{
    return devices[device].title;
}

const char *cg_suite_kind_name(enum cg_suite_kind kind)
{
    return (unsigned)kind < CG_SUITE_KIND_COUNT ? kinds[kind] : "unknown";
}

int cg_suite_kind_from_name(const char *name)
{
    for (int i = 0; i < CG_SUITE_KIND_COUNT; i++)
        if (strcmp(kinds[i], name) == 0)
            return i;
    return -1;
}
