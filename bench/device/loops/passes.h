/* Several passes over memory, from the loops for one that the including file has: within one call, so that
 * small working sets are not measured with the cost of calling. */
#define PASSES(name, arguments, once)                                                                        \
    static void name arguments                                                                               \
    {                                                                                                        \
        while (passes-- > 0)                                                                                 \
            once;                                                                                            \
    }

#ifndef HAVE_READ_PASS
PASSES(read_pass, (const void *from, size_t bytes, int64_t passes), read_once(from, bytes))
#endif
PASSES(write_pass, (void *to, size_t bytes, int64_t passes), write_once(to, bytes))
PASSES(copy_pass, (void *to, const void *from, size_t bytes, int64_t passes), copy_once(to, from, bytes))
#if HAVE_STREAMS
PASSES(write_stream_pass, (void *to, size_t bytes, int64_t passes), write_stream_once(to, bytes))
PASSES(copy_stream_pass, (void *to, const void *from, size_t bytes, int64_t passes),
       copy_stream_once(to, from, bytes))
#else
#define write_stream_pass NULL
#define copy_stream_pass  NULL
#endif

/* The row of the table: these, and the including file's fma_turns(). */
#define LOOPS(isa, madds_per_turn)                                                                           \
    {                                                                                                        \
        isa, madds_per_turn, fma_turns, read_pass, write_pass, copy_pass, write_stream_pass,                 \
            copy_stream_pass                                                                                 \
    }
