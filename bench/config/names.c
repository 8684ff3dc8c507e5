/* Names of the enums in config.h. */
#include "bench/config/config.h"

struct device_row {
    const char *name, *unit, *title;
};

static const struct device_row devices[CG_PAPER_DEVICE_COUNT] = {
#define CG_PAPER_DEVICE_ROW(id, name, unit, title) [id] = {name, unit, title},
    CG_PAPER_DEVICES(CG_PAPER_DEVICE_ROW)
#undef CG_PAPER_DEVICE_ROW
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
