#include "bench/device/topology.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A cpu among those to choose from. */
struct candidate {
    const struct cg_cpu_record *cpu;
    int smt; /* 0 for the first allowed hardware thread of its core, 1 for the second ... */
    int speed;
};

/* In order of preference: first hardware threads before second ones, fast cores before slow ones, one package
 * after the other. */
static int compare_preference(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    const int order[] = {x->smt - y->smt, y->speed - x->speed, x->cpu->package - y->cpu->package,
                         x->cpu->core - y->cpu->core, x->cpu->os - y->cpu->os};
    int k = 0;
    while (k < 4 && order[k] == 0)
        k++;
    return order[k];
}

static int find_class(const struct cg_topology *t, const char *name)
{
    if (strcmp(name, "big") == 0)
        return t->n_classes - 1;
    for (int i = 0; i < t->n_classes; i++)
        if (strcmp(t->classes[i].name, name) == 0 ||
            strcasecmp(t->classes[i].core ? t->classes[i].core : "", name) == 0)
            return i;
    if (strcmp(name, "little") == 0 && t->n_classes > 1)
        return 0;
    return -1;
}

/* "little (4 cpus of Cortex-A53), ..." for error sentences. */
static void list_classes(const struct cg_topology *t, char *text, size_t size)
{
    text[0] = '\0';
    for (int i = 0; i < t->n_classes; i++) {
        const struct cg_core_class_record *class = &t->classes[i];
        cg_append(text, size, "%s%s (%d cpus%s%s)", i ? ", " : "", class->name, class->threads,
                  class->core ? " of " : "", class->core ? class->core : "");
    }
}

static int named_cpus(const struct cg_topology *t, const char *spec, int *cpus, int max, struct cg_error *err)
{
    const int n = cg_cpu_list_parse(spec, cpus, max);
    char allowed[256];
    cg_topology_allowed(t, allowed, sizeof allowed);
    if (n <= 0) {
        cg_fail(err, CG_INVALID, "--cores %s: not a list of cpus such as 0,2-5", spec);
        return -1;
    }
    for (int i = 0; i < n; i++) {
        const struct cg_cpu_record *cpu = cg_topology_cpu(t, cpus[i]);
        if (!cpu)
            cg_fail(err, CG_INVALID, "--cores %s: this machine has no cpu %d (it has %d)", spec, cpus[i],
                    t->n_cpus);
        else if (!cpu->allowed)
            cg_fail(err, CG_INVALID, "--cores %s: this process may not use cpu %d (allowed: %s)", spec,
                    cpus[i], allowed);
        if (!cpu || !cpu->allowed)
            return -1;
    }
    return n;
}

/* The allowed cpus of a class (-1: of all), the best first. Returns how many, -1 without memory. A core whose
 * first thread is forbidden still is a core of its own: its first allowed thread counts as first. */
static int preferred(const struct cg_topology *t, int class, int *cpus, int max)
{
    int n = 0;
    struct candidate *chosen = calloc((size_t)t->n_cpus + 1, sizeof *chosen);
    if (!chosen)
        return -1;
    for (int i = 0; i < t->n_cpus; i++) {
        const struct candidate one = {&t->cpus[i], 0, cg_topology_class(t, t->cpus[i].core_class)};
        if (!one.cpu->allowed || (class >= 0 && one.speed != class))
            continue;
        chosen[n] = one;
        for (int j = 0; j < n; j++)
            chosen[n].smt += chosen[j].cpu->core == one.cpu->core;
        n++;
    }
    qsort(chosen, (size_t)n, sizeof *chosen, compare_preference);
    n = n < max ? n : max;
    for (int i = 0; i < n; i++)
        cpus[i] = chosen[i].cpu->os;
    free(chosen);
    return n;
}

int cg_topology_cores(const struct cg_topology *topology, const char *spec, int *cpus, int max,
                      struct cg_error *err)
{
    const bool all = !spec || strcmp(spec, "all") == 0;
    char list[256];
    if (!all && (isdigit((unsigned char)spec[0]) || !spec[0]))
        return named_cpus(topology, spec, cpus, max, err);
    const int class = all ? -1 : find_class(topology, spec);
    if (!all && class < 0) {
        const bool usual = strcmp(spec, "little") == 0 || strcmp(spec, "mid") == 0;
        list_classes(topology, list, sizeof list);
        cg_fail(
            err, usual ? CG_UNAVAILABLE : CG_INVALID,
            usual ? "--cores %s: this machine has no such cores; it has %s"
                  : "--cores %s: neither all, big, little, mid nor a list such as 0,2-5; this machine has %s",
            spec, list);
        return -1;
    }
    const int n = preferred(topology, class, cpus, max);
    if (n < 0)
        cg_fail(err, CG_NO_MEMORY, "no memory to choose among %d cpus", topology->n_cpus);
    if (n != 0)
        return n;
    cg_topology_allowed(topology, list, sizeof list);
    cg_fail(err, CG_UNAVAILABLE, "--cores %s: this process may use none of them (allowed: %s)",
            spec ? spec : "all", list[0] ? list : "none");
    return -1;
}

const char *cg_topology_cores_note(const struct cg_topology *topology, const char *spec)
{
    return spec && strcmp(spec, "big") == 0 && topology->n_classes == 1
               ? "this machine has one class of cores: big means all of them"
               : NULL;
}

enum cg_status cg_topology_choose(const struct cg_topology *topology, const char *spec, int threads,
                                  int *cpus, struct cg_error *err)
{
    const int room = topology->n_cpus > 0 ? topology->n_cpus : 1;
    if (threads < 1)
        return cg_fail(err, CG_INVALID, "%d threads: at least one is needed", threads);
    int *candidates = malloc(sizeof *candidates * (size_t)room);
    struct cg_error inner = {0};
    if (!candidates)
        return cg_fail(err, CG_NO_MEMORY, "no memory to choose among %d cpus", room);
    const int n = cg_topology_cores(topology, spec, candidates, room, &inner);
    enum cg_status status = CG_OK;
    if (n < 0)
        status = cg_fail(err, inner.status, "%s", inner.text);
    else if (threads > n && (!spec || strcmp(spec, "all") == 0))
        status = cg_fail(err, CG_INVALID, "%d threads, but this process may run on %d cpu%s only", threads, n,
                         n == 1 ? "" : "s");
    else if (threads > n)
        status = cg_fail(err, CG_INVALID, "%d threads, but --cores %s gives %d cpu%s", threads, spec, n,
                         n == 1 ? "" : "s");
    else
        memcpy(cpus, candidates, sizeof *cpus * (size_t)threads);
    free(candidates);
    return status;
}
