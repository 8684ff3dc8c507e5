/* libFuzzer target: the reader of results files. Whatever it accepts must print in every form, be written
 * again to the same bytes and be read again. clang -fsanitize=fuzzer,address,undefined ...; see
 * tests/meson.build, target fuzz_results. */
#include "bench/record/record.h"
#include "report/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
        }
        free(text);
    }
    free(json);
    free(json_again);
    cg_results_destroy(&again);
    cg_results_destroy(&results);
    return 0;
}
