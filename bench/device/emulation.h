/* Whether the machine is what it seems, emulated (times mean nothing) or virtualised (times mean something),
 * and what starts this program again. */
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

/* Words that have to stand in front of a program to start it. */
#define CG_STARTER_WORDS 32
struct cg_starter {
    char program[256]; /* the emulator's file */
    char text[4096];
    char *words[CG_STARTER_WORDS]; /* in `text` */
    int n_words;                   /* 0: programs are executed as they are */
};

/* The command line that an emulator of user programs was started with, up to this program's own name: the
 * first word is the emulator's name as it was called. `root` as above. More words or longer ones than there
 * is room for count as none seen. */
void cg_emulator_command_read(const char *root, struct cg_starter *starter);

/* The words of the dynamic loader called by itself, as a folder of the program with its own libraries does:
 * lib/ld-linux-aarch64.so.1 --library-path lib bin/convgauge run ... The last of them is the file of our
 * program. A command line that is not understood, or longer than there is room for, counts as the program
 * executed as itself. */
void cg_loader_command_read(const char *root, struct cg_starter *starter);

#endif
