/* A Lua 5.4 state for configuration files that nobody has read: text chunks only, a white list of functions,
 * and limits on memory, instructions and processor time that a chunk cannot catch or outlive. There is no
 * pcall, no setmetatable and no coroutine, so no handler, finaliser or closing variable runs code of the
 * chunk's own once a limit has struck. */
#ifndef CONVGAUGE_BENCH_CONFIG_SANDBOX_H
#define CONVGAUGE_BENCH_CONFIG_SANDBOX_H

#include "base/error.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_SANDBOX_MEMORY_BYTES ((size_t)64 << 20)
#define CG_SANDBOX_INSTRUCTIONS 100000000
#define CG_SANDBOX_SECONDS      5
#define CG_SANDBOX_FILE_BYTES   ((size_t)1 << 20) /* of one Lua file */
#define CG_SANDBOX_SORT_ENTRIES 65536             /* that table.sort takes */
#define CG_SANDBOX_STRING_BYTES ((size_t)1 << 20) /* that string.rep may make */

struct cg_builder;

enum cg_limit { CG_LIMIT_NONE, CG_LIMIT_MEMORY, CG_LIMIT_INSTRUCTIONS, CG_LIMIT_TIME };

struct cg_sandbox {
    lua_State *lua;
    size_t bytes; /* what Lua and the graphs being built hold */
    int64_t instructions;
    int64_t deadline_ns;   /* of cg_now_ns(); 0 outside of calls. Past it, the thread's own time counts: */
    int64_t thread_end_ns; /* a process that was stopped, or a machine that is busy, is no endless loop */
    enum cg_limit struck;  /* once set, every further step fails */
    bool machine_is_full;  /* the last failed allocation was the machine's doing, not the limit's */
    char near[80];         /* "file.lua:12", where the chunk was when last looked at */
    const char *chunk;     /* the file being run, for messages without a line; borrowed */
    void *owner; /* what the functions added to the sandbox work on; not touched here, as the next two */
    struct cg_builder *builder; /* of the graph that is being built; NULL outside of build functions */
    int generations;            /* of builders so far */
};

/* A new state with the white list in its globals. NULL with `err` set when there is no memory. The address of
 * the sandbox is fixed for its life. */
struct cg_sandbox *cg_sandbox_create(struct cg_error *err);
void cg_sandbox_destroy(struct cg_sandbox **sandbox);

/* The sandbox of a state, inside functions that Lua calls. */
struct cg_sandbox *cg_sandbox_of(lua_State *lua);

/* Calls `function` with `argument` as a light userdata, protected, under fresh limits of instructions and
 * time. On failure returns CG_INVALID (CG_NO_MEMORY for the machine's own lack) with a sentence that begins
 * with file:line where one is known. Calls do not nest. */
enum cg_status cg_sandbox_call(struct cg_sandbox *sandbox, lua_CFunction function, void *argument,
                               struct cg_error *err);

/* Inside a protected call: pushes the chunk of `text`, compiled, named `name` ("g1.lua"), or raises a Lua
 * error. */
void cg_sandbox_push_chunk(lua_State *lua, const char *text, size_t length, const char *name);

/* Inside a protected call: accounts for `bytes` held outside Lua (graphs); raises a Lua error above the
 * limit, and when the time is up. */
void cg_sandbox_charge(lua_State *lua, size_t bytes);
void cg_sandbox_release(struct cg_sandbox *sandbox, size_t bytes);

#endif
