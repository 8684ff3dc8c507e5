/* The processors of the machine and which of them this process may use: packages, cores by class, caches,
 * NUMA nodes, hardware threads. Filled by hwloc, or from /sys where hwloc is not built in (static programs).
 */
#ifndef CONVGAUGE_BENCH_DEVICE_TOPOLOGY_H
#define CONVGAUGE_BENCH_DEVICE_TOPOLOGY_H

#include "base/arena.h"
#include "bench/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_CLASSES_MAX 8
#define CG_CACHES_MAX  32

/* What a file of a topology tells of its machine beside it; NULL: not told. */
struct cg_told {
    const char *cpu_model, *vendor, *architecture, *kernel;
};

/* As results files have it: cpus sorted by their OS number; classes from slow to fast, so that the last is
 * "big" ("all" when there is one; "little", "big" of two; "little", "mid", "big" of three; else "class0",
 * "class1" ...); caches by level, then data, instruction, unified. A machine of two core classes may have two
 * rows for one level; the class is that of the first instance's first processor. Unknown: -1, NAN, NULL. */
struct cg_topology {
    struct cg_arena *arena; /* of all that is pointed to */
    int n_packages, n_cores, n_cpus, n_numa, n_classes, n_caches;
    int n_allowed; /* cpus with .allowed */
    struct cg_cpu_record *cpus;
    struct cg_core_class_record *classes;
    struct cg_cache_record *caches;
    struct cg_numa_record *numas;
    int64_t memory_bytes;        /* of the machine: the larger of the two below */
    int64_t node_memory_bytes;   /* of all NUMA nodes; some virtual machines' hold less than there is */
    int64_t system_memory_bytes; /* MemTotal of /proc/meminfo; -1 unknown, as of another machine */
    struct cg_told told;         /* of another machine's; all NULL of this one's */
    const char *source;          /* "hwloc", "hwloc xml", "sysfs", "counted" */
};

struct cg_topology_options {
    const char *root; /* NULL or "": the real system. Else a directory that holds sys/ and proc/: read by our
                         own reader of /sys, never by hwloc */
    const char *xml;  /* NULL, or a file written by `lstopo x.xml`: another machine's topology. Its cpus are
                         all allowed except where it says otherwise */
};

/* Reads the topology. Where nothing at all is known (no /sys), it holds the processors that the system
 * counts, as cores of one class (source "counted"). CG_INVALID for an unreadable xml, CG_NO_MEMORY;
 * then there is nothing to free. `options` may be NULL. */
enum cg_status cg_topology_read(const struct cg_topology_options *options, struct cg_topology *topology,
                                struct cg_error *err);

/* This machine's topology as hwloc XML, which `lstopo -i FILE` shows and cg_topology_read() reads back, with
 * nothing in it that names this machine (host, serial numbers, paths). The caller's to free(); NULL without
 * hwloc or memory. */
char *cg_topology_xml(void);

/* Takes a zeroed or filled struct, leaves it zeroed. */
void cg_topology_destroy(struct cg_topology *topology);

/* The cpu with that OS number, or NULL. */
const struct cg_cpu_record *cg_topology_cpu(const struct cg_topology *topology, int os);

/* Where the class of that name stands among the classes. */
int cg_topology_class(const struct cg_topology *topology, const char *name);

/* The smallest data or unified cache of that level that the cpu's class has, or NULL. os < 0: any class. */
const struct cg_cache_record *cg_topology_cache(const struct cg_topology *topology, int level, int os);

/* Size of the data or unified cache of a level that a cpu (OS number) of this machine has, from /sys alone:
 * cheap, without reading a whole topology. -1 unknown. (The C library's figures count some shared caches
 * several times.) */
int64_t cg_cache_bytes(int cpu, int level);

/* Reads a list of cpus "0,2-5" into cpus[] in its own order, without repetitions. Returns how many were
 * written, at most max, or -1 if the text is not a list of numbers below CG_CPUS_MAX. An empty text is an
 * empty list. */
int cg_cpu_list_parse(const char *text, int *cpus, int max);

/* Writes cpus (any order) as "0-3,8" like snprintf. */
int cg_cpu_list_format(const int *cpus, int n, char *text, size_t size);

/* Some cpus by their OS numbers. */
#define CG_CPUS_MAX 65536 /* no machine has more; keeps "0-4000000000" from costing time */
struct cg_cpu_set {
    unsigned char has[CG_CPUS_MAX / 8]; /* a bit each */
    int n, first;                       /* how many, and the lowest; 0 and -1 */
};

/* Reads a list of at least one cpu; false, and an empty set, when it is none. */
bool cg_cpu_set_parse(const char *text, struct cg_cpu_set *set);
bool cg_cpu_set_has(const struct cg_cpu_set *set, int cpu);

/* The cpus that this process may use, as a list: "0-3,8". What does not fit is cut off. */
void cg_topology_allowed(const struct cg_topology *topology, char *text, size_t size);

/* `--cores SPEC`: "all", "big" (the fastest class), "little" (the slowest of several), "mid", a class name,
 * or a list "0,2" / "4-7" of OS numbers. Fills cpus[] with the allowed cpus that it names (in order of
 * preference for cg_topology_choose) and returns their number; at most `max`, so n_cpus entries always
 * suffice. NULL = "all". -1 with `err` (CG_INVALID: not a spec, no such cpu, a listed cpu that is not
 * allowed; CG_UNAVAILABLE: no such class here, or none of it allowed); the sentence lists what there is. */
int cg_topology_cores(const struct cg_topology *topology, const char *spec, int *cpus, int max,
                      struct cg_error *err);

/* What a user of `--cores SPEC` would not expect, in a sentence: "big" where there is one class of cores
 * only. NULL: nothing. */
const char *cg_topology_cores_note(const struct cg_topology *topology, const char *spec);

/* Picks cpus for `threads` threads out of the spec: distinct physical cores first (fastest class first, then
 * package by package), second hardware threads only when the cores are used up. A list of OS numbers is
 * taken in the order of the list. CG_INVALID when threads exceeds the cpus. cpus[] has `threads` entries. */
enum cg_status cg_topology_choose(const struct cg_topology *topology, const char *spec, int threads,
                                  int *cpus, struct cg_error *err);

#endif
