#include "base/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Makes the folder path[0 .. length - 1]. */
static enum cg_status make_one(char *path, size_t length, mode_t mode, struct cg_error *err)
{
    const char end = path[length];
    struct stat info;
    path[length] = '\0';
    enum cg_status status = CG_OK;
    if (mkdir(path, mode) != 0) {
        const int reason = errno; /* EROFS and others come before EEXIST on some systems */
        if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
            status = cg_fail(err, CG_IO, "cannot make the folder '%s': %s", path, strerror(reason));
    }
    path[length] = end;
    return status;
}

/* The folders that end before a slash of the first `length` bytes, and these bytes themselves. */
static enum cg_status make_all(const char *path, size_t length, mode_t mode, struct cg_error *err)
{
    char *copy = strndup(path, length);
    if (!copy)
        return cg_fail(err, CG_NO_MEMORY, "no memory to make a folder");
    enum cg_status status = CG_OK;
    for (size_t i = 1; i <= length && status == CG_OK; i++)
        if ((copy[i] == '/' || copy[i] == '\0') && copy[i - 1] != '/')
            status = make_one(copy, i, mode, err);
    free(copy);
    return status;
}

enum cg_status cg_folder_make(const char *path, mode_t mode, struct cg_error *err)
{
    return make_all(path, strlen(path), mode, err);
}

enum cg_status cg_folder_make_for(const char *path, mode_t mode, struct cg_error *err)
{
    const char *slash = strrchr(path, '/');
    return slash && slash > path ? make_all(path, (size_t)(slash - path), mode, err) : CG_OK;
}

enum cg_status cg_cache_path(const char *name, char *path, size_t size, struct cg_error *err)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length;
    if (cache && cache[0] == '/')
        length = snprintf(path, size, "%s/convgauge/%s", cache, name);
    else if (home && home[0] == '/')
        length = snprintf(path, size, "%s/.cache/convgauge/%s", home, name);
    else
        return cg_fail(
            err, CG_UNAVAILABLE,
            "no place for what is remembered: neither XDG_CACHE_HOME nor HOME is an absolute path");
    if (length < 0 || (size_t)length >= size)
        return cg_fail(err, CG_INVALID, "the path of the cache folder is too long");
    return CG_OK;
}
