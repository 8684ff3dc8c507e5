#include "kernels/engine.h"

#include <string.h>

extern const struct cg_engine cg_engine_reference;
extern const struct cg_engine cg_engine_native;

extern const struct cg_engine cg_engine_onednn;
extern const struct cg_engine cg_engine_xnnpack;

/* One row an engine, in the order of `list engines`. */
const struct cg_engine *const cg_engines[] = {
    &cg_engine_reference,
    &cg_engine_native,
    &cg_engine_onednn,
    &cg_engine_xnnpack,
    NULL,
};

const struct cg_engine *cg_engine_find(const char *name)
{
    for (int i = 0; cg_engines[i]; i++)
        if (strcmp(cg_engines[i]->name, name) == 0)
            return cg_engines[i];
    return NULL;
}
