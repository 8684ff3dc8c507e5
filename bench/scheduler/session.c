#include "bench/scheduler/session.h"

#include "bench/device/loader.h"
#include "bench/graph/text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFERENCE_FILE_MAX                                                                                   \
    ((size_t)4 << 20) /* larger sets are computed again: whole outputs of cheap stacks */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0x100000001b3u;
}

/* Size and time of change of the program's file. */
static uint64_t program_key(const char *program)
{
    struct stat info;
    struct cg_loader_command loader = {.n_words = 0};
    if (!program)
        cg_loader_command_read(NULL, &loader);
    if (loader.n_words > 0)
        program = loader.words[loader.n_words - 1];
    if (stat(program ? program : "/proc/self/exe", &info) != 0)
        return 0;
    uint64_t key = mix(1, (uint64_t)info.st_size);
    key = mix(key, (uint64_t)info.st_mtim.tv_sec);
    return mix(key, (uint64_t)info.st_mtim.tv_nsec);
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
    free((*session)->times);
    free((*session)->models);
    free(*session);
    *session = NULL;
}

/* ---- reference values on disk ---- */

/* XDG_CACHE_HOME/convgauge/reference/KEY (or ~/.cache/...); false when there is no such place. With `make`,
 * its folders are made. */
static bool reference_path(const struct cg_session *session, uint64_t key, bool make, char path[PATH_MAX])
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char base[PATH_MAX - 128];
    int length;
    if (session->options.no_disk_cache || session->build_key == 0)
        return false;
    if (cache && cache[0] == '/')
        length = snprintf(base, sizeof base, "%s", cache);
    else if (home && home[0] == '/')
        length = snprintf(base, sizeof base, "%s/.cache", home);
    else
        return false;
    if (length < 0 || (size_t)length >= sizeof base)
        return false;
    if (make) {
        static const char *const folders[] = {"", "/convgauge", "/convgauge/reference"};
        for (int i = 0; i < 3; i++) {
            snprintf(path, PATH_MAX, "%s%s", base, folders[i]);
            if (mkdir(path, 0700) != 0 && errno != EEXIST)
                return false;
        }
    }
    snprintf(path, PATH_MAX, "%s/convgauge/reference/%016llx-%016llx", base,
             (unsigned long long)session->build_key, (unsigned long long)key);
    return true;
}

static struct cg_known_reference *add_reference(struct cg_session *session, uint64_t key, void *data,
                                                size_t size)
{
    struct cg_known_reference *references =
        realloc(session->references, (size_t)(session->n_references + 1) * sizeof *references);
    if (!references) {
        free(data);
        return NULL;
    }
    session->references = references;
    references[session->n_references] = (struct cg_known_reference){key, data, size};
    return &references[session->n_references++];
}

/* FNV-1a over the values, kept behind them: a torn or damaged file must not make a right engine wrong. */
static uint64_t checksum_of(const unsigned char *data, size_t size)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * 1099511628211u;
    return hash;
}

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    struct stat info;
    void *data = NULL;
    uint64_t checksum;
    if (fstat(fileno(file), &info) == 0 && info.st_uid == geteuid() &&
        info.st_size > (off_t)sizeof checksum &&
        (size_t)info.st_size <= REFERENCE_FILE_MAX + sizeof checksum) {
        *size = (size_t)info.st_size - sizeof checksum;
        data = malloc(*size);
        if (data &&
            (fread(data, 1, *size, file) != *size || fread(&checksum, sizeof checksum, 1, file) != 1 ||
             checksum != checksum_of(data, *size))) {
            free(data);
            data = NULL;
        }
    }
    fclose(file);
    return data;
}

static void write_file(const char *path, const void *data, size_t size)
{
    char temporary[PATH_MAX + 32];
    snprintf(temporary, sizeof temporary, "%s.%d", path, (int)getpid());
    FILE *file = fopen(temporary, "wb");
    if (!file)
        return;
    const uint64_t checksum = checksum_of(data, size);
    const bool written =
        fwrite(data, 1, size, file) == size && fwrite(&checksum, sizeof checksum, 1, file) == 1;
    if (fclose(file) != 0 || !written || rename(temporary, path) != 0)
        unlink(temporary);
}

const struct cg_known_reference *cg_session_reference(struct cg_session *session, const struct cg_job *job)
{
    const uint64_t key = cg_reference_key(job);
    for (int i = 0; i < session->n_references; i++)
        if (session->references[i].key == key)
            return &session->references[i];
    char path[PATH_MAX];
    if (job->weights || !reference_path(session, key, false, path))
        return NULL;
    size_t size = 0;
    void *data = read_file(path, &size);
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
    if (!add_reference(session, key, copy, size))
        return;
    char path[PATH_MAX];
    if (!job->weights && size <= REFERENCE_FILE_MAX && reference_path(session, key, true, path))
        write_file(path, data, size);
}

/* ---- times ---- */

double cg_session_time(const struct cg_session *session, const struct cg_job *job)
{
    const uint64_t key = cg_job_key(job);
    for (int i = 0; i < session->n_times; i++)
        if (session->times[i].key == key)
            return session->times[i].run_ns;
    return 0;
}

void cg_session_keep_time(struct cg_session *session, const struct cg_job *job, double run_ns)
{
    const uint64_t key = cg_job_key(job);
    for (int i = 0; i < session->n_times; i++) {
        if (session->times[i].key == key) {
            session->times[i].run_ns = run_ns;
            return;
        }
    }
    struct cg_known_time *times = realloc(session->times, (size_t)(session->n_times + 1) * sizeof *times);
    if (!times)
        return;
    session->times = times;
    times[session->n_times++] = (struct cg_known_time){key, run_ns};
}
