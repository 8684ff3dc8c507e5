/* Configuration files that misbehave: each must end in one sentence, in time, without a leak. */
#include "bench/config/config.h"
#include "bench/config/sandbox.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct cg_config *open_config(void)
{
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    cr_assert(config, "%s", err.text);
    return config;
}

static void write_file(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(text, 1, length, file), length);
    fclose(file);
}

/* Loads `text` as a network file (or a suite) and returns whether that worked; `err` has the sentence. */
static bool load(const char *text, size_t length, bool as_suite, struct cg_error *err)
{
    char path[] = "/tmp/cg_sandbox_XXXXXX.lua";
    const int fd = mkstemps(path, 4);
    cr_assert_geq(fd, 0);
    close(fd);
    write_file(path, text, length);
    struct cg_config *config = open_config();
    struct cg_network *network = as_suite ? NULL : cg_config_load_network(config, path, NULL, err);
    struct cg_suite *suite = as_suite ? cg_config_load_suite(config, path, NULL, err) : NULL;
    const bool loaded = network || suite;
    cg_network_destroy(&network);
    cg_suite_destroy(&suite);
    cg_config_close(&config);
    unlink(path);
    return loaded;
}

struct attack {
    const char *text;
    const char *sentence; /* must occur in the error */
};

/* The body of a build function, inside a network that is otherwise right. */
#define IN_BUILD(body) "network{name='n', source='s', build=function(x) " body " return x:conv{8} end}"

