#include "report/figure.h"

#include "base/array.h"
#include "report/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct cg_figure *cg_figure_begin(struct cg_figures *figures, const char *kind, const char *slug,
                                  const char *title)
{
    const struct cg_folder *folder = figures->folder;
    if (figures->status == CG_OK && !cg_array_fit(figures->items, figures->room, figures->n + 1))
        figures->status = cg_fail(figures->err, CG_NO_MEMORY, "no memory for a figure");
    if (figures->status != CG_OK)
        return NULL;
    struct cg_figure *figure = &figures->items[figures->n++];
    *figure = (struct cg_figure){.kind = kind};
    snprintf(figure->slug, sizeof figure->slug, "%.95s", cg_slug(slug).text);
    snprintf(figure->title, sizeof figure->title, "%.250s", title);
    if (cg_folder_create(folder, folder->figures_fd, figure->slug, ".gp", &figure->script_file,
                         figures->err) != CG_OK ||
        cg_folder_create(folder, folder->figures_fd, figure->slug, ".dat", &figure->data_file,
                         figures->err) != CG_OK) {
        cg_new_file_drop(&figure->script_file);
        figures->status = CG_IO;
        return NULL;
    }
    figure->script = figure->script_file.stream;
    figure->data = figure->data_file.stream;
    fprintf(figure->script,
            "# Drawn by `gnuplot %s.gp` in this folder; -e \"form='png'\" or 'pdf' before the name chooses "
            "another form.\nslug = '%s'\nload 'draw_begin.gp'\n",
            figure->slug, figure->slug);
    cg_figure_text(figure, "title", figure->title);
    return figure;
}

void cg_figure_number(const struct cg_figure *figure, const char *name, double value)
{
    if (isnan(value))
        fprintf(figure->script, "%s = NaN\n", name);
    else
        fprintf(figure->script, "%s = %.8g\n", name, value);
}

void cg_figure_text(const struct cg_figure *figure, const char *name, const char *text)
{
    fprintf(figure->script, "%s = ", name);
    cg_put_gnuplot(text, figure->script);
    putc('\n', figure->script);
}

void cg_figure_panel(struct cg_figure *figure, const char *head, const char *under)
{
    const int p = ++figure->panels;
    fprintf(figure->script, "first[%d] = %d\n", p, figure->series + 1);
    cg_figure_text(figure, cg_phrase("head[%d]", p).text, head);
    cg_figure_text(figure, cg_phrase("under[%d]", p).text, under);
}

void cg_figure_series(struct cg_figure *figure, int look, const char *name)
{
    fputs(figure->series > 0 ? "\n\n" : "", figure->data);
    const int s = ++figure->series;
    fprintf(figure->script, "last[%d] = %d; look[%d] = %d\n", figure->panels, s, s,
            look % CG_FIGURE_LOOKS + 1);
    cg_figure_text(figure, cg_phrase("name[%d]", s).text, name);
}

void cg_figure_dot(const struct cg_figure *figure, double x, struct cg_interval at, const char *name)
{
    fprintf(figure->data, "%.6g %.6g %.6g %.6g ", x, at.value, isnan(at.low) ? at.value : at.low,
            isnan(at.high) ? at.value : at.high);
    if (name)
        cg_put_gnuplot_data(name, figure->data);
    putc('\n', figure->data);
}

void cg_figure_end(struct cg_figures *figures, struct cg_figure *figure, bool enough)
{
    const int fd = figures->folder->figures_fd;
    fprintf(figure->script, "panels = %d\nseries = %d\nload 'draw_%s.gp'\nload 'draw_end.gp'\n",
            figure->panels, figure->series, figure->kind);
    figures->status = cg_new_file_keep(&figure->data_file, false, figures->err);
    if (figures->status == CG_OK)
        figures->status = cg_new_file_keep(&figure->script_file, false, figures->err);
    cg_new_file_drop(&figure->script_file);
    if (figure->series == 0) { /* it shows nothing */
        unlinkat(fd, cg_phrase("%s.gp", figure->slug).text, 0);
        unlinkat(fd, cg_phrase("%s.dat", figure->slug).text, 0);
        figures->n--;
    }
    if (!enough && figures->status == CG_OK)
        figures->status = cg_fail(figures->err, CG_NO_MEMORY, "no memory for a figure");
}

