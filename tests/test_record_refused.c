/* Every kind of results file that must be refused, and that files are written whole. */
#include "bench/record/record.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Test(record, cut_anywhere_it_is_refused)
{
    size_t size;
    char *json = synthetic_json(&size);
    const size_t step = size / 97;
    for (size_t cut = 0; cut < size - 2; cut += step) {
        struct cg_results *results;
        struct cg_error err = {0};
        cr_expect(cg_results_parse(json, cut, "cut.json", &results, &err) == CG_INVALID && !results,
                  "cut at %zu", cut);
        cr_expect(strncmp(err.text, "cut.json: ", 10) == 0, "%s", err.text);
    }
    free(json);
}

/* The file with the first `from` replaced by `to`; what the sentence must hold. */
static void refuse(const char *json, const char *from, const char *to, const char *says)
{
    const char *at = strstr(json, from);
    cr_assert(at, "%s is in the file", from);
    const size_t size = strlen(json) - strlen(from) + strlen(to);
    char *changed = malloc(size + 1);
    cr_assert(changed);
    memcpy(changed, json, (size_t)(at - json));
    strcpy(changed + (at - json), to);
    strcat(changed, at + strlen(from));
    struct cg_results *results;
    struct cg_error err = {0};
    cr_expect(cg_results_parse(changed, size, "f.json", &results, &err) == CG_INVALID, "%s -> %.60s", from,
              to);
    cr_expect(strstr(err.text, says), "%s -> %.60s: '%s' lacks '%s'", from, to, err.text, says);
    free(changed);
    if (results)
        cg_results_destroy(&results);
}

Test(record, malformed_files_are_refused_with_the_place)
{
    size_t size;
    char *json = synthetic_json(&size);
    char *longer = malloc(11 << 20), *text = malloc(6000);
    cr_assert(longer && text);
    memset(longer, 'x', 11 << 20);
    longer[0] = longer[(10 << 20)] = '"';
    longer[(10 << 20) + 1] = '\0';
    memset(text, 'y', 6000);
    text[0] = text[5000] = '"';
    text[5001] = '\0';
    refuse(json, "convgauge/2", "convgauge/3", "schema is \"convgauge/3\"");
    refuse(json, "\"schema\"", "\"scheme\"", "no \"schema\"");
    refuse(json, "\"cpu_model\"", "\"cpu_modell\"", "device.cpu_model: the key is missing");
    refuse(json, "\"cores\":2,", "\"cores\":-2,", "device.cores: expected a whole number");
    refuse(json, "\"cores\":2,", "\"cores\":2.5,", "device.cores");
    refuse(json, "\"cores\":2,", "\"cores\":99999999999,", "device.cores");
    refuse(json, "\"cores\":2,", "\"cores\":2,\"cores\":3,", "duplicate");
    refuse(json, "\"median\":", "\"median\":-1,\"m\":", "median");
    refuse(json, "\"median\":", "\"median\":1e999,\"m\":", "JSON");
    refuse(json, "\"kind\":\"slope\"", "\"kind\":\"slop\"", "suites[0].kind");
    refuse(json, "\"baseline\":0", "\"baseline\":77", "suites[0].groups[0]: the baseline");
    refuse(json, "\"levels\":[null,null]", "\"levels\":[null]", "levels: expected an array of two");
    refuse(json, "\"process\":[0,", "\"process\":[0,0,", "another length");
    refuse(json, "\"process\":[0,", "\"process\":[\"0\",", "samples.process[0]");
    refuse(json, "\"iterations\":[", "\"iterations\":[0,", "another length");
    refuse(json, "\"cpu_model\":\"Model CPU 9000 @ 3.00GHz\"", "\"cpu_model\":\"\\u0000\"", "JSON");
    refuse(json, "\"Model CPU 9000 @ 3.00GHz\"", longer, "device.cpu_model: the text is too long");
    refuse(json, "\"Model CPU 9000 @ 3.00GHz\"", text, "device.cpu_model: the text is too long");
    refuse(json, "\"Model CPU 9000 @ 3.00GHz\"", "\"\xff\xfe\"", "JSON");
    refuse(json, "\"virtualised\":true", "\"virtualised\":1", "expected true, false or null");
    refuse(json, "\"case\":\"g1/arm/x1/1:1\"", "\"case\":null", "records[0]: a record needs case");
    refuse(json, "\"records\"", "\"recordz\"", "records: the key is missing");
    free(longer);
    free(text);
    free(json);
}

Test(record, foreign_files_are_refused)
{
    static const char *const texts[] = {"",
                                        "null",
                                        "[]",
                                        "{}",
                                        "\"schema\"",
                                        "{\"schema\": 1}",
                                        "<html></html>",
                                        "\177ELF",
                                        "{\"schema\":\"convgauge/2\"}",
                                        "{\"schema\":\"convgauge/1\",\"device\":[]}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct cg_results *results;
        struct cg_error err = {0};
        cr_expect(cg_results_parse(texts[i], strlen(texts[i]), "x", &results, &err) == CG_INVALID &&
                  !results && err.text[0]);
    }
    char *deep = malloc(200001);
    cr_assert(deep);
    memset(deep, '[', 200000);
    struct cg_results *results;
    struct cg_error err = {0};
    cr_expect(cg_results_parse(deep, 200000, "deep", &results, &err) == CG_INVALID);
    free(deep);
    cr_expect(cg_results_load("/", &results, &err) == CG_INVALID);
    cr_expect(cg_results_load("/dev/zero", &results, &err) == CG_INVALID);
    cr_expect(cg_results_load("/no/such/file", &results, &err) == CG_INVALID &&
              strstr(err.text, "/no/such/file"));
}

static int files_in(const char *folder)
{
    int n = 0;
    DIR *dir = opendir(folder);
    cr_assert(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2;
}

Test(record, files_are_written_whole_and_paths_checked_before)
{
    char folder[] = "/tmp/convgauge-record-XXXXXX", path[128], other[128];
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/r.json", folder);
    snprintf(other, sizeof other, "%s/none/r.json", folder);
    struct cg_error err = {0};
    cr_expect(cg_results_check_path(path, &err) == CG_OK && files_in(folder) == 0,
              "a check leaves nothing behind");
    cr_expect(cg_results_check_path(other, &err) == CG_INVALID && strstr(err.text, "no folder"));
    cr_expect(cg_results_check_path(folder, &err) == CG_INVALID &&
              cg_results_check_path("", &err) == CG_INVALID);
    cr_expect(cg_results_check_path("/proc/r.json", &err) == CG_INVALID);

    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options), *read;
    cr_assert(cg_results_save(results, path, &err) == CG_OK, "%s", err.text);
    cr_assert(cg_results_save(results, path, &err) == CG_OK && files_in(folder) == 1);
    cr_assert(cg_results_load(path, &read, &err) == CG_OK, "%s", err.text);
    cr_expect(strcmp(read->path, path) == 0);
    cr_expect(cg_results_save(results, other, &err) == CG_IO && strstr(err.text, "none/r.json"));
    cg_results_destroy(&results);
    cg_results_destroy(&read);
    unlink(path);
    rmdir(folder);
}