static const struct attack attacks[] = {
    /* limits */
    {"while true do end", ":1: still running after 100 million instructions"},
    {"local s = 'x' while true do s = s .. s end", "64 MiB"},
    {"local t = {} for i = 1, 1e9 do t[i] = {} end", "64 MiB"},
    {"local t = {} for i = 1, 1e9 do t[#t + 1] = ('x'):rep(1000) .. i end", "64 MiB"},
    {"local function f() return 1 + f() end f()", "64 MiB"},
    {"local s = ('x'):rep(1e9)", "string.rep would make more than"},
    {"local s = string.rep('', 1e18) s = ('xy'):rep(1e18, 'z')", "string.rep would make more than"},
    {"local s = string.format('%99999d', 1)", "invalid conversion"},
    {"local s = ('x'):rep(1e6) s = s..s..s..s..s..s..s..s while true do local t = s .. 'x' end",
     "still running"},
    {"local t = {} for i = 1, 1e6 do t[i] = i end while true do table.sort(t) end", "at most 65536"},
    {"local t = table.pack(table.unpack({}, 1, 1e7))", "too many results"},
    {"table.concat({}, 'x', 1, 1e9)", "invalid value"},
    {"local t = {} table.insert(t, 1e15, 1)", "out of bounds"},
    {IN_BUILD("while true do end"), "still running"},
    {IN_BUILD("for i = 1, 1e9 do x = x:relu() end"), "more than 8192 layers"},
    {IN_BUILD("local l = {} for i = 1, 40000 do l[i] = 1 end for i = 1, 1e9 do x:permute(l) end"), "64 MiB"},
    {IN_BUILD("for i = 1, 1e9 do block('b' .. i) end"), "4096 blocks"},
    {IN_BUILD("for i = 1, 40 do x = concat(x, x) end"), "more than 2^31"},
    {IN_BUILD("local l = {} for i = 1, 1e6 do l[i] = x end x = add(l) for i = 1, 1e9 do x = add(l) end"),
     "64 MiB"},
    /* what is not there */
    {"os.exit(0)", "global 'os'"},
    {"io.open('/etc/passwd')", "global 'io'"},
    {"require 'os'", "global 'require'"},
    {"dofile '/etc/passwd'", "global 'dofile'"},
    {"load('x = 1')", "global 'load'"},
    {"loadfile('x')", "global 'loadfile'"},
    {"debug.sethook()", "global 'debug'"},
    {"package.loadlib('x', 'y')", "global 'package'"},
    {"coroutine.wrap(function() while true do end end)()", "global 'coroutine'"},
    {"pcall(function() while true do end end)", "global 'pcall'"},
    {"xpcall(error, error)", "global 'xpcall'"},
    {"setmetatable({}, {__gc = function() while true do end end})", "global 'setmetatable'"},
    {"getmetatable('').__index = nil", "global 'getmetatable'"},
    {"collectgarbage('stop')", "global 'collectgarbage'"},
    {"print 'x'", "global 'print'"},
    {"local s = ('x'):find('x')", "method 'find'"},
    {"local s = ('x'):gsub('x', 'y')", "method 'gsub'"},
    {"local s = ('x'):match('x')", "method 'match'"},
    {"local s = string.gmatch('x', 'x')", "field 'gmatch'"},
    {"local s = string.dump(function() end)", "field 'dump'"},
    {"local x <close> = {}", "non-closable value"},
    {"table.move({}, 1, 1e15, 2)", "field 'move'"},
    /* errors that are not sentences */
    {"error{}", "instead of a text"},
    {"error()", "instead of a text"},
    {"error(42)", "instead of a text"},
    {"error(function() end)", "instead of a text"},
    {"x = = 1", ":1: unexpected symbol"},
    {"local t = nil; t.x = 1", ":1: attempt to index a nil value"},
    {"", "defines no network"},
    {"return 1", "defines no network"},
    /* the DSL */
    {"network{}", "network needs name"},
    {"network{name='N N', source='s', build=error}", "must be made of"},
    {"network{name='n', build=error}", "network needs source = \"...\""},
    {"network{name='n', source='s'}", "network needs build"},
    {"network{name='n', source='s', build=1}", "network needs build"},
    {"network{name='n', sourse='s', build=error}", "network needs source"},
    {"network{name='n', source='s', built=1, build=error}", "has no option 'built'; did you mean 'build'"},
    {"network{name='n', source='s', build=function() end}", "must return a tensor; it returned a nil"},
    {"network{name='n', source='s', build=function() return 1 end}", "must return a tensor"},
    {"network{name='n', source='s', variants={}, build=error}", "lists 1 to"},
    {"network{name='n', source='s', variants={{'a'}, {'a'}}, build=error}", "two variants"},
    {"network{name='n', source='s', variants={1}, build=error}", "each variant is a table"},
    {"network{name='n', source='s', inputs={{1}}, build=error}", "{width, height}"},
    {"network{name='n', source='s', build=error} network{name='n', source='s', build=error}",
     "this is the second"},
    {"network 'x'", "takes its options in braces"},
    {IN_BUILD("x:conv{}"), ":1: conv needs out"},
    {IN_BUILD("x:conv{0}"), "must be at least 1"},
    {IN_BUILD("x:conv{1.5}"), "must be a whole number, not 1.5"},
    {IN_BUILD("x:conv{1e300}"), "must be a whole number"},
    {IN_BUILD("x:conv{0/0}"), "must be a whole number"},
    {IN_BUILD("x:conv{2^40}"), "it must be"},
    {IN_BUILD("x:conv{'8'}"), "must be a whole number, not a string"},
    {IN_BUILD("x:conv{8, 3, 1}"), "takes 2 values without a name"},
    {IN_BUILD("x:conv{8, strid = 2}"), "has no option 'strid'; did you mean 'stride'"},
    {IN_BUILD("x:conv{8, act = 'rellu'}"), "no activation 'rellu'"},
    {IN_BUILD("x:conv{8, pad = 'full'}"), "pad is"},
    {IN_BUILD("x:conv{8, {3}}"), "pair of numbers"},
    {IN_BUILD("x:conv{8, norm = 1}"), "must be true or false"},
    {IN_BUILD("x:conv{8, groups = 2}"), "2 groups do not divide 3 input and 8 output channels"},
    {IN_BUILD("x:conv{8, 300, pad = 0}"), "does not fit"},
    {IN_BUILD("x:fc{8}"), "put a global pool before it"},
    {IN_BUILD("x:split(2)"), "3 channels do not part into 2"},
    {IN_BUILD("x:split(1, 1)"), "sum to 2"},
    {IN_BUILD("x:channels(2, 9)"), "do not exist"},
    {IN_BUILD("x:shuffle(2)"), "2 groups do not divide 3 channels"},
    {IN_BUILD("x:permute{4}"), "does not exist"},
    {IN_BUILD("x:permute{}"), "needs a list"},
    {IN_BUILD("add(x, x:conv{4})"), "the shapes differ"},
    {IN_BUILD("add(x, 1)"), "works on tensors, not on a number"},
    {IN_BUILD("concat()"), "needs tensors"},
    {IN_BUILD("local y = x + 1"), "works on tensors"},
    {IN_BUILD("x:kernel()"), "no method or field 'kernel'"},
    {IN_BUILD("x:con{8}"), "did you mean 'conv'"},
    {IN_BUILD("x.conv{8}"), "works on tensors"},
    {IN_BUILD("x.c = 4"), "attempt to index"},
    {IN_BUILD("block(('x'):rep(100))"), "1 to 63 characters"},
    {IN_BUILD("block('a\\27[31m')"), "block: the name contains a control character"},
    {"network{name='n', source='\xc2\x9b', build=error}", "source contains a control character"},
    {"network{name='n', source='\xe2\x80\xae', build=error}", "source contains a control character"},
    {IN_BUILD("block()"
              "madds{map = 4, channels = 4, build = function(y) return concat(x, y) end}"),
     "belongs to another network"},
    {"local kept network{name='n', source='s', build=function(x) kept = kept or x return kept:conv{8} end} "
     "madds{map = 1, channels = 1, build = function(x) kept = x return x end}",
     "belongs to another network"},
    {"concat()", "needs tensors"},
    {"block 'x'", "inside a build function"},
    {"import 'nothing'", "there is no 'nothing.lua'"},
    {"import '../../etc/passwd'", "there is no '../../etc/passwd.lua'"},
    {"import(('x'):rep(1e5))", "there is no"},
    {"import {}", "string expected"},
    {"paper 'nothing'", "there is no table 'nothing'"},
    {"paper '../../meson'", "there is no table '../../meson'"},
    {"suite{name='s', title='t', kind='plain', groups={}}", "'convgauge run FILE' measures it"},
};

