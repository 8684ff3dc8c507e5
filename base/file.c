#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as many as the kernel follows */
#define FD_LINK   "/proc/self/fd/%d"

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
        cg_fail(err, CG_INVALID,
                S_ISDIR(info.st_mode) ? "%s is a folder: name a file in it"
                                      : "%s is not a file: write what it gives into one and name that",
                path);
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
    if (file->temporary)
        unlinkat(file->folder, file->temporary, 0);
    free(file->path);
    free(file->temporary);
    free(file->shown);
    *file = (struct cg_new_file){0};
}

/* The folder that `path` is in, malloc'd; NULL without memory. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Where `path` leads to, also where nothing is there yet, malloc'd. NULL with errno set. */
static char *end_of_links(const char *path)
{
    char text[PATH_MAX], *at = strdup(path);
    for (int i = 0; at && i < LINKS_MAX; i++) {
        const ssize_t length = readlink(at, text, sizeof text - 1);
        if (length < 0)
            return at; /* no link, or what fails when it is opened */
        text[length] = '\0';
        char *folder = folder_of(at), *next = NULL;
        if (!folder || asprintf(&next, "%s/%s", text[0] == '/' ? "" : folder, text) < 0)
            next = NULL;
        free(folder);
        free(at);
        at = next;
    }
    const int reason = at ? ELOOP : ENOMEM;
    free(at);
    errno = reason;
    return NULL;
}

/* A name beside file->path that nobody can guess, malloc'd. NULL with errno set. */
static char *unguessable(const struct cg_new_file *file)
{
    uint64_t number;
    char *name = NULL;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        return NULL;
    if (asprintf(&name, "%s.%016" PRIx64, file->path, number) >= 0)
        return name;
    errno = ENOMEM;
    return NULL;
}

/* A file without a name, which is gone if nothing is made of it, or else one with file->temporary. -1 with
 * errno set. */
static int open_beside(struct cg_new_file *file)
{
    char link[64], *folder = folder_of(file->path);
    int fd = folder ? openat(file->folder, folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
    free(folder);
    snprintf(link, sizeof link, FD_LINK, fd);
    if (fd >= 0 && access(link, F_OK) == 0)
        return fd;
    if (fd >= 0) /* there is no /proc to give it a name by */
        close(fd);
    if (!(file->temporary = unguessable(file)))
        return -1;
    fd = openat(file->folder, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        free(file->temporary);
        file->temporary = NULL;
    }
    return fd;
}

static enum cg_status fail(const struct cg_new_file *file, int reason, struct cg_error *err)
{
    const char *name = file->shown ? file->shown : file->path;
    return cg_fail(err, CG_IO, "cannot write '%s': %s", name ? name : "", strerror(reason));
}

/* Opens what is written; `file` is filled but for the stream. */
static enum cg_status open_stream(struct cg_new_file *file, struct cg_error *err)
{
    int fd = -1;
    errno = ENOMEM; /* where there are no names */
    if (file->path)
        fd = file->in_place ? open(file->path, O_WRONLY | O_NOCTTY | O_CLOEXEC) : open_beside(file);
    file->stream = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file->stream)
        return CG_OK;
    const int reason = errno;
    if (fd >= 0)
        close(fd);
    fail(file, reason, err);
    cg_new_file_drop(file);
    return CG_IO;
}

enum cg_status cg_new_file_open(struct cg_new_file *file, const char *path, struct cg_error *err)
{
    struct stat info;
    *file = (struct cg_new_file){.folder = AT_FDCWD, .path = end_of_links(path)};
    if (!file->path)
        return cg_fail(err, CG_IO, "cannot write '%s': %s", path, strerror(errno));
    file->in_place = stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    return open_stream(file, err);
}

enum cg_status cg_new_file_open_in(struct cg_new_file *file, int folder, const char *name, const char *shown,
                                   struct cg_error *err)
{
    *file = (struct cg_new_file){.folder = folder, .path = strdup(name), .shown = strdup(shown)};
    return open_stream(file, err);
}

/* Gives the nameless file a name beside its path. */
static bool name_it(struct cg_new_file *file)
{
    char link[64];
    snprintf(link, sizeof link, FD_LINK, fileno(file->stream));
    for (int i = 0; i < 100 && (file->temporary = unguessable(file)); i++) {
        if (linkat(AT_FDCWD, link, file->folder, file->temporary, AT_SYMLINK_FOLLOW) == 0)
            return true;
        free(file->temporary);
        file->temporary = NULL;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

/* So that the rename itself survives; a file system that cannot sync folders is no reason to fail. */
static void sync_folder(const struct cg_new_file *file)
{
    char *folder = folder_of(file->path);
    const int fd = folder ? openat(file->folder, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

/* All of it is on the disk under its temporary name, with the mode of the old file. */
static bool finish(struct cg_new_file *file, bool durable)
{
    struct stat old;
    const mode_t mask = umask(022);
    umask(mask); /* it can only be read by setting it */
    const bool replaces =
        fstatat(file->folder, file->path, &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(old.st_mode);
    const mode_t mode = replaces ? old.st_mode & 0777 : 0666 & ~mask;
    const int fd = fileno(file->stream);
    return fchmod(fd, mode) == 0 && (!durable || fsync(fd) == 0) && (file->temporary || name_it(file));
}

enum cg_status cg_new_file_keep(struct cg_new_file *file, bool durable, struct cg_error *err)
{
    bool good =
        !ferror(file->stream) && fflush(file->stream) == 0 && (file->in_place || finish(file, durable));
    int reason = errno;
    if (fclose(file->stream) != 0 && good) {
        good = false;
        reason = errno;
    }
    file->stream = NULL;
    if (good && !file->in_place && renameat(file->folder, file->temporary, file->folder, file->path) != 0) {
        good = false;
        reason = errno;
    }
    enum cg_status status = CG_OK;
    if (!good) {
        status = fail(file, reason, err);
    } else {
        free(file->temporary);
        file->temporary = NULL;
        if (durable && !file->in_place)
            sync_folder(file);
    }
    cg_new_file_drop(file);
    return status;
}

enum cg_status cg_file_claim(const char *path, struct cg_error *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return cg_fail(err, errno == EEXIST ? CG_INVALID : CG_IO, "cannot write '%s': %s", path,
                       strerror(errno));
    close(fd);
    return CG_OK;
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
