#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads up to `size` bytes; fewer only at the end of the file. -1 on error. */
static ssize_t read_fully(int fd, char *bytes, size_t size)
{
    size_t n = 0;
    while (n < size) {
        const ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        n += (size_t)got;
    }
    return (ssize_t)n;
}

char *cg_file_read(const char *path, size_t most_bytes, size_t *length, struct cg_error *err)
{
    char *bytes = NULL;
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a named pipe must not hold us up */
    if (fd < 0 || fstat(fd, &info) != 0) {
        cg_fail(err, CG_IO, "%s: %s", path, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        cg_fail(err, CG_INVALID, "%s is not a file", path);
    } else if ((size_t)info.st_size > most_bytes) {
        cg_fail(err, CG_INVALID, "%s is too long: %lld bytes, at most %zu are read", path,
                (long long)info.st_size, most_bytes);
    } else if (!(bytes = malloc((size_t)info.st_size + 1))) {
        cg_fail(err, CG_NO_MEMORY, "no memory to read %s", path);
    } else {
        const ssize_t n = read_fully(fd, bytes, (size_t)info.st_size);
        if (n < 0) {
            cg_fail(err, CG_IO, "%s: %s", path, strerror(errno));
            free(bytes);
            bytes = NULL;
        } else {
            bytes[n] = '\0';
            *length = (size_t)n;
        }
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

void cg_new_file_drop(struct cg_new_file *file)
{
    if (file->stream)
        fclose(file->stream);
    if (file->stream)
        unlink(file->temporary);
    free(file->path);
    free(file->temporary);
    *file = (struct cg_new_file){0};
}

enum cg_status cg_new_file_open(struct cg_new_file *file, const char *path, struct cg_error *err)
{
    *file = (struct cg_new_file){.path = strdup(path)};
    if (!file->path || asprintf(&file->temporary, "%s.XXXXXX", path) < 0) {
        free(file->path);
        *file = (struct cg_new_file){0};
        return cg_fail(err, CG_NO_MEMORY, "no memory to write '%s'", path);
    }
    const int fd = mkostemp(file->temporary, O_CLOEXEC);
    file->stream = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file->stream)
        return CG_OK;
    const int reason = errno;
    if (fd >= 0) {
        close(fd);
        unlink(file->temporary);
    }
    cg_new_file_drop(file);
    return cg_fail(err, CG_IO, "cannot write '%s': %s", path, strerror(reason));
}

/* So that the rename itself survives; a file system that cannot sync folders is no reason to fail. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    const int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

enum cg_status cg_new_file_keep(struct cg_new_file *file, bool durable, struct cg_error *err)
{
    struct stat old;
    const mode_t mask = umask(022);
    umask(mask); /* it can only be read by setting it */
    const mode_t mode = stat(file->path, &old) == 0 ? old.st_mode & 0777 : 0666 & ~mask;
    const int fd = fileno(file->stream);
    bool good = !ferror(file->stream) && fflush(file->stream) == 0 && fchmod(fd, mode) == 0 &&
                (!durable || fsync(fd) == 0);
    int reason = errno;
    if (fclose(file->stream) != 0 && good) {
        good = false;
        reason = errno;
    }
    if (good && rename(file->temporary, file->path) != 0) {
        good = false;
        reason = errno;
    }
    enum cg_status status = CG_OK;
    if (!good) {
        unlink(file->temporary);
        status = cg_fail(err, CG_IO, "cannot write '%s': %s", file->path, strerror(reason));
    } else if (durable) {
        sync_folder(file->path);
    }
    file->stream = NULL;
    cg_new_file_drop(file);
    return status;
}

enum cg_status cg_file_write(const char *path, const char *bytes, size_t n, bool durable,
                             struct cg_error *err)
{
    struct cg_new_file file;
    enum cg_status status = cg_new_file_open(&file, path, err);
    if (status == CG_OK) {
        fwrite(bytes, 1, n, file.stream);
        status = cg_new_file_keep(&file, durable, err);
    }
    return status;
}
