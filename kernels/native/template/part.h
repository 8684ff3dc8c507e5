/* Whole vectors and the first lanes of one (`partial`, a constant), by one name. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_PART_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_PART_H

#define PART_FNS(kind, T, TT)                                                                                \
    VEC_INLINE T kind##_load_part(const float *p, const int partial, TT tail)                                \
    {                                                                                                        \
        return partial ? kind##_load_tail(p, tail) : kind##_load(p);                                         \
    }                                                                                                        \
    VEC_INLINE void kind##_store_part(float *p, T v, const int partial, TT tail)                             \
    {                                                                                                        \
        if (partial)                                                                                         \
            kind##_store_tail(p, v, tail);                                                                   \
        else                                                                                                 \
            kind##_store(p, v);                                                                              \
    }
PART_FNS(v, vf, vtail)
#if HL
PART_FNS(h, hf, htail)
#endif

#endif
