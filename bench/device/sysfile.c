#include "bench/device/sysfile.h"

#include "base/array.h"
#include "base/text.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLURP_MAX ((size_t)16 << 20)

static bool path_of(const char *root, char path[CG_PATH_MAX], const char *format, va_list args)
{
    const int head = snprintf(path, CG_PATH_MAX, "%s", root ? root : "");
    if (head < 0 || head >= CG_PATH_MAX)
        return false;
    const int tail = vsnprintf(path + head, (size_t)(CG_PATH_MAX - head), format, args);
    return tail >= 0 && tail < CG_PATH_MAX - head;
}

bool cg_sys_path(const char *root, char path[CG_PATH_MAX], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const bool fits = path_of(root, path, format, args);
    va_end(args);
    return fits;
}

static int read_text(const char *path, char *text, size_t size)
{
    text[0] = 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    size_t length = 0;
    ssize_t got = 0;
    while (length + 1 < size && (got = read(fd, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    close(fd);
    if (got < 0 && length == 0)
        return -1;
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    text[length] = 0;
    return (int)length;
}

int cg_sys_read(const char *root, char *text, size_t size, const char *format, ...)
{
    char path[CG_PATH_MAX];
    va_list args;
    va_start(args, format);
    const bool fits = path_of(root, path, format, args);
    va_end(args);
    text[0] = 0;
    return fits ? read_text(path, text, size) : -1;
}

int64_t cg_sys_read_int(const char *root, int64_t unknown, const char *format, ...)
{
    char path[CG_PATH_MAX], text[64], *end;
    va_list args;
    va_start(args, format);
    const bool fits = path_of(root, path, format, args);
    va_end(args);
    if (!fits || read_text(path, text, sizeof text) <= 0)
        return unknown;
    const long long value = strtoll(text, &end, 10);
    return end == text ? unknown : (int64_t)value;
}

int64_t cg_sys_value(const char *text, const char *key)
{
    const char *at = text ? strstr(text, key) : NULL;
    if (!at)
        return -1;
    at += strlen(key);
    at += strspn(at, " \t:");
    return isdigit((unsigned char)*at) ? (int64_t)strtoll(at, NULL, 10) : -1;
}

int64_t cg_sys_read_kib(const char *root, const char *key, const char *format, ...)
{
    char path[CG_PATH_MAX], text[4096];
    va_list args;
    va_start(args, format);
    const bool fits = path_of(root, path, format, args);
    va_end(args);
    const int64_t kib = fits && read_text(path, text, sizeof text) > 0 ? cg_sys_value(text, key) : -1;
    return kib >= 0 && kib < INT64_C(1) << 50 ? kib * 1024 : -1;
}

bool cg_sys_exists(const char *root, const char *format, ...)
{
    char path[CG_PATH_MAX];
    va_list args;
    va_start(args, format);
    const bool fits = path_of(root, path, format, args);
    va_end(args);
    return fits && access(path, F_OK) == 0;
}

char *cg_sys_slurp(const char *root, const char *file)
{
    char path[CG_PATH_MAX], chunk[8192];
    struct cg_text text = {0};
    const int fd = cg_sys_path(root, path, "%s", file) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return NULL;
    for (ssize_t got; text.length < SLURP_MAX && (got = read(fd, chunk, sizeof chunk)) > 0;)
        cg_text_add_bytes(&text, chunk, (size_t)got);
    close(fd);
    if (text.failed)
        cg_text_release(&text);
    return text.bytes;
}

static int compare_ints(const void *a, const void *b)
{
    const int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

int cg_sys_each(const char *root, const char *directory, const char *prefix,
                void (*visit)(const char *name, int number, void *context), void *context)
{
    char path[CG_PATH_MAX], name[128];
    if (!cg_sys_path(root, path, "%s", directory))
        return 0;
    DIR *dir = opendir(path);
    if (!dir)
        return 0;
    const size_t prefix_length = strlen(prefix);
    int *numbers = NULL, n = 0, room = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (strncmp(entry->d_name, prefix, prefix_length) != 0)
            continue;
        char *end;
        const char *digits = entry->d_name + prefix_length;
        const long number = strtol(digits, &end, 10);
        if (!isdigit((unsigned char)*digits) || *end || number > INT_MAX)
            continue;
        if (!cg_array_fit(numbers, room, n + 1))
            break;
        numbers[n++] = (int)number;
    }
    closedir(dir);
    if (n > 1)
        qsort(numbers, (size_t)n, sizeof *numbers, compare_ints);
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s%d", prefix, numbers[i]);
        visit(name, numbers[i], context);
    }
    free(numbers);
    return n;
}