Test(sandbox, attacks_end_in_a_sentence)
{
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        struct cg_error err = {0};
        struct timespec start, end;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        const bool loaded = load(attacks[i].text, strlen(attacks[i].text), false, &err);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        cr_expect(!loaded, "%s", attacks[i].text);
        /* On a busy machine the clock may strike before another limit. */
        cr_expect(strstr(err.text, attacks[i].sentence) || strstr(err.text, "still running after 5 seconds"),
                  "%s\n  gives: %s", attacks[i].text, err.text);
        cr_expect_null(strchr(err.text, '\n'), "%s", err.text);
        cr_expect_lt(end.tv_sec - start.tv_sec, 12, "%s", attacks[i].text);
    }
}

#define SUITE(fields) "suite{name='s', title='t', " fields "}"
#define CASE          "{'a', map=4, channels=4, build=function(x) return x:conv{4} end}"

static const struct attack bad_suites[] = {
    {"suite{name='', title='t', kind='plain', groups={}}", "name is empty"},
    {"", "defines no suite"},
    {SUITE("groups={}"), "suite needs kind"},
    {SUITE("kind='x', groups={}"), "no kind 'x'; there are plain, slope, "},
    {SUITE("kind='plain'"), "suite needs groups"},
    {SUITE("kind='plain', groups={}"), "1 to 256 groups"},
    {SUITE("kind='plain', groups={1}"), "is not a table"},
    {SUITE("kind='plain', groups=function() end"), "must return a list"},
    {SUITE("kind='plain', groups={{name='g'}}"), "needs cases"},
    {SUITE("kind='plain', groups={{name='g', cases={}}}"), "must have 1 to 256 cases"},
    {SUITE("kind='plain', groups={{name='g', cases={{}}}}"), "a case needs label"},
    {SUITE("kind='plain', groups={{name='g', cases={{'a'}}}}"), "needs either network"},
    {SUITE("kind='plain', groups={{name='g', cases={{'a', network='resnet50', batch=2}}}}"),
     "of layers alone"},
    {SUITE("kind='plain', groups={{name='g', cases={{'a', network='nothing'}}}}"), "no network 'nothing'"},
    {SUITE("kind='plain', groups={{name='g', cases={" CASE "," CASE "}}}"), "two cases called 'a'"},
    {SUITE("kind='plain', groups={{name='g', cases={" CASE "}}, {name='g', cases={" CASE "}}}"),
     "two groups"},
    {SUITE("kind='plain', groups={{name='g', baseline='b', cases={" CASE "}}}"), "has no case 'b'"},
    {SUITE("kind='plain', groups={{name='g', set='aligne', cases={" CASE "}}}"),
     "there is no set 'aligne', but arm, gpu, paper, aligned, memory, small, overhead, beside; did you mean "
     "'aligned'"},
    {SUITE("kind='plain', groups={{name='g', quik=true, cases={" CASE "}}}"), "no option 'quik'"},
    {SUITE("kind='slope', groups={{name='g', cases={" CASE "}}}"), "suite needs axis"},
    {SUITE("kind='slope', axis='x', groups={{name='g', cases={" CASE "}}}"), "needs step"},
    {SUITE("kind='factorial', groups={{name='g', cases={" CASE "}}}"), "factors is a list"},
    {SUITE("kind='plain', claim='It is fast.', groups={}"), "a claim gets a verdict from kind"},
    {SUITE("kind='slope', axis='x', claim=' ', groups={}"), "suite s: claim is empty"},
    {SUITE("kind='slope', axis='x', claim='It is fast.', groups={}"),
     "suite s makes a claim, so it needs source"},
    {SUITE("kind='slope', axis='x', claim='It is fast.', source='', groups={}"), "it needs source"},
    {SUITE("kind='slope', axis='x', per='output', groups={}"), "per is \"madd\" or \"time\""},
    {SUITE("kind='factorial', per='time', groups={}"), "of kind \"slope\""},
    {SUITE("kind='factorial', factors={'a', '\\27'}, groups={}"), "name contains a control character"},
    {SUITE("kind='factorial', factors={'a', ('b'):rep(32)}, groups={}"), "has 1 to 31 characters"},
    {SUITE("kind='plain', fusions={'half'}, groups={{name='g', cases={" CASE "}}}"), "fusions is a list"},
    {SUITE("kind='plain', batches={0}, groups={{name='g', cases={" CASE "}}}"), "at least 1"},
    {SUITE("kind='plain', engines={}, groups={{name='g', cases={" CASE "}}}"), "engines is a list"},
    {SUITE("kind='plain', engines={3}, groups={{name='g', cases={" CASE "}}}"), "an engine is a name"},
    {SUITE("kind='plain', engines='all', groups={{name='g', cases={" CASE "}}}"), "engines is a list"},
    {SUITE("kind='plain', also={3}, groups={{name='g', cases={" CASE "}}}"), "a suite is a name"},
    {"network{name='n', source='s', build=error}", "makes a network, not a suite"},
};

