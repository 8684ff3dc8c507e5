/* What the page shows of figures and networks. */
#include "report/network_names.h"
#include "report/page_parts.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const char drawing[] =
    "<?xml version=\"1.0\"?>\n<svg \n width=\"640\" height=\"480\"\n viewBox=\"0 0 640 "
    "480\">\n<title>Gnuplot</title>\n"
    "<g id=\"gnuplot_canvas\">\n<rect x=\"0\" y=\"0\" width=\"640\" height=\"480\" fill=\"#ffffff\"/>\n"
    "<defs>\n<circle id='gpDot' r='0.5'/>\n</defs>\n"
    "<g fill=\"none\" color=\"black\" stroke=\"currentColor\" stroke-width=\"1.00\" "
    "stroke-linecap=\"butt\">\n</g>\n"
    "<g id=\"gnuplot_plot_1\" ><title>A &lt; B</title>\n"
    "<g fill=\"none\" color=\"black\" stroke=\"currentColor\" stroke-width=\"1.60\">\n"
    "<g transform=\"translate(76.12,69.98)\" stroke=\"none\" fill=\"black\" font-family=\"F\" "
    "font-size=\"13.20\"  "
    "text-anchor=\"end\">\n<text>A &lt; B</text>\n</g>\n"
    "<path stroke='rgb(  0, 114, 178)' stroke-dasharray='4.9,7.3'  d='M84.00,100.04 L93.00,90.00 "
    "L98.00,90.00 L103.00,90.00 "
    "M1.00,2.00 L0.50,2.00  '/><path d='M1.00,2.00  '/></g>\n</g>\n"
    "<g id=\"gnuplot_plot_2\" ><title>gnuplot_plot_2</title>\n<defs><pattern id='gpPat1' width='8'/></defs>\n"
    "<polygon fill = 'url(#gpPat1)' onclick='x' points = '1.00,2.00 3.26,4.00'/><script>no</script>"
    "<use xlink:href='#gpDot' x='1.26'/>\n<use xlink:href='#gpPt6' transform='translate(1.26,2.00) "
    "scale(3.66)' color='#FFFFFF'/>\n</g>\n</g>\n</svg>\n";

/* What the page has of a drawing and what stands behind it. */
static void expect_page(const char *behind, const char *expected)
{
    char *html = NULL, *text = NULL;
    size_t size;
    struct cg_svg_symbols symbols = {.drawn = true};
    cr_assert(asprintf(&text, "%s%s", drawing, behind) > 0);
    FILE *svg = fmemopen(text, strlen(text), "r"), *out = open_memstream(&html, &size);
    cr_assert(svg && out);
    cr_assert(cg_put_svg(svg, 3, &symbols, out));
    fclose(svg);
    fclose(out);
    cr_expect_str_eq(html, expected);
    free(html);
    free(text);
}

#define BLUE "<path stroke=\"#0072b2\" stroke-dasharray=\"4.9,7.3\" d="
#define REST                                                                                                 \
    "<polygon fill=\"url(#f3-gpPat1)\" points=\"1,2 3.3,4\"/><use href=\"#gpDot\" x=\"1.3\"/>"               \
    "<use href=\"#p6-37\" x=\"1.3\" y=\"2\" color=\"#FFFFFF\"/>"                                             \
    "<defs><use id=\"p6-37\" href=\"#gpPt6\" transform=\"scale(3.7)\"/></defs></svg></div>"

/* Numbers and colours are short, what is usual is not said, and nothing but drawing passes. */
Test(page, a_figure_inside_the_page)
{
    expect_page("",
                "<div class=\"pic\" style=\"--w:640\"><svg viewBox=\"0 0 640 480\"><g stroke-width=\"1.6\">"
                "<text x=\"76.1\" y=\"70\" text-anchor=\"end\">A &lt; B</text>" BLUE
                "\"M84 100l9-10 10 0M1 2l-.5 0\"/></g>"
                "<pattern id=\"f3-gpPat1\" width=\"8\"/>" REST);
}

/* Each has what begins in it; a line of a legend outside of them becomes an item of a list; patterns are
 * there once. */
