/* The ground floor: arenas with a budget, growing arrays, texts, files that are replaced whole, names. */
#include "base/arena.h"
#include "base/array.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/patience.h"
#include "base/random.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COLOURS(X)                                                                                           \
    X(RED, "red", 1)                                                                                         \
    X(BLUE, "blue", 2)
CG_ENUM(colour, COLOURS, COLOUR_COUNT)
CG_NAMES_DECLARE(colour)
CG_NAMES_DEFINE(colour, COLOURS)

Test(base, names)
{
    cr_expect_str_eq(colour_name(BLUE), "blue");
    cr_expect_str_eq(colour_name((enum colour)7), "unknown");
    cr_expect_eq(colour_from_name("red"), RED);
    cr_expect_eq(colour_from_name("green"), -1);
    cr_expect_eq(colour_from_name(NULL), -1);
    cr_expect_eq(COLOUR_COUNT, 2);
}

Test(base, hash_is_fnv_1a)
{
    /* Published test vectors of FNV-1a, 64 bits. */
    cr_expect_eq(cg_hash_text(CG_HASH_START, ""), 0xcbf29ce484222325u);
    cr_expect_eq(cg_hash_text(CG_HASH_START, "a"), 0xaf63dc4c8601ec8cu);
    cr_expect_eq(cg_hash_text(CG_HASH_START, "foobar"), 0x85944171f73967e8u);
    cr_expect_eq(cg_hash_bytes(CG_HASH_START, "foobar", 6), 0x85944171f73967e8u);
    cr_expect_eq(cg_hash_u64(CG_HASH_START, 0x6f66), cg_hash_bytes(CG_HASH_START, "fo\0\0\0\0\0", 8));
}

Test(base, random_is_splitmix64)
{
    /* The first values that the reference implementation gives for seed 1234567. */
    uint64_t state = 1234567;
    cr_expect_eq(cg_random_next(&state), 6457827717110365317u);
    cr_expect_eq(cg_random_next(&state), 3203168211198807973u);
    const double u = cg_random_uniform(&state);
    cr_expect(u >= 0 && u < 1);
}

/* Of a look that comes late a second counts, of others their time. */
Test(base, patience_does_not_count_a_pause)
{
    const int64_t second_ns = 1000000000, now_ns = cg_now_ns();
    struct cg_patience paused = {now_ns - 90 * second_ns, now_ns - 100 * second_ns}, ended = {now_ns, now_ns};
    const int64_t left_ns = cg_patience_left_ns(&paused);
    cr_expect(left_ns > 0 && left_ns <= 9 * second_ns, "%lld", (long long)left_ns);
    cr_expect_eq(cg_patience_left_ns(&ended), 0);
}

Test(base, arena_keeps_its_budget)
{
    struct cg_arena *arena = cg_arena_create(1000);
    cr_assert_not_null(arena);
    cr_expect_not_null(cg_arena_array(arena, 0, 8));
    double *numbers = cg_arena_array(arena, 100, sizeof *numbers);
    cr_assert_not_null(numbers);
    cr_expect_eq((uintptr_t)numbers % _Alignof(max_align_t), 0);
    for (int i = 0; i < 100; i++)
        cr_expect_eq(numbers[i], 0.0);
    cr_expect_null(cg_arena_array(arena, 201, 1), "beyond the budget");
    cr_expect_null(cg_arena_array(arena, (size_t)-1, 8), "the product overflows");
    cr_expect_str_eq(cg_arena_text(arena, "conv1.weight", 5), "conv1");
    cg_arena_destroy(&arena);
    cg_arena_destroy(&arena);
    arena = cg_arena_create(0);
    cr_expect_not_null(cg_arena_array(arena, 1 << 20, 1), "no budget, a block of its own");
    cg_arena_destroy(&arena);
}

Test(base, array_grows)
{
    int *numbers = NULL, n = 0, capacity = 0;
    for (; n < 1000; n++) {
        cr_assert(cg_array_fit(numbers, capacity, n + 1));
        numbers[n] = n;
    }
    for (int i = 0; i < n; i++)
        cr_assert_eq(numbers[i], i);
    cr_expect(capacity >= 1000 && capacity < 3000);
    free(numbers);
}

