#include "bench/device/cpu_id.h" /* AArch64 */
#include "bench/device/peak.h"
#include "bench/device/pin.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

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

/* Multiply-adds a cycle = FMA pipes x lanes; load, store and L2 widths in bytes a cycle.
 * AMD: Software Optimization Guides 55723 (17h), 56305 (17h 30h), 56665 (19h), 57647 (19h 10h), 58455 (1Ah).
 * Intel: 64 and IA-32 Architectures Optimization Reference Manual 248966, chapters on each
 * micro-architecture. */
static const struct row rows[] = {
    {AMD, 0x17, 0x00, 0x2f, ANY, {"Zen", {SSE2(8), AVX2(8)}, 32, 16, 32}},
    {AMD, 0x17, 0x30, 0xff, ANY, {"Zen 2", {SSE2(8), AVX2(16)}, 64, 32, 32}},
    {AMD, 0x19, 0x10, 0x1f, ANY, {"Zen 4", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32, 32}},
    {AMD, 0x19, 0x60, 0x7f, ANY, {"Zen 4", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32, 32}},
    {AMD, 0x19, 0xa0, 0xaf, ANY, {"Zen 4c", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32, 32}},
    {AMD, 0x19, 0x00, 0xff, ANY, {"Zen 3", {SSE2(8), AVX2(16)}, 64, 32, 32}},
    {AMD, 0x1a, 0x20, 0x3f, ANY, {"Zen 5 (256-bit)", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32, 64}},
    {AMD, 0x1a, 0x60, 0x7f, ANY, {"Zen 5 (256-bit)", {SSE2(8), AVX2(16), AVX512(16)}, 64, 32, 64}},
    {AMD, 0x1a, 0x00, 0xff, ANY, {"Zen 5", {SSE2(8), AVX2(16), AVX512(32)}, 128, 64, 64}},
    {INTEL, 6, 0x3c, 0x3c, ANY, {"Haswell", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x3f, 0x3f, ANY, {"Haswell", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x45, 0x46, ANY, {"Haswell", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x3d, 0x3d, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x47, 0x47, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x4f, 0x4f, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x56, 0x56, ANY, {"Broadwell", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x4e, 0x4e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x5e, 0x5e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x8e, 0x8e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x9e, 0x9e, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0xa5, 0xa6, ANY, {"Skylake", {SSE2(4), AVX2(16)}, 64, 32, 64}},
    {INTEL, 6, 0x55, 0x55, ANY, {"Skylake-SP", {SSE2(4), AVX2(16), AVX512(32)}, 128, 64, 64}},
    {INTEL, 6, 0x6a, 0x6c, ANY, {"Ice Lake-SP", {SSE2(4), AVX2(16), AVX512(32)}, 128, 64, 64}},
    {INTEL, 6, 0x7d, 0x7e, ANY, {"Ice Lake", {SSE2(4), AVX2(16), AVX512(16)}, 128, 64, 64}},
    {INTEL, 6, 0x8c, 0x8d, ANY, {"Tiger Lake", {SSE2(4), AVX2(16), AVX512(16)}, 128, 64, 64}},
    {INTEL, 6, 0xa7, 0xa7, ANY, {"Rocket Lake", {SSE2(4), AVX2(16), AVX512(16)}, 128, 64, 64}},
    {INTEL, 6, 0x8f, 0x8f, ANY, {"Sapphire Rapids", {AVX2(16), AVX512(32)}, 128, 64, 64}},
    {INTEL, 6, 0xcf, 0xcf, ANY, {"Emerald Rapids", {AVX2(16), AVX512(32)}, 128, 64, 64}},
    {INTEL, 6, 0xad, 0xae, ANY, {"Granite Rapids", {AVX2(16), AVX512(32)}, 128, 64, 64}},
    {INTEL, 6, 0x97, 0x9a, FAST, {"Golden Cove", {AVX2(16)}, 96, 64, 64}},
    {INTEL, 6, 0x97, 0x9a, EFFICIENT, {"Gracemont", {AVX2(8)}, 32, 32, 64}},
    {INTEL, 6, 0xb7, 0xbf, FAST, {"Raptor Cove", {AVX2(16)}, 96, 64, 64}},
    {INTEL, 6, 0xb7, 0xbf, EFFICIENT, {"Gracemont", {AVX2(8)}, 32, 32, 64}},
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
    {"Cortex-A53", NEON(4), 8, 16, 0},    {"Cortex-A55", NEON(4), 16, 16, 0},
    {"Cortex-A57", NEON(4), 16, 16, 0},   {"Cortex-A72", NEON(4), 16, 16, 0},
    {"Cortex-A73", NEON(4), 32, 16, 0},   {"Cortex-A76", NEON(8), 32, 32, 0},
    {"Cortex-A77", NEON(8), 32, 32, 0},   {"Cortex-A78", NEON(8), 32, 32, 0},
    {"Neoverse-N1", NEON(8), 32, 32, 0},  {"Neoverse-N2", NEON(8), 48, 32, 0},
    {"Neoverse-V1", NEON(16), 48, 32, 0}, {"Neoverse-V2", NEON(16), 48, 32, 0},
    {"Cortex-X1", NEON(16), 48, 32, 0},   {"Cortex-X2", NEON(16), 48, 32, 0},
    {"Cortex-X3", NEON(16), 48, 32, 0},   {"Cortex-A710", NEON(8), 48, 32, 0},
    {"Cortex-A715", NEON(8), 48, 32, 0},  {"Firestorm", NEON(16), 48, 32, 0},
    {"Icestorm", NEON(8), 0, 0, 0},
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
