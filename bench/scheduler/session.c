#include "bench/scheduler/session.h"

#include "base/array.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/hash.h"
#include "bench/device/emulation.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFERENCE_FILE_MAX                                                                                   \
    ((size_t)4 << 20) /* larger sets are computed again: whole outputs of cheap stacks */

/* Size and time of change of the program's file. */
static uint64_t program_key(const char *program)
{
    struct stat info;
    struct cg_starter loader = {.n_words = 0};
    if (!program)
        cg_loader_command_read(NULL, &loader);
    if (loader.n_words > 0)
        program = loader.words[loader.n_words - 1];
    if (stat(program ? program : "/proc/self/exe", &info) != 0)
        return 0;
    uint64_t key = cg_hash_u64(CG_HASH_START, (uint64_t)info.st_size);
    key = cg_hash_u64(key, (uint64_t)info.st_mtim.tv_sec);
    return cg_hash_u64(key, (uint64_t)info.st_mtim.tv_nsec);
}

enum cg_status cg_session_create(const struct cg_session_options *options, struct cg_session **session,
                                 struct cg_error *err)
{
    *session = calloc(1, sizeof **session);
    if (!*session)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a session");
    if (options)
        (*session)->options = *options;
    (*session)->build_key = program_key((*session)->options.program);
    return CG_OK;
}

void cg_session_destroy(struct cg_session **session)
{
    if (!*session)
        return;
    for (int i = 0; i < (*session)->n_references; i++)
        free((*session)->references[i].data);
    free((*session)->references);
    for (int i = 0; i < (*session)->n_drawn; i++)
        close((*session)->drawn[i].fd);
    free((*session)->drawn);
    free(*session);
    *session = NULL;
}

/* ---- reference values on disk ---- */

/* Where those of `key` are kept; false when they are not. */
static bool reference_path(const struct cg_session *session, uint64_t key, char path[PATH_MAX])
{
    char name[64];
    if (session->options.no_disk_cache || session->build_key == 0)
        return false;
    snprintf(name, sizeof name, "reference/%016llx-%016llx", (unsigned long long)session->build_key,
             (unsigned long long)key);
    return cg_cache_path(name, path, PATH_MAX, NULL) == CG_OK;
}

static struct cg_known_reference *add_reference(struct cg_session *session, uint64_t key, void *data,
                                                size_t size)
{
    if (!cg_array_fit(session->references, session->references_capacity, session->n_references + 1)) {
        free(data);
        return NULL;
    }
    struct cg_known_reference *added = &session->references[session->n_references++];
    *added = (struct cg_known_reference){key, data, size};
    return added;
}

/* Values of this user with their checksum behind them: a torn or damaged file must not make a right engine
 * wrong. */
static void *read_values(const char *path, size_t *size)
{
    struct stat info;
    uint64_t checksum;
    if (stat(path, &info) != 0 || info.st_uid != geteuid())
        return NULL;
    char *data = cg_file_read(path, REFERENCE_FILE_MAX + sizeof checksum, size, NULL);
    if (data && *size > sizeof checksum) {
        *size -= sizeof checksum;
        memcpy(&checksum, data + *size, sizeof checksum);
        if (checksum == cg_hash_bytes(CG_HASH_START, data, *size))
            return data;
    }
    free(data);
    return NULL;
}

static void write_values(const char *path, const void *data, size_t size)
{
    struct cg_new_file file = {0};
    const uint64_t checksum = cg_hash_bytes(CG_HASH_START, data, size);
    if (cg_folder_make_for(path, 0700, NULL) != CG_OK || cg_new_file_open(&file, path, NULL) != CG_OK)
        return;
    fwrite(data, 1, size, file.stream);
    fwrite(&checksum, sizeof checksum, 1, file.stream);
    cg_new_file_keep(&file, false, NULL);
}

const struct cg_known_reference *cg_session_reference(struct cg_session *session, const struct cg_job *job)
{
    const uint64_t key = cg_reference_key(job);
    for (int i = 0; i < session->n_references; i++)
        if (session->references[i].key == key)
            return &session->references[i];
    char path[PATH_MAX];
    size_t size = 0;
    void *data = !job->weights && reference_path(session, key, path) ? read_values(path, &size) : NULL;
    return data ? add_reference(session, key, data, size) : NULL;
}

void cg_session_keep_reference(struct cg_session *session, const struct cg_job *job, const void *data,
                               size_t size)
{
    const uint64_t key = cg_reference_key(job);
    for (int i = 0; i < session->n_references; i++)
        if (session->references[i].key == key)
            return;
    void *copy = malloc(size ? size : 1);
    if (!copy)
        return;
    memcpy(copy, data, size);
    char path[PATH_MAX];
    if (add_reference(session, key, copy, size) && !job->weights && size <= REFERENCE_FILE_MAX &&
        reference_path(session, key, path))
        write_values(path, data, size);
}