Test(base, texts)
{
    char small[8] = "";
    cr_expect(cg_append(small, sizeof small, "%d", 1234));
    cr_expect(cg_append(small, sizeof small, "abc"));
    cr_expect_not(cg_append(small, sizeof small, "x"), "it is full");
    cr_expect_str_eq(small, "1234abc");
    struct cg_text text = {0};
    for (int i = 0; i < 500; i++)
        cg_text_add(&text, "%03d,", i);
    cg_text_add_bytes(&text, "end", 3);
    cr_assert_not(text.failed);
    cr_expect_eq(text.length, 2003);
    cr_expect_str_eq(text.bytes + 1996, "499,end");
    cg_text_release(&text);
    cr_expect_null(text.bytes);
}

/* Nothing that a file says reaches the terminal as a command; letters of all languages do. */
Test(base, texts_for_a_terminal)
{
    char shown[64];
    cr_expect_str_eq(cg_printable("a\x1b[2J\nb\x7f \xc2\x9b \xc3\xa9", shown, sizeof shown),
                     "a\\x1b[2J\\nb\\x7f \\x9b \xc3\xa9");
    cr_expect_str_eq(cg_printable("\x9b \xe2\x80\xae \xef\xbb\xbf \xe2\x82\xac", shown, sizeof shown),
                     "\\x9b \\u202e \\ufeff \xe2\x82\xac"); /* no UTF-8; right to left; no width */
    cr_expect_str_eq(cg_printable("ab\ncd", shown, 4), "ab");
    cr_expect(cg_has_control("a\xc2\x9b") && !cg_has_control("a \xc3\xa9"));
}

static char folder[] = "/tmp/convgauge-base-XXXXXX";

