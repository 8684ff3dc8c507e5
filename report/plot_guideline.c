/* Guidelines: what their steps cost, what the operations of G4 add. */
#include "report/plots.h"

#include "base/text.h"
#include "report/answers.h"
#include "report/escape.h"
#include "report/paper.h"

#include <math.h>

#define MAX_LINES  24 /* of a panel */
#define MAX_ROWS   8  /* of panels */
#define MAX_PANELS 90

/* What a panel shows: a set of a view's groups, beside each the same steps on the paper's device of that set.
 */
struct sheet {
    struct cg_figure *figure;
    const struct cg_suite_view *view;
    const char *device, *set;
    bool published; /* the paper's alone: the set was not measured */
    int row, lines, n_steps;
    const char *steps[CG_MAX_STEPS]; /* what its lines have along the axis */
};

static void begin_set(struct sheet *sheet, const char *set)
{
    sheet->set = set;
    sheet->lines = sheet->n_steps = 0;
}

/* Where a step stands along the axis: each at the place of the first of its name. */
static int place_of(struct sheet *sheet, const char *words)
{
    int at = 0;
    while (at < sheet->n_steps && !cg_same_text(sheet->steps[at], words))
        at++;
    if (at == sheet->n_steps && at < CG_MAX_STEPS)
        sheet->steps[sheet->n_steps++] = words;
    return at;
}

/* ---- points ---- */

/* A step's time per multiply-add, or what an operation adds in per cent: measured, and on the paper's
 * devices. */
struct point {
    struct cg_interval at;
    double paper[CG_PAPER_DEVICE_COUNT];
    const char *words;
};

/* What the first factor, the second or both add. */
static struct cg_interval effect_of(const struct cg_factorial *effects, int index)
{
    const struct cg_estimate logs[] = {effects->a, effects->b, effects->both};
    const struct cg_interval ratio = cg_ratio_of(logs[index]);
    return (struct cg_interval){100 * (ratio.value - 1), 100 * (ratio.low - 1), 100 * (ratio.high - 1)};
}

static struct point effect_at(const struct sheet *sheet, const struct cg_group_view *group, int index)
{
    static const int cells[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    const struct cg_suite_record *suite = sheet->view->suite;
    struct point p = {{NAN, NAN, NAN}, {NAN, NAN}, index < 2 ? suite->factors[index] : "both"};
    if (group->has_effects)
        p.at = effect_of(&group->effects, index);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT && !sheet->set && strncmp(suite->name, "g4", 2) == 0; d++) {
        double logs[4], scratch;
        for (int c = 0; c < 4; c++)
            logs[c] = log(
                cg_paper_factorial_ratio((enum cg_paper_device)d, group->group->scale, cells[c], cells[0]));
        const struct cg_factorial effects = cg_factorial_effects(logs, 1, &scratch);
        p.paper[d] = effect_of(&effects, index).value;
    }
    return p;
}

static struct point point_at(const struct sheet *sheet, const struct cg_group_view *group, int scale,
                             int index)
{
    if (sheet->view->suite->kind == CG_KIND_FACTORIAL)
        return effect_at(sheet, group, index);
    const struct cg_case_view *c = &group->cases[index];
    const int device = cg_paper_device_of_set(sheet->set);
    struct point p = {{NAN, NAN, NAN}, {NAN, NAN}, cg_case_words(c->c)};
    if (device >= 0)
        p.paper[device] =
            cg_paper_slope_ratio(sheet->view->suite->name, (enum cg_paper_device)device, scale, p.words);
    if (c->record && !sheet->published)
        p.at = c->baseline ? (struct cg_interval){1, 1, 1} : cg_ratio_of(cg_case_cost(sheet->view, c));
    return p;
}

static void put_point(FILE *data, int step, const struct point *p)
{
    const double values[] = {p->at.value, p->at.low, p->at.high, p->paper[CG_PAPER_ARM],
                             p->paper[CG_PAPER_GPU]};
    fprintf(data, "%d", step);
    for (int i = 0; i < 5; i++)
        fprintf(data, isnan(values[i]) ? " NaN" : " %.6g", values[i]);
    putc(' ', data);
    cg_put_gnuplot_data(p->words ? p->words : "?", data);
    putc('\n', data);
}

/* ---- lines ---- */

