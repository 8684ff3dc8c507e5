#include "bench/device/cpu_id.h"

#include "bench/device/pin.h"
#include "bench/device/sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

struct part {
    int implementer, part;
    const char *name;
};

/* MIDR_EL1: implementer in bits 31:24, part number in bits 15:4, from Arm's and Linux's (asm/cputype.h)
 * lists. */
static const struct part parts[] = {
    {0x41, 0xd03, "Cortex-A53"},  {0x41, 0xd04, "Cortex-A35"},   {0x41, 0xd05, "Cortex-A55"},
    {0x41, 0xd07, "Cortex-A57"},  {0x41, 0xd08, "Cortex-A72"},   {0x41, 0xd09, "Cortex-A73"},
    {0x41, 0xd0a, "Cortex-A75"},  {0x41, 0xd0b, "Cortex-A76"},   {0x41, 0xd0c, "Neoverse-N1"},
    {0x41, 0xd0d, "Cortex-A77"},  {0x41, 0xd0e, "Cortex-A76AE"}, {0x41, 0xd40, "Neoverse-V1"},
    {0x41, 0xd41, "Cortex-A78"},  {0x41, 0xd42, "Cortex-A78AE"}, {0x41, 0xd44, "Cortex-X1"},
    {0x41, 0xd46, "Cortex-A510"}, {0x41, 0xd47, "Cortex-A710"},  {0x41, 0xd48, "Cortex-X2"},
    {0x41, 0xd49, "Neoverse-N2"}, {0x41, 0xd4a, "Neoverse-E1"},  {0x41, 0xd4b, "Cortex-A78C"},
    {0x41, 0xd4c, "Cortex-X1C"},  {0x41, 0xd4d, "Cortex-A715"},  {0x41, 0xd4e, "Cortex-X3"},
    {0x41, 0xd4f, "Neoverse-V2"}, {0x41, 0xd80, "Cortex-A520"},  {0x41, 0xd81, "Cortex-A720"},
    {0x41, 0xd82, "Cortex-X4"},   {0x41, 0xd84, "Neoverse-V3"},  {0x41, 0xd85, "Cortex-X925"},
    {0x41, 0xd87, "Cortex-A725"}, {0x41, 0xd8e, "Neoverse-N3"},  {0x48, 0xd01, "TSV110"},
    {0x48, 0xd40, "Cortex-A76"},  {0x51, 0x001, "Oryon"},        {0x51, 0x800, "Cortex-A73"},
    {0x51, 0x801, "Cortex-A53"},  {0x51, 0x802, "Cortex-A75"},   {0x51, 0x803, "Cortex-A55"},
    {0x51, 0x804, "Cortex-A76"},  {0x51, 0x805, "Cortex-A55"},   {0x51, 0x205, "Kryo"},
    {0x51, 0x211, "Kryo"},        {0x53, 0x001, "Exynos-M1"},    {0x53, 0x002, "Exynos-M3"},
    {0x53, 0x003, "Exynos-M4"},   {0x53, 0x004, "Exynos-M5"},    {0x61, 0x022, "Icestorm"},
    {0x61, 0x023, "Firestorm"},   {0x61, 0x024, "Icestorm"},     {0x61, 0x025, "Firestorm"},
    {0x61, 0x028, "Icestorm"},    {0x61, 0x029, "Firestorm"},    {0x61, 0x032, "Blizzard"},
    {0x61, 0x033, "Avalanche"},   {0xc0, 0xac3, "Ampere-1"},     {0xc0, 0xac4, "Ampere-1A"},
    {0x46, 0x001, "A64FX"},       {0x43, 0x0a1, "ThunderX"},     {0x43, 0x0af, "ThunderX2"},
    {0x4e, 0x003, "Denver-2"},    {0x4e, 0x004, "Carmel"},
};

static const struct part implementers[] = {
    {0x41, 0, "ARM"},       {0x42, 0, "Broadcom"}, {0x43, 0, "Cavium"}, {0x46, 0, "Fujitsu"},
    {0x48, 0, "HiSilicon"}, {0x4e, 0, "NVIDIA"},   {0x50, 0, "APM"},    {0x51, 0, "Qualcomm"},
    {0x53, 0, "Samsung"},   {0x61, 0, "Apple"},    {0xc0, 0, "Ampere"},
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
        if (implementers[i].implementer == implementer)
            return implementers[i].name;
    return NULL;
}

