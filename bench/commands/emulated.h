/* Under emulation nothing is timed: the one refusal of all commands that would. */
#ifndef CONVGAUGE_BENCH_COMMANDS_EMULATED_H
#define CONVGAUGE_BENCH_COMMANDS_EMULATED_H

#include "bench/device/device.h"

/* CG_OK on a real or virtual processor; under emulation CG_UNAVAILABLE, with what shows it and `instead`:
 * what can be asked for there, e.g. "'convgauge run --check-only' does everything but time". Asked for after
 * everything else that the user wrote was understood, so that a mistake is named first. */
enum cg_status cg_refuse_emulated(const struct cg_device *device, const char *instead, struct cg_error *err);

#endif
