/* The two devices of the paper. */
#ifndef CONVGAUGE_BENCH_PAPER_DEVICES_H
#define CONVGAUGE_BENCH_PAPER_DEVICES_H

#include "base/names.h"

/* X: identifier, name as in "paper:NAME", word in sentences, tables and results/paper, the same in keys and
 * names of channel sets, what its speeds count, title. */
#define CG_PAPER_DEVICES(X)                                                                                  \
    X(CG_PAPER_ARM, "snapdragon810", "ARM", "arm", "images/s", "Qualcomm Snapdragon 810 (paper)")            \
    X(CG_PAPER_GPU, "gtx1080ti", "GPU", "gpu", "batches/s", "NVIDIA GTX 1080 Ti (paper)")

CG_ENUM(cg_paper_device, CG_PAPER_DEVICES, CG_PAPER_DEVICE_COUNT)
CG_NAMES_DECLARE(cg_paper_device)

struct cg_paper_device_words {
    const char *name, *word, *key, *unit, *title;
};

extern const struct cg_paper_device_words cg_paper_devices[CG_PAPER_DEVICE_COUNT];

#endif