Test(sandbox, bad_suites_end_in_a_sentence)
{
    for (size_t i = 0; i < sizeof bad_suites / sizeof bad_suites[0]; i++) {
        struct cg_error err = {0};
        cr_expect(!load(bad_suites[i].text, strlen(bad_suites[i].text), true, &err), "%s",
                  bad_suites[i].text);
        cr_expect(strstr(err.text, bad_suites[i].sentence), "%s\n  gives: %s", bad_suites[i].text, err.text);
        cr_expect(strstr(err.text, ".lua:1: ") || strstr(err.text, "defines no suite"), "%s", err.text);
    }
}

#define LINES(name, second)                                                                                  \
    "local one, two = 'one', 'two'\nsuite{name='s', title='t', kind='plain',\n groups={{name='g', cases={\n" \
    "  {'one', map=4, channels=4, build=function(x) return x end},\n  {'two', " second "}}},\n"              \
    "  {name='" name "', cases={\n  {'one', map=4, channels=4, build=function(x) return x end}}}}}"

Test(sandbox, an_error_in_a_suite_names_its_line)
{
    static const struct attack suites[] = {
        {LINES("h", "map=4, chanels=4"), ".lua:5: "},
        {LINES("h", "network='mobilenet_v9'"), ".lua:5: "},
        {LINES("h", "map=4, channels=4, build=function(x) return x:nothing() end"), ".lua:5: "},
        {LINES("g", "map=4, channels=4, build=function(x) return x end"), ".lua:6: "},
    };
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        struct cg_error err = {0};
        cr_expect(!load(suites[i].text, strlen(suites[i].text), true, &err), "%s", suites[i].text);
        cr_expect(strstr(err.text, suites[i].sentence), "%s\n  gives: %s", suites[i].text, err.text);
    }
}

