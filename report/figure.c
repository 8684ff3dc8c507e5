#include "report/figure.h"

#include "base/array.h"
#include "report/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *colour;
    int point, dash;
} styles[CG_FIGURE_STYLES] = {
    {"#0072B2", 7, 1},  {"#D55E00", 5, 2},  {"#009E73", 9, 3},  {"#CC79A7", 11, 4},
    {"#E69F00", 13, 5}, {"#56B4E9", 6, 1},  {"#000000", 4, 2},  {"#8C510A", 8, 3},
    {"#666666", 10, 4}, {"#5E3C99", 12, 5}, {"#A6761D", 14, 1}, {"#1B7837", 15, 2},
};

struct cg_phrase cg_figure_style(int i)
{
    const int s = i % CG_FIGURE_STYLES;
    return cg_phrase("lc rgb '%s' pt %d dt %d ps dot lw 1.6", styles[s].colour, styles[s].point,
                     styles[s].dash);
}

struct cg_phrase cg_figure_bar_style(int i)
{
    return cg_phrase("lc rgb '%s' pt 0 dt 1 lw 1.1", styles[i % CG_FIGURE_STYLES].colour);
}

void cg_figure_put_line(const struct cg_figure *figure, const struct cg_figure_line *line, bool again)
{
    if (line->bars)
        fprintf(figure->script, ", \\\n  '%s.dat' index %d using ($1+%g):2:3:4 with yerrorbars %s notitle",
                figure->slug, line->block, line->aside, cg_figure_bar_style(line->style).text);
    fprintf(figure->script, ", \\\n  '%s%s' index %d using ($1+%g):2 with linespoints %s title ",
            again ? "" : figure->slug, again ? "" : ".dat", line->block, line->aside,
            cg_figure_style(line->style).text);
    cg_put_gnuplot(line->name, figure->script);
}

static void put_head(const struct cg_figure *figure)
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

void cg_figure_head(const struct cg_figure *figure)
{
    put_head(figure);
    cg_put_gnuplot_line("set title ", figure->title, " noenhanced font ',15'\n", figure->script);
}

void cg_figure_panels(const struct cg_figure *figure)
{
    put_head(figure);
    cg_put_gnuplot_line("set multiplot title ", figure->title, " noenhanced font ',16'\n", figure->script);
}

void cg_figure_panels_end(const struct cg_figure *figure)
{
    fputs("unset multiplot\n", figure->script);
}

void *cg_figures_memory(struct cg_figures *figures, size_t size)
{
    void *memory = figures->status == CG_OK ? calloc(1, size) : NULL;
    if (!memory && figures->status == CG_OK)
        figures->status = cg_fail(figures->err, CG_NO_MEMORY, "no memory for a figure");
    return memory;
}

struct cg_figure *cg_figure_begin(struct cg_figures *figures, const char *slug, const char *title)
{
    const int fd = figures->folder->figures_fd;
    if (figures->status == CG_OK && !cg_array_fit(figures->items, figures->room, figures->n + 1))
        figures->status = cg_fail(figures->err, CG_NO_MEMORY, "no memory for a figure");
    if (figures->status != CG_OK)
        return NULL;
    struct cg_figure *figure = &figures->items[figures->n++];
    *figure = (struct cg_figure){.width = 800, .height = 560};
    snprintf(figure->slug, sizeof figure->slug, "%.95s", cg_slug(slug).text);
    snprintf(figure->title, sizeof figure->title, "%.190s", title);
    figure->script = cg_folder_create(fd, figure->slug, ".gp", figures->err);
    figure->data = figure->script ? cg_folder_create(fd, figure->slug, ".dat", figures->err) : NULL;
    if (!figure->data)
        figures->status = CG_IO;
    return figure->data ? figure : NULL;
}

void cg_figure_say(struct cg_figure *figure, const char *format, ...)
{
    const size_t used = strlen(figure->caption);
    va_list args;
    va_start(args, format);
    vsnprintf(figure->caption + used, sizeof figure->caption - used, format, args);
    va_end(args);
}

int cg_figure_end_block(struct cg_figure *figure)
{
    fputs("\n\n", figure->data);
    return figure->blocks++;
}

void cg_figure_end(struct cg_figures *figures, struct cg_figure *figure)
{
    fputs("unset output\n", figure->script);
    const enum cg_status data = cg_folder_finish(figure->data, figure->slug, figures->err),
                         script = cg_folder_finish(figure->script, figure->slug, figures->err);
    figure->data = figure->script = NULL;
    figures->status = data != CG_OK ? data : script;
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

/* Starts gnuplot in the folder of the figures, reading `script` there, or only asking for its version; its
 * messages are dropped. 0: all went well. */
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

CG_NAMES_DEFINE(cg_form, CG_FORMS_LIST)

/* Writes the script that draws all in the forms asked for, and removes what lies there of pictures. */
static enum cg_status write_all(const struct cg_figures *figures, unsigned forms, struct cg_error *err)
{
    const int fd = figures->folder->figures_fd;
    FILE *all = cg_folder_create(fd, "all", ".gp", err);
    if (!all)
        return CG_IO;
    fputs("# Draws every figure in the forms that were asked for.\n", all);
    for (int f = 0; f < CG_FORMS; f++)
        for (int i = 0; i < figures->n; i++) {
            const char *slug = figures->items[i].slug, *form = cg_form_name((enum cg_form)f);
            /* an old picture, or a link, is not written through */
            unlinkat(fd, cg_phrase("%s.%s", slug, form).text, 0);
            if (forms & 1u << f)
                fprintf(all, "form = '%s'; load '%s.gp'\n", form, slug);
        }
    return cg_folder_finish(all, "all.gp", err);
}

enum cg_status cg_figures_draw(const struct cg_figures *figures, unsigned forms, int *missing,
                               struct cg_error *err)
{
    *missing = 0;
    if (figures->n == 0)
        return CG_OK;
    const int fd = figures->folder->figures_fd;
    if (write_all(figures, forms, err) != CG_OK)
        return CG_IO;
    if (run_gnuplot(-1, NULL) != 0)
        return cg_fail(err, CG_UNAVAILABLE, "gnuplot is not installed (Debian: gnuplot-nox)");
    /* A script that fails ends gnuplot; the others are then drawn one by one. */
    if (run_gnuplot(fd, "all.gp") != 0)
        for (int i = 0; i < figures->n; i++)
            run_gnuplot(fd, cg_phrase("%s.gp", figures->items[i].slug).text);
    for (int f = 0; f < CG_FORMS; f++)
        if (forms & 1u << f)
            *missing += count_missing(figures, fd, cg_form_name((enum cg_form)f));
    return CG_OK;
}
