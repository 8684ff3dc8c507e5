/* Whether the machine is what it seems: emulated (times mean nothing) or virtualised (times mean something).
 */
#ifndef CONVGAUGE_BENCH_DEVICE_EMULATION_H
#define CONVGAUGE_BENCH_DEVICE_EMULATION_H

#include <stdbool.h>

struct cg_emulation {
    bool emulated;       /* instructions are translated or interpreted: never time anything */
    char emulator[32];   /* "qemu-user", "qemu (TCG)", "box64", "valgrind" ...; empty */
    int virtualised;     /* 1: a virtual machine; 0: none seen; -1: unknown */
    char hypervisor[32]; /* "KVM", "VMware", "Hyper-V" ...; empty */
    char evidence[160];  /* one sentence: what was seen */
};

/* `root` as everywhere ("" or NULL: the real system). */
void cg_emulation_detect(const char *root, struct cg_emulation *emulation);

#endif
