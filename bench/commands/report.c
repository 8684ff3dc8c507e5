#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "bench/commands/results_arg.h"
#include "report/figure.h"
#include "report/page.h"

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

enum cg_status cg_command_report(int argc, char **argv, struct cg_error *err)
{
    const char *folder = NULL;
    struct cg_list forms = {0};
    unsigned drawn = 1u << CG_FORM_SVG | 1u << CG_FORM_PNG;
    bool done = false, pictures = false;
    int first;
    const struct cg_option options[] = {
        {"output", 'o', CG_OPTION_STRING, "DIR", "the folder to write into (made if missing)", &folder},
        {"formats", 0, CG_OPTION_LIST, "F,...",
         "what figures are drawn as: svg (always, the page shows them), png, pdf (svg,png)\n"
         "Writes DIR/index.html, report.md, tables/ (CSV) and figures/ (pictures, gnuplot scripts, "
         "data). A folder given as\n"
         "FILE stands for its *.json; paper:gtx1080ti and paper:snapdragon810 for the paper's devices.",
         &forms, 0, 0, 0},
    };
    enum cg_status status = cg_options_parse("report", options, sizeof options / sizeof options[0], argc,
                                             argv, 1, -1, &first, &done, err);
    if (status != CG_OK || done)
        return status;
    if (!folder)
        return cg_fail(err, CG_INVALID, "where to? 'convgauge report FILE... -o DIR'");
    if (forms.n > 0)
        status = read_forms(&forms, &drawn, err);
    if (status != CG_OK)
        return status;
    struct cg_names names = {0};
    struct cg_inputs inputs = {0};
    status = cg_results_args(argc - first, argv + first, &names, err);
    if (status == CG_OK)
        status = cg_inputs_load((const char *const *)names.items, names.n, &inputs, err);
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
