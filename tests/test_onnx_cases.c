/* Small models as exporters and people write them (tests/data/onnx-cases) and as chance does (onnx-random):
 * each computes what is right, or is refused with the reason. */
#include "base/csv.h"
#include "base/file.h"
#include "bench/graph/node.h"
#include "bench/onnx/network_arg.h"
#include "bench/onnx/tensor.h"
#include "kernels/reference/cone.h"
#include "tests/relative.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE 1e-4 /* relative L2 */

static const char *folder; /* of tests/data */

static const char *in_folder(const char *name, const char *file)
{
    static char path[2][4200];
    static int turn;
    char *text = path[turn ^= 1];
    snprintf(text, sizeof path[0], "%s/%s/%s%s%s", TEST_DATA, folder, name, file[0] ? "/" : "", file);
    return text;
}

static struct cg_csv table(const char *name)
{
    struct cg_csv csv = {0};
    struct cg_error err = {0};
    size_t length;
    char *text = cg_file_read(in_folder(name, ""), 1 << 20, &length, &err);
    cr_assert(text, "%s", err.text);
    cr_assert_eq(cg_csv_parse(text, name, &csv, &err), CG_OK, "%s", err.text);
    free(text);
    return csv;
}

/* The file's tensor as dense NHWC of `shape`; the caller frees it. NULL with `err` set. */
static float *read_tensor(const char *path, struct cg_shape shape, struct cg_error *err)
{
    struct cg_tensor tensor = {0};
    float *values = malloc((size_t)cg_shape_elements(shape) * sizeof *values);
    cr_assert(values);
    if (cg_npy_read(path, &tensor, err) != CG_OK || cg_tensor_to_nhwc(&tensor, shape, values, err) != CG_OK) {
        free(values);
        values = NULL;
    }
    cg_tensor_free(&tensor);
    return values;
}

/* How far the reference's output of the network is from what is right; INFINITY with `err` set where their
 * shapes differ. */
static double run(const struct cg_network *network, const char *tensors, struct cg_error *err)
{
    const struct cg_graph *graph = network->graph;
    const struct cg_shape in = graph->nodes[graph->input].shape, out = graph->nodes[graph->output].shape;
    struct cg_expected *computed = NULL;
    double error = INFINITY;
    float *input = read_tensor(in_folder(tensors, "input.npy"), in, err);
    float *wanted = input ? read_tensor(in_folder(tensors, "output.npy"), out, err) : NULL;
    if (wanted && (computed = cg_expected_create(graph, network->weights, input, NULL, 0, err)))
        error = relative_error(computed->values, wanted, cg_shape_elements(out));
    cg_expected_destroy(&computed);
    free(input);
    free(wanted);
    return error;
}

struct models {
    struct cg_csv csv;
    bool *seen;
};

/* The row of a model that is not read yet, or -1. */
static int find(const struct models *list, const char *model)
{
    for (int i = 0; i < list->csv.n_rows; i++)
        if (strcmp(cg_csv_cell(&list->csv, i, 0), model) == 0)
            return i;
    return -1;
}

static void expect_right(const char *model, const char *request, const char *tensors, const char *right,
                         struct models *not_yet)
{
    static const char refused[] = "refused: ";
    char ref[4400];
    struct cg_error err = {0};
    const bool refusal_is_right = strncmp(right, refused, sizeof refused - 1) == 0;
    const int row = find(not_yet, model);
    snprintf(ref, sizeof ref, "%s%s", in_folder(model, "net.onnx"), request);
    struct cg_network *network = cg_network_arg(ref, 0, &err);
    if (row >= 0)
        not_yet->seen[row] = true;
    if (refusal_is_right) {
        cr_expect(!network && strstr(err.text, right + sizeof refused - 1), "%s%s: wanted %s, got %s", model,
                  request, right, network ? "a network" : err.text);
        cr_expect_lt(row, 0, "%s is rightly refused: it is no case to be read", model);
    } else if (network) {
        const double error = run(network, tensors, &err);
        cr_expect(error <= TOLERANCE, "%s%s: relative error %g %s", model, request, error, err.text);
        cr_expect_lt(row, 0, "%s is read now: take it off the list of those that are not", model);
    } else {
        cr_expect(row >= 0 && strstr(err.text, cg_csv_cell(&not_yet->csv, row, 1)), "%s%s: %s", model,
                  request, err.text);
    }
    cg_network_destroy(&network);
}

Test(onnx_cases, random_graphs_compute_what_another_runtime_does)
{
    folder = "onnx-random";
    struct cg_csv cases = table("cases.csv");
    struct models none = {0};
    cr_assert_geq(cases.n_rows, 500);
    for (int i = 0; i < cases.n_rows; i++)
        expect_right(cg_csv_cell(&cases, i, 0), cg_csv_cell(&cases, i, 1), cg_csv_cell(&cases, i, 2),
                     cg_csv_cell(&cases, i, 3), &none);
    cg_csv_release(&cases);
}

Test(onnx_cases, each_model_computes_what_is_right_or_is_refused)
{
    folder = "onnx-cases";
    struct cg_csv cases = table("cases.csv");
    struct models not_yet = {.csv = table("not_yet_read.csv")};
    not_yet.seen = calloc((size_t)not_yet.csv.n_rows + 1, sizeof *not_yet.seen);
    cr_assert(not_yet.seen);
    cr_assert_eq(cases.n_columns, 4);
    cr_assert_eq(not_yet.csv.n_columns, 2);
    for (int i = 0; i < cases.n_rows; i++)
        expect_right(cg_csv_cell(&cases, i, 0), cg_csv_cell(&cases, i, 1), cg_csv_cell(&cases, i, 2),
                     cg_csv_cell(&cases, i, 3), &not_yet);
    for (int i = 0; i < not_yet.csv.n_rows; i++)
        cr_expect(not_yet.seen[i], "%s is no case", cg_csv_cell(&not_yet.csv, i, 0));
    free(not_yet.seen);
    cg_csv_release(&cases);
    cg_csv_release(&not_yet.csv);
}
