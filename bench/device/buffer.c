#include "bench/device/buffer.h"

#include <stdint.h>
#include <sys/mman.h>

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