/* A precompiled chunk could do anything to the interpreter. */
/* The clock stands past the call's end, and the thread's own time where `argument` says so. */
static int run_late(lua_State *lua)
{
    static const char text[] = "for i = 1, 100000 do end";
    cg_sandbox_of(lua)->deadline_ns = 1;
    if (lua_touserdata(lua, 1))
        cg_sandbox_of(lua)->thread_end_ns = 1;
    cg_sandbox_push_chunk(lua, text, sizeof text - 1, "late.lua");
    lua_call(lua, 0, 0);
    return 0;
}

Test(sandbox, only_time_that_it_ran_counts)
{
    struct cg_error err = {0};
    struct cg_sandbox *sandbox = cg_sandbox_create(&err);
    cr_assert(sandbox);
    cr_expect(cg_sandbox_call(sandbox, run_late, NULL, &err) == CG_OK, "stopped for long: %s", err.text);
    cr_expect(cg_sandbox_call(sandbox, run_late, sandbox, &err) == CG_INVALID);
    cr_expect(strstr(err.text, "late.lua:1: still running after 5 seconds"), "%s", err.text);
    cg_sandbox_destroy(&sandbox);
}

Test(sandbox, bytecode_is_refused)
{
    static const char bytecode[] = "\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08";
    struct cg_error err = {0};
    cr_expect(!load(bytecode, sizeof bytecode - 1, false, &err));
    cr_expect(strstr(err.text, "binary"), "%s", err.text);
}

Test(sandbox, a_file_that_is_too_long_is_refused)
{
    const size_t length = (size_t)2 << 20;
    char *spaces = malloc(length);
    struct cg_error err = {0};
    cr_assert(spaces);
    memset(spaces, ' ', length);
    cr_expect(!load(spaces, length, false, &err));
    cr_expect(strstr(err.text, "too long"), "%s", err.text);
    free(spaces);
}

/* An error names the file and the line where the layer was written. */
Test(sandbox, errors_name_file_and_line)
{
    static const char text[] = "local function unit(x)\n"
                               "  return x:conv{9, groups = 3}:conv{8, groups = 2}\n"
                               "end\n"
                               "network{name = 'n', source = 's', build = function(x)\n"
                               "  return unit(x)\n"
                               "end}\n";
    struct cg_error err = {0};
    cr_expect(!load(text, sizeof text - 1, false, &err));
    cr_expect(
        strstr(err.text, ".lua:2: layer conv2 (conv): 2 groups do not divide 9 input and 8 output channels"),
        "%s", err.text);
}

/* Mutations of a good file: whatever comes out, it must come out. */
Test(sandbox, mutated_files_do_no_harm)
{
    static const char good[] =
        "local function unit(x, c) local a, b = x:split(2) b = b:conv{c / 2, act = 'relu'}:dwconv{3}"
        " return concat(a, b):shuffle(2) end "
        "network{name = 'n', source = 's', inputs = {32}, variants = {{'a', 8}, {'b', 16}}, "
        "build = function(x, v) x = x:conv{v[2], 3, stride = 2, pad = 'same'} "
        "for i = 1, 3 do block('u%d', i) x = unit(x, v[2]) end "
        "return x:max_pool{3, stride = 2}:global_pool():fc{10} end}";
    static const char bytes[] = "(){}[]=,.:;'\"0123456789-+*/^#%<>~&|x \n\0\xff";
    uint32_t state = 1807;
    char text[sizeof good];
    for (int round = 0; round < 400; round++) {
        memcpy(text, good, sizeof good);
        for (int k = 0; k < 1 + round % 4; k++) {
            state = state * 1664525 + 1013904223;
            const size_t at = (state >> 8) % (sizeof good - 1);
            state = state * 1664525 + 1013904223;
            text[at] = bytes[(state >> 8) % (sizeof bytes - 1)];
        }
        struct cg_error err = {0};
        if (!load(text, sizeof good - 1, false, &err))
            cr_expect(err.text[0], "no sentence for: %s", text);
    }
}
