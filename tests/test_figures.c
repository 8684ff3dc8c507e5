/* Axes, labels and legends of the figures, as gnuplot draws them. */
#include "base/text.h"
#include "report/figure.h"
#include "tests/reported.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_file(const char *name, const char *text)
{
    FILE *out = fopen(name, "w");
    cr_assert(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* All that a stream gives, malloc'd. */
static char *read_all(FILE *in)
{
    char *text = calloc(1, 1 << 20);
    cr_assert(text && in);
    text[fread(text, 1, (1 << 20) - 1, in)] = '\0';
    return text;
}

/* Draws a figure of a kind ("speed") from rows of data and its variables, in a folder for the time; skips the
 * test without gnuplot. Returns what the script `print`, run at the end, says; *svg: the picture. Both are
 * malloc'd. */
static char *draw_of(const char *kind, const char *variables, const char *rows, const char *print, char **svg)
{
    static const char head[] = "slug = 'test'; load 'draw_begin.gp'; title = 'test'\n";
    char folder[] = "/tmp/convgauge-figure-XXXXXX";
    if (system("gnuplot --version >/dev/null 2>&1") != 0)
        cr_skip_test("no gnuplot");
    cr_assert(mkdtemp(folder) && chdir(folder) == 0);
    for (int i = 0; i < cg_figure_script_count; i++)
        write_file(cg_phrase("%s.gp", cg_figure_scripts[i].name).text, cg_figure_scripts[i].text);
    write_file("test.dat", rows);
    struct cg_text script = {0};
    cg_text_add(&script, "%s%s\nload 'draw_%s.gp'\nload 'draw_end.gp'\n%s\n", head, variables, kind, print);
    write_file("test.gp", script.bytes);
    cg_text_release(&script);
    FILE *gnuplot = popen("gnuplot test.gp 2>&1", "r");
    char *said = read_all(gnuplot);
    cr_expect(pclose(gnuplot) == 0, "%s", said);
    FILE *picture = fopen("test.svg", "r");
    *svg = read_all(picture);
    fclose(picture);
    cr_expect(chdir("/") == 0 && system(cg_phrase("rm -r %s", folder).text) == 0);
    return said;
}

/* Of a family of networks. */
static char *draw(const char *kind, const char *rows, const char *print, char **svg)
{
    return draw_of(
        kind,
        "peak = NaN; panels = 1; series = 1; first[1] = 1; last[1] = 1; name[1] = 'a'; look[1] = 1; "
        "head[1] = 'a device'",
        rows, print, svg);
}

Test(figures, axes_hold_what_they_include)
{
    char *svg, *said = draw("speed",
                            "40 1000 1000 1000 NaN NaN NaN 1 1 1 \"0.5x\" \"a\"\n"
                            "-3 500 500 500 NaN NaN NaN 1 1 1 \"\" \"nothing that the axis can show\"\n"
                            "NaN 70 70 70 NaN NaN NaN 1 1 1 \"\" \"nor this\"\n"
                            "590 100 90 110 NaN NaN NaN 10 9 11 \"1x\" \"b \\042 \\134\"\n",
                            "print sprintf('range %g %g %g %g', xlow, xhigh, ylow, yhigh)", &svg);
    double x[2], y[2];
    const char *range = strstr(said, "range");
    cr_assert(range && sscanf(range, "range %lf %lf %lf %lf", &x[0], &x[1], &y[0], &y[1]) == 4, "%s", said);
    cr_expect(x[0] < 40 && x[0] > 20 && x[1] > 590 && x[1] < 1000);
    cr_expect(y[0] < 100 && y[0] > 50 && y[1] > 1000 && y[1] < 2000);
    cr_expect(has(svg, ">50<") && has(svg, ">100<") && has(svg, ">200<") && has(svg, ">500<"),
              "one, two and five of each decade");
    cr_expect(has(svg, ">images / s<") && has(svg, ">MFLOPs (M multiply-adds an image)<"));
    free(svg);
    free(said);
}

/* Two networks of 2018 and one since, which is alone on the front of all. */
Test(figures, fronts_stand_over_multiply_adds_and_over_time)
{
#define EARLY "100 NaN NaN NaN 30 NaN NaN 5 5 5 \"\" \"a\"\n300 NaN NaN NaN 26 NaN NaN 15 15 15 \"\" \"b\"\n"
#define LATER "90 NaN NaN NaN 25 NaN NaN 4 4 4 \"best\" \"best\"\n"
#define BOTH  EARLY "\n\n" LATER
    char *svg,
        *said = draw_of("fronts",
                        "year = 2018; panels = 2; series = 6; first[1] = 1; last[1] = 2; first[2] = 3; "
                        "last[2] = 6; name[1] = 'up to 2018'; name[2] = 'since 2018'; look[1] = 9; "
                        "look[2] = 1",
                        BOTH "\n\n" BOTH "\n\n" BOTH, "print ylow, yhigh", &svg);
    cr_expect(has(svg, ">MFLOPs (M multiply-adds an image)<") && has(svg, ">ms an image<"));
    cr_expect(has(svg, ">front up to 2018<") && has(svg, ">since 2018<") && has(svg, ">best<"), "%s", said);
    free(svg);
    free(said);
}

struct box {
    double left, right, bottom, top;
};

static bool overlap(struct box a, struct box b)
{
    return a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top;
}

/* The boxes in lines that begin with `word`; returns how many. */
static int boxes_of(const char *said, const char *word, struct box *boxes, int room)
{
    int n = 0;
    for (const char *at = said; (at = strstr(at, word)) && n < room; at++, n++)
        cr_assert(sscanf(at + strlen(word), "%lf %lf %lf %lf", &boxes[n].left, &boxes[n].right,
                         &boxes[n].bottom, &boxes[n].top) == 4);
    return n;
}

static void expect_apart(const struct box *texts, int n_texts, const struct box *points, int n_points)
{
    for (int i = 0; i < n_texts; i++) {
        for (int k = 0; k < n_points; k++)
            cr_expect(!overlap(texts[i], points[k]), "text %d on point %d", i, k);
        for (int k = 0; k < i; k++)
            cr_expect(!overlap(texts[i], texts[k]), "texts %d and %d", i, k);
    }
}

#define PRINT_PLACES                                                                                         \
    "do for [i=1:n] { print sprintf('point %g %g %g %g', X[i] - 4, X[i] + 4, Y[i] - 4, Y[i] + 4) }\n"        \
    "do for [i=1:placed] { print sprintf('text %g %g %g %g', L[i], R[i], B[i], U[i]) }"

Test(figures, no_text_on_another)
{
    char rows[60 * 80] = "", *svg;
    unsigned random = 1;
    for (int i = 0; i < 60; i++) {
        random = random * 1103515245u + 12345u;
        const double mb = 10 + (random >> 16) % 900;
        random = random * 1103515245u + 12345u;
        const int speed = 100 + (random >> 16) % 9000;
        cg_append(rows, sizeof rows, "100 %d %d %d NaN %g NaN 1 1 1 \"%s\" \"%d\"\n", speed, speed - 1,
                  speed + 1, mb, i % 3 ? "1.5x_g3" : "0.5x", i);
    }
    struct box points[61], texts[61];
    char *said = draw("memory", rows, PRINT_PLACES, &svg);
    const int n = boxes_of(said, "point ", points, 61), shown = boxes_of(said, "text ", texts, 61);
    cr_expect(n == 60 && shown > 20 && shown <= 60, "%d of %d shown", shown, n);
    for (int i = 0; i < shown; i++)
        cr_expect(texts[i].left >= 0 && texts[i].right <= 352 && texts[i].bottom >= 0 && texts[i].top <= 440);
    expect_apart(texts, shown, points, n);
    free(svg);
    free(said);
}

/* As many as one device has, at four complexities. */
Test(figures, every_network_is_named_where_speed_stands_against_flops)
{
    char rows[40 * 80] = "", *svg;
    for (int i = 0; i < 40; i++) {
        const double madds = (double[]){40, 140, 300, 590}[i % 4] * (1 + 0.01 * (i / 4));
        cg_append(rows, sizeof rows, "%g %g 1 1 NaN NaN NaN 1 1 1 \"%s\" \"short name\"\n", madds,
                  (50e3 - 700 * (i / 4)) / madds, i % 5 ? "1.5x_g3" : "");
    }
    struct box points[41], texts[41];
    char *said = draw("rates", rows, PRINT_PLACES, &svg);
    const int n = boxes_of(said, "point ", points, 41), shown = boxes_of(said, "text ", texts, 41);
    cr_expect(n == 40 && shown == 40, "%d of %d named", shown, n);
    expect_apart(texts, shown, points, n);
    cr_expect(has(svg, ">short name<") && has(svg, ">100 % = 50.0 Gmadds/s<") && has(svg, " ms<"));
    free(svg);
    free(said);
}

Test(figures, a_text_gives_way_to_its_familys_line)
{
    char *svg, *said = draw("memory",
                            "100 500 500 500 NaN 10 NaN 1 1 1 \"a\" \"\"\n"
                            "100 500 500 500 NaN 20 NaN 1 1 1 \"\" \"\"\n",
                            PRINT_PLACES, &svg);
    struct box points[3], texts[3];
    cr_assert(boxes_of(said, "point ", points, 3) == 2 && boxes_of(said, "text ", texts, 3) == 1, "%s", said);
    cr_expect(texts[0].left < points[0].right, "not to the right, where the line is");
    free(svg);
    free(said);
}

/* The second device lacks the first one's set, and has one of its own. */
Test(figures, a_guidelines_columns_are_sets)
{
    char *svg,
        *said = draw_of(
            "guideline",
            "panels = 3; series = 3; effects = 0; ylabel = 'time'; paper[1] = 'phone'; paper[2] = 'card'\n"
            "head[1] = 'ARM set'; under[1] = 'one'; row[1] = 1; first[1] = 1; last[1] = 1\n"
            "head[2] = 'aligned'; under[2] = 'one'; row[2] = 1; first[2] = 2; last[2] = 2\n"
            "head[3] = 'aligned'; under[3] = 'two'; row[3] = 2; first[3] = 3; last[3] = 3\n"
            "do for [s=1:3] { name[s] = s == 1 ? 'x1' : 'n = 192'; look[s] = 1 }",
            "0 1 1 1 1 NaN \"1:1\"\n1 1.1 0.92 1.2 1.4 NaN \"1:4\"\n\n\n"
            "0 1 1 1 NaN NaN \"1:1\"\n1 NaN NaN NaN NaN NaN \"1:4\"\n2 1.01 0.5 2 NaN NaN \"1:9\"\n\n\n"
            "0 1 NaN NaN NaN NaN \"1:1\"\n1 0.98 NaN NaN NaN NaN \"1:4\"\n",
            "print sprintf('place %d %d %d', column_of[1], column_of[2], column_of[3])\n"
            "print sprintf('range %g %g %g %g', lowest[1], highest[1], lowest[2], highest[2])",
            &svg);
    double low[2], high[2];
    const char *range = strstr(said, "range");
    cr_expect(has(said, "place 1 2 2\n"), "%s", said);
    cr_assert(range && sscanf(range, "range %lf %lf %lf %lf", &low[0], &high[0], &low[1], &high[1]) == 4,
              "%s", said);
    cr_expect(low[0] < 0.92 && low[0] > 0.85 && high[0] > 1.4 && high[0] < 1.5,
              "a bar is seen whole, and the paper's value");
    cr_expect(low[1] < 0.88 && low[1] > 0.8 && high[1] > 1.11 && high[1] < 1.2,
              "a bar from 0.5 to 2 leaves the points, 0.1 at least, a third of the axis");
    cr_expect(has(svg, ">phone<") && !has(svg, ">card<"), "only what is drawn is in the legend");
    cr_expect(has(svg, ">two<") && has(svg, ">1:9<"));
    free(svg);
    free(said);
}

/* Whether the legend says what rings are, of one point within L2 and one that may straddle its end. */
static void expect_rings(const char *mark, bool expected)
{
    char *svg,
        *said = draw_of("working_sets",
                        "panels = 1; series = 1; first[1] = 1; last[1] = 1; name[1] = 'native'; look[1] = 1\n"
                        "end_L1 = 32; end_L2 = 1024; end_L3 = NaN",
                        cg_phrase("300 1.02 1 1.04 \"\"\n2000 1.1 1.05 1.15 \"%s\"\n", mark).text,
                        "print rings", &svg);
    cr_expect(has(svg, ">native<") && has(svg, ">L2"), "%s", said);
    cr_expect_eq(has(svg, ">straddles levels of memory<"), expected, "%s", said);
    free(svg);
    free(said);
}

Test(figures, working_sets_that_straddle_levels_have_rings)
{
    expect_rings("straddles", true);
    expect_rings("", false);
}

/* Two kinds of layers under two settings, each with two engines; the widths below 16 do not set the axis. */
Test(figures, widths_are_a_row_a_setting)
{
    char *svg,
        *said = draw_of(
            "widths",
            "kinds = 2; panels = 4; series = 8\n"
            "do for [s=1:8] { name[s] = s%2 ? 'native' : 'ncnn'; look[s] = s%2 ? 1 : 2 }\n"
            "do for [p=1:4] { head[p] = p%2 ? '1x1' : 'depthwise'; under[p] = p < 3 ? '1 thread' : '2 "
            "threads'; "
            "first[p] = 2*p - 1; last[p] = 2*p }",
            "8 30 29 31\n16 1.2 1.1 1.3\n64 1 1 1\n\n\n8 3 3 3\n17 5 4.9 5.1\n64 1 1 1\n\n\n"
            "8 3 3 3\n64 1 1 1\n\n\n64 1 1 1\n\n\n64 1 1 1\n\n\n64 1 1 1\n\n\n64 1 1 1\n\n\n64 1 1 1\n",
            "print sprintf('highest %g', highest)", &svg);
    double highest = 0;
    cr_assert(sscanf(said, "highest %lf", &highest) == 1, "%s", said);
    cr_expect(highest > 5 && highest < 6, "%g: 5 is within", highest);
    cr_expect(has(svg, ">1 thread<") && has(svg, ">2 threads<"));
    const char *legend = strstr(svg, "<text>ncnn<");
    cr_expect(legend && !strstr(legend + 1, "<text>ncnn<"), "once in the legend");
    cr_expect(strstr(svg, ">channels<") && strstr(svg, ">time per multiply-add, 64 = 1<"));
    free(svg);
    free(said);
}

Test(figures, the_layers_that_lose_most_are_named)
{
    char *svg,
        *said = draw_of("layers",
                        "panels = 1; series = 1; first[1] = 1; last[1] = 1; name[1] = 'conv'; look[1] = 1; "
                        "head[1] = 'a network'; peak = 100; roofs = 1; roof[1] = 20; level[1] = 'RAM'",
                        "1 10 2 \"a\"\n2 30 NaN \"unknown\"\n3 40 7 \"b\"\n4 50 -1 \"faster\"\n"
                        "5 60 1 \"fourth\"\n9 90 3 \"c\"\n",
                        "", &svg);
    cr_expect(has(svg, ">a, 2 %<") && has(svg, ">b, 7 %<") && has(svg, ">c, 3 %<"), "%s", said);
    cr_expect(!has(svg, "unknown") && !has(svg, "fourth") && !has(svg, "faster"));
    cr_expect(has(svg, ">RAM, 20 GB/s<") && has(svg, ">measured peak, 100 Gmadds/s<"));
    free(svg);
    free(said);
}

Test(figures, a_row_a_network_a_mark_a_number_of_threads)
{
    char *svg,
        *said = draw_of("threads",
                        "panels = 1; series = 2; head[1] = 'native'; first[1] = 1; last[1] = 2\n"
                        "fewest = 1; most = 4; name[1] = 'one'; name[2] = 'other'; look[1] = 1; look[2] = 1",
                        "1 1 1 1\n4 3.1 3 3.2\n2 1.9 1.8 2\n\n\n1 1 1 1\n2 1.7 1.6 1.8\n",
                        "print sprintf('%d: %d %d', n, T[place(1)], T[place(2)])", &svg);
    cr_expect(has(said, "2: 2 4\n"), "in the order of their numbers: %s", said);
    cr_expect(has(svg, ">one<") && has(svg, ">other<") && has(svg, ">2 threads<") && has(svg, ">4 threads<"));
    cr_expect(has(svg, ">speed-up over 1 thread<"));
    free(svg);
    free(said);
}

/* How often `part` stands in a text. */
static int times(const char *text, const char *part)
{
    int n = 0;
    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        n++;
    }
    return n;
}

Test(figures, dots_have_a_panel_a_question_and_one_legend)
{
    char *svg,
        *said =
            draw_of("dots",
                    "axis = 'time'; ratio = 1; panels = 2; series = 3; first[1] = 1; last[1] = 2\n"
                    "first[2] = 3; last[2] = 3; head[1] = 'at 1'; head[2] = 'at 2'; look[1] = 1\n"
                    "look[2] = 2; look[3] = 1; name[1] = 'native'; name[2] = 'onednn'; name[3] = 'native'",
                    "1 1 1 1 \"one\"\n2 1.5 1.4 1.6 \"two\"\n\n\n1 3 2.9 3.1 \"one\"\n2 1 1 1 \"two\"\n\n\n"
                    "2 1 1 1 \"two\"\n",
                    "print sprintf('rows %d %d', row_count[1], row_count[2])", &svg);
    cr_expect(has(said, "rows 2 2\n"), "%s", said);
    /* its text and its title, as SVG calls what a pointer shows */
    cr_expect(times(svg, ">native<") == 2 && times(svg, ">onednn<") == 2, "an engine once in the legend");
    cr_expect(times(svg, ">one<") == 1 && times(svg, ">two<") == 2, "rows keep their places");
    cr_expect(has(svg, ">at 1<") && has(svg, ">at 2<") && times(svg, ">time<") == 1);
    free(svg);
    free(said);
}

Test(figures, samples_over_time_keep_what_lies_at_the_edges)
{
    struct cg_text rows = {0};
    cg_text_add(&rows, "1 \"g1/one\"\n2 \"g1/two\"\n\n\n");
    for (int i = 0; i < 13000; i++)
        cg_text_add(&rows, "%d %g 1.0%d %d\n", 1 + i % 2, i / 1000.0, i % 5, 1 + i);
    cg_text_add(&rows, "\n\n1 3 1.5 0\n2 3.1 0.2 0\n");
    char *svg,
        *said =
            draw_of("samples",
                    "panels = 1; series = 3; first[1] = 1; last[1] = 3; name[1] = ''\n"
                    "name[2] = 'quiet'; name[3] = 'disturbed'; look[1] = 1; look[2] = 9; look[3] = 2\n"
                    "step[2] = 9; step[3] = 1",
                    rows.bytes, "print sprintf('drawn %d %d %d', drawn(2,0), drawn(2,8), drawn(2,9))", &svg);
    cr_expect(has(said, "drawn 1 0 1\n"), "%s", said);
    cr_expect(has(svg, ">g1/one<") && has(svg, ">g1/two<") && has(svg, ">quiet<") && has(svg, ">disturbed<"));
    cr_expect(strlen(svg) < 250000, "%zu bytes", strlen(svg));
    cg_text_release(&rows);
    free(svg);
    free(said);
}

Test(figures, names_with_quotes_and_backslashes)
{
    char *svg, *said = draw("ranks",
                            "100 500 500 500 NaN 10 NaN 1 1 1 \"\" \"x\" 0\n"
                            "90 500 500 500 NaN 20 NaN 2 2 2 \"\" \"a \\042 \\134n b\" 1\n",
                            "", &svg);
    cr_expect(has(svg, ">a \" \\n b<"), "%s", said);
    free(svg);
    free(said);
}
