#include "kernels/xnnpack/builder.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_texts[] = {
    [xnn_status_success] = "success",
    [xnn_status_uninitialized] = "not initialised",
    [xnn_status_invalid_parameter] = "invalid parameter",
    [xnn_status_invalid_state] = "invalid state",
    [xnn_status_unsupported_parameter] = "unsupported parameter",
    [xnn_status_unsupported_hardware] = "unsupported hardware",
    [xnn_status_out_of_memory] = "out of memory",
};

static void refuse(struct cg_xnn_builder *b, const char *operator_name, enum xnn_status status)
{
    const enum cg_status kind = status == xnn_status_out_of_memory ? CG_NO_MEMORY : CG_UNSUPPORTED;
    if (b->error.status == CG_OK)
        cg_fail(&b->error, kind, "node %s (%s): XNNPACK refuses %s: %s", b->node->name,
                cg_op_name(b->node->op), operator_name,
                cg_name_at(status_texts, sizeof status_texts / sizeof status_texts[0], (long)status));
}

float *cg_xnn_constants(struct cg_xnn_builder *b, size_t n)
{
    if (n < INT_MAX && cg_array_fit(b->constants, b->room_constants, (int)n))
        return b->constants;
    cg_fail(&b->error, CG_NO_MEMORY, "node %s: no memory", b->node->name);
    return NULL;
}

size_t cg_xnn_pixels(struct cg_shape shape)
{
    return (size_t)shape.n * (size_t)shape.h * (size_t)shape.w;
}

struct cg_xnn_view cg_xnn_view_at(const struct cg_xnn_builder *b, const struct cg_xnn_slot *slot,
                                  struct cg_shape shape)
{
    char *buffer = b->plan->head.arena + b->plan->layout.buffers[slot->buffer].offset;
    return (struct cg_xnn_view){(float *)buffer + slot->offset, (size_t)slot->stride, shape};
}

static struct cg_xnn_view view_of(const struct cg_xnn_builder *b, int id)
{
    return cg_xnn_view_at(b, &b->plan->layout.slots[id], b->graph->nodes[id].shape);
}

struct cg_xnn_view cg_xnn_input_of(const struct cg_xnn_builder *b, int i)
{
    return view_of(b, b->node->inputs[i]);
}

struct cg_xnn_view cg_xnn_output_of(const struct cg_xnn_builder *b)
{
    return view_of(b, b->id);
}

struct cg_xnn_view cg_xnn_moved(struct cg_xnn_view v, int64_t channels, int64_t pixel)
{
    v.data += channels + pixel * (int64_t)v.stride;
    return v;
}

void cg_xnn_take(struct cg_xnn_builder *b, xnn_operator_t taken, enum xnn_status status, const char *name)
{
    struct cg_xnn_plan *plan = b->plan;
    if (status == xnn_status_success &&
        !cg_array_fit(plan->operators, plan->room_operators, plan->head.n_calls + 1))
        status = xnn_status_out_of_memory;
    if (status == xnn_status_success) {
        plan->operators[plan->head.n_calls++] = taken;
        plan->head.steps[plan->head.n_steps - 1].n++;
        return;
    }
    if (taken)
        xnn_delete_operator(taken);
    refuse(b, name, status);
}

void cg_xnn_name_step(struct cg_xnn_builder *b, const char *format, ...)
{
    struct cg_plan_step *step = &b->plan->head.steps[b->plan->head.n_steps - 1];
    char *text = step->implementation;
    const size_t size = sizeof step->implementation;
    size_t used = strlen(text);
    if (used && used + 4 < size)
        used += (size_t)snprintf(text + used, size - used, " + ");
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, size - used, format, args);
    va_end(args);
}
