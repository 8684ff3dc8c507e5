#include "bench/device/cpu_id.h"

#include "bench/device/pin.h"
#include "bench/device/sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* Names of makers in MIDR_EL1. */
static const struct {
    int code;
    const char *name;
} implementers[] = {
    {0x41, "ARM"},       {0x42, "Broadcom"}, {0x43, "Cavium"}, {0x46, "Fujitsu"},
    {0x48, "HiSilicon"}, {0x4e, "NVIDIA"},   {0x50, "APM"},    {0x51, "Qualcomm"},
    {0x53, "Samsung"},   {0x61, "Apple"},    {0xc0, "Ampere"},
};

void cg_cpuinfo_value(const char *root, int processor, const char *key, char *value, size_t size)
{
    char *text = cg_sys_slurp(root, "/proc/cpuinfo");
    int current = -1;
    value[0] = 0;
    for (char *save, *line = text ? strtok_r(text, "\n", &save) : NULL; line;
         line = strtok_r(NULL, "\n", &save)) {
        char *colon = strchr(line, ':');
        if (!colon)
            continue;
        size_t length = (size_t)(colon - line);
        while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
            length--;
        line[length] = 0;
        colon += 1 + strspn(colon + 1, " \t");
        if (strcmp(line, "processor") == 0)
            current = atoi(colon);
        if (strcmp(line, key) == 0 && (processor < 0 || current == processor)) {
            snprintf(value, size, "%s", colon);
            break;
        }
    }
    free(text);
}

/* Implementer and part of a cpu; false if it has no MIDR that can be seen. */
static bool midr_of(const char *root, int os, int *implementer, int *part)
{
    char text[64];
    if (cg_sys_read(root, text, sizeof text, "/sys/devices/system/cpu/cpu%d/regs/identification/midr_el1",
                    os) > 0) {
        const uint64_t midr = strtoull(text, NULL, 16);
        *implementer = (int)(midr >> 24 & 0xff);
        *part = (int)(midr >> 4 & 0xfff);
        return midr != 0;
    }
    cg_cpuinfo_value(root, os, "CPU implementer", text, sizeof text);
    if (!text[0])
        return 0;
    *implementer = (int)(strtoul(text, NULL, 16) & 0xff);
    cg_cpuinfo_value(root, os, "CPU part", text, sizeof text);
    *part = (int)(strtoul(text, NULL, 16) & 0xfff);
    return text[0] != 0;
}

const char *cg_core_maker(const char *root, int os)
{
    int implementer, part;
    const bool known = midr_of(root, os, &implementer, &part);
    for (size_t i = 0; known && i < sizeof implementers / sizeof implementers[0]; i++)
        if (implementers[i].code == implementer)
            return implementers[i].name;
    return NULL;
}

/* AArch64 always has Advanced SIMD, so portable code may use it too. */
static const struct part {
    int implementer, part;
    struct cg_core_facts facts;
} parts[] = {
#define ARM(implementer, part, name, madds, l1_read, l2_read)                                                \
    {implementer, part, {name, {[CG_ISA_SCALAR] = madds, [CG_ISA_NEON] = madds}, l1_read, l2_read}},
#include "bench/device/cores_arm.inc"
};

static const struct part *part_of(int implementer, int part)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].implementer == implementer && parts[i].part == part)
            return &parts[i];
    return NULL;
}

void cg_core_name(const char *root, int os, char *name, size_t size)
{
    int implementer, part;
    if (size)
        name[0] = 0;
    if (!midr_of(root, os, &implementer, &part))
        return;
    const struct part *known = part_of(implementer, part);
    if (known)
        snprintf(name, size, "%s", known->facts.name);
    else
        snprintf(name, size, "0x%02x:0x%03x", (unsigned)implementer, (unsigned)part);
}

/* ---- what is known about cores ---- */

#if defined(__x86_64__)

enum kind { ANY, EFFICIENT, FAST }; /* of the cores of a hybrid processor */

static const struct row {
    const char *vendor;
    int family, first_model, last_model;
    enum kind kind;
    struct cg_core_facts facts;
} rows[] = {
#define X86(vendor, family, first, last, kind, name, portable, avx2, avx512, l1_read, l2_read)               \
    {vendor,                                                                                                 \
     family,                                                                                                 \
     first,                                                                                                  \
     last,                                                                                                   \
     kind,                                                                                                   \
     {name,                                                                                                  \
      {[CG_ISA_SCALAR] = portable, [CG_ISA_AVX2] = avx2, [CG_ISA_AVX512] = avx512},                          \
      l1_read,                                                                                               \
      l2_read}},
#include "bench/device/cores_x86.inc"
};

static const struct cg_core_facts *facts_here(void)
{
    unsigned a = 0, b = 0, c = 0, d = 0, max = 0, ignored;
    char vendor[13] = "";
    if (!__get_cpuid(0, &max, &b, &c, &d))
        return NULL;
    memcpy(vendor, &b, 4);
    memcpy(vendor + 4, &d, 4);
    memcpy(vendor + 8, &c, 4);
    __get_cpuid(1, &a, &ignored, &ignored, &ignored);
    const int base = (int)(a >> 8 & 15), family = base == 15 ? base + (int)(a >> 20 & 255) : base;
    const int model = (int)((a >> 4 & 15) | (a >> 16 & 15) << 4);
    enum kind kind = FAST; /* CPUID leaf 1Ah: what kind of core this thread runs on, 20h = Atom */
    if (max >= 0x1a && __get_cpuid_count(0x1a, 0, &a, &b, &c, &d) && a >> 24 == 0x20)
        kind = EFFICIENT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        if (strcmp(vendor, row->vendor) == 0 && row->family == family && model >= row->first_model &&
            model <= row->last_model && (row->kind == ANY || row->kind == kind))
            return &row->facts;
    }
    return NULL;
}

const struct cg_core_facts *cg_core_facts_of(int cpu)
{
    enum { MAX = 65536 };
    int *before = cpu >= 0 ? malloc(sizeof *before * MAX) : NULL;
    const int n = before ? cg_affinity(0, before, MAX) : 0;
    const bool moved = n > 0 && cg_pin_self(cpu, NULL) == CG_OK;
    const struct cg_core_facts *facts = facts_here();
    if (moved)
        cg_pin_thread(0, before, n, NULL);
    free(before);
    return facts;
}

#elif defined(__aarch64__)

const struct cg_core_facts *cg_core_facts_of(int cpu)
{
    int implementer, part;
    const int here = cpu >= 0 ? cpu : cg_current_cpu();
    const struct part *known =
        midr_of(NULL, here < 0 ? 0 : here, &implementer, &part) ? part_of(implementer, part) : NULL;
    return known && known->facts.madds[CG_ISA_NEON] > 0 ? &known->facts : NULL;
}

#else

const struct cg_core_facts *cg_core_facts_of(int cpu)
{
    (void)cpu;
    return NULL;
}

#endif

int cg_isa_lanes(enum cg_isa isa)
{
#if defined(__x86_64__) || defined(__aarch64__)
    const int portable = 4; /* SSE2 and Advanced SIMD belong to the base: the compiler may use them */
#else
    const int portable = 1;
#endif
    return isa == CG_ISA_AVX512 ? 16 : isa == CG_ISA_AVX2 ? 8 : isa == CG_ISA_NEON ? 4 : portable;
}
