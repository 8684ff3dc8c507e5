#include "bench/onnx/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum cg_status read_stream(FILE *stream, const char *path, unsigned char **bytes, size_t *size,
                                  struct cg_error *err)
{
    struct stat info;
    if (fstat(fileno(stream), &info) != 0)
        return cg_fail(err, CG_IO, "cannot read '%s': %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return cg_fail(err, CG_INVALID, "'%s' is not a regular file", path);
    if (info.st_size > INT32_MAX)
        return cg_fail(err, CG_UNSUPPORTED, "'%s' has 2 GiB or more", path);
    const size_t length = (size_t)info.st_size;
    unsigned char *content = malloc(length + 1);
    if (!content)
        return cg_fail(err, CG_NO_MEMORY, "out of memory while reading '%s' (%zu bytes)", path, length);
    if (fread(content, 1, length, stream) != length) {
        free(content);
        return cg_fail(err, CG_IO, "cannot read all of '%s'", path);
    }
    content[length] = 0; /* text readers may rely on it */
    *bytes = content;
    *size = length;
    return CG_OK;
}

enum cg_status cg_onnx_file_read(const char *path, unsigned char **bytes, size_t *size, struct cg_error *err)
{
    *bytes = NULL;
    *size = 0;
    /* Not blocking: opening a named pipe would wait for its writer. */
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "rb");
    if (!stream) {
        const int reason = errno;
        if (descriptor >= 0)
            close(descriptor);
        return cg_fail(err, reason == ENOENT || reason == ENOTDIR ? CG_INVALID : CG_IO,
                       "cannot open '%s': %s", path, strerror(reason));
    }
    const enum cg_status status = read_stream(stream, path, bytes, size, err);
    fclose(stream);
    return status;
}

enum cg_status cg_onnx_file_open(struct cg_onnx_file *file, const char *path, struct cg_error *err)
{
    file->stream = NULL;
    const int length = snprintf(file->path, sizeof file->path, "%s", path);
    const int temporary = snprintf(file->temporary, sizeof file->temporary, "%s.XXXXXX", path);
    if (length <= 0 || temporary < 0 || (size_t)temporary >= sizeof file->temporary)
        return cg_fail(err, CG_INVALID, "'%s' cannot be the name of a file", path);
    const int descriptor = mkstemp(file->temporary);
    if (descriptor < 0)
        return cg_fail(err, CG_IO, "cannot write '%s': %s", path, strerror(errno));
    const mode_t mask = umask(0); /* mkstemp makes private files; results are not secrets */
    umask(mask);
    if (fchmod(descriptor, 0666 & ~mask) == 0)
        file->stream = fdopen(descriptor, "wb");
    if (!file->stream) {
        const int reason = errno;
        close(descriptor);
        unlink(file->temporary);
        return cg_fail(err, CG_IO, "cannot write '%s': %s", path, strerror(reason));
    }
    return CG_OK;
}

enum cg_status cg_onnx_file_close(struct cg_onnx_file *file, bool complete, struct cg_error *err)
{
    int reason = errno;
    bool good = complete && !ferror(file->stream);
    if (fclose(file->stream) != 0) {
        reason = errno;
        good = false;
    }
    if (good && rename(file->temporary, file->path) == 0)
        return CG_OK;
    if (good)
        reason = errno;
    unlink(file->temporary);
    return cg_fail(err, CG_IO, "cannot write '%s': %s", file->path, strerror(reason));
}
