/* Several passes over memory, from the loops for one that the including file has: within one call, so that
 * small working sets are not measured with the cost of calling. */
#ifndef HAVE_READ_PASS
static void read_pass(const void *from, size_t bytes, int64_t passes)
{
    while (passes-- > 0)
        read_once(from, bytes);
}
#endif

static void write_pass(void *to, size_t bytes, int64_t passes)
{
    while (passes-- > 0)
        write_once(to, bytes);
}

static void copy_pass(void *to, const void *from, size_t bytes, int64_t passes)
{
    while (passes-- > 0)
        copy_once(to, from, bytes);
}

#if HAVE_STREAMS
static void write_stream_pass(void *to, size_t bytes, int64_t passes)
{
    while (passes-- > 0)
        write_stream_once(to, bytes);
}

static void copy_stream_pass(void *to, const void *from, size_t bytes, int64_t passes)
{
    while (passes-- > 0)
        copy_stream_once(to, from, bytes);
}
#endif
