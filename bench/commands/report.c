#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "bench/commands/process.h"
#include "bench/commands/progress.h"
#include "bench/commands/results_arg.h"
#include "report/dashboards.h"
#include "report/escape.h"
#include "report/figure.h"
#include "report/report.h"
#include "report/summary.h"

#include <stdio.h>
#include <string.h>

static void show_progress(const char *what, void *context)
{
    cg_progress_show(context, "report: %s", what);
}

/* What is asked for. */
struct asked {
    const char *folder;
    struct cg_ints forms; /* of pictures; empty: svg and png */
    enum cg_format format;
    const char *dashboard; /* --as; NULL */
    bool summary;
    struct cg_filter detail;
};

static int dashboard_word(const char *word, struct cg_error *err)
{
    const int form = cg_dashboard_from_name(word);
    if (form < 0)
        cg_fail(err, CG_INVALID, "--as takes google-benchmark, github-action-benchmark and bencher, not '%s'",
                word);
    return form;
}

static int form_word(const char *word, struct cg_error *err)
{
    const int form = cg_form_from_name(word);
    if (form < 0)
        cg_fail(err, CG_INVALID, "--formats takes svg, png and pdf, not '%s'", word);
    return form;
}

static enum cg_status check(const struct asked *asked, struct cg_error *err)
{
    if (asked->folder && asked->format != CG_FORMAT_TEXT)
        return cg_fail(err, CG_INVALID,
                       "-o writes every form of the tables; --csv, --markdown and --json print them: "
                       "leave one of both away");
    if (asked->dashboard && (asked->folder || asked->format != CG_FORMAT_TEXT))
        return cg_fail(err, CG_INVALID,
                       "--as prints JSON of its own: leave -o, --csv, --markdown and --json away");
    if (asked->summary && (asked->folder || asked->dashboard || asked->format != CG_FORMAT_TEXT))
        return cg_fail(err, CG_INVALID,
                       "--summary is words for a terminal: leave out -o, --as, --csv, --markdown and --json");
    if (!asked->folder && asked->detail.text)
        return cg_fail(err, CG_INVALID, "--detail is of a page, which -o DIR asks for");
    if (!asked->folder && asked->forms.n > 0)
        return cg_fail(err, CG_INVALID, "--formats are those of figures, which -o DIR asks for");
    return CG_OK;
}

/* The tables of each file on stdout, or its summary, as `run` prints them. */
static enum cg_status print_tables(const struct cg_inputs *inputs, const struct asked *asked,
                                   struct cg_error *err)
{
    const enum cg_format format = asked->format;
    enum cg_status status = CG_OK;
    if ((format == CG_FORMAT_JSON || asked->dashboard) && inputs->n > 1)
        return cg_fail(err, CG_INVALID, "--%s prints one file; %d were given",
                       asked->dashboard ? "as" : "json", inputs->n);
    for (int i = 0; i < inputs->n && status == CG_OK; i++) {
        if (strncmp(inputs->items[i].name, "paper:", 6) == 0)
            return cg_fail(err, CG_INVALID,
                           "%s has no tables of its own: name it beside measured files, with -o or "
                           "in 'convgauge compare'",
                           inputs->items[i].name);
        if (inputs->n > 1 && format == CG_FORMAT_TEXT)
            cg_put_between(i ? "\n" : "", inputs->items[i].name, "\n\n", cg_put_plain, stdout);
        status =
            asked->dashboard
                ? cg_dashboard_print(inputs->items[i].results,
                                     (enum cg_dashboard)cg_dashboard_from_name(asked->dashboard), stdout, err)
            : asked->summary ? cg_summary_print(inputs->items[i].results, inputs->items[i].name,
                                                cg_program_word(), true, stdout, err)
                             : cg_report_print(inputs->items[i].results, NULL, format, stdout, err);
    }
    return status;
}

static enum cg_status write_page(struct cg_inputs *inputs, const struct asked *asked, struct cg_error *err)
{
    struct cg_progress_line line = cg_progress_start();
    struct cg_report_options how = {.progress = show_progress, .progress_context = &line};
    bool pictures = false;
    for (int i = 0; i < asked->forms.n; i++)
        how.forms |= 1u << asked->forms.values[i];
    if (asked->forms.n == 0)
        how.forms = 1u << CG_FORM_SVG | 1u << CG_FORM_PNG;
    enum cg_status status = cg_inputs_pick(inputs, &asked->detail, &how.detailed, err);
    status = status ?: cg_report_write(inputs, asked->folder, &how, &pictures, err);
    cg_progress_clear(&line);
    if (status == CG_OK && !pictures)
        fputs("note: gnuplot is not installed (Debian: gnuplot-nox): the tables are made, the pictures are "
              "not\n",
              stderr);
    if (status == CG_OK)
        printf("%s/index.html\n", asked->folder);
    return status;
}

enum cg_status cg_command_report(int argc, char **argv, struct cg_error *err)
{
    struct asked asked = {.format = CG_FORMAT_TEXT};
    struct cg_words words = {1, -1};
    const struct cg_option options[] = {
        {"output", 'o', CG_OPTION_STRING, "DIR",
         "write a page into this folder (made if missing); without, the tables are printed", &asked.folder},
        {"summary", 0, CG_OPTION_FLAG, NULL, "what a file answers, shortly, as a run ends with it",
         &asked.summary},
        CG_FORMAT_ROWS(&asked.format),
        {"formats", 0, CG_OPTION_INTS, "F,...",
         "what figures are drawn as: svg (always, the page shows them), png, pdf (svg,png)", &asked.forms,
         .word = form_word},
        {"as", 0, CG_OPTION_STRING, "FORM",
         "JSON for a dashboard: google-benchmark, github-action-benchmark\n"
         "(customSmallerIsBetter), bencher (its adapter json)",
         &asked.dashboard, .word = dashboard_word},
        CG_DETAIL_ROW(&asked.detail),
        {NULL, 0, CG_OPTION_NOTE, NULL,
         "With -o it writes DIR/index.html and details.html, report.md, tables/ (CSV) and\n"
         "figures/ (pictures, gnuplot scripts, data). A folder given as FILE stands for its\n"
         "*.json; names as paper:snapdragon810 and ncnn:rk3588/1 for published devices\n"
         "('convgauge list devices' names all); a log of ncnn's program benchncnn is read, too.\n"
         "--json prints the tables of one file."},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0) {
        cg_filter_free(&asked.detail);
        return status;
    }
    status = check(&asked, err);
    struct cg_inputs inputs = {0};
    struct cg_names names = {0};
    status = status ?: cg_results_args(argc - words.first, argv + words.first, &names, err);
    status = status ?: cg_inputs_load((const char *const *)names.items, names.n, &inputs, err);
    status = status ?: asked.folder ? write_page(&inputs, &asked, err) : print_tables(&inputs, &asked, err);
    cg_inputs_free(&inputs);
    cg_names_free(&names);
    cg_filter_free(&asked.detail);
    return status;
}
