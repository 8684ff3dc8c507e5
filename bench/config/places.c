#include "bench/config/places.h"

#include "base/array.h"
#include "base/file.h"
#include "base/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool join(char *path, size_t size, const char *directory, const char *name)
{
    const int length = snprintf(path, size, "%s/%s", directory, name);
    return length > 0 && (size_t)length < size;
}

static bool is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* A configs directory is one that holds networks/ or suites/. */
static bool is_configs(const char *path)
{
    char inside[CG_PATH_MAX];
    return (join(inside, sizeof inside, path, "networks") && is_directory(inside)) ||
           (join(inside, sizeof inside, path, "suites") && is_directory(inside));
}

static bool add_directory(struct cg_config *config, const char *path)
{
    if (config->n_directories == CG_CONFIG_DIRECTORIES || strlen(path) >= CG_PATH_MAX || !is_configs(path))
        return false;
    strcpy(config->directories[config->n_directories++], path);
    return true;
}

/* Takes the directory that stands in the file DIRECTORY/configs/location, which a build tree has. */
static bool add_from_location(struct cg_config *config, const char *directory)
{
    char path[CG_PATH_MAX];
    size_t length;
    if (!join(path, sizeof path, directory, "configs/location"))
        return false;
    char *text = cg_file_read(path, CG_PATH_MAX - 1, &length, NULL);
    if (!text)
        return false;
    text[strcspn(text, "\n")] = '\0';
    const bool added = add_directory(config, text);
    free(text);
    return added;
}

/* From the program's directory upwards: beside the program, installed (bin/../share), the build tree. */
static void add_own_place(struct cg_config *config)
{
    char directory[CG_PATH_MAX], path[CG_PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", directory, sizeof directory - 1);
    if (length <= 0)
        return;
    directory[length] = '\0';
    for (int up = 0; up < 4; up++) {
        char *slash = strrchr(directory, '/');
        if (!slash)
            return;
        *slash = '\0';
        if (add_from_location(config, directory) ||
            (join(path, sizeof path, directory, "configs") && add_directory(config, path)) ||
            (join(path, sizeof path, directory, "share/convgauge/configs") && add_directory(config, path)))
            return;
    }
}

static void add_listed(struct cg_config *config, const char *directories)
{
    while (*directories) {
        char path[CG_PATH_MAX];
        const size_t length = strcspn(directories, ":");
        if (length > 0 && length < sizeof path) {
            memcpy(path, directories, length);
            path[length] = '\0';
            add_directory(config, path);
        }
        directories += length + (directories[length] == ':');
    }
}

struct cg_config *cg_config_open(struct cg_error *err)
{
    struct cg_config *config = calloc(1, sizeof *config);
    if (!config) {
        cg_fail(err, CG_NO_MEMORY, "no memory for the configuration");
        return NULL;
    }
    const char *listed = getenv("CONVGAUGE_CONFIGS");
    add_own_place(config);
    if (listed)
        add_listed(config, listed);
    const enum cg_status status =
        config->n_directories > 0
            ? cg_published_read(&config->published, err)
            : cg_fail(err, CG_IO,
                      "there is no configs directory beside or above the program, in ../share/convgauge, or "
                      "in CONVGAUGE_CONFIGS (%s)",
                      listed ? listed : "not set");
    if (status != CG_OK)
        cg_config_close(&config);
    return config;
}

void cg_config_close(struct cg_config **config)
{
    if (!*config)
        return;
    free((*config)->published.rows);
    free(*config);
    *config = NULL;
}

bool cg_config_name_is_plain(const char *name)
{
    if (!name[0] || name[0] == '/' || strlen(name) >= CG_NAME_MAX)
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/")] == '\0';
}

bool cg_config_find_file(const struct cg_config *config, const char *kind, const char *name, char *path,
                         size_t size)
{
    if (!cg_config_name_is_plain(name))
        return false;
    for (int i = 0; i < config->n_directories; i++) {
        const int length =
            snprintf(path, size, "%s/%s%s%s.lua", config->directories[i], kind, kind[0] ? "/" : "", name);
        if (length > 0 && (size_t)length < size && access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The NAME of NAME.lua, or false. */
static bool lua_stem(const char *file, char *name)
{
    const size_t length = strlen(file);
    if (length <= 4 || length - 4 >= CG_NAME_MAX || strcmp(file + length - 4, ".lua") != 0 || file[0] == '.')
        return false;
    memcpy(name, file, length - 4);
    name[length - 4] = '\0';
    return true;
}

/* A list in the making. */
struct names {
    char (*at)[CG_NAME_MAX];
    int n, room;
};

/* Adds the names in one directory, each once; false for lack of memory. */
static bool read_names(DIR *directory, struct names *names)
{
    const struct dirent *entry;
    while ((entry = readdir(directory))) {
        char name[CG_NAME_MAX];
        bool known = !lua_stem(entry->d_name, name);
        for (int i = 0; i < names->n && !known; i++)
            known = strcmp(names->at[i], name) == 0;
        if (known)
            continue;
        if (!cg_array_fit(names->at, names->room, names->n + 1))
            return false;
        strcpy(names->at[names->n++], name);
    }
    return true;
}

enum cg_status cg_config_file_names(const struct cg_config *config, const char *kind,
                                    char (**names)[CG_NAME_MAX], int *n, struct cg_error *err)
{
    struct names found = {0};
    bool ok = true;
    for (int i = 0; i < config->n_directories && ok; i++) {
        char path[CG_PATH_MAX];
        DIR *directory = join(path, sizeof path, config->directories[i], kind) ? opendir(path) : NULL;
        ok = !directory || read_names(directory, &found);
        if (directory)
            closedir(directory);
    }
    if (!ok) {
        free(found.at);
        found = (struct names){0};
    }
    if (found.n > 0)
        qsort(found.at, (size_t)found.n, sizeof *found.at, by_name);
    *names = found.at;
    *n = found.n;
    return ok ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to list %s", kind);
}

void cg_config_nearest_file(const struct cg_config *config, const char *kind, const char *word, char *text,
                            size_t size)
{
    char(*names)[CG_NAME_MAX];
    int n;
    text[0] = '\0';
    if (cg_config_file_names(config, kind, &names, &n, NULL) != CG_OK)
        return;
    const char **candidates = malloc((size_t)(n + 1) * sizeof *candidates);
    char near[200] = "";
    for (int i = 0; candidates && i < n; i++)
        candidates[i] = names[i];
    if (candidates)
        cg_nearest(word, candidates, n, near, sizeof near);
    if (near[0])
        snprintf(text, size, "; did you mean %s", near);
    free(candidates);
    free(names);
}
