#include "bench/device/sysfile.h"

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

static int read_text(const char *root, char *text, size_t size, const char *format, va_list args)
{
    char path[CG_PATH_MAX];
    text[0] = 0;
    const int fd = path_of(root, path, format, args) ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
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
    va_list args;
    va_start(args, format);
    const int length = read_text(root, text, size, format, args);
    va_end(args);
    return length;
}

int64_t cg_sys_read_int(const char *root, int64_t unknown, const char *format, ...)
{
    char text[64], *end;
    va_list args;
    va_start(args, format);
    read_text(root, text, sizeof text, format, args);
    va_end(args);
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
    char text[4096];
    va_list args;
    va_start(args, format);
    read_text(root, text, sizeof text, format, args);
    va_end(args);
    const int64_t kib = cg_sys_value(text, key);
    return kib >= 0 && kib < INT64_C(1) << 50 ? kib * 1024 : -1;
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

int cg_sys_each(const char *root, const char *directory, const char *prefix,
                void (*visit)(const char *name, int number, void *context), void *context)
{
    char path[CG_PATH_MAX];
    struct dirent **entries;
    int visited = 0;
    const size_t prefix_length = strlen(prefix);
    const int n = cg_sys_path(root, path, "%s", directory) ? scandir(path, &entries, NULL, versionsort) : -1;
    for (int i = 0; i < n; i++) {
        char *end;
        const char *name = entries[i]->d_name, *digits = name + prefix_length;
        if (strncmp(name, prefix, prefix_length) == 0 && isdigit((unsigned char)*digits)) {
            const long number = strtol(digits, &end, 10);
            if (!*end && number <= INT_MAX) {
                visit(name, (int)number, context);
                visited++;
            }
        }
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return visited;
}
