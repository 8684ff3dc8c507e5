#include "report/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_inner(int fd, const char *name)
{
    if (mkdirat(fd, name, 0777) != 0 && errno != EEXIST)
        return -1;
    return openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

enum cg_status cg_folder_open(const char *path, struct cg_folder *folder, struct cg_error *err)
{
    *folder = (struct cg_folder){-1, -1, -1, path};
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return cg_fail(err, CG_INVALID, "cannot make the folder '%s': %s", path, strerror(errno));
    folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd >= 0) {
        folder->figures_fd = open_inner(folder->fd, "figures");
        folder->tables_fd = open_inner(folder->fd, "tables");
    }
    if (folder->fd < 0 || folder->figures_fd < 0 || folder->tables_fd < 0) {
        const int reason = errno;
        cg_folder_close(folder);
        return cg_fail(err, CG_INVALID, "cannot write into the folder '%s': %s", path, strerror(reason));
    }
    return CG_OK;
}

void cg_folder_close(struct cg_folder *folder)
{
    int *const fds[] = {&folder->fd, &folder->figures_fd, &folder->tables_fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

FILE *cg_folder_create(int fd, const char *slug, const char *ending, struct cg_error *err)
{
    char name[160];
    snprintf(name, sizeof name, "%.120s%.10s", slug, ending);
    unlinkat(fd, name, 0);
    const int file = openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    FILE *out = file >= 0 ? fdopen(file, "w") : NULL;
    if (!out) {
        const int reason = errno;
        if (file >= 0)
            close(file);
        cg_fail(err, CG_IO, "cannot write '%s': %s", name, strerror(reason));
    }
    return out;
}

enum cg_status cg_folder_finish(FILE *file, const char *what, struct cg_error *err)
{
    const int broken = ferror(file);
    if (fclose(file) != 0 || broken)
        return cg_fail(err, CG_IO, "cannot write '%s': %s", what, strerror(errno));
    return CG_OK;
}
