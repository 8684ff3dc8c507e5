/* ONNX models that are well-formed and contradict themselves or ask for the impossible: none is believed. */
#include "tests/onnx_contradictions.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void expect_refused(const struct contradiction *model)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    struct cg_error err;
    size_t size;
    model->write(b);
    unsigned char *bytes = model_end(b, "y", 13, &size);
    const enum cg_status status = model_status(bytes, size, &err);
    cr_expect(status == CG_INVALID || status == CG_UNSUPPORTED, "%s: %s %s", model->name,
              cg_status_name(status), err.text);
    cr_expect(strstr(err.text, model->says), "%s: wanted \"%s\", got: %s", model->name, model->says,
              err.text);
    free(bytes);
}

Test(onnx_contradictions, models_that_cannot_be_are_refused)
{
    static const struct contradictions *const lists[] = {&contradictory_convolutions, &contradictory_weights,
                                                         &contradictory_wiring, &contradictory_shapes};
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++)
        for (size_t i = 0; i < lists[l]->n; i++)
            expect_refused(&lists[l]->models[i]);
}