void cg_core_name(const char *root, int os, char *name, size_t size)
{
    int implementer, part;
    if (size)
        name[0] = 0;
    if (!midr_of(root, os, &implementer, &part))
        return;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].implementer == implementer && parts[i].part == part) {
            snprintf(name, size, "%s", parts[i].name);
            return;
        }
    snprintf(name, size, "0x%02x:0x%03x", (unsigned)implementer, (unsigned)part);
}

/* ---- what is known about cores ---- */

#if defined(__x86_64__)

/* What the portable code can reach: the compiler may use SSE2, a multiplication and an addition for a madd.
 */
#define SSE2(n)   [CG_ISA_SCALAR] = (n)
#define AVX2(n)   [CG_ISA_AVX2] = (n)
#define AVX512(n) [CG_ISA_AVX512] = (n)

enum maker { AMD, INTEL };
enum kind { ANY, EFFICIENT, FAST }; /* of the cores of a hybrid processor */

struct row {
    enum maker maker;
    int family, first_model, last_model;
    enum kind kind;
    struct cg_core_facts facts;
};

/* Multiply-adds a cycle = FMA pipes x lanes; widths of loads and of L2 in bytes a cycle.
 * AMD: Software Optimization Guides 55723 (17h), 56305 (17h 30h), 56665 (19h), 57647 (19h 10h), 58455 (1Ah).
 * Intel: 64 and IA-32 Architectures Optimization Reference Manual 248966, chapters on each
 * micro-architecture. */