Test(page, a_figure_in_pieces)
{
    expect_page(
        "<!-- pieces: 80 80 30 25; 0 0 10 10; -->",
        "<ul class=\"key\"><li><svg viewBox=\"80.12 58.98 40 14\"></svg>A &lt; B</li></ul>"
        "<div class=\"pic\" style=\"--w:30\"><svg viewBox=\"80 80 30 25\"><g stroke-width=\"1.6\">" BLUE
        "\"M84 100l9-10 10 0\"/></g><pattern id=\"f3-gpPat1\" width=\"8\"/></svg>"
        "<svg viewBox=\"0 0 10 10\"><g stroke-width=\"1.6\">" BLUE "\"M1 2l-.5 0\"/></g>" REST);
}

Test(page, what_is_no_figure)
{
    char *html = NULL;
    size_t size;
    struct cg_svg_symbols symbols = {.drawn = true};
    FILE *svg = fmemopen((char[]){"<svg>"}, 5, "r"), *out = open_memstream(&html, &size);
    cr_expect(!cg_put_svg(svg, 0, &symbols, out));
    fclose(svg);
    fclose(out);
    cr_expect_str_eq(html, "");
    free(html);
}

Test(page, only_equal_caveats_are_merged)
{
    struct cg_page page = {0};
    cg_page_add_caveat(&page, 0, "1: A", "12 of 30 records");
    cg_page_add_caveat(&page, 0, "2: B", "2 of 30 records");
    cg_page_add_caveat(&page, 0, "3: C", "12 of 30 records");
    cr_assert_eq(page.parts.n, 2);
    cr_expect_str_eq(page.parts.items[0].text, "1: A; 3: C: 12 of 30 records");
    cr_expect_str_eq(page.parts.items[1].text, "2: B: 2 of 30 records");
    for (int i = 0; i < page.parts.n; i++)
        free(page.parts.items[i].text);
    free(page.parts.items);
}

Test(page, networks_have_one_name)
{
    static const struct {
        const char *label, *by_authors, *published;
    } names[] = {
        {"shufflenet_v2:0.5x", "shufflenet_v2:0.5x", "ShuffleNet V2 0.5x"},
        {"ShuffleNet v2 0.5x, ours", "ShuffleNet v2 0.5x, the authors'", "ShuffleNet V2 0.5x, the authors'"},
        {"2 V2 (our impl.)", "2 V2, the authors'", "ShuffleNet V2 0.5x, the authors'"},
        {"shufflenet_v2 without BN", "shufflenet_v2 without BN", "shufflenet_v2 without BN"},
        {"before pruning", "before pruning", "before pruning"},
        {"0.5 V2, reported", "0.5 V2, reported", "ShuffleNet V2 0.5x, reported"},
    };
    struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_case_record *c = NULL, *groups = NULL;
    for (int s = 0; s < results->n_suites; s++)
        for (int i = 0;
             results->suites[s]->kind == CG_KIND_RANKING && i < results->suites[s]->groups[0]->n_cases; i++) {
            struct cg_case_record *of = results->suites[s]->groups[0]->cases[i];
            c = strcmp(of->name, "shufflenet_v2:0.5x") == 0 ? of : c;
            groups = strcmp(of->name, "shufflenet_v1:1x_g3") == 0 ? of : groups;
        }
    cr_assert(c && groups);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        c->label = names[i].label;
        cg_name_authors(results);
        cr_expect_str_eq(c->label, names[i].by_authors);
        cg_name_as_published(results);
        cr_expect_str_eq(c->label, names[i].published);
    }
    cr_expect_str_eq(groups->label, "ShuffleNet V1 1x (g=3)");
    const char *first = NULL;
    for (int r = 0; r < results->n_records; r++)
        if (strcmp(results->records[r]->graph, c->graph) == 0)
            first = results->records[r]->case_name;
    cr_expect_str_eq(first, c->label);
    c->title = NULL; /* a network of one's own */
    c->label = "shufflenet_v2:mine";
    cg_name_as_published(results);
    cr_expect_str_eq(c->label, "shufflenet_v2:mine");
    cg_results_destroy(&results);
}
