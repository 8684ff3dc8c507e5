/* Reading the options of a DSL call, `x:conv{24, 3, stride = 2}`: positions and names, each declared by being
 * asked for, so that a misspelt one is an error and not ignored. All functions raise Lua errors that say
 * which call, which option, and what it takes. */
#ifndef CONVGAUGE_BENCH_CONFIG_ARGUMENTS_H
#define CONVGAUGE_BENCH_CONFIG_ARGUMENTS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#define CG_ARGUMENTS_MAX 24

struct cg_arguments {
    lua_State *lua;
    int table;        /* stack index of the table */
    const char *call; /* "conv", for messages */
    int positions;    /* how many unnamed values were asked for */
    int n_names;
    const char *names[CG_ARGUMENTS_MAX];
};

/* Starts reading the table at `index`; `optional`: nil counts as an empty one. */
struct cg_arguments cg_arguments_open(lua_State *lua, int index, const char *call, bool optional);

/* Ends reading: refuses what nobody asked for. */
void cg_arguments_close(struct cg_arguments *arguments);

/* Pushes option `name`, or, where that is nil and `position` > 0, the unnamed value at that position. Returns
 * its type. */
int cg_argument_push(struct cg_arguments *arguments, const char *name, int position);

/* Whole floats count as integers (c / 2 is one). */
int cg_argument_int(struct cg_arguments *arguments, const char *name, int position, int least, int otherwise);
/* The same without a default: nil is an error. */
int cg_argument_needed_int(struct cg_arguments *arguments, const char *name, int position, int least);
/* One number for both, or {first, second}. False and untouched when nil. */
bool cg_argument_pair(struct cg_arguments *arguments, const char *name, int position, int least, int *first,
                      int *second);
bool cg_argument_bool(struct cg_arguments *arguments, const char *name, bool otherwise);
double cg_argument_real(struct cg_arguments *arguments, const char *name, double otherwise);
/* Copies a text, "" when nil; too long a one is an error. `needed`: nil is an error. */
void cg_argument_text(struct cg_arguments *arguments, const char *name, int position, bool needed, char *text,
                      size_t size);

/* An error where a text that is shown holds what a terminal would obey (cg_has_control()). */
void cg_refuse_control(lua_State *lua, const char *call, const char *name, const char *text);

/* Pushes a list of 1 to `most` entries and returns how many it has, 0 when nil; `what` names the entries. */
int cg_argument_list(struct cg_arguments *arguments, const char *name, int most, const char *what);

/* "; did you mean 'a' or 'b'" for a word that is not among `names`, pushed; "" when none is near. */
const char *cg_did_you_mean(lua_State *lua, const char *word, const char *const *names, int n);

/* "a, b, c", pushed. */
const char *cg_listed(lua_State *lua, const char *const *names, int n);

/* The whole number at a stack index; `what` names it in the error. */
int cg_whole_number(lua_State *lua, int index, const char *what, int least);

#endif
