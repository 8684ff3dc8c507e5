#include "bench/config/places.h"

#include "base/array.h"
#include "base/file.h"
#include "base/nearest.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool join(char *path, size_t size, const char *directory, const char *name)
{
    const int length = snprintf(path, size, "%s/%s", directory, name);
    return length > 0 && (size_t)length < size;
}

/* A configs directory is one that holds networks/ or suites/. */
static bool add_directory(struct cg_config *config, const char *path)
{
    char networks[CG_PATH_MAX + 16], suites[CG_PATH_MAX + 16];
    if (config->n_directories == CG_CONFIG_DIRECTORIES || strlen(path) >= CG_PATH_MAX)
        return false;
    snprintf(networks, sizeof networks, "%s/networks/.", path);
    snprintf(suites, sizeof suites, "%s/suites/.", path);
    if (access(networks, F_OK) != 0 && access(suites, F_OK) != 0)
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
    char *list = strdup(directories), *rest = NULL;
    for (char *path = list ? strtok_r(list, ":", &rest) : NULL; path; path = strtok_r(NULL, ":", &rest))
        add_directory(config, path);
    free(list);
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
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the NAME of each NAME.lua in a directory, once; false for lack of memory. */
static bool add_names(DIR *directory, struct cg_file_names *names)
{
    for (const struct dirent *entry; (entry = readdir(directory));) {
        const size_t length = strlen(entry->d_name);
        bool wanted = length > 4 && length - 4 < CG_NAME_MAX && entry->d_name[0] != '.' &&
                      strcmp(entry->d_name + length - 4, ".lua") == 0;
        for (int i = 0; i < names->n && wanted; i++)
            wanted = strncmp(names->at[i], entry->d_name, length - 4) != 0 || names->at[i][length - 4];
        if (!wanted)
            continue;
        if (!cg_array_fit(names->at, names->room, names->n + 1) ||
            !(names->at[names->n] = strndup(entry->d_name, length - 4)))
            return false;
        names->n++;
    }
    return true;
}

enum cg_status cg_config_file_names(const struct cg_config *config, const char *kind,
                                    struct cg_file_names *names, struct cg_error *err)
{
    bool ok = true;
    *names = (struct cg_file_names){0};
    for (int i = 0; i < config->n_directories && ok; i++) {
        char path[CG_PATH_MAX];
        DIR *directory = join(path, sizeof path, config->directories[i], kind) ? opendir(path) : NULL;
        ok = !directory || add_names(directory, names);
        if (directory)
            closedir(directory);
    }
    if (names->n > 0)
        qsort(names->at, (size_t)names->n, sizeof *names->at, by_name);
    return ok ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to list %s", kind);
}

void cg_config_names_release(struct cg_file_names *names)
{
    for (int i = 0; i < names->n; i++)
        free(names->at[i]);
    free(names->at);
}

void cg_config_nearest_file(const struct cg_config *config, const char *kind, const char *word, char *text,
                            size_t size)
{
    char near[200] = "";
    struct cg_file_names names;
    if (cg_config_file_names(config, kind, &names, NULL) == CG_OK)
        cg_nearest(word, (const char *const *)names.at, names.n, near, sizeof near);
    snprintf(text, size, "%s%s", near[0] ? "; did you mean " : "", near);
    cg_config_names_release(&names);
}