static const char *inside(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

Test(base, files_are_replaced_whole)
{
    struct cg_error err = {0};
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(cg_folder_make(inside("a/b//c/"), 0777, &err), CG_OK, "%s", err.text);
    cr_assert_eq(cg_folder_make_for(inside("a/b/x"), 0777, &err), CG_OK, "%s", err.text);
    struct stat info;
    umask(027);
    cr_assert_eq(cg_file_write(inside("a/file"), "first", 5, true, &err), CG_OK, "%s", err.text);
    cr_expect(stat(inside("a/file"), &info) == 0 && (info.st_mode & 0777) == 0640, "as the umask says");
    cr_expect_eq(cg_folder_make(inside("a/file/x"), 0777, &err), CG_IO, "a file is in the way");
    cr_expect(strstr(err.text, "a/file"), "%s", err.text);
    chmod(inside("a/file"), 0600);

    struct cg_new_file file = {0};
    cr_assert_eq(cg_new_file_open(&file, inside("a/file"), &err), CG_OK, "%s", err.text);
    fputs("half", file.stream);
    cg_new_file_drop(&file);
    cg_new_file_drop(&file);
    size_t length = 0;
    char *text = cg_file_read(inside("a/file"), 100, &length, &err);
    cr_assert_not_null(text, "%s", err.text);
    cr_expect_str_eq(text, "first");
    free(text);
    cr_assert_eq(cg_file_write(inside("a/file"), "second", 6, false, &err), CG_OK, "%s", err.text);
    cr_expect(stat(inside("a/file"), &info) == 0 && (info.st_mode & 0777) == 0600, "the mode is kept");
    cr_expect_null(cg_file_read(inside("a/file"), 5, &length, &err), "longer than allowed");
    cr_expect_eq(err.status, CG_INVALID);
    cr_expect_eq(cg_new_file_open(&file, inside("nowhere/file"), &err), CG_IO);
    cr_expect_eq(unlink(inside("a/file")), 0);
    cr_expect(rmdir(inside("a/b/c")) == 0 && rmdir(inside("a/b")) == 0 && rmdir(inside("a")) == 0 &&
                  rmdir(folder) == 0,
              "nothing is left beside them");
}

/* The bytes of a file, malloc'd. */
static char *bytes_of(const char *path)
{
    size_t length;
    struct cg_error err = {0};
    char *bytes = cg_file_read(path, 1000, &length, &err);
    cr_assert_not_null(bytes, "%s", err.text);
    return bytes;
}

/* What is no regular file is written to, and stays what it is; what links lead to is replaced, they stay. */
Test(base, devices_and_links_stay_what_they_are)
{
    char end[100] = {0};
    struct stat info;
    struct cg_error err = {0};
    cr_assert_not_null(mkdtemp(folder));
    cr_assert(chdir(folder) == 0 && mkfifo("fifo", 0600) == 0 && mkdir("elsewhere", 0700) == 0);
    const int reader = open("fifo", O_RDONLY | O_NONBLOCK);
    cr_assert_eq(cg_file_write("fifo", "through", 7, true, &err), CG_OK, "%s", err.text);
    cr_expect(read(reader, end, sizeof end) == 7 && strcmp(end, "through") == 0);
    cr_expect(lstat("fifo", &info) == 0 && S_ISFIFO(info.st_mode));
    cr_assert(symlink("/dev/full", "device") == 0);
    cr_expect_eq(cg_file_write("device", "lost", 4, false, &err), CG_IO);
    cr_expect(strstr(err.text, "/dev/full") && lstat("device", &info) == 0 && S_ISLNK(info.st_mode), "%s",
              err.text);
    cr_expect_eq(cg_file_write("elsewhere", "x", 1, false, &err), CG_IO, "a folder");

    cr_assert(symlink("elsewhere/middle", "link") == 0 && symlink("end", "elsewhere/middle") == 0);
    for (int i = 0; i < 2; i++) { /* to nothing, then to a file */
        cr_assert_eq(cg_file_write("link", i ? "again" : "first", 5, false, &err), CG_OK, "%s", err.text);
        char *bytes = bytes_of("elsewhere/end");
        cr_expect_str_eq(bytes, i ? "again" : "first");
        free(bytes);
        cr_expect(lstat("link", &info) == 0 && S_ISLNK(info.st_mode));
    }
    cr_assert(symlink("circle", "circle") == 0);
    cr_expect_eq(cg_file_write("circle", "x", 1, false, &err), CG_IO);
    close(reader);
    cr_expect(unlink("fifo") == 0 && unlink("device") == 0 && unlink("link") == 0 && unlink("circle") == 0 &&
              unlink("elsewhere/middle") == 0 && unlink("elsewhere/end") == 0);
    cr_expect(rmdir("elsewhere") == 0 && rmdir(folder) == 0, "nothing is left beside them");
}

/* Of a program that is killed while it writes nothing is left, where the file system can. */
Test(base, a_file_has_no_name_before_it_is_whole)
{
    struct cg_new_file file = {0};
    struct cg_error err = {0};
    cr_assert_not_null(mkdtemp(folder));
    const int can = open(folder, O_TMPFILE | O_WRONLY, 0600);
    if (can < 0) {
        rmdir(folder);
        cr_skip("this file system has no nameless files");
    }
    close(can);
    cr_assert_eq(cg_new_file_open(&file, inside("file"), &err), CG_OK, "%s", err.text);
    fputs("half", file.stream);
    fflush(file.stream);
    cr_expect_eq(rmdir(folder), 0, "it is empty");
    cg_new_file_drop(&file);
}

Test(base, a_name_is_claimed_once)
{
    struct cg_error err = {0};
    cr_assert_not_null(mkdtemp(folder));
    cr_expect_eq(cg_file_claim(inside("file"), &err), CG_OK);
    cr_expect_eq(cg_file_claim(inside("file"), &err), CG_INVALID);
    cr_expect_eq(cg_file_claim(inside("nowhere/file"), &err), CG_IO);
    cr_expect(unlink(inside("file")) == 0 && rmdir(folder) == 0);
}

Test(base, cache_folder)
{
    char path[64];
    struct cg_error err = {0};
    setenv("XDG_CACHE_HOME", "/somewhere", 1);
    cr_assert_eq(cg_cache_path("device.json", path, sizeof path, &err), CG_OK);
    cr_expect_str_eq(path, "/somewhere/convgauge/device.json");
    setenv("XDG_CACHE_HOME", "relative", 1);
    setenv("HOME", "/home/someone", 1);
    cr_assert_eq(cg_cache_path("x", path, sizeof path, &err), CG_OK);
    cr_expect_str_eq(path, "/home/someone/.cache/convgauge/x");
    cr_expect_eq(cg_cache_path("x", path, 10, &err), CG_INVALID);
    unsetenv("HOME");
    cr_expect_eq(cg_cache_path("x", path, sizeof path, &err), CG_UNAVAILABLE);
}
