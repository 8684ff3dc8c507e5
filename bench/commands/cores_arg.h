/* What commands say of --cores. */
#ifndef CONVGAUGE_BENCH_COMMANDS_CORES_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_CORES_ARG_H

#include "bench/device/topology.h"

/* Says on stderr what a user of this spec (NULL: none) would not expect. To be called once, when everything
 * that the user wrote was understood. */
void cg_cores_say(const struct cg_topology *topology, const char *spec);

#endif
