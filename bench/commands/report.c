#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "bench/commands/results_arg.h"
#include "report/figure.h"
#include "report/page.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void show_progress(const char *what, void *context)
{
    (void)context;
    fprintf(stderr, "\r\033[Kreport: %.60s", what);
}

static enum cg_status read_forms(const struct cg_list *words, unsigned *forms, struct cg_error *err)
{
    *forms = 0;
    for (int i = 0; i < words->n; i++) {
        int f = 0;
        while (f < CG_FORMS && strcmp(words->words[i], cg_form_names[f]) != 0)
            f++;
        if (f == CG_FORMS)
            return cg_fail(err, CG_INVALID, "--formats takes svg, png and pdf, not '%s'", words->words[i]);
        *forms |= 1u << f;
    }
    return CG_OK;
}

/* The tables of each file on stdout, as `run` prints them. */
static enum cg_status print_tables(const struct cg_inputs *inputs, enum cg_format format,
                                   struct cg_error *err)
{
    enum cg_status status = CG_OK;
    if (format == CG_FORMAT_JSON && inputs->n > 1)
        return cg_fail(err, CG_INVALID, "--json prints one file; %d were given", inputs->n);
    for (int i = 0; i < inputs->n && status == CG_OK; i++) {
        if (inputs->items[i].paper)
            return cg_fail(err, CG_INVALID,
                           "%s has no tables of its own: name it beside measured files, with -o or "
                           "in 'convgauge compare'",
                           inputs->items[i].name);
        if (inputs->n > 1 && format == CG_FORMAT_TEXT)
            printf("%s%s\n\n", i ? "\n" : "", inputs->items[i].name);
        status = cg_report_print(inputs->items[i].results, NULL, format, stdout, err);
    }
    return status;
}

enum cg_status cg_command_report(int argc, char **argv, struct cg_error *err)
{
    const char *folder = NULL;
    struct cg_list forms = {0};
    unsigned drawn = 1u << CG_FORM_SVG | 1u << CG_FORM_PNG;
    bool pictures = false;
    enum cg_format format = CG_FORMAT_TEXT;
    struct cg_words words = {1, -1};
    const struct cg_option options[] = {
        {"output", 'o', CG_OPTION_STRING, "DIR",
         "write a page into this folder (made if missing); without, the tables are printed", &folder},
        CG_FORMAT_ROWS(&format),
        {"formats", 0, CG_OPTION_LIST, "F,...",
         "what figures are drawn as: svg (always, the page shows them), png, pdf (svg,png)", &forms},
        {NULL, 0, CG_OPTION_NOTE, NULL,
         "With -o it writes DIR/index.html, report.md, tables/ (CSV) and figures/ (pictures, gnuplot "
         "scripts,\n"
         "data). A folder given as FILE stands for its *.json; paper:gtx1080ti and paper:snapdragon810 for "
         "the\n"
         "paper's devices. --json prints the tables of one file."},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    if (folder && format != CG_FORMAT_TEXT)
        return cg_fail(err, CG_INVALID,
                       "-o writes every form of the tables; --csv, --markdown and --json print them: "
                       "leave one of both away");
    if (!folder && forms.n > 0)
        return cg_fail(err, CG_INVALID, "--formats are those of figures, which -o DIR asks for");
    if (forms.n > 0)
        status = read_forms(&forms, &drawn, err);
    if (status != CG_OK)
        return status;
    struct cg_names names = {0};
    struct cg_inputs inputs = {0};
    status = cg_results_args(argc - words.first, argv + words.first, &names, err);
    if (status == CG_OK)
        status = cg_inputs_load((const char *const *)names.items, names.n, &inputs, err);
    if (!folder) {
        if (status == CG_OK)
            status = print_tables(&inputs, format, err);
        cg_inputs_free(&inputs);
        cg_names_free(&names);
        return status;
    }
    const bool terminal = isatty(STDERR_FILENO);
    const struct cg_report_options how = {.forms = drawn, .progress = terminal ? show_progress : NULL};
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
    cg_names_free(&names);
    return status;
}
