/* Results files on disk: written whole or not at all, read with a limit. */
#include "bench/record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of a path, "." for a bare name; malloc'd. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Makes a new file beside `path`; *temporary (malloc'd) is its name. -1 with errno set on failure. */
static int open_beside(const char *path, char **temporary)
{
    const size_t room = strlen(path) + sizeof ".XXXXXX";
    *temporary = malloc(room);
    if (!*temporary) {
        errno = ENOMEM;
        return -1;
    }
    snprintf(*temporary, room, "%s.XXXXXX", path);
    const int fd = mkstemp(*temporary);
    if (fd < 0) {
        free(*temporary);
        *temporary = NULL;
    }
    return fd;
}

enum cg_status cg_results_check_path(const char *path, struct cg_error *err)
{
    struct stat info;
    const size_t length = strlen(path);
    if (length == 0 || path[length - 1] == '/')
        return cg_fail(err, CG_INVALID, "cannot write results to '%s': it names no file", path);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return cg_fail(err, CG_INVALID, "cannot write results to '%s': it is there and is not a regular file",
                       path);
    char *folder = folder_of(path);
    if (!folder)
        return cg_fail(err, CG_NO_MEMORY, "no memory");
    const bool there = stat(folder, &info) == 0 && S_ISDIR(info.st_mode);
    enum cg_status status = CG_OK;
    if (!there)
        status =
            cg_fail(err, CG_INVALID, "cannot write results to '%s': there is no folder '%s'", path, folder);
    free(folder);
    if (status != CG_OK)
        return status;
    char *temporary;
    const int fd = open_beside(path, &temporary);
    if (fd < 0)
        return cg_fail(err, CG_INVALID, "cannot write results to '%s': %s", path, strerror(errno));
    close(fd);
    unlink(temporary);
    free(temporary);
    return CG_OK;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* So that the rename itself survives a power cut; a file system that cannot sync folders is no reason to
 * fail. */
static void sync_folder(const char *path)
{
    char *folder = folder_of(path);
    const int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

enum cg_status cg_results_save(const struct cg_results *results, const char *path, struct cg_error *err)
{
    size_t size = 0;
    char *json = cg_results_to_json(results, &size), *temporary = NULL;
    if (!json)
        return cg_fail(err, CG_NO_MEMORY, "cannot write '%s': no memory", path);
    const int fd = open_beside(path, &temporary);
    bool done = fd >= 0;
    if (done) {
        struct stat old;
        const mode_t mode = stat(path, &old) == 0 ? old.st_mode & 0777 : 0644;
        done = write_all(fd, json, size) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
        const int write_errno = errno;
        if (close(fd) != 0 && done)
            done = false;
        else if (!done)
            errno = write_errno;
    }
    if (done)
        done = rename(temporary, path) == 0;
    const int saved_errno = errno;
    free(json);
    if (!done && temporary)
        unlink(temporary);
    free(temporary);
    if (!done)
        return cg_fail(err, CG_IO, "cannot write '%s': %s", path, strerror(saved_errno));
    sync_folder(path);
    return CG_OK;
}

enum cg_status cg_results_load(const char *path, struct cg_results **results, struct cg_error *err)
{
    *results = NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return cg_fail(err, errno == ENOENT || errno == EACCES ? CG_INVALID : CG_IO, "cannot read '%s': %s",
                       path, strerror(errno));
    struct stat info;
    enum cg_status status = CG_OK;
    char *json = NULL;
    size_t used = 0;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        status = cg_fail(err, CG_INVALID, "cannot read '%s': not a regular file", path);
    else if ((uintmax_t)info.st_size > CG_RESULTS_MAX_BYTES)
        status = cg_fail(err, CG_INVALID, "%s: too large for a results file (%jd bytes, at most %zu)", path,
                         (intmax_t)info.st_size, CG_RESULTS_MAX_BYTES);
    else if (!(json = malloc((size_t)info.st_size + 1)))
        status = cg_fail(err, CG_NO_MEMORY, "%s: no memory to read it", path);
    while (status == CG_OK && used < (size_t)info.st_size) {
        const ssize_t got = read(fd, json + used, (size_t)info.st_size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = cg_fail(err, CG_IO, "cannot read '%s': %s", path, strerror(errno));
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    close(fd);
    if (status == CG_OK)
        status = cg_results_parse(json, used, path, results, err);
    free(json);
    return status;
}
