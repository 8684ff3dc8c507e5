#include "bench/device/buffer.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <emmintrin.h>
#endif

#define HUGE_PAGE ((size_t)2 << 20)

static size_t mapped_bytes(size_t bytes)
{
    const size_t page = bytes >= HUGE_PAGE ? HUGE_PAGE : 4096;
    return (bytes + page - 1) / page * page;
}

void *cg_buffer_make(size_t bytes)
{
    const size_t size = mapped_bytes(bytes), slack = bytes >= HUGE_PAGE ? HUGE_PAGE : 0;
    char *start = mmap(NULL, size + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    char *aligned = start;
    if (slack) { /* cut to a huge page's boundary on both sides */
        const size_t skip = (HUGE_PAGE - (uintptr_t)start % HUGE_PAGE) % HUGE_PAGE;
        aligned = start + skip;
        if (skip)
            munmap(start, skip);
        if (slack > skip)
            munmap(aligned + size, slack - skip);
#ifdef MADV_HUGEPAGE
        madvise(aligned, size, MADV_HUGEPAGE);
#endif
    }
    /* Not zeros: some processors and hypervisors treat them better than data. */
    uint64_t value = 0x3f8000003f800000;
    for (size_t i = 0; i < size / sizeof value; i++)
        ((uint64_t *)(void *)aligned)[i] = value ^ (uint64_t)(i & 0xffff);
    return aligned;
}

void cg_buffer_free(void *buffer, size_t bytes)
{
    if (buffer)
        munmap(buffer, mapped_bytes(bytes));
}

/* ---- eviction ---- */

#if defined(__x86_64__)

#define LINE 64

static bool have_clflushopt(void)
{
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 23);
}

const char *cg_evict_method(void)
{
    return have_clflushopt() ? "clflushopt" : "clflush"; /* SSE2, so every x86-64 has the latter */
}

void cg_evict(const void *p, size_t bytes)
{
    if (bytes == 0)
        return;
    const uintptr_t first = (uintptr_t)p & ~(uintptr_t)(LINE - 1), end = (uintptr_t)p + bytes;
    if (have_clflushopt())
        for (uintptr_t at = first; at < end; at += LINE)
            __asm__ volatile("clflushopt (%0)" : : "r"(at) : "memory");
    else
        for (uintptr_t at = first; at < end; at += LINE)
            _mm_clflush((const void *)at);
    _mm_mfence();
}

#elif defined(__aarch64__)

const char *cg_evict_method(void)
{
    return "dc civac"; /* Linux lets user programs do it */
}

void cg_evict(const void *p, size_t bytes)
{
    uint64_t type;
    if (bytes == 0)
        return;
    __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
    const uintptr_t line = (uintptr_t)4 << (type >> 16 & 15); /* smallest data line of all caches */
    const uintptr_t first = (uintptr_t)p & ~(line - 1), end = (uintptr_t)p + bytes;
    for (uintptr_t at = first; at < end; at += line)
        __asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
    __asm__ volatile("dsb sy" : : : "memory");
}

#else

const char *cg_evict_method(void)
{
    return NULL;
}

void cg_evict(const void *p, size_t bytes)
{
    (void)p, (void)bytes;
}

#endif
