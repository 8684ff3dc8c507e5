#include "bench/device/topology.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether it was not there yet. */
static bool add(struct cg_cpu_set *set, int cpu)
{
    if (cpu < 0 || cpu >= CG_CPUS_MAX || cg_cpu_set_has(set, cpu))
        return false;
    set->has[cpu / 8] |= (unsigned char)(1 << cpu % 8);
    set->first = set->n == 0 || cpu < set->first ? cpu : set->first;
    set->n++;
    return true;
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

/* Fills the set, and cpus[] with at most `max` of them; false if it is no list. */
static bool parse(const char *text, struct cg_cpu_set *set, int *cpus, int max)
{
    *set = (struct cg_cpu_set){.first = -1};
    text += strspn(text, " \t\n");
    if (!*text)
        return true;
    for (;;) {
        const int first = number(&text);
        int last = first;
        if (*text == '-') {
            text++;
            last = number(&text);
        }
        if (first < 0 || last < first)
            return false;
        for (int cpu = first; cpu <= last; cpu++)
            if (add(set, cpu) && set->n <= max)
                cpus[set->n - 1] = cpu;
        text += strspn(text, " \t\n");
        if (!*text)
            return true;
        if (*text++ != ',')
            return false;
    }
}

int cg_cpu_list_parse(const char *text, int *cpus, int max)
{
    struct cg_cpu_set set;
    return !parse(text, &set, cpus, max) ? -1 : set.n < max ? set.n : max;
}

bool cg_cpu_set_parse(const char *text, struct cg_cpu_set *set)
{
    if (!parse(text, set, NULL, 0))
        *set = (struct cg_cpu_set){.first = -1};
    return set->n > 0;
}

bool cg_cpu_set_has(const struct cg_cpu_set *set, int cpu)
{
    return cpu >= 0 && cpu < CG_CPUS_MAX && (set->has[cpu / 8] >> cpu % 8 & 1);
}

int cg_cpu_list_format(const int *cpus, int n, char *text, size_t size)
{
    struct cg_cpu_set set = {.n = 0};
    int length = 0;
    if (size)
        text[0] = 0;
    for (int i = 0; i < n; i++)
        add(&set, cpus[i]);
    for (int first = 0, last; first < CG_CPUS_MAX; first = last + 1) {
        for (last = first; cg_cpu_set_has(&set, last + 1) && cg_cpu_set_has(&set, first); last++)
            ;
        if (!cg_cpu_set_has(&set, first))
            continue;
        char *at = (size_t)length < size ? text + length : NULL;
        const size_t room = at ? size - (size_t)length : 0;
        const char *comma = length ? "," : "";
        length += last > first ? snprintf(at, room, "%s%d-%d", comma, first, last)
                               : snprintf(at, room, "%s%d", comma, first);
    }
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