/* The head of a column. */
static struct cg_phrase set_words(const struct sheet *sheet)
{
    static const char *const words[][2] = {{"aligned", "aligned widths"},
                                           {"paper", "the paper's widths"},
                                           {"beside", "what explains"},
                                           {"memory", "aligned widths by map"},
                                           {"small", "aligned widths by map"}};
    const int device = cg_paper_device_of_set(sheet->set);
    if (device >= 0)
        return cg_phrase("%s set", cg_paper_devices[device].word);
    if (!sheet->set)
        return cg_phrase("%s", sheet->view->suite->kind == CG_KIND_FACTORIAL ? "the paper's widths" : "");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(sheet->set, words[i][0]) == 0)
            return cg_phrase("%s", words[i][1]);
    return cg_phrase("%.80s", sheet->set);
}

static void begin_panel(struct sheet *sheet)
{
    cg_figure_panel(sheet->figure, set_words(sheet).text,
                    cg_phrase("%.80s; %.100s: %s", sheet->device,
                              cg_setting_words(&sheet->view->setting).text,
                              cg_finding_words(sheet->view).text)
                        .text);
    cg_figure_number(sheet->figure, cg_phrase("row[%d]", sheet->figure->panels).text, sheet->row);
}

/* A line of points; fewer than two are none. A series of its own ("parallel" after "series") is a line of its
 * own, from the baseline on. */
static void put_line(struct sheet *sheet, const struct cg_group_view *group, int scale, const char *name)
{
    struct point points[CG_MAX_STEPS];
    const char *series = NULL;
    const bool effects = sheet->view->suite->kind == CG_KIND_FACTORIAL;
    const int n = effects ? 3 : group->n_cases < CG_MAX_STEPS ? group->n_cases : CG_MAX_STEPS;
    const int baseline = group->group->baseline;
    int known = 0;
    for (int i = 0; i < n; i++) {
        points[i] = point_at(sheet, group, scale, i);
        const double paper = points[i].paper[cg_paper_device_of_set(sheet->set) == CG_PAPER_GPU];
        known += !isnan(sheet->published ? paper : points[i].at.value);
    }
    if (known < 2 || sheet->lines == MAX_LINES)
        return;
    if (sheet->lines == 0)
        begin_panel(sheet);
    cg_figure_series(sheet->figure, sheet->lines++, name);
    for (int i = 0; i < n; i++) {
        const char *own = effects ? NULL : group->cases[i].c->series;
        if (own && series && strcmp(own, series) != 0) {
            putc('\n', sheet->figure->data);
            if (baseline >= 0 && baseline < n)
                put_point(sheet->figure->data, place_of(sheet, points[baseline].words), &points[baseline]);
        }
        series = own ? own : series;
        put_point(sheet->figure->data, place_of(sheet, points[i].words), &points[i]);
    }
}

/* What tells a group from others of its set: "x1", "n = 192" of "aligned widths, n = 192". */
static struct cg_phrase short_name(const struct cg_group_record *group)
{
    const char *title = group->title ? group->title : group->name, *comma = strstr(title, ", ");
    return cg_paper_device_of_set(group->set) >= 0 ? cg_phrase("x%d", group->scale)
                                                   : cg_phrase("%.40s", comma ? comma + 2 : title);
}

/* ---- panels ---- */

static bool is_first_of_set(const struct cg_suite_view *view, int group)
{
    for (int g = 0; g < group; g++)
        if (cg_same_text(view->groups[g].group->set, view->groups[group].group->set))
            return false;
    return true;
}

/* A panel for each set of a view. */
static void put_sets(struct sheet sheet)
{
    const struct cg_suite_view *view = sheet.view;
    for (int g = 0; g < view->n_groups && sheet.figure->panels < MAX_PANELS; g++) {
        begin_set(&sheet, view->groups[g].group->set);
        if (cg_group_is(&view->groups[g], "overhead") || !is_first_of_set(view, g))
            continue;
        for (int k = g; k < view->n_groups; k++) {
            const struct cg_group_view *group = &view->groups[k];
            if (cg_same_text(group->group->set, sheet.set))
                put_line(&sheet, group, group->group->scale, short_name(group->group).text);
        }
    }
}

