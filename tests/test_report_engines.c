/* Which engines show what, in words and in tables: from results whose truth is known. */
#include "report/answers.h"
#include "report/report.h"
#include "tests/reported.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(report_engines, engines_are_told_apart)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.engines[2] = "xnnpack";
    options.engine_cost[2] = 0;
    struct cg_results *results = synthetic_results(&options);
    char *text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "G1 is shown by native and onednn, not by xnnpack."), "%s", text);
    free(text);
    cg_results_destroy(&results);
    options.engine_cost[1] = 0;
    results = synthetic_results(&options);
    text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "G1 is a property of engine native here: onednn and xnnpack do not show it."), "%s",
              text);
    free(text);
    cg_results_destroy(&results);

    const struct cg_suite_record suite = {.name = "g2"};
    struct cg_shown shown = {3, {"native", "onednn", "xnnpack"}, {CG_HOLDS, CG_HOLDS, CG_HOLDS}};
    cr_expect_str_eq(cg_say_attribution(&suite, &shown).text,
                     "G2 is a property of the hardware here: native, onednn and xnnpack all show it.");
    shown.findings[1] = CG_MIXED;
    shown.findings[2] = CG_NO_EFFECT;
    cr_expect_str_eq(cg_say_attribution(&suite, &shown).text,
                     "G2 is shown by native, not by xnnpack; contradictory with onednn.");
    shown.n = 1;
    cr_expect_str_empty(cg_say_attribution(&suite, &shown).text);
}

/* Several engines: each against the first, case by case, and where it is faster. */
Test(report_engines, engines_stand_against_the_first)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.engines[2] = "xnnpack";
    options.engine_cost[2] = 0;
    struct cg_results *results = synthetic_results(&options);
    struct cg_suite_record *suite = find_suite(results, "g1");
    char *text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "engine against engine"), "%s", text);
    free(text);
    suite->kind = CG_KIND_PLAIN;
    suite->title = "Peers";
    int cases = 0;
    for (int g = 0; g < suite->n_groups; g++)
        cases += suite->groups[g]->n_cases;
    text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "Peers (engine against engine)") && has(text, "ratios of time to native"), "%s",
              text);
    char same[160];
    snprintf(same, sizeof same, "onednn against native: FASTER at 0, SAME at %d, SLOWER at 0, UNCLEAR at 0",
             cases);
    cr_expect(has(text, same), "%s", text);
    cr_expect(has(text, "xnnpack against native: FASTER at ") &&
                  !has(text, "xnnpack against native: FASTER at 0,"),
              "%s", text);
    cr_expect(has(text, "xnnpack is faster than native at ") && !has(text, "onednn is faster than"), "%s",
              text);
    free(text);
    cg_results_destroy(&results);
}

/* Engines stand side by side under one instruction set only, and each that was measured has its tables. */
Test(report_engines, instruction_sets_are_not_mixed)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.threads[1] = 2;
    struct cg_results *results = synthetic_results(&options);
    for (int i = 0; i < results->n_records; i++) {
        struct cg_setting *setting = &results->records[i]->setting;
        if (setting->threads == 2)
            setting->isa = CG_ISA_AVX2;
        setting->threads = 1;
    }
    char *text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "1 thread, fusion full, avx512;") && has(text, "1 thread, fusion full, avx2;"), "%s",
              text);
    free(text);
    for (int i = 0; i < results->n_records; i++) {
        struct cg_setting *setting = &results->records[i]->setting;
        setting->isa = strcmp(setting->engine, "native") == 0 ? CG_ISA_AVX512 : CG_ISA_AVX2;
    }
    text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect_not(has(text, "engine against engine"), "%s", text);
    free(text);
    cg_results_destroy(&results);
}

