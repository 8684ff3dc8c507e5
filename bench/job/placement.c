#include "bench/job/placement.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_ints(const void *a, const void *b)
{
    const int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int cg_placement_format(int *cpus, int n, char *text, size_t size)
{
    int length = 0;
    if (size)
        text[0] = '\0';
    qsort(cpus, (size_t)n, sizeof *cpus, compare_ints);
    for (int i = 0, last; i < n; i = last + 1) {
        last = i;
        while (last + 1 < n && cpus[last + 1] == cpus[last] + 1)
            last++;
        char *at = (size_t)length < size ? text + length : NULL;
        const size_t room = at ? size - (size_t)length : 0;
        const char *comma = i ? "," : "";
        length += last > i ? snprintf(at, room, "%s%d-%d", comma, cpus[i], cpus[last])
                           : snprintf(at, room, "%s%d", comma, cpus[i]);
    }
    return length;
}

int cg_placements_find(struct cg_placements *placements, const char *text)
{
    if (!*text)
        return -1;
    int i = 0;
    while (i < placements->n && strcmp(placements->texts[i], text) != 0)
        i++;
    if (i < placements->n)
        return i;
    if (i == CG_PLACEMENTS_MAX || strlen(text) >= CG_PLACEMENT_TEXT)
        return -1;
    memcpy(placements->texts[i], text, strlen(text) + 1);
    placements->n++;
    return i;
}

bool cg_placement_is_right(int own_cpu, const int *ran, int n_ran, const int *cpus, int n_cpus)
{
    enum { MOST = 1024 }; /* as many as a job may have threads */
    uint64_t taken[MOST / 64] = {0};
    for (int i = -1; i < n_ran; i++) {
        const int cpu = i < 0 ? own_cpu : ran[i];
        int at = 0;
        while (at < n_cpus && cpus[at] != cpu)
            at++;
        if (cpu < 0)
            continue;
        if (at == n_cpus || at >= MOST || (taken[at / 64] >> at % 64 & 1))
            return false;
        taken[at / 64] |= (uint64_t)1 << at % 64;
    }
    return true;
}
