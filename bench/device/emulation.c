#include "bench/device/emulation.h"

#include "bench/device/cpu_id.h"
#include "bench/device/sysfile.h"
#include "base/names.h"

#include <elf.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#define OWN_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OWN_MACHINE EM_AARCH64
#else
#define OWN_MACHINE EM_NONE
#endif

static const struct {
    enum { PROGRAM, CPUID, BOARD } what;
    const char *pattern, *name;
} names[] = {
#define NAME(what, pattern, name) {what, pattern, name},
#include "bench/device/emulators.inc"
};
enum { NAMES = sizeof names / sizeof names[0] };

static void emulated_by(struct cg_emulation *e, const char *emulator, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void emulated_by(struct cg_emulation *e, const char *emulator, const char *format, ...)
{
    va_list args;
    e->emulated = true;
    snprintf(e->emulator, sizeof e->emulator, "%s", emulator);
    va_start(args, format);
    vsnprintf(e->evidence, sizeof e->evidence, format, args);
    va_end(args);
}

/* The program that the kernel really runs. Emulators answer for /proc/self/exe themselves, but not for the
 * path through the thread, so it shows the emulator. */
#define REAL_EXE "/proc/thread-self/exe"

/* Where a link leads to; false when it cannot be read. */
static bool read_link(const char *root, const char *link, char *target, size_t size)
{
    char path[CG_PATH_MAX];
    const ssize_t length = cg_sys_path(root, path, "%s", link) ? readlink(path, target, size - 1) : -1;
    if (length > 0)
        target[length] = '\0';
    return length > 0;
}

/* The file name of the program that a link leads to, in `target`; NULL when it cannot be read. */
static const char *program_of(const char *root, const char *link, char target[CG_PATH_MAX])
{
    if (!read_link(root, link, target, CG_PATH_MAX))
        return NULL;
    const char *slash = strrchr(target, '/');
    return slash ? slash + 1 : target;
}

/* What the kernel runs is for another architecture than this program. */
static void by_architecture(const char *root, struct cg_emulation *e)
{
    char path[CG_PATH_MAX];
    unsigned char header[EI_NIDENT + 4];
    const int fd = cg_sys_path(root, path, REAL_EXE) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    const ssize_t got = read(fd, header, sizeof header);
    close(fd);
    if (got != (ssize_t)sizeof header || memcmp(header, ELFMAG, SELFMAG) != 0)
        return;
    const bool little = header[EI_DATA] == ELFDATA2LSB;
    const int machine = header[EI_NIDENT + 2 + !little] | header[EI_NIDENT + 2 + little] << 8;
    if (OWN_MACHINE != EM_NONE && machine != OWN_MACHINE)
        emulated_by(e, "unknown",
                    "the kernel runs a program of another architecture (ELF machine %d) in our place",
                    machine);
}

static void by_program(const char *root, struct cg_emulation *e)
{
    char target[CG_PATH_MAX];
    const char *name = program_of(root, REAL_EXE, target);
    for (int i = 0; name && i < NAMES; i++)
        if (names[i].what == PROGRAM && strncmp(name, names[i].pattern, strlen(names[i].pattern)) == 0) {
            emulated_by(e, names[i].name, "the kernel runs the program %.80s in our place", name);
            return;
        }
    by_architecture(root, e);
}

/* An AArch64 program that sees an x86 /proc/cpuinfo is being translated (qemu-user passes the host's file
 * on), and the other way round. */
static void by_cpuinfo(const char *root, struct cg_emulation *e)
{
    char x86[64], arm[64];
    cg_cpuinfo_value(root, -1, "vendor_id", x86, sizeof x86);
    cg_cpuinfo_value(root, -1, "CPU implementer", arm, sizeof arm);
    const bool foreign =
        (OWN_MACHINE == EM_AARCH64 && x86[0] && !arm[0]) || (OWN_MACHINE == EM_X86_64 && arm[0] && !x86[0]);
    if (foreign && !e->emulated)
        emulated_by(e, "unknown", "/proc/cpuinfo describes %s processor, this program is %s",
                    x86[0] ? "an x86" : "an ARM", OWN_MACHINE == EM_AARCH64 ? "AArch64" : "x86-64");
}

static void by_cpuid(struct cg_emulation *e)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;
    char vendor[13] = "";
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return;
    e->virtualised = (c >> 31) != 0;
    if (!e->virtualised)
        return;
    __cpuid(0x40000000, a, b, c, d);
    memcpy(vendor, &b, 4);
    memcpy(vendor + 4, &c, 4);
    memcpy(vendor + 8, &d, 4);
    for (int i = 0; i < NAMES; i++)
        if (names[i].what == CPUID && strcmp(vendor, names[i].pattern) == 0)
            snprintf(e->hypervisor, sizeof e->hypervisor, "%s", names[i].name);
    if (strcmp(vendor, "TCGTCGTCGTCG") == 0 && !e->emulated)
        emulated_by(e, "QEMU TCG", "CPUID names QEMU's instruction translator as the hypervisor");
#else
    (void)e;
#endif
}

