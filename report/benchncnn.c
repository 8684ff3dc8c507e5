#include "report/benchncnn.h"

#include "base/file.h"
#include "base/text.h"
#include "report/atlas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((size_t)1 << 20)

/* What a log says before its rows; -1: it does not. */
struct head {
    int threads, powersave, gpu;
};

bool cg_is_benchncnn(const char *path)
{
    size_t length;
    char *text = cg_file_read(path, MOST_BYTES, &length, NULL);
    const bool is = text && text[strspn(text, " \t\r\n")] != '{' && strstr(text, "min =");
    free(text);
    return is;
}

/* "num_threads = 4"; loop_count and cooling_down are read over. */
static bool read_setting(const char *line, struct head *head)
{
    char key[32];
    int value, used = 0;
    if (sscanf(line, " %31[a-z_] = %d %n", key, &value, &used) != 2 || line[used])
        return false;
    if (strcmp(key, "num_threads") == 0)
        head->threads = value;
    else if (strcmp(key, "powersave") == 0)
        head->powersave = value;
    else if (strcmp(key, "gpu_device") == 0)
        head->gpu = value;
    else
        return strcmp(key, "loop_count") == 0 || strcmp(key, "cooling_down") == 0;
    return true;
}

static bool read_row(const char *line, char name[64], struct cg_atlas_times *times)
{
    int used = 0;
    return sscanf(line, " %63s min = %lf max = %lf avg = %lf %n", name, &times->min_ms, &times->max_ms,
                  &times->avg_ms, &used) == 4 &&
           !line[used] && !cg_has_control(name) && times->min_ms > 0 && times->min_ms <= times->avg_ms &&
           times->avg_ms <= times->max_ms && times->max_ms < 1e9;
}

static bool is_read_over(const char *line)
{
    const char *begin = line + strspn(line, " \t");
    return !*begin || *begin == '[' || strstr(line, "benchncnn");
}

static bool has_network(const struct cg_results *results, const char *name)
{
    for (int r = 0; r < results->n_records; r++)
        if (cg_same_text(results->records[r]->group, name))
            return true;
    return false;
}

static enum cg_status read_line(const char *line, const struct cg_atlas *ncnn, struct cg_results *results,
                                struct head *head, struct cg_error *err)
{
    char name[64], shown[128];
    struct cg_atlas_times times;
    if (is_read_over(line) || read_setting(line, head))
        return CG_OK;
    if (!read_row(line, name, &times))
        return cg_fail(err, CG_INVALID,
                       "'%s' is no row of benchncnn, 'name  min = 1.00  max = 1.20  avg = 1.10'",
                       cg_printable(line, shown, sizeof shown));
    if (has_network(results, name))
        return cg_fail(err, CG_INVALID, "'%s' stands there twice: keep one run a file", name);
    if (!cg_atlas_add_record(ncnn, results, name, times))
        return cg_fail(err, CG_NO_MEMORY, "no memory");
    struct cg_record *record = results->records[results->n_records - 1];
    return (record->group = cg_results_text(results, name)) ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory");
}

/* Cuts `text` into lines. */
static enum cg_status read_lines(char *text, const char *path, const struct cg_atlas *ncnn,
                                 struct cg_results *results, struct cg_error *err)
{
    struct head head = {-1, -1, -1};
    int number = 0;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        line[strcspn(line, "\r")] = '\0';
        number++;
        struct cg_error why = {0};
        const enum cg_status status = read_line(line, ncnn, results, &head, &why);
        if (status != CG_OK)
            return cg_fail(err, status, "%.300s:%d: %s", path, number, why.text);
    }
    if (results->n_records == 0)
        return cg_fail(err, CG_INVALID, "'%.300s' holds no row of benchncnn", path);
    cg_atlas_set(results, head.threads, head.gpu >= 0);
    return CG_OK;
}

enum cg_status cg_benchncnn_load(const char *path, struct cg_results **results, struct cg_error *err)
{
    struct cg_atlas ncnn = {.n = 0};
    size_t length;
    char *text = cg_file_read(path, MOST_BYTES, &length, err);
    enum cg_status status = text ? cg_atlas_open(&ncnn, err) : CG_IO;
    if (status == CG_OK && !(*results = cg_results_create()))
        status = cg_fail(err, CG_NO_MEMORY, "no memory to read '%s'", path);
    status = status ?: read_lines(text, path, &ncnn, *results, err);
    if (status == CG_OK) {
        const char *slash = strrchr(path, '/');
        (*results)->device.cpu_model =
            cg_results_format(*results, "%.100s (a log of benchncnn)", slash ? slash + 1 : path);
        (*results)->run.command = "benchncnn";
    } else {
        cg_results_destroy(results);
    }
    cg_atlas_close(&ncnn);
    free(text);
    return status;
}
