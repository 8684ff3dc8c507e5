#include "base/nearest.h"
#include "bench/commands/options.h"

#include <criterion/criterion.h>
#include <string.h>

#define PARSE(options, least, most, ...)                                                                     \
    do {                                                                                                     \
        char *words[] = {"run", __VA_ARGS__, NULL};                                                          \
        err = (struct cg_error){0};                                                                          \
        argc = (int)(sizeof words / sizeof words[0]) - 1;                                                    \
        rest = (struct cg_words){least, most};                                                               \
        status = cg_options_parse(argc, words, CG_ROWS(options), &rest, &err);                               \
    } while (0)

/* One letter. */
static int letter(const char *word, struct cg_error *err)
{
    if (word[1])
        return cg_fail(err, CG_UNSUPPORTED, "'%s' is no letter", word), -1;
    return word[0];
}

Test(options, every_kind_is_parsed)
{
    bool quick = false;
    const char *output = NULL, *name = NULL;
    struct cg_filter filter = {0};
    int processes = 0, argc;
    struct cg_words rest;
    double precision = 0;
    struct cg_ints letters = {0};
    struct cg_asked asked = {.all_threads = 7, .without = CG_FIELD_BATCH};
    const struct cg_option options[] = {
        {"quick", 'q', CG_OPTION_FLAG, NULL, "", &quick},
        {"output", 'o', CG_OPTION_STRING, "FILE", "", &output},
        {"processes", 0, CG_OPTION_INT, "N", "", &processes, 1, 64, 0},
        {"precision", 0, CG_OPTION_PERCENT, "P", "", &precision, 0.0001, 0.5, 0},
        {"letters", 0, CG_OPTION_INTS, "L", "", &letters, .word = letter},
        {"name", 0, CG_OPTION_STRING, "L", "", &name, .word = letter},
        {.kind = CG_OPTION_SETTING, .target = &asked},
        {"filter", 'f', CG_OPTION_FILTER, "REGEX", "", &filter},
    };
    struct cg_error err;
    enum cg_status status;
    PARSE(options, 0, -1, "g1", "-q", "--precision", "2%", "--letters=a,b", "--letters", "a,c", "--name", "n",
          "-f", "a+", "-t", "1,all,1", "--fusion", "none", "-ofile", "--processes", "3", "g2");
    cr_assert_eq(status, CG_OK, "%s", err.text);
    cr_expect_eq(argc - rest.first, 2);
    cr_expect(quick && processes == 3 && strcmp(output, "file") == 0);
    cr_expect_float_eq(precision, 0.02, 1e-12);
    cr_expect(letters.n == 3 && letters.values[2] == 'c' && strcmp(name, "n") == 0);
    cr_expect(cg_filter_matches(&filter, "baa") && !cg_filter_matches(&filter, "b"));
    cg_filter_free(&filter);
    cr_expect_eq(cg_asked_count(&asked), 2);
    const struct cg_setting last = cg_asked_setting(&asked, 1);
    cr_expect(last.threads == 7 && last.fusion == CG_FUSION_NONE && last.isa == cg_isa_best());
    PARSE(options, 0, -1, "--batch", "2");
    cr_expect_eq(status, CG_INVALID, "the command has no such option");
}

Test(options, bad_values_are_named)
{
    int processes = 0, argc;
    struct cg_words rest;
    double precision = 0;
    struct cg_ints letters = {0};
    struct cg_asked asked = {.single = true};
    struct cg_filter filter = {0};
    const struct cg_option options[] = {
        {"processes", 0, CG_OPTION_INT, "N", "", &processes, 1, 64, 0},
        {"precision", 0, CG_OPTION_PERCENT, "P", "", &precision, 0.0001, 0.5, 0},
        {.kind = CG_OPTION_SETTING, .target = &asked},
        {"letters", 0, CG_OPTION_INTS, "L", "", &letters, .word = letter},
        {"filter", 0, CG_OPTION_FILTER, "REGEX", "", &filter},
    };
    struct cg_error err;
    enum cg_status status;
    PARSE(options, 0, 0, "--processes", "0");
    cr_expect(status == CG_INVALID && strstr(err.text, "--processes") && strstr(err.text, "'0'"), "%s",
              err.text);
    PARSE(options, 0, 0, "--processes", "3x");
    cr_expect_eq(status, CG_INVALID);
    PARSE(options, 0, 0, "--precision", "nan");
    cr_expect_eq(status, CG_INVALID);
    PARSE(options, 0, 0, "--threads", "1,,2");
    cr_expect_eq(status, CG_INVALID);
    PARSE(options, 0, 0, "--threads", "all");
    cr_expect_eq(status, CG_INVALID);
    PARSE(options, 0, 0, "--letters", "a,bc");
    cr_expect(status == CG_UNSUPPORTED && strstr(err.text, "'bc'"), "%s", err.text);
    PARSE(options, 0, 0, "--filter", "(");
    cr_expect(status == CG_INVALID && !filter.text && strstr(err.text, "not a regular expression"), "%s",
              err.text);
    PARSE(options, 0, 0, "--process");
    cr_expect(status == CG_INVALID, "%s", err.text);
    PARSE(options, 0, 0, "--processs", "1");
    cr_expect(status == CG_INVALID && strstr(err.text, "'--processes'"), "%s", err.text);
    PARSE(options, 0, 0, "extra");
    cr_expect(status == CG_INVALID && strstr(err.text, "'extra'"), "%s", err.text);
    PARSE(options, 1, 1, "--processes", "2");
    cr_expect(status == CG_INVALID && strstr(err.text, "needs an argument: convgauge run [SUITE|NET...]"),
              "%s", err.text);
}

Test(options, nearest_names)
{
    static const char *const names[] = {"shufflenet_v1", "shufflenet_v2", "mobilenet_v1", "resnet50"},
                             *const commands[] = {"run", "list"};
    char text[128];
    cg_nearest("rnu", commands, 2, text, sizeof text);
    cr_expect_str_eq(text, "'run'");
    cg_nearest("ur", commands, 2, text, sizeof text);
    cr_expect_str_eq(text, "");
    cg_nearest("shufflenet_v3", names, 4, text, sizeof text);
    cr_expect_str_eq(text, "'shufflenet_v1' or 'shufflenet_v2'");
    cg_nearest("resnet", names, 4, text, sizeof text);
    cr_expect_str_eq(text, "'resnet50'");
    cg_nearest("zzzz", names, 4, text, sizeof text);
    cr_expect_str_eq(text, "");
}
