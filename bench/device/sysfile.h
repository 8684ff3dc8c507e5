/* Small text files of the kernel (/proc, /sys) under a root that tests can replace. */
#ifndef CONVGAUGE_BENCH_DEVICE_SYSFILE_H
#define CONVGAUGE_BENCH_DEVICE_SYSFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_PATH_MAX 512

/* root + formatted path into `path`; false if it does not fit. NULL root: "". */
bool cg_sys_path(const char *root, char path[CG_PATH_MAX], const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads at most size-1 bytes of the file at root + formatted path, without trailing blanks and newlines.
 * Returns the length, or -1 (then text is empty) when it is missing or unreadable. */
int cg_sys_read(const char *root, char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same for one whole number in decimal; `unknown` when missing or not a number. */
int64_t cg_sys_read_int(const char *root, int64_t unknown, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The number behind "key" and separators in a text of lines, or -1. NULL text: -1. */
int64_t cg_sys_value(const char *text, const char *key);

/* Bytes of the line "key:  123 kB" of a file of less than 4 KiB; -1 when either is missing. */
int64_t cg_sys_read_kib(const char *root, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A whole file of any length as a string that the caller frees, or NULL: also of an empty one. At most 16
 * MiB.
 */
char *cg_sys_slurp(const char *root, const char *path);

/* Calls visit(name, context) for the entries of a directory whose names start with `prefix` followed by a
 * digit
 * ("cpu" -> cpu0, cpu12, not cpufreq), in the order of that number. Returns how many; 0 if there is none. */
int cg_sys_each(const char *root, const char *directory, const char *prefix,
                void (*visit)(const char *name, int number, void *context), void *context);

#endif
