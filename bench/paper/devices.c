#include "bench/paper/devices.h"

CG_NAMES_DEFINE(cg_paper_device, CG_PAPER_DEVICES)

const struct cg_paper_device_words cg_paper_devices[] = {
#define CG_PAPER_DEVICE_ROW(id, ...) [id] = {__VA_ARGS__},
    CG_PAPER_DEVICES(CG_PAPER_DEVICE_ROW)
#undef CG_PAPER_DEVICE_ROW
};
