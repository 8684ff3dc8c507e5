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

VEC_INLINE vf v_zero(void)
{
    return 0;
}
VEC_INLINE vf v_set1(float x)
{
    return x;
}
VEC_INLINE vf v_load(const float *p)
{
    return *p;
}
VEC_INLINE void v_store(float *p, vf v)
{
    *p = v;
}
/* Not fmaf(): where the processor has no such instruction that is a slow library call. */
VEC_INLINE vf v_fma(vf a, vf b, vf c)
{
    return a * b + c;
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
VEC_INLINE vf v_max(vf a, vf b)
{
    return a > b ? a : b;
}
VEC_INLINE vf v_min(vf a, vf b)
{
    return a < b ? a : b;
}
VEC_INLINE vtail v_tail(int n)
{
    return n;
}
VEC_INLINE vf v_load_tail(const float *p, vtail t)
{
    (void)t;
    return *p;
}
VEC_INLINE void v_store_tail(float *p, vf v, vtail t)
{
    (void)t;
    *p = v;
}
VEC_INLINE vf v_exp(vf x)
{
    return expf(x);
}

#endif
