/* FNV-1a, 64 bits (Fowler, Noll, Vo): for identities and checksums, not against an adversary. The same on
 * every machine for the same bytes. Start with CG_HASH_START and chain. */
#ifndef CONVGAUGE_BASE_HASH_H
#define CONVGAUGE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define CG_HASH_START 14695981039346656037u

static inline uint64_t cg_hash_byte(uint64_t hash, unsigned char byte)
{
    return (hash ^ byte) * 1099511628211u;
}

static inline uint64_t cg_hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = cg_hash_byte(hash, ((const unsigned char *)bytes)[i]);
    return hash;
}

/* Without the terminating NUL. */
static inline uint64_t cg_hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = cg_hash_byte(hash, (unsigned char)*text);
    return hash;
}

/* Its bytes, the lowest first. */
static inline uint64_t cg_hash_u64(uint64_t hash, uint64_t value)
{
    for (int shift = 0; shift < 64; shift += 8)
        hash = cg_hash_byte(hash, (unsigned char)(value >> shift));
    return hash;
}

#endif
