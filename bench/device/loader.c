#include "bench/device/loader.h"

#include "bench/device/sysfile.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* Options of glibc's loader that take a word; the others take none (ld.so(8)). */
static bool takes_word(const char *option)
{
    static const char *const options[] = {"--library-path",     "--inhibit-rpath", "--audit",
                                          "--preload",          "--argv0",         "--glibc-hwcaps-prepend",
                                          "--glibc-hwcaps-mask"};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (strcmp(option, options[i]) == 0)
            return true;
    return false;
}

static bool is_loader(const char *root)
{
    char path[CG_PATH_MAX], target[CG_PATH_MAX];
    if (!cg_sys_path(root, path, "/proc/self/exe"))
        return false;
    const ssize_t length = readlink(path, target, sizeof target - 1);
    if (length <= 0)
        return false;
    target[length] = '\0';
    const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;
    return strncmp(name, "ld-", 3) == 0 || strncmp(name, "ld.so", 5) == 0;
}

void cg_loader_command_read(const char *root, struct cg_loader_command *command)
{
    command->n_words = 0;
    if (!is_loader(root))
        return;
    const int length = cg_sys_read(root, command->text, sizeof command->text, "/proc/self/cmdline");
    if (length <= 0 || length >= (int)sizeof command->text - 1)
        return;
    bool value = false;
    int n = 0;
    for (int at = 0; at < length && n < CG_LOADER_WORDS; at += (int)strlen(command->text + at) + 1) {
        char *word = command->text + at;
        command->words[n++] = word;
        if (n == 1 || value) /* the loader's own name, or an option's word */
            value = false;
        else if (strncmp(word, "--", 2) == 0)
            value = takes_word(word);
        else {
            command->n_words = n;
            return;
        }
    }
}
