#include "bench/config/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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

char *cg_text_file_read(const char *path, size_t most_bytes, size_t *length, struct cg_error *err)
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
