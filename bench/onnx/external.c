#include "bench/onnx/external.h"

#include "base/array.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool cg_onnx_is_external(const Onnx__TensorProto *tensor)
{
    return tensor->n_external_data > 0 ||
           (tensor->has_data_location &&
            tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL);
}

/* ---- what the tensor says ---- */

struct place {
    const char *location;
    int64_t offset, length; /* length -1: not declared */
};

/* A decimal number and nothing else. */
static bool parse_count(const char *text, int64_t *count)
{
    *count = 0;
    for (const char *at = text; *at; at++)
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(*count, 10, count) ||
            __builtin_add_overflow(*count, *at - '0', count))
            return false;
    return text[0] != '\0';
}

/* A checksum is not looked at, a base path is for writers: both as the standard's own reader does. */
static enum cg_status set_entry(struct place *place, const char *key, const char *value, struct cg_error *err)
{
    int64_t *count = strcmp(key, "offset") == 0   ? &place->offset
                     : strcmp(key, "length") == 0 ? &place->length
                                                  : NULL;
    if (count && !parse_count(value, count))
        return cg_fail(err, CG_INVALID, "the %s of its data in another file is '%.40s'", key, value);
    if (strcmp(key, "location") == 0)
        place->location = value;
    else if (!count && strcmp(key, "checksum") != 0 && strcmp(key, "basepath") != 0)
        return cg_fail(err, CG_UNSUPPORTED, "its data lie in another file, told by '%.40s'", key);
    return CG_OK;
}

static enum cg_status read_place(const Onnx__TensorProto *tensor, struct place *place, struct cg_error *err)
{
    *place = (struct place){.length = -1};
    for (size_t i = 0; i < tensor->n_external_data; i++) {
        const Onnx__StringStringEntryProto *entry = tensor->external_data[i];
        const enum cg_status status =
            set_entry(place, entry->key ? entry->key : "", entry->value ? entry->value : "", err);
        if (status != CG_OK)
            return status;
    }
    if (!place->location || !place->location[0])
        return cg_fail(err, CG_INVALID, "its data lie in another file, and no location says in which");
    if (tensor->has_raw_data || tensor->n_float_data || tensor->n_double_data || tensor->n_int32_data ||
        tensor->n_int64_data)
        return cg_fail(err, CG_INVALID, "its data are inside and in '%.100s', too", place->location);
    return CG_OK;
}

/* ---- files ---- */

static enum cg_status fail_to_open(const char *location, struct cg_error *err)
{
    const int code = errno;
    return cg_fail(err, CG_INVALID, "its data lie in '%.100s', which cannot be read%s: %s", location,
                   code == ENOENT ? " beside the model" : "",
                   code == ELOOP ? "a symbolic link on the way is not followed" : strerror(code));
}