/* Names of the machine: DMI (servers, desktops), device tree (boards), /proc/cpuinfo's flag. */
static void by_board(const char *root, struct cg_emulation *e)
{
    static const char *const files[] = {"/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name",
                                        "/sys/firmware/devicetree/base/compatible",
                                        "/sys/firmware/devicetree/base/model", "/sys/hypervisor/type"};
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        char text[256];
        if (cg_sys_read(root, text, sizeof text, "%s", files[f]) <= 0)
            continue;
        if (e->virtualised < 0)
            e->virtualised = 0; /* the machine has a name, so a virtual one would show */
        for (int i = 0; i < NAMES; i++)
            if (names[i].what == BOARD && strcasestr(text, names[i].pattern)) {
                e->virtualised = 1;
                if (!e->hypervisor[0])
                    snprintf(e->hypervisor, sizeof e->hypervisor, "%s", names[i].name);
            }
    }
    char flags[4096];
    cg_cpuinfo_value(root, -1, "flags", flags, sizeof flags);
    if (strstr(flags, " hypervisor"))
        e->virtualised = 1;
}

void cg_emulation_detect(const char *root, struct cg_emulation *emulation)
{
    const bool here = !root || !*root;
    *emulation = (struct cg_emulation){.virtualised = -1};
    by_program(root, emulation);
    by_cpuinfo(root, emulation);
    if (here)
        by_cpuid(emulation);
    by_board(root, emulation);
    if (!emulation->evidence[0] && emulation->virtualised == 1)
        snprintf(emulation->evidence, sizeof emulation->evidence, "the processor or the firmware says so");
}

/* ---- what starts this program ---- */

/* The kernel's view of the process shows the emulator's words and then ours; what emulators answer for
 * /proc/self shows only ours. */
void cg_emulator_command_read(const char *root, struct cg_starter *starter)
{
    char own[sizeof starter->text];
    *starter = (struct cg_starter){.n_words = 0};
    const int n = cg_sys_read(root, starter->text, sizeof starter->text, "/proc/thread-self/cmdline");
    const int n_own = cg_sys_read(root, own, sizeof own, "/proc/self/cmdline");
    const int front = n - n_own;
    if (n_own <= 0 || front <= 0 || n >= (int)sizeof starter->text - 1 ||
        memcmp(starter->text + front, own, (size_t)n_own) != 0 || starter->text[front - 1] != '\0' ||
        !read_link(root, REAL_EXE, starter->program, sizeof starter->program))
        return;
    int count = 0;
    for (char *word = starter->text; word < starter->text + front; word += strlen(word) + 1, count++)
        if (count < CG_STARTER_WORDS)
            starter->words[count] = word;
    starter->n_words = count <= CG_STARTER_WORDS ? count : 0;
}

/* Whether an option of glibc's loader takes a word; the others take none (ld.so(8)). */
static bool takes_word(const char *option)
{
    static const char *const options[] = {"--library-path",     "--inhibit-rpath", "--audit",
                                          "--preload",          "--argv0",         "--glibc-hwcaps-prepend",
                                          "--glibc-hwcaps-mask"};
    return cg_name_find(options, sizeof options / sizeof options[0], option) >= 0;
}

void cg_loader_command_read(const char *root, struct cg_starter *starter)
{
    char target[CG_PATH_MAX];
    const char *name = program_of(root, "/proc/self/exe", target);
    *starter = (struct cg_starter){.n_words = 0};
    if (!name || (strncmp(name, "ld-", 3) != 0 && strncmp(name, "ld.so", 5) != 0))
        return;
    const int length = cg_sys_read(root, starter->text, sizeof starter->text, "/proc/self/cmdline");
    if (length >= (int)sizeof starter->text - 1)
        return;
    bool value = false;
    int n = 0;
    for (char *word = starter->text; word < starter->text + length && n < CG_STARTER_WORDS;
         word += strlen(word) + 1) {
        starter->words[n++] = word;
        if (n == 1 || value) /* the loader's own name, or an option's word */
            value = false;
        else if (strncmp(word, "--", 2) == 0)
            value = takes_word(word);
        else {
            starter->n_words = n;
            return;
        }
    }
}