void cg_figures_free(struct cg_figures *figures)
{
    free(figures->items);
    *figures = (struct cg_figures){0};
}

/* ---- drawing ---- */

extern char **environ;

/* Runs gnuplot over `script` in the folder of the figures; its messages are dropped. 0: all went well; -1: it
 * cannot be started. */
static int run_gnuplot(int folder_fd, const char *script)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int state = 0;
    char *const argv[] = {"gnuplot", (char *)script, NULL};
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addfchdir_np(&actions, folder_fd);
    const int failed = posix_spawnp(&child, "gnuplot", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return -1;
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        ;
    return state;
}

CG_NAMES_DEFINE(cg_form, CG_FORMS_LIST)

/* Writes the scripts of all kinds, and one that draws all figures in the forms asked for; removes what lies
 * there of pictures. */
static enum cg_status write_scripts(const struct cg_figures *figures, unsigned forms, struct cg_error *err)
{
    const int fd = figures->folder->figures_fd;
    struct cg_new_file file;
    for (int i = 0; i < cg_figure_script_count; i++) {
        const struct cg_figure_script *script = &cg_figure_scripts[i];
        if (cg_folder_create(figures->folder, fd, script->name, ".gp", &file, err) != CG_OK)
            return CG_IO;
        fputs(script->text, file.stream);
        if (cg_new_file_keep(&file, false, err) != CG_OK)
            return CG_IO;
    }
    if (cg_folder_create(figures->folder, fd, "all", ".gp", &file, err) != CG_OK)
        return CG_IO;
    fputs("# Draws every figure in the forms that were asked for.\n", file.stream);
    for (int f = 0; f < CG_FORMS; f++)
        for (int i = 0; i < figures->n; i++) {
            const char *slug = figures->items[i].slug, *form = cg_form_name((enum cg_form)f);
            /* an old picture, or a link, is not written through */
            unlinkat(fd, cg_phrase("%s.%s", slug, form).text, 0);
            if (forms & 1u << f)
                fprintf(file.stream, "form = '%s'; load '%s.gp'\n", form, slug);
        }
    return cg_new_file_keep(&file, false, err);
}

enum cg_status cg_figures_draw(const struct cg_figures *figures, unsigned forms, int *missing,
                               struct cg_error *err)
{
    *missing = 0;
    if (figures->n == 0)
        return CG_OK;
    const int fd = figures->folder->figures_fd;
    if (write_scripts(figures, forms, err) != CG_OK)
        return CG_IO;
    /* A script that fails ends gnuplot; the others are then drawn one by one. */
    const int ended = run_gnuplot(fd, "all.gp");
    if (ended < 0)
        return cg_fail(err, CG_UNAVAILABLE, "gnuplot is not installed (Debian: gnuplot-nox)");
    for (int i = 0; i < figures->n && ended != 0; i++)
        if (run_gnuplot(fd, cg_phrase("%s.gp", figures->items[i].slug).text) != 0)
            unlinkat(fd, cg_phrase("%s.svg", figures->items[i].slug).text, 0); /* a part of it */
    for (int f = 0; f < CG_FORMS; f++)
        for (int i = 0; i < figures->n && (forms & 1u << f); i++) {
            struct stat info;
            const struct cg_phrase name =
                cg_phrase("%s.%s", figures->items[i].slug, cg_form_name((enum cg_form)f));
            *missing += fstatat(fd, name.text, &info, AT_SYMLINK_NOFOLLOW) != 0 || info.st_size == 0;
        }
    return CG_OK;
}
