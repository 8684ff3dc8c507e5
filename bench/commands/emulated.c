#include "bench/commands/emulated.h"

enum cg_status cg_refuse_emulated(const struct cg_device *device, const char *instead, struct cg_error *err)
{
    if (!device->emulation.emulated)
        return CG_OK;
    return cg_fail(err, CG_UNAVAILABLE,
                   "this processor is emulated (%s), so times would mean nothing and nothing is timed under "
                   "emulation; %s",
                   device->emulation.evidence, instead);
}
