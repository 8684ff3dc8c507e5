/* The values of activations, in double: what engines are held against, and what is seen in files. */
#include "bench/graph/node.h"

#include <math.h>

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* hi where lo is above it. */
static double clamp(double x, double lo, double hi)
{
    const double above = x < lo ? lo : x;
    return above > hi ? hi : above;
}

/* log(1 + exp(x)), where exp(x) would overflow, too. */
static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

/* Those that are nodes by themselves. */
static double act_alone(const struct cg_node *node, double x)
{
    const double alpha = (double)node->alpha, beta = (double)node->beta;
    const double pi = 3.14159265358979323846;
    switch (node->act) {
    case CG_ACT_CLIP:
        return clamp(x, alpha, beta);
    case CG_ACT_CLIPPED_LINE:
        return clamp(alpha * x + beta, 0, 1);
    case CG_ACT_LEAKY_RELU:
        return x < 0 ? alpha * x : x;
    case CG_ACT_ELU:
        return x < 0 ? alpha * expm1(x) : x;
    case CG_ACT_GELU:
        return 0.5 * x * erfc(-x / sqrt(2));
    case CG_ACT_GELU_TANH: /* (1 + tanh(u)) / 2 = sigmoid(2 u) */
        return x * sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 * x * x * x));
    case CG_ACT_SWISH:
        return x * sigmoid(alpha * x);
    case CG_ACT_MISH:
        return x * tanh(softplus(x));
    case CG_ACT_TANH:
        return tanh(x);
    case CG_ACT_ERF:
        return erf(x);
    case CG_ACT_SOFTPLUS:
        return softplus(x);
    default:
        return x;
    }
}

static double hard_sigmoid(double x)
{
    return clamp(x / 6 + 0.5, 0, 1);
}

double cg_act_value(const struct cg_node *node, double x)
{
    switch (node->act) {
    case CG_ACT_RELU:
        return x < 0 ? 0 : x;
    case CG_ACT_RELU6:
        return clamp(x, 0, 6);
    case CG_ACT_SIGMOID:
        return sigmoid(x);
    case CG_ACT_HARD_SIGMOID:
        return hard_sigmoid(x);
    case CG_ACT_HARD_SWISH:
        return x * hard_sigmoid(x);
    default:
        return act_alone(node, x);
    }
}
