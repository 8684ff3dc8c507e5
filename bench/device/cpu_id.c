#include "bench/device/cpu_id.h"

#include "bench/device/sysfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

const char *cg_arm_implementer(int implementer)
{
    for (size_t i = 0; i < sizeof implementers / sizeof implementers[0]; i++)
        if (implementers[i].implementer == implementer)
            return implementers[i].name;
    return NULL;
}

void cg_cpuinfo_value(const char *root, int processor, const char *key, char *value, size_t size)
{
    char *text = cg_sys_slurp(root, "/proc/cpuinfo");
    int current = -1;
    value[0] = 0;
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
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
static int midr_of(const char *root, int os, int *implementer, int *part)
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

int cg_arm_implementer_of(const char *root, int os)
{
    int implementer, part;
    return midr_of(root, os, &implementer, &part) ? implementer : -1;
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
