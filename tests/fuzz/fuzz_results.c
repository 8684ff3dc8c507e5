/* libFuzzer target: the reader of results files. Whatever it accepts must print in every form, be written
 * again to the same bytes and be read again. clang -fsanitize=fuzzer,address,undefined ...; see
 * tests/meson.build, target fuzz_results. */
#include "base/text.h"
#include "bench/record/record.h"
#include "report/report.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* But for the ends of lines nothing that a terminal would obey. */
static void expect_tame(const char *text, enum cg_format format)
{
    while (text && *text) {
        const uint32_t code = cg_next_code(&text);
        const bool kept = code == '\n' || (code == 0x7f && format == CG_FORMAT_JSON); /* moves nothing */
        if (cg_is_control(code) && !kept) {
            fprintf(stderr, "U+%04x is printed, format %d\n", (unsigned)code, format);
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cg_results *results, *again;
    struct cg_error err = {0};
    if (cg_results_parse((const char *)data, size, "fuzz", &results, &err) != CG_OK) {
        if (results || !err.text[0])
            abort(); /* a refusal says why and leaves nothing */
        return 0;
    }
    size_t length, length_again;
    char *json = cg_results_to_json(results, &length);
    if (!json || cg_results_parse(json, length, "again", &again, &err) != CG_OK)
        abort();
    char *json_again = cg_results_to_json(again, &length_again);
    if (!json_again || length != length_again || memcmp(json, json_again, length) != 0)
        abort();
    for (int format = CG_FORMAT_TEXT; format <= CG_FORMAT_JSON; format++) {
        char *text = NULL;
        size_t text_size;
        FILE *out = open_memstream(&text, &text_size);
        if (out) {
            cg_report_print(results, NULL, (enum cg_format)format, out, &err);
            fclose(out);
            expect_tame(text, (enum cg_format)format);
        }
        free(text);
    }
    free(json);
    free(json_again);
    cg_results_destroy(&again);
    cg_results_destroy(&results);
    return 0;
}
