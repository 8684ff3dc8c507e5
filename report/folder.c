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

enum cg_status cg_folder_create(const struct cg_folder *folder, int fd, const char *slug, const char *ending,
                                struct cg_new_file *file, struct cg_error *err)
{
    char name[160], shown[512];
    const char *inner = fd == folder->figures_fd ? "figures/" : fd == folder->tables_fd ? "tables/" : "";
    snprintf(name, sizeof name, "%.120s%.10s", slug, ending);
    snprintf(shown, sizeof shown, "%.300s/%s%s", folder->path, inner, name);
    return cg_new_file_open_in(file, fd, name, shown, err);
}

enum cg_status cg_folder_finish(struct cg_new_file *file, enum cg_status filled, struct cg_error *err)
{
    if (filled == CG_OK)
        return cg_new_file_keep(file, false, err);
    cg_new_file_drop(file);
    return filled;
}
