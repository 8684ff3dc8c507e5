/* "Vectors" of one float in plain C, for any processor: see template/README.md. */
#ifndef CONVGAUGE_KERNELS_NATIVE_SCALAR_VEC_H
#define CONVGAUGE_KERNELS_NATIVE_SCALAR_VEC_H

#include <math.h>

#define VL       1
#define HL       0
#define ISA_NAME "scalar"

typedef float vf;
typedef int vtail;

#define VEC_INLINE static inline __attribute__((always_inline, unused))

#define v_zero()              0.0f
#define v_set1(x)             (x)
#define v_tail(n)             (n)
#define v_load_tail(p, t)     ((void)(t), v_load(p))
#define v_store_tail(p, v, t) ((void)(t), *(p) = (v))
#define v_exp                 expf
#define v_abs                 fabsf

VEC_INLINE vf v_load(const float *p)
{
    return *p;
}
VEC_INLINE void v_store(float *p, vf v)
{
    *p = v;
}
VEC_INLINE vf v_add(vf a, vf b)
{
    return a + b;
}
VEC_INLINE vf v_mul(vf a, vf b)
{
    return a * b;
}
VEC_INLINE vf v_div(vf a, vf b)
{
    return a / b;
}
/* Not fmaf(): where the processor has no such instruction that is a slow library call. */
VEC_INLINE vf v_fma(vf a, vf b, vf c)
{
    return a * b + c;
}
VEC_INLINE vf v_fnma(vf a, vf b, vf c)
{
    return c - a * b;
}
VEC_INLINE vf v_max(vf a, vf b)
{
    return a > b ? a : b;
}
VEC_INLINE vf v_min(vf a, vf b)
{
    return a < b ? a : b;
}

#endif
