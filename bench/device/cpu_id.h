/* What processor this is: maker, model, core, and what its makers say of it. Internal to bench/device, but
 * for tests. */
#ifndef CONVGAUGE_BENCH_DEVICE_CPU_ID_H
#define CONVGAUGE_BENCH_DEVICE_CPU_ID_H

#include "kernels/isa.h"

#include <stddef.h>

/* The core's name from its MIDR ("Cortex-A57"), of cpu `os`; "0x41:0xd99" for a core that we do not know;
 * empty on other architectures. Reads the identification register in /sys, else /proc/cpuinfo. */
void cg_core_name(const char *root, int os, char *name, size_t size);

/* Its maker's name from the same, or NULL. */
const char *cg_core_maker(const char *root, int os);

/* The value of "key : value" in /proc/cpuinfo (the first, or, processor >= 0, that processor's); empty if
 * absent. */
void cg_cpuinfo_value(const char *root, int processor, const char *key, char *value, size_t size);

/* What is known about a core from its maker's manuals: f32 multiply-adds a cycle by ISA, bytes a cycle by
 * level. 0 stands for "not known" in this table only. */
struct cg_core_facts {
    const char *name;           /* "Zen 4", "Cortex-A57" */
    double madds[CG_ISA_COUNT]; /* f32 multiply-adds a cycle: pipes x lanes */
    int l1_read, l2_read;       /* bytes a cycle of one core */
};

/* The core of a cpu (OS number; -1: the one that the caller runs on) by CPUID's family and model or MIDR's
 * part, or NULL. Binds the caller to that cpu for a moment. */
const struct cg_core_facts *cg_core_facts_of(int cpu);

/* f32 lanes of a vector of that ISA. */
int cg_isa_lanes(enum cg_isa isa);

#endif
