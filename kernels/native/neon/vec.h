/* Vector primitives in AArch64 Advanced SIMD: see template/README.md. */
#ifndef CONVGAUGE_KERNELS_NATIVE_NEON_VEC_H
#define CONVGAUGE_KERNELS_NATIVE_NEON_VEC_H

#include <arm_neon.h>

#define VL 4
#define HL 0
#ifdef IN_ORDER
#define ISA_NAME "neon_in_order"
#else
#define ISA_NAME "neon"
#endif

/* Multiply-add by one lane of a vector: the gemm tile then loads four floats of a row at once and needs no
 * broadcasts, which take a slot of their own on these cores. */
#define LANE_FMA 1

#define PASS_UNROLL _Pragma("GCC unroll 4")

typedef float32x4_t vf;
typedef int vtail;

#define VEC_INLINE static inline __attribute__((always_inline, unused))

#define v_set1  vdupq_n_f32
#define v_load  vld1q_f32
#define v_store vst1q_f32
#define v_add   vaddq_f32
#define v_mul   vmulq_f32
#define v_div   vdivq_f32
#define v_max   vmaxq_f32
#define v_min   vminq_f32
#define v_abs   vabsq_f32

VEC_INLINE vf v_zero(void)
{
    return vdupq_n_f32(0);
}
VEC_INLINE vf v_fma(vf a, vf b, vf c)
{
    return vfmaq_f32(c, a, b);
}
/* a * b[lane] + c; `lane` is a constant 0 ... 3 after inlining. One instruction each, written as such: from
 * the intrinsic, gcc 12 makes copies of accumulators in the inner loops. */
#define FMLA_LANE(n) __asm__("fmla %0.4s, %1.4s, %2.s[" #n "]" : "+w"(c) : "w"(a), "w"(b))
VEC_INLINE vf v_fma_lane(vf a, vf b, const int lane, vf c)
{
    switch (lane) {
    case 0:
        FMLA_LANE(0);
        break;
    case 1:
        FMLA_LANE(1);
        break;
    case 2:
        FMLA_LANE(2);
        break;
    default:
        FMLA_LANE(3);
    }
    return c;
}
#undef FMLA_LANE
/* *p in lane 0: for v_fma_lane, where a broadcast would take a slot of the multipliers. */
VEC_INLINE vf v_load_lane(const float *p)
{
    vf v;
    __asm__("ldr %s0, %1" : "=w"(v) : "m"(*p));
    return v;
}
VEC_INLINE vtail v_tail(int n)
{
    return n;
}
VEC_INLINE vf v_load_tail(const float *p, vtail n)
{
    if (n == 4)
        return v_load(p);
    if (n == 1)
        return vld1q_lane_f32(p, v_zero(), 0);
    const vf low = vcombine_f32(vld1_f32(p), vdup_n_f32(0));
    return n == 2 ? low : vld1q_lane_f32(p + 2, low, 2);
}
VEC_INLINE void v_store_tail(float *p, vf v, vtail n)
{
    if (n == 4) {
        v_store(p, v);
    } else if (n == 1) {
        vst1q_lane_f32(p, v, 0);
    } else {
        vst1_f32(p, vget_low_f32(v));
        if (n == 3)
            vst1q_lane_f32(p + 2, v, 2);
    }
}
#define v_round vrndnq_f32
VEC_INLINE vf v_fnma(vf a, vf b, vf c)
{
    return vfmsq_f32(c, a, b);
}
VEC_INLINE vf v_scale(vf v, vf n)
{
    const int32x4_t e = vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23);
    return vmulq_f32(v, vreinterpretq_f32_s32(e));
}

typedef uint8x16_t vindex;
typedef struct {
    uint32x4_t odd;
    vindex partner;
} vfold;

VEC_INLINE vindex v_index(const int *lanes)
{
    uint8_t bytes[16];
    for (int i = 0; i < 16; i++)
        bytes[i] = (uint8_t)(4 * lanes[i / 4] + i % 4);
    return vld1q_u8(bytes);
}
VEC_INLINE vf v_pick(vf v, vindex lanes)
{
    return vreinterpretq_f32_u8(vqtbl1q_u8(vreinterpretq_u8_f32(v), lanes));
}
VEC_INLINE vfold v_fold_of(int bit)
{
    const int partner[4] = {bit, bit ^ 1, bit ^ 2, bit ^ 3};
    const uint32_t odd[4] = {0, bit & 1 ? ~0u : 0, bit & 2 ? ~0u : 0, ~0u};
    return (vfold){vld1q_u32(odd), v_index(partner)};
}
VEC_INLINE vf v_fold(vf a, vf b, vfold f)
{
    return vaddq_f32(vbslq_f32(f.odd, b, a), v_pick(vbslq_f32(f.odd, a, b), f.partner));
}

#endif
