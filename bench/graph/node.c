#include "bench/graph/node.h"

CG_NAMES_DEFINE(cg_category, CG_CATEGORIES)
CG_NAMES_DEFINE(cg_op, CG_OPS)
CG_NAMES_DEFINE(cg_act, CG_ACTS)

const struct cg_op_facts *cg_op_facts(enum cg_op op)
{
    static const struct cg_op_facts facts[CG_OP_COUNT] = {
#define CG_OP_FACTS(id, name, least, most, has, category, rule) [id] = {least, most, has, category},
        CG_OPS(CG_OP_FACTS)
#undef CG_OP_FACTS
    };
    return &facts[op];
}

bool cg_op_has(enum cg_op op, unsigned what)
{
    return (cg_op_facts(op)->has & what) == what;
}

bool cg_act_fuses(enum cg_act act)
{
    return act < CG_ACT_CLIP;
}

int cg_act_numbers(enum cg_act act)
{
    static const int numbers[CG_ACT_COUNT] = {
#define CG_ACT_NUMBERS(id, name, n) [id] = n,
        CG_ACTS(CG_ACT_NUMBERS)
#undef CG_ACT_NUMBERS
    };
    return numbers[act];
}

struct cg_node cg_node_of(enum cg_op op)
{
    return (struct cg_node){
        .op = op,
        .window =
            {.kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1},
        .groups = 1,
        .params = -1,
        .block = -1,
    };
}

void cg_window_set_pads(struct cg_window *window, const int pads[4])
{
    window->pad_top = pads[0];
    window->pad_left = pads[1];
    window->pad_bottom = pads[2];
    window->pad_right = pads[3];
}

int64_t cg_shape_elements(struct cg_shape shape)
{
    return (int64_t)shape.n * shape.h * shape.w * shape.c;
}

bool cg_shape_equal(struct cg_shape a, struct cg_shape b)
{
    return a.n == b.n && a.h == b.h && a.w == b.w && a.c == b.c;
}
