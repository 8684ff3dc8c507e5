/* What processor this is: maker, model, core. Internal to bench/device, but for tests. */
#ifndef CONVGAUGE_BENCH_DEVICE_CPU_ID_H
#define CONVGAUGE_BENCH_DEVICE_CPU_ID_H

#include <stddef.h>

/* The core's name from its MIDR ("Cortex-A57"), of cpu `os`; "0x41:0xd99" for a core that we do not know;
 * empty on other architectures. Reads the identification register in /sys, else /proc/cpuinfo. */
void cg_core_name(const char *root, int os, char *name, size_t size);

/* A maker's name from the MIDR's implementer code, or NULL. */
const char *cg_arm_implementer(int implementer);

/* The implementer code of a cpu, or -1. */
int cg_arm_implementer_of(const char *root, int os);

/* The value of "key : value" in /proc/cpuinfo (the first, or, processor >= 0, that processor's); empty if
 * absent. */
void cg_cpuinfo_value(const char *root, int processor, const char *key, char *value, size_t size);

#endif
