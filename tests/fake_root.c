#include "tests/fake_root.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *fake_root_make(void)
{
    const char *tmp = getenv("TMPDIR");
    char path[512];
    snprintf(path, sizeof path, "%s/convgauge-root-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    cr_assert(mkdtemp(path), "no temporary directory");
    return strdup(path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void fake_root_remove(char *root)
{
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(root);
}

static void make_parents(char *path, size_t from)
{
    for (char *slash = strchr(path + from + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0777);
        *slash = '/';
    }
}

void fake_file(const char *root, const char *text, const char *format, ...)
{
    char path[1024];
    va_list args;
    const int head = snprintf(path, sizeof path, "%s", root);
    va_start(args, format);
    vsnprintf(path + head, sizeof path - (size_t)head, format, args);
    va_end(args);
    make_parents(path, (size_t)head);
    FILE *file = fopen(path, "w");
    cr_assert(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

void fake_link(const char *root, const char *target, const char *link)
{
    char path[1024];
    snprintf(path, sizeof path, "%s%s", root, link);
    make_parents(path, strlen(root));
    cr_assert(symlink(target, path) == 0, "%s", path);
}