/* Opens one step of a path below `folder`, a folder if more steps follow; -1 with errno set. */
static int open_step(int folder, const char *name, size_t length, bool last)
{
    char step[NAME_MAX + 1];
    if (length > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(step, name, length);
    step[length] = '\0';
    /* A named pipe must not hold us up. A link that stands for a folder gives ENOTDIR: ELOOP tells it apart.
     */
    const int flags = O_NOFOLLOW | O_CLOEXEC | (last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY);
    const int fd = openat(folder, step, flags);
    struct stat info;
    if (fd < 0 && errno == ENOTDIR && fstatat(folder, step, &info, AT_SYMLINK_NOFOLLOW) == 0)
        errno = S_ISLNK(info.st_mode) ? ELOOP : ENOTDIR;
    return fd;
}

/* The regular file at `location` below the folder, or -1 with `err` set. */
static int open_location(int folder, const char *location, struct stat *info, struct cg_error *err)
{
    int fd = folder;
    for (const char *at = location; *at;) {
        const size_t length = strcspn(at, "/");
        const char *next = at + length + strspn(at + length, "/");
        const bool leaves = length == 0 || (length == 2 && memcmp(at, "..", 2) == 0);
        if (!leaves && length == 1 && at[0] == '.' && *next) {
            at = next;
            continue;
        }
        const int step = leaves ? -1 : open_step(fd, at, length, at[length] == '\0');
        if (leaves)
            cg_fail(err, CG_INVALID, "its data lie in '%.100s', out of the model's folder", location);
        else if (step < 0)
            fail_to_open(location, err);
        if (fd != folder)
            close(fd);
        if (step < 0)
            return -1;
        fd = step;
        at = next;
    }
    if (fd != folder && fstat(fd, info) == 0 && S_ISREG(info->st_mode))
        return fd;
    if (fd != folder)
        close(fd);
    cg_fail(err, CG_INVALID, "its data lie in '%.100s', which is not a file", location);
    return -1;
}

/* Whole, or false. */
static bool read_range(int fd, int64_t offset, char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t n = pread(fd, bytes, size < SSIZE_MAX ? size : SSIZE_MAX, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
        offset += n;
    }
    return true;
}

static enum cg_status check_range(const struct place *place, size_t needed, int64_t size,
                                  struct cg_error *err)
{
    if (place->length >= 0 && (uint64_t)place->length != needed)
        return cg_fail(err, CG_INVALID, "its data in '%.100s' have %lld bytes; its dimensions take %zu",
                       place->location, (long long)place->length, needed);
    if (place->offset > size || needed > (uint64_t)(size - place->offset))
        return cg_fail(err, CG_INVALID, "its data are %zu bytes from byte %lld of '%.100s', which has %lld",
                       needed, (long long)place->offset, place->location, (long long)size);
    return CG_OK;
}

enum cg_status cg_onnx_external_read(int folder, const Onnx__TensorProto *tensor, size_t needed,
                                     struct cg_arena *arena, const void **bytes, struct cg_error *err)
{
    struct place place;
    struct stat info;
    if (read_place(tensor, &place, err) != CG_OK)
        return err->status;
    if (folder < 0)
        return cg_fail(err, CG_INVALID,
                       "its data lie in '%.100s'; a model in memory has no folder with files",
                       place.location);
    const int fd = open_location(folder, place.location, &info, err);
    if (fd < 0)
        return err->status;
    enum cg_status status = check_range(&place, needed, info.st_size, err);
    char *memory = status == CG_OK ? cg_arena_array(arena, needed, 1) : NULL;
    if (status == CG_OK && !memory)
        status = cg_fail(err, CG_INVALID,
                         "the files ask for more memory than their size allows (%zu bytes of "
                         "'%.100s')",
                         needed, place.location);
    if (status == CG_OK && !read_range(fd, place.offset, memory, needed))
        status = cg_fail(err, CG_IO, "'%.100s' could not be read to the end", place.location);
    close(fd);
    *bytes = memory;
    return status;
}

/* ---- how large the files are ---- */

struct known_file {
    dev_t device;
    ino_t inode;
};

struct files {
    struct known_file *known;
    int n, room;
    const char *last; /* location looked at last: most models have one file */
    size_t size;
};

static void count_file(struct files *files, int folder, const Onnx__TensorProto *tensor)
{
    struct place place;
    struct stat info;
    struct cg_error why = {0};
    if (!tensor || !cg_onnx_is_external(tensor) || read_place(tensor, &place, &why) != CG_OK ||
        (files->last && strcmp(files->last, place.location) == 0))
        return;
    files->last = place.location;
    const int fd = open_location(folder, place.location, &info, &why);
    if (fd < 0)
        return;
    close(fd);
    for (int i = 0; i < files->n; i++)
        if (files->known[i].device == info.st_dev && files->known[i].inode == info.st_ino)
            return;
    if (!cg_array_fit(files->known, files->room, files->n + 1) ||
        __builtin_add_overflow(files->size, (size_t)info.st_size, &files->size))
        return;
    files->known[files->n++] = (struct known_file){info.st_dev, info.st_ino};
}

size_t cg_onnx_external_size(int folder, const Onnx__ModelProto *model)
{
    const Onnx__GraphProto *graph = model->graph;
    struct files files = {0};
    for (size_t i = 0; folder >= 0 && graph && i < graph->n_initializer; i++)
        count_file(&files, folder, graph->initializer[i]);
    for (size_t i = 0; folder >= 0 && graph && i < graph->n_node; i++)
        for (size_t a = 0; a < graph->node[i]->n_attribute; a++)
            count_file(&files, folder, graph->node[i]->attribute[a]->t);
    free(files.known);
    return files.size < SIZE_MAX / 16 ? files.size : SIZE_MAX / 16;
}
