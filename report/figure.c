#include "report/figure.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct {
    const char *colour;
    int point, dash;
} styles[CG_FIGURE_STYLES] = {
    {"#0072B2", 7, 1},  {"#D55E00", 5, 2},  {"#009E73", 9, 3},  {"#CC79A7", 11, 4},
    {"#E69F00", 13, 5}, {"#56B4E9", 6, 1},  {"#000000", 4, 2},  {"#8C510A", 8, 3},
    {"#666666", 10, 4}, {"#5E3C99", 12, 5}, {"#A6761D", 14, 1}, {"#1B7837", 15, 2},
};

void cg_figure_style(int i, char *text, size_t size)
{
    const int s = i % CG_FIGURE_STYLES;
    snprintf(text, size, "lc rgb '%s' pt %d dt %d ps dot lw 1.6", styles[s].colour, styles[s].point,
             styles[s].dash);
}

void cg_figure_bar_style(int i, char *text, size_t size)
{
    snprintf(text, size, "lc rgb '%s' pt 0 dt 1 lw 1.1", styles[i % CG_FIGURE_STYLES].colour);
}

void cg_figure_head(const struct cg_figure *figure)
{
    FILE *out = figure->script;
    fprintf(out,
            "# Drawn by `gnuplot %s.gp` in this folder; -e \"form='png'\" or 'pdf' before the name chooses "
            "another form.\n"
            "reset\n"
            "if (!exists('form')) form = 'svg'\n"
            "dot = form eq 'svg' ? 0.75 : 1.1 # size of points\n"
            "if (form eq 'svg') set terminal svg noenhanced size %d,%d font 'DejaVu Sans,13' fontscale 1.2 "
            "background rgb "
            "'white'\n"
            "if (form eq 'png') set terminal pngcairo noenhanced size %d,%d font 'DejaVu Sans,13' background "
            "rgb 'white'\n"
            "if (form eq 'pdf') set terminal pdfcairo noenhanced size %.2f,%.2f font 'DejaVu Sans,9'\n"
            "set output '%s.'.form\n"
            "set encoding utf8\n"
            "set border 3 lc rgb '#444444'\n"
            "set tics nomirror out\n"
            "set grid lc rgb '#dddddd' lt 1\n"
            "set key noenhanced\nset errorbars 0.6\n",
            figure->slug, figure->width, figure->height, figure->width, figure->height, figure->width / 110.0,
            figure->height / 110.0, figure->slug);
}

struct cg_figure *cg_figure_begin(struct cg_figures *figures, const struct cg_folder *folder,
                                  const char *slug, struct cg_error *err)
{
    if (figures->n == figures->room) {
        const int room = figures->room ? 2 * figures->room : 16;
        struct cg_figure *items = realloc(figures->items, (size_t)room * sizeof *items);
        if (!items) {
            cg_fail(err, CG_NO_MEMORY, "no memory for a figure");
            return NULL;
        }
        figures->items = items;
        figures->room = room;
    }
    struct cg_figure *figure = &figures->items[figures->n];
    *figure = (struct cg_figure){.width = 800, .height = 560};
    snprintf(figure->slug, sizeof figure->slug, "%s", slug);
    figure->script = cg_folder_create(folder->figures_fd, figure->slug, ".gp", err);
    figure->data = figure->script ? cg_folder_create(folder->figures_fd, figure->slug, ".dat", err) : NULL;
    if (!figure->data) {
        if (figure->script)
            fclose(figure->script);
        return NULL;
    }
    figures->n++;
    return figure;
}

int cg_figure_end_block(struct cg_figure *figure)
{
    fputs("\n\n", figure->data);
    return figure->blocks++;
}

enum cg_status cg_figure_end(struct cg_figure *figure, struct cg_error *err)
{
    fputs("unset output\n", figure->script);
    const enum cg_status data = cg_folder_finish(figure->data, figure->slug, err);
    const enum cg_status script = cg_folder_finish(figure->script, figure->slug, err);
    figure->data = figure->script = NULL;
    return data != CG_OK ? data : script;
}

void cg_figures_free(struct cg_figures *figures)
{
    for (int i = 0; i < figures->n; i++) {
        if (figures->items[i].script)
            fclose(figures->items[i].script);
        if (figures->items[i].data)
            fclose(figures->items[i].data);
    }
    free(figures->items);
    *figures = (struct cg_figures){0};
}

/* ---- drawing ---- */

extern char **environ;

/* Starts gnuplot in the folder of the figures, reading `script` there; its messages are dropped. */
static int run_gnuplot(int folder_fd, const char *script)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int state = -1;
    char *const argv[] = {"gnuplot", (char *)script, NULL}, *const version[] = {"gnuplot", "--version", NULL};
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (script)
        posix_spawn_file_actions_addfchdir_np(&actions, folder_fd);
    const int failed = posix_spawnp(&child, "gnuplot", &actions, NULL, script ? argv : version, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return -1;
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

bool cg_gnuplot_found(void)
{
    return run_gnuplot(-1, NULL) == 0;
}

static int count_missing(const struct cg_figures *figures, int folder_fd, const char *form)
{
    int missing = 0;
    for (int i = 0; i < figures->n; i++) {
        char name[128];
        struct stat info;
        snprintf(name, sizeof name, "%s.%s", figures->items[i].slug, form);
        missing += fstatat(folder_fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || info.st_size == 0;
    }
    return missing;
}

const char *const cg_form_names[CG_FORMS] = {"svg", "png", "pdf"};

enum cg_status cg_figures_draw(const struct cg_figures *figures, const struct cg_folder *folder,
                               unsigned forms, int *missing, struct cg_error *err)
{
    *missing = 0;
    if (figures->n == 0)
        return CG_OK;
    FILE *all = cg_folder_create(folder->figures_fd, "all", ".gp", err);
    if (!all)
        return CG_IO;
    fputs("# Draws every figure in the forms that were asked for.\n", all);
    for (int f = 0; f < CG_FORMS; f++)
        for (int i = 0; i < figures->n; i++) {
            char name[128];
            snprintf(name, sizeof name, "%s.%s", figures->items[i].slug, cg_form_names[f]);
            unlinkat(folder->figures_fd, name, 0); /* an old picture, or a link, is not written through */
            if (forms & 1u << f)
                fprintf(all, "form = '%s'; load '%s.gp'\n", cg_form_names[f], figures->items[i].slug);
        }
    if (cg_folder_finish(all, "all.gp", err) != CG_OK)
        return CG_IO;
    if (!cg_gnuplot_found())
        return cg_fail(err, CG_UNAVAILABLE, "gnuplot is not installed (Debian: gnuplot-nox)");
    /* A script that fails ends gnuplot; the others are then drawn one by one. */
    if (run_gnuplot(folder->figures_fd, "all.gp") != 0)
        for (int i = 0; i < figures->n; i++) {
            char name[128];
            snprintf(name, sizeof name, "%s.gp", figures->items[i].slug);
            run_gnuplot(folder->figures_fd, name);
        }
    for (int f = 0; f < CG_FORMS; f++)
        if (forms & 1u << f)
            *missing += count_missing(figures, folder->figures_fd, cg_form_names[f]);
    return CG_OK;
}
