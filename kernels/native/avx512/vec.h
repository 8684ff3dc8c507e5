/* Vector primitives in AVX-512 (F, BW, DQ, VL): see template/README.md. Halves are ymm: on cores with 256-bit
 * pipes they cost half, and on none more. */
#ifndef CONVGAUGE_KERNELS_NATIVE_AVX512_VEC_H
#define CONVGAUGE_KERNELS_NATIVE_AVX512_VEC_H

#include "kernels/native/avx2/sums8.h"

#include <immintrin.h>
#include <stddef.h>

#define VL             16
#define HL             8
#define ISA_NAME       "avx512"
#define PAIRS          1
#define MASKED_STORES  1
#define IN_REGISTER(v) __asm__("" : "+v"(v))

typedef __m512 vf;
typedef __mmask16 vtail;
typedef __m256 hf;
typedef __mmask8 htail;

#define VEC_INLINE static inline __attribute__((always_inline, unused))

#define v_zero  _mm512_setzero_ps
#define v_set1  _mm512_set1_ps
#define v_load  _mm512_loadu_ps
#define v_store _mm512_storeu_ps
#define v_fma   _mm512_fmadd_ps
#define v_add   _mm512_add_ps
#define v_mul   _mm512_mul_ps
#define v_div   _mm512_div_ps
#define v_max   _mm512_max_ps
#define v_min   _mm512_min_ps
#define v_abs   _mm512_abs_ps
#define h_low   _mm512_castps512_ps256
#define h_set1  _mm256_set1_ps
#define h_load  _mm256_loadu_ps
#define h_store _mm256_storeu_ps
#define h_fma   _mm256_fmadd_ps
#define h_add   _mm256_add_ps
#define h_mul   _mm256_mul_ps
#define h_max   _mm256_max_ps
#define h_min   _mm256_min_ps

VEC_INLINE vtail v_tail(int n)
{
    return (vtail)((1u << n) - 1);
}
VEC_INLINE vf v_load_tail(const float *p, vtail t)
{
    return _mm512_maskz_loadu_ps(t, p);
}
VEC_INLINE void v_store_tail(float *p, vf v, vtail t)
{
    _mm512_mask_storeu_ps(p, t, v);
}
#define v_fnma     _mm512_fnmadd_ps
#define v_round(x) _mm512_roundscale_ps(x, 0)
#define v_scale    _mm512_scalef_ps

typedef __m512i vindex;
typedef struct {
    __mmask16 odd;
    __m512i partner;
} vfold;

VEC_INLINE vindex v_index(const int *lanes)
{
    return _mm512_loadu_si512(lanes);
}
VEC_INLINE vf v_pick(vf v, vindex lanes)
{
    return _mm512_permutexvar_ps(lanes, v);
}
VEC_INLINE vfold v_fold_of(int bit)
{
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i bits = _mm512_set1_epi32(bit);
    return (vfold){_mm512_test_epi32_mask(lane, bits), _mm512_xor_si512(lane, bits)};
}
VEC_INLINE vf v_fold(vf a, vf b, vfold f)
{
    return _mm512_add_ps(_mm512_mask_blend_ps(f.odd, a, b),
                         _mm512_permutexvar_ps(f.partner, _mm512_mask_blend_ps(f.odd, b, a)));
}

/* The first half of a vector: no instruction. */
VEC_INLINE hf h_high(vf v)
{
    return _mm512_extractf32x8_ps(v, 1);
}
/* Two halves in one vector; the low half of one and the high half of another vector. */
VEC_INLINE vf v_pair_of(hf low, hf high)
{
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}
VEC_INLINE vf v_pair(vf low, vf high)
{
    return _mm512_mask_blend_ps(0xff00, low, high);
}
/* In one instruction with its load, and in the order in which they are written: compilers would load once for
 * several, and gather the halves. */
VEC_INLINE vf v_fma_at(const float *p, vf b, vf c)
{
    __asm__ volatile("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(c) : "v"(b), "m"(*p));
    return c;
}
/* The same of what lies `step` times `bytes` behind p, which addressing does for free where it is 0, 1, 2, 4
 * or 8: compilers add first. */
#define FMA_ROW(to, address) "vfmadd231ps " address "%{" to "%}, %1, %0"
#define FMA_ROW_AT(to, p, bytes, step, b, c)                                                                 \
    do {                                                                                                     \
        if ((step) == 0)                                                                                     \
            __asm__ volatile(FMA_ROW(to, "(%2)") : "+v"(c) : "v"(b), "r"(p), "m"(*(p)));                     \
        else if ((step) == 1)                                                                                \
            __asm__ volatile(FMA_ROW(to, "(%2,%3)") : "+v"(c) : "v"(b), "r"(p), "r"(bytes), "m"(*(p)));      \
        else if ((step) == 2)                                                                                \
            __asm__ volatile(FMA_ROW(to, "(%2,%3,2)") : "+v"(c) : "v"(b), "r"(p), "r"(bytes), "m"(*(p)));    \
        else if ((step) == 4)                                                                                \
            __asm__ volatile(FMA_ROW(to, "(%2,%3,4)") : "+v"(c) : "v"(b), "r"(p), "r"(bytes), "m"(*(p)));    \
        else                                                                                                 \
            __asm__ volatile(FMA_ROW(to, "(%2,%3,8)") : "+v"(c) : "v"(b), "r"(p), "r"(bytes), "m"(*(p)));    \
    } while (0)
VEC_INLINE vf v_fma_row(const float *p, ptrdiff_t bytes, const int step, vf b, vf c)
{
    FMA_ROW_AT("1to16", p, bytes, step, b, c);
    return c;
}
VEC_INLINE hf h_fma_row(const float *p, ptrdiff_t bytes, const int step, hf b, hf c)
{
    FMA_ROW_AT("1to8", p, bytes, step, b, c);
    return c;
}
VEC_INLINE htail h_tail(int n)
{
    return (htail)((1u << n) - 1);
}
VEC_INLINE hf h_load_tail(const float *p, htail t)
{
    return _mm256_maskz_loadu_ps(t, p);
}
VEC_INLINE void h_store_tail(float *p, hf v, htail t)
{
    _mm256_mask_storeu_ps(p, t, v);
}

#endif
