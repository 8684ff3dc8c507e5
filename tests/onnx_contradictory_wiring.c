/* Operators wired as none can be: inputs missing or too many, circles, names produced twice or never. */
#include "tests/onnx_contradictions.h"

static void node_that_reads_itself(struct cg_onnx_builder *b)
{
    model_op(b, "Add", "input y", "y");
}

static void circle(struct cg_onnx_builder *b)
{
    model_op(b, "Add", "input b", "a");
    model_op(b, "Relu", "a", "b");
    model_op(b, "Relu", "b", "y");
}

static void two_that_produce_one(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "y");
    model_op(b, "Sigmoid", "input", "y");
}

static void input_produced_again(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "input");
    model_op(b, "Relu", "input", "y");
}

static void reads_what_nobody_produces(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "ghost", "y");
}

static void output_that_nobody_produces(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input", "z");
}

static void output_is_the_input(struct cg_onnx_builder *b)
{
    model_op(b, "Identity", "input", "y");
}

static void no_inputs(struct cg_onnx_builder *b)
{
    model_op(b, "Add", "", "y");
}

static void second_input_left_out(struct cg_onnx_builder *b)
{
    model_op(b, "Sub", "input -", "y");
}

static void second_constant_left_out(struct cg_onnx_builder *b)
{
    MODEL_INTS(b, "k", 1, 120);
    model_op(b, "Add", "k -", "dims");
    model_op(b, "Reshape", "input dims", "y");
}

static void too_many_inputs(struct cg_onnx_builder *b)
{
    model_op(b, "Relu", "input input input", "y");
}

static void loop(struct cg_onnx_builder *b)
{
    model_op(b, "Loop", "input", "y");
}

static const struct contradiction models[] = {
    {"node that reads itself", node_that_reads_itself, "which is made from its own output"},
    {"circle", circle, "which is made from its own output"},
    {"one name, two producers", two_that_produce_one, "'y' is produced twice"},
    {"input produced again", input_produced_again, "'input' is produced twice"},
    {"unknown input", reads_what_nobody_produces, "reads 'ghost', which nothing produces"},
    {"unknown output", output_that_nobody_produces, "nothing produces the output 'y'"},
    {"output is the input", output_is_the_input, "is the input, at most under other dimensions"},
    {"no inputs", no_inputs, "0 inputs"},
    {"second input left out", second_input_left_out, "its input 1 is missing"},
    {"second constant left out", second_constant_left_out, "its input 1 is missing"},
    {"too many inputs", too_many_inputs, "3 inputs"},
    {"operator with a graph inside", loop, "Loop"},
};

const struct contradictions contradictory_wiring = {models, sizeof models / sizeof models[0]};
