#include "bench/device/topology.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool contains(const int *cpus, int n, int cpu)
{
    for (int i = 0; i < n; i++)
        if (cpus[i] == cpu)
            return true;
    return false;
}

/* One number at *text, which is moved behind it; -1 if there is none. */
static int number(const char **text)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return -1;
    const unsigned long value = strtoul(*text, &end, 10);
    *text = end;
    return value < CG_CPUS_MAX ? (int)value : -1;
}

int cg_cpu_list_parse(const char *text, int *cpus, int max)
{
    int n = 0, highest = -1;
    while (isspace((unsigned char)*text))
        text++;
    if (!*text)
        return 0;
    for (;;) {
        const int first = number(&text);
        int last = first;
        if (*text == '-') {
            text++;
            last = number(&text);
        }
        if (first < 0 || last < first)
            return -1;
        for (int cpu = first; cpu <= last; cpu++)
            if (n < max && (cpu > highest || !contains(cpus, n, cpu))) {
                cpus[n++] = cpu;
                highest = cpu > highest ? cpu : highest;
            }
        while (isspace((unsigned char)*text))
            text++;
        if (!*text)
            return n;
        if (*text++ != ',')
            return -1;
    }
}

bool cg_cpu_set_parse(const char *text, struct cg_cpu_set *set)
{
    int *cpus = malloc(sizeof *cpus * CG_CPUS_MAX);
    const int n = cpus ? cg_cpu_list_parse(text, cpus, CG_CPUS_MAX) : -1;
    *set = (struct cg_cpu_set){.n = n < 0 ? 0 : n, .first = n > 0 ? cpus[0] : -1};
    for (int i = 0; i < n; i++) {
        set->has[cpus[i] / 8] |= (unsigned char)(1 << cpus[i] % 8);
        set->first = cpus[i] < set->first ? cpus[i] : set->first;
    }
    free(cpus);
    return n > 0;
}

bool cg_cpu_set_has(const struct cg_cpu_set *set, int cpu)
{
    return cpu >= 0 && cpu < CG_CPUS_MAX && (set->has[cpu / 8] >> cpu % 8 & 1);
}

static int compare_ints(const void *a, const void *b)
{
    const int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int cg_cpu_list_format(const int *cpus, int n, char *text, size_t size)
{
    int length = 0;
    int *sorted = malloc(sizeof *sorted * (size_t)(n > 0 ? n : 1));
    if (size)
        text[0] = 0;
    if (!sorted)
        return 0;
    if (n > 0) {
        memcpy(sorted, cpus, sizeof *sorted * (size_t)n);
        qsort(sorted, (size_t)n, sizeof *sorted, compare_ints);
    }
    for (int i = 0, last; i < n; i = last + 1) {
        for (last = i; last + 1 < n && sorted[last + 1] <= sorted[last] + 1; last++)
            ;
        char *at = (size_t)length < size ? text + length : NULL;
        const size_t room = at ? size - (size_t)length : 0;
        const char *comma = i ? "," : "";
        length += sorted[last] > sorted[i] ? snprintf(at, room, "%s%d-%d", comma, sorted[i], sorted[last])
                                           : snprintf(at, room, "%s%d", comma, sorted[i]);
    }
    free(sorted);
    return length;
}

void cg_topology_allowed(const struct cg_topology *topology, char *text, size_t size)
{
    int n = 0;
    int *cpus = calloc((size_t)topology->n_cpus + 1, sizeof *cpus);
    for (int i = 0; cpus && i < topology->n_cpus; i++)
        if (topology->cpus[i].allowed)
            cpus[n++] = topology->cpus[i].os;
    cg_cpu_list_format(cpus, n, text, size);
    free(cpus);
}
