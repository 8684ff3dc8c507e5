#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "report/page.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names of files, malloc'd; those of a folder's *.json in alphabetical order. */
struct names {
    int n;
    char **items;
};

static bool add_name(struct names *names, const char *folder, const char *name)
{
    char **items = realloc(names->items, (size_t)(names->n + 1) * sizeof *items);
    if (!items)
        return false;
    names->items = items;
    const size_t room = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room);
    if (!path)
        return false;
    snprintf(path, room, "%s%s%s", folder, folder[0] ? "/" : "", name);
    names->items[names->n++] = path;
    return true;
}

static void free_names(struct names *names)
{
    for (int i = 0; i < names->n; i++)
        free(names->items[i]);
    free(names->items);
}

static int is_json(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".json") == 0 && entry->d_name[0] != '.';
}

/* A folder stands for the results files in it. */
static enum cg_status expand(const char *name, struct names *names, struct cg_error *err)
{
    struct stat info;
    if (strncmp(name, "paper:", 6) == 0 || stat(name, &info) != 0 || !S_ISDIR(info.st_mode))
        return add_name(names, "", name) ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory");
    struct dirent **entries;
    const int n = scandir(name, &entries, is_json, alphasort);
    enum cg_status status = n > 0    ? CG_OK
                            : n == 0 ? cg_fail(err, CG_INVALID, "the folder '%s' holds no *.json", name)
                                     : cg_fail(err, CG_INVALID, "cannot read the folder '%s'", name);
    for (int i = 0; i < n; i++) {
        if (status == CG_OK && !add_name(names, name, entries[i]->d_name))
            status = cg_fail(err, CG_NO_MEMORY, "no memory");
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return status;
}

static void show_progress(const char *what, void *context)
{
    (void)context;
    fprintf(stderr, "\r\033[Kreport: %.60s", what);
}

enum cg_status cg_command_report(int argc, char **argv, struct cg_error *err)
{
    const char *folder = NULL;
    bool pdf = false, done = false, pictures = false;
    int first;
    const struct cg_option options[] = {
        {"output", 'o', CG_OPTION_STRING, "DIR", "the folder to write into (made if missing)", &folder},
        {"pdf", 0, CG_OPTION_FLAG, NULL,
         "figures as PDF, too\n"
         "Writes DIR/index.html, report.md, tables/ (CSV) and figures/ (SVG, PNG, gnuplot scripts, data). A "
         "folder given as\n"
         "FILE stands for its *.json; paper:gtx1080ti and paper:snapdragon810 for the paper's devices.",
         &pdf},
    };
    enum cg_status status = cg_options_parse("report", options, sizeof options / sizeof options[0], argc,
                                             argv, 1, -1, &first, &done, err);
    if (status != CG_OK || done)
        return status;
    if (!folder)
        return cg_fail(err, CG_INVALID, "where to? 'convgauge report FILE... -o DIR'");
    struct names names = {0};
    struct cg_inputs inputs = {0};
    for (int i = first; i < argc && status == CG_OK; i++)
        status = expand(argv[i], &names, err);
    if (status == CG_OK)
        status = cg_inputs_load((const char *const *)names.items, names.n, &inputs, err);
    const bool terminal = isatty(STDERR_FILENO);
    const struct cg_report_options how = {.pdf = pdf, .progress = terminal ? show_progress : NULL};
    if (status == CG_OK)
        status = cg_report_write(&inputs, folder, &how, &pictures, err);
    if (terminal)
        fputs("\r\033[K", stderr);
    if (status == CG_OK && !pictures)
        fputs("note: gnuplot is not installed (Debian: gnuplot-nox): the tables are made, the pictures are "
              "not\n",
              stderr);
    if (status == CG_OK)
        printf("%s/index.html\n", folder);
    cg_inputs_free(&inputs);
    free_names(&names);
    return status;
}