Test(report_engines, engines_are_told_apart_in_words)
{
    static const struct {
        enum cg_finding findings[3];
        const char *sentence, *short_form;
    } rows[] = {
        {{CG_NO_EFFECT, CG_NO_EFFECT, CG_NO_EFFECT},
         "G2 has no effect here with any of native, onednn and xnnpack.",
         "no effect"},
        {{CG_HOLDS, CG_HOLDS, CG_REVERSED},
         "G2 is shown by native and onednn; reversed with xnnpack.",
         "shown by native and onednn; reversed with xnnpack"},
        {{CG_NO_EFFECT, CG_HOLDS, CG_REVERSED},
         "G2 is a property of engine onednn here: native and xnnpack do not show it, it is reversed with "
         "xnnpack.",
         "property of onednn; reversed with xnnpack"},
        {{CG_NO_EFFECT, CG_REVERSED, CG_NO_EFFECT},
         "G2 is shown throughout by no engine: no effect with native and xnnpack; reversed with onednn.",
         "no effect with native and xnnpack; reversed with onednn"},
        {{CG_MIXED, CG_FINDING_UNCLEAR, CG_HOLDS},
         "G2 is shown by xnnpack; contradictory with native; unclear with onednn.",
         "shown by xnnpack; contradictory with native; unclear with onednn"},
        {{CG_FINDING_UNCLEAR, CG_FINDING_UNCLEAR, CG_NO_FINDING},
         "G2 is shown throughout by no engine: unclear with native and onednn.",
         "unclear"},
        {{CG_HOLDS, CG_HOLDS, CG_NO_FINDING},
         "G2 is a property of the hardware here: native and onednn both show it.",
         "property of the hardware"},
        {{CG_NO_FINDING, CG_REVERSED, CG_NO_FINDING}, "", "reversed with onednn, the only one compared"},
        {{CG_NO_FINDING, CG_NO_FINDING, CG_NO_FINDING}, "", "-"},
    };
    const struct cg_suite_record suite = {.name = "g2"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_shown shown = {3, {"native", "onednn", "xnnpack"}, {0}};
        memcpy(shown.findings, rows[i].findings, sizeof rows[i].findings);
        cr_expect_str_eq(cg_say_attribution(&suite, &shown).text, rows[i].sentence);
        cr_expect_str_eq(cg_say_shown_by(&shown).text, rows[i].short_form);
    }
    static const struct cg_said places[] = {{{"x1"}, {"property of the hardware"}},
                                            {{"x2"}, {"no effect"}},
                                            {{"x4"}, {"property of the hardware"}}};
    cr_expect_str_eq(cg_say_places(places, 3).text, "At x1; x4: property of the hardware. At x2: no effect.");
}

Test(report_engines, fusion_is_told_engine_by_engine)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.engine_cost[1] = 0;
    struct cg_results *results = synthetic_results(&options);
    char *text = printed(results, "g4", CG_FORMAT_TEXT);
    cr_expect(has(text, "G4 over fusion") && has(text, "lessens the cost") &&
                  has(text, "nothing to take away"),
              "%s", text);
    cr_expect(has(text, "G4 holds with native, with and without fusion of operations."), "%s", text);
    const char *first = strstr(text, "G4 holds here with and without fusion of operations.");
    cr_expect(first && !has(first + 1, "G4 holds here with"), "said once, where there is no fusion: %s",
              text);
    free(text);
    cg_results_destroy(&results);

    const struct cg_suite_record suite = {.name = "g4"};
    static const struct cg_shown none = {3,
                                         {"native", "onednn", "xnnpack"},
                                         {CG_HOLDS, CG_HOLDS, CG_IN_PART},
                                         {{""}, {""}, {"HOLDS in 5 of 8"}}};
    static const struct cg_shown shown = {
        3, {"native", "onednn", "xnnpack"}, {CG_NO_EFFECT, CG_NO_EFFECT, CG_MIXED}, {{""}}};
    cr_expect_str_eq(
        cg_say_fusion(&suite, &shown, &none).text,
        "G4 is a matter of fusion with native and onednn: it holds where every operation runs by itself, "
        "and has no effect where the engine fuses. G4 with xnnpack: MIXED with fusion, HOLDS in 5 of 8 "
        "where every operation runs by itself.");
}
