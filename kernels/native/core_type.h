/* How a core issues instructions: in-order cores (the small ones of phones, and boards) want other schedules
 * than those that reorder. */
#ifndef CONVGAUGE_KERNELS_NATIVE_CORE_TYPE_H
#define CONVGAUGE_KERNELS_NATIVE_CORE_TYPE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether logical processor `cpu` (the system's number) issues in order. With cpu < 0, for a thread that may
 * run anywhere: whether all of them do. False where nothing is known, and on x86. */
bool nv_core_in_order(int cpu);

/* The same of an AArch64 core's MIDR_EL1: implementer in bits 31 ... 24, part number in bits 15 ... 4. */
bool nv_midr_in_order(uint64_t midr);

/* The same from the register as the kernel shows it in /sys below `root` ("": the real one): 1, 0, or -1
 * where it shows none. */
int nv_shown_in_order(const char *root, int cpu);

#endif