/* A panel for each set of the paper that a view has not, of the paper's figures alone. */
static void put_papers_sets(struct sheet sheet)
{
    const struct cg_suite_view *view = sheet.view;
    sheet.published = true;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT && view->suite->kind == CG_KIND_SLOPE; d++) {
        bool has = false;
        for (int g = 0; g < view->n_groups; g++)
            has |= cg_group_is(&view->groups[g], cg_paper_devices[d].key);
        begin_set(&sheet, cg_paper_devices[d].key);
        for (int scale = 1; scale <= 4 && !has; scale *= 2)
            put_line(&sheet, &view->groups[0], scale, cg_phrase("x%d", scale).text);
    }
}

static bool is_shown(const struct cg_suite_view *view)
{
    return view->measured > 1;
}

/* A row of panels for every view that was measured; n of what is shown. */
static void put_rows(struct cg_figure *figure, const struct cg_panel *panels, int n)
{
    int rows = 0, fewest = 0;
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++) {
            const struct cg_suite_view *view = panels[p].views.items[v];
            const struct sheet sheet = {
                .figure = figure, .view = view, .device = panels[p].device, .row = rows + 1};
            if (!is_shown(view) || ++rows > MAX_ROWS)
                continue;
            put_sets(sheet);
            if (rows == 1)
                put_papers_sets(sheet);
            fewest = fewest == 0 || view->processes < fewest ? view->processes : fewest;
        }
    cg_figure_say(figure,
                  "n = %d%s process%s a case. Bars: 95 %% intervals%s, cut at the axis; grey: the paper's "
                  "devices, point values.%s",
                  fewest, rows > 1 ? " or more" : "", fewest == 1 && rows == 1 ? "" : "es",
                  fewest == 1 ? " (within the process)" : "",
                  rows > MAX_ROWS ? " Only the first rows are shown." : "");
}

/* ---- the figure ---- */

/* What is 1: the baseline, by its name where all groups have the same. */
static const char *baseline_words(const struct cg_suite_record *suite)
{
    const char *words = NULL;
    for (int g = 0; g < suite->n_groups; g++) {
        const struct cg_group_record *group = suite->groups[g];
        const bool has = group->baseline >= 0 && group->baseline < group->n_cases;
        const char *own = has ? cg_case_words(group->cases[group->baseline]) : "baseline";
        if (cg_same_text(group->set, "overhead"))
            continue;
        if (words && !cg_same_text(words, own))
            return "baseline";
        words = own;
    }
    return words ? words : "baseline";
}

/* What is found: of several rows under the plainest setting; each row has its own finding. */
static struct cg_sentence title_of(const struct cg_panel *panels, int n, bool *failed)
{
    struct cg_sentence s = {""};
    struct cg_answer answer;
    int rows = 0;
    for (int p = 0; p < n; p++)
        for (int v = 0; v < panels[p].views.n; v++)
            rows += is_shown(panels[p].views.items[v]);
    if (n > 1)
        cg_say(&s, "%.60s: ", panels[0].device);
    if (cg_answer_of(&panels[0].views, &answer, failed))
        cg_say(&s, "%s", cg_say_answer_shortly(&answer, rows > 1).text);
    else
        cg_say(&s, "%s", cg_subject(panels[0].views.suite).text);
    return s;
}

void cg_plot_guideline(struct cg_figures *figures, const struct cg_panel *panels, int n)
{
    const struct cg_suite_record *suite = panels[0].views.suite;
    const bool factorial = suite->kind == CG_KIND_FACTORIAL;
    bool failed = false;
    struct cg_figure *figure =
        cg_is_guideline(suite)
            ? cg_figure_begin(figures, "guideline", cg_phrase("guideline %.60s", suite->name).text,
                              title_of(panels, n, &failed).text)
            : NULL;
    if (!figure)
        return;
    fprintf(figure->data, "# step; %s; low; high; the paper on ARM; on GPU; what\n",
            factorial ? "time added, %" : cg_cost_words(suite));
    cg_figure_number(figure, "effects", factorial);
    cg_figure_text(figure, "ylabel",
                   factorial ? "time added, %"
                             : cg_phrase("%s (%.40s = 1)", cg_cost_words(suite), baseline_words(suite)).text);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        cg_figure_text(figure, cg_phrase("paper[%d]", d + 1).text, cg_paper_devices[d].title);
    put_rows(figure, panels, n);
    cg_figure_end(figures, figure, !failed);
}
