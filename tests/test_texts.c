/* How texts and numbers are written: nothing in them does harm, no digit more than the interval supports. */
#include "report/escape.h"
#include "report/format.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(texts, hostile_texts_do_nothing)
{
    static const char evil[] = "<script>alert(1)</script>|`rm`\n\x1b[31m'\"=cmd\xe2\x80\xae\xff";
    static const struct {
        void (*put)(const char *, FILE *);
        const char *expected;
    } rows[] = {
        {cg_put_plain, "<script>alert(1)</script>|`rm`??[31m'\"=cmd?\xef\xbf\xbd"},
        {cg_put_markdown, "&lt;script&gt;alert(1)&lt;/script&gt;\\|\\`rm\\`  \\[31m'\"=cmd \xef\xbf\xbd"},
        {cg_put_html, "&lt;script&gt;alert(1)&lt;/script&gt;|`rm`  [31m&#39;&quot;=cmd \xef\xbf\xbd"},
        {cg_put_csv, "\"<script>alert(1)</script>|`rm`  [31m'\"\"=cmd \xef\xbf\xbd\""},
        {cg_put_gnuplot, "'<script>alert(1)</script>|.rm.  [31m''\"=cmd \xef\xbf\xbd'"},
        {cg_put_gnuplot_data, "\"<script>alert(1)</script>|.rm.  [31m'\\042=cmd \xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        rows[i].put(evil, out);
        fclose(out);
        cr_expect_str_eq(text, rows[i].expected);
        free(text);
    }
    char *text = NULL;
    size_t size;
    cr_expect_str_eq(cg_slug("../../etc/passwd <x>").text, "etc-passwd-x");
    cr_expect_str_eq(cg_slug("///").text, "x");
    cr_expect(cg_text_width("a\xe2\x80\xa0"
                            "e\xcc\x81\xe6\xbc\xa2") == 5);
    FILE *out = open_memstream(&text, &size);
    cg_put_csv("=1+1", out);
    cg_put_csv("-1.5", out);
    fclose(out);
    cr_expect_str_eq(text, "\"'=1+1\"-1.5");
    free(text);
    out = open_memstream(&text, &size);
    cg_put_gnuplot_data("a\\b\"c", out); /* both stay in the picture */
    fclose(out);
    cr_expect_str_eq(text, "\"a\\134b\\042c\"");
    free(text);
}

/* What does not fit is cut, never overrun. */
Test(texts, sentences_end)
{
    struct {
        struct cg_sentence said;
        char behind;
    } s = {{""}, 'x'};
    for (int i = 0; i < 1000; i++)
        cg_say(&s.said, "%d and ", i);
    cr_expect(strlen(s.said.text) == sizeof s.said.text - 1 && s.behind == 'x');
}

Test(texts, figures_show_what_the_interval_supports)
{
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.38612, 1.3743, 1.3981}).text,
                     "1.386 [1.374, 1.398]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.38612, 1.2, 1.6}).text, "1.39 [1.20, 1.60]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.38612, NAN, NAN}).text, "1.39");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){NAN, NAN, NAN}).text, "-");
    cr_expect_str_eq(cg_format_ms_difference((struct cg_interval){1100, 20, 2180}).text,
                     "0.0011 [0.0000, 0.0022]");
    cr_expect_str_eq(cg_format_ms_difference((struct cg_interval){-1e6, -3e6, 1e6}).text, "-1.0 [-3.0, 1.0]");
    cr_expect_str_eq(cg_format_ms((struct cg_interval){12345678, 12300000, 12400000}).text,
                     "12.346 [12.300, 12.400]");
    cr_expect_str_eq(cg_format_change((struct cg_interval){1.051, 1.04, 1.062}).text, "+5.1 % [+4.0, +6.2]");
    cr_expect_str_eq(cg_format_significant(1234.5, 3).text, "1234");
    cr_expect_str_eq(cg_format_significant(0.012345, 3).text, "0.0123");
}

Test(texts, an_interval_too_wide_to_read)
{
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.12, 0.000004, 13051.9}).text,
                     "1.1 [<0.01, >1000]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.55, 0.09, 25.67}).text, "1.6 [0.090, 26]");
    cr_expect_str_eq(cg_format_ms((struct cg_interval){6e6, 1, 646046e6}).text, "6.0 [<0.01, >1000]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){2, 0.5, 9.9}).text, "2.00 [0.50, 9.90]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){0.0512, NAN, NAN}).text, "0.051");
}