static const struct row rows[] = {
    {AMD, 0x17, 0x00, 0x2f, ANY, {"Zen", {SSE2(8), AVX2(8)}, 32, 32}},
    {AMD, 0x17, 0x30, 0xff, ANY, {"Zen 2", {SSE2(8), AVX2(16)}, 64, 32}},
    {AMD, 0x19, 0x10, 0x1f, ANY, {"Zen 4", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32}},
    {AMD, 0x19, 0x60, 0x7f, ANY, {"Zen 4", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32}},
    {AMD, 0x19, 0xa0, 0xaf, ANY, {"Zen 4c", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32}},
    {AMD, 0x19, 0x00, 0xff, ANY, {"Zen 3", {SSE2(8), AVX2(16)}, 64, 32}},
    {AMD, 0x1a, 0x20, 0x3f, ANY, {"Zen 5 (256-bit)", {SSE2(8), AVX2(16), AVX512(16)}, 64, 64}},
    {AMD, 0x1a, 0x60, 0x7f, ANY, {"Zen 5 (256-bit)", {SSE2(8), AVX2(16), AVX512(16)}, 64, 64}},
    {AMD, 0x1a, 0x00, 0xff, ANY, {"Zen 5", {SSE2(8), AVX2(16), AVX512(32)}, 128, 64}},
    {INTEL, 6, 0x3c, 0x3c, ANY, {"Haswell", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x3f, 0x3f, ANY, {"Haswell", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x45, 0x46, ANY, {"Haswell", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x3d, 0x3d, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x47, 0x47, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x4f, 0x4f, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x56, 0x56, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x4e, 0x4e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x5e, 0x5e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x8e, 0x8e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x9e, 0x9e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0xa5, 0xa6, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 64}},
    {INTEL, 6, 0x55, 0x55, ANY, {"Skylake-SP", {SSE2(4), AVX2(16), AVX512(32)}, 128, 64}},
    {INTEL, 6, 0x6a, 0x6c, ANY, {"Ice Lake-SP", {SSE2(4), AVX2(16), AVX512(32)}, 128, 64}},
    {INTEL, 6, 0x7d, 0x7e, ANY, {"Ice Lake", {SSE2(4), AVX2(16), AVX512(16)}, 128, 64}},
    {INTEL, 6, 0x8c, 0x8d, ANY, {"Tiger Lake", {SSE2(4), AVX2(16), AVX512(16)}, 128, 64}},
    {INTEL, 6, 0xa7, 0xa7, ANY, {"Rocket Lake", {SSE2(4), AVX2(16), AVX512(16)}, 128, 64}},
    {INTEL, 6, 0x8f, 0x8f, ANY, {"Sapphire Rapids", {AVX2(16), AVX512(32)}, 128, 64}},
    {INTEL, 6, 0xcf, 0xcf, ANY, {"Emerald Rapids", {AVX2(16), AVX512(32)}, 128, 64}},
    {INTEL, 6, 0xad, 0xae, ANY, {"Granite Rapids", {AVX2(16), AVX512(32)}, 128, 64}},
    {INTEL, 6, 0x97, 0x9a, FAST, {"Golden Cove", {AVX2(16)}, 96, 64}},
    {INTEL, 6, 0x97, 0x9a, EFFICIENT, {"Gracemont", {AVX2(8)}, 32, 64}},
    {INTEL, 6, 0xb7, 0xbf, FAST, {"Raptor Cove", {AVX2(16)}, 96, 64}},
    {INTEL, 6, 0xb7, 0xbf, EFFICIENT, {"Gracemont", {AVX2(8)}, 32, 64}},
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
        if (strcmp(vendor, row->maker == AMD ? "AuthenticAMD" : "GenuineIntel") == 0 &&
            row->family == family && model >= row->first_model && model <= row->last_model &&
            (row->kind == ANY || row->kind == kind))
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

/* AArch64 always has Advanced SIMD, so portable code may use it too. */
#define NEON(n)                                                                                              \
    {                                                                                                        \
        [CG_ISA_SCALAR] = (n), [CG_ISA_NEON] = (n)                                                           \
    }

/* Throughput of FMLA (vector, f32, Q form) x 4 lanes, from Arm's Software Optimization Guides (A57: UAN0015B,
 * A72: UAN0016A, A76: PJDOC-466751330-7215, N1: PJDOC-466751330-9685, and successors). The in-order cores
 * issue one Q-form FMLA a cycle. Load width: 128-bit loads a cycle; of A53, which has no guide, a measurement
 * by others: kernels/native/neon/README.md. */
static const struct cg_core_facts cores[] = {
    {"Cortex-A53", NEON(4), 8, 0},   {"Cortex-A55", NEON(4), 16, 0},   {"Cortex-A57", NEON(4), 16, 0},
    {"Cortex-A72", NEON(4), 16, 0},  {"Cortex-A73", NEON(4), 32, 0},   {"Cortex-A76", NEON(8), 32, 0},
    {"Cortex-A77", NEON(8), 32, 0},  {"Cortex-A78", NEON(8), 32, 0},   {"Neoverse-N1", NEON(8), 32, 0},
    {"Neoverse-N2", NEON(8), 48, 0}, {"Neoverse-V1", NEON(16), 48, 0}, {"Neoverse-V2", NEON(16), 48, 0},
    {"Cortex-X1", NEON(16), 48, 0},  {"Cortex-X2", NEON(16), 48, 0},   {"Cortex-X3", NEON(16), 48, 0},
    {"Cortex-A710", NEON(8), 48, 0}, {"Cortex-A715", NEON(8), 48, 0},  {"Firestorm", NEON(16), 48, 0},
    {"Icestorm", NEON(8), 0, 0},
};

const struct cg_core_facts *cg_core_facts_of(int cpu)
{
    char name[48];
    const int here = cpu >= 0 ? cpu : cg_current_cpu();
    cg_core_name(NULL, here < 0 ? 0 : here, name, sizeof name);
    for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++)
        if (strcmp(cores[i].name, name) == 0)
            return &cores[i];
    return NULL;
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
    static const int lanes[CG_ISA_COUNT] = {
#if defined(__x86_64__) || defined(__aarch64__)
        [CG_ISA_SCALAR] = 4, /* SSE2 and Advanced SIMD belong to the base: the compiler may use them */
#else
        [CG_ISA_SCALAR] = 1,
#endif
        [CG_ISA_NEON] = 4,
        [CG_ISA_AVX2] = 8,
        [CG_ISA_AVX512] = 16,
    };
    return (unsigned)isa < CG_ISA_COUNT ? lanes[isa] : 1;
}
