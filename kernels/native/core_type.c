#include "kernels/native/core_type.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif
#if HAVE_CPUINFO
#include <cpuinfo.h>
#endif

/* Implementer 0x41 is Arm; 0x51 is Qualcomm, whose small Kryo cores are Cortex-A53 and A55. */
static const struct {
    uint32_t implementer, part;
} in_order_cores[] = {
    {0x41, 0xd01}, /* Cortex-A32 */
    {0x41, 0xd02}, /* Cortex-A34 */
    {0x41, 0xd03}, /* Cortex-A53 */
    {0x41, 0xd04}, /* Cortex-A35 */
    {0x41, 0xd05}, /* Cortex-A55 */
    {0x41, 0xd46}, /* Cortex-A510 */
    {0x41, 0xd80}, /* Cortex-A520 */
    {0x51, 0x801}, /* Kryo 2xx Silver */
    {0x51, 0x803}, /* Kryo 3xx Silver */
    {0x51, 0x805}, /* Kryo 4xx, 5xx Silver */
};

bool nv_midr_in_order(uint64_t midr)
{
    const uint32_t implementer = (uint32_t)(midr >> 24) & 0xff, part = (uint32_t)(midr >> 4) & 0xfff;
    for (size_t i = 0; i < sizeof in_order_cores / sizeof in_order_cores[0]; i++)
        if (in_order_cores[i].implementer == implementer && in_order_cores[i].part == part)
            return true;
    return false;
}

int nv_shown_in_order(const char *root, int cpu)
{
    char path[512];
    unsigned long long midr = 0;
    snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d/regs/identification/midr_el1", root, cpu);
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    const bool read = fscanf(file, "%llx", &midr) == 1;
    fclose(file);
    return read ? nv_midr_in_order(midr) : -1;
}

#if defined(__aarch64__)
/* By the register that libcpuinfo found for this core (the table above decides, since it knows newer cores):
 * 1, 0, or -1 when it cannot read this machine. */
static int by_cpuinfo(int cpu)
{
#if HAVE_CPUINFO
    for (uint32_t i = 0; cpuinfo_initialize() && i < cpuinfo_get_processors_count(); i++) {
        const struct cpuinfo_processor *processor = cpuinfo_get_processor(i);
        if (processor->linux_id == cpu)
            return processor->core->midr ? nv_midr_in_order(processor->core->midr) : -1;
    }
#endif
    return -1;
}

static bool one_in_order(int cpu)
{
    int told = by_cpuinfo(cpu);
    if (told < 0)
        told = nv_shown_in_order("", cpu);
    if (told < 0 && getauxval(AT_HWCAP) & HWCAP_CPUID) { /* of the core that runs this; the system answers */
        uint64_t own;
        __asm__("mrs %0, MIDR_EL1" : "=r"(own));
        told = nv_midr_in_order(own);
    }
    return told == 1;
}
#endif

bool nv_core_in_order(int cpu)
{
#if defined(__aarch64__)
    if (cpu >= 0)
        return one_in_order(cpu);
    const int n = (int)sysconf(_SC_NPROCESSORS_CONF);
    for (int i = 0; i < n; i++)
        if (!one_in_order(i))
            return false;
    return n > 0;
#else
    return false;
#endif
}
