#include "kernels/library_file.h"

#include "base/text.h"

#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- one file ---- */

/* What all ELF files begin with, in the byte order of this machine. */
struct header {
    unsigned char ident[EI_NIDENT];
    uint16_t type, machine;
};

/* False with errno, or 0 when the file is shorter. */
static bool read_header(const char *path, struct header *header)
{
    FILE *file = fopen(path, "rbe");
    errno = file ? 0 : errno;
    const bool whole = file && fread(header, sizeof *header, 1, file) == 1;
    if (file)
        fclose(file);
    return whole;
}

static const char *machine_name(const struct header *header, char text[32])
{
    static const struct {
        int machine;
        const char *name;
    } names[] = {{EM_X86_64, "x86-64"},
                 {EM_AARCH64, "AArch64"},
                 {EM_386, "x86 of 32 bits"},
                 {EM_ARM, "ARM of 32 bits"},
                 {EM_RISCV, "RISC-V"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (header->machine == names[i].machine)
            return names[i].name;
    snprintf(text, 32, "another machine (%d)", header->machine);
    return text;
}

bool cg_library_fits(const char *path, char *why_not, size_t size)
{
    struct stat info;
    struct header own = {0}, header = {0};
    char texts[2][32];
    if (stat(path, &info) != 0)
        return snprintf(why_not, size, "'%.300s': %s", path, strerror(errno)) < 0;
    if (!S_ISREG(info.st_mode) || !read_header(path, &header) || memcmp(header.ident, ELFMAG, SELFMAG) != 0 ||
        header.type != ET_DYN)
        return snprintf(why_not, size, "'%.300s' is no shared library", path) < 0;
    read_header("/proc/self/exe", &own);
    if (header.machine == own.machine && header.ident[EI_CLASS] == own.ident[EI_CLASS])
        return true;
    return snprintf(why_not, size, "'%.300s' is a library for %s, this program is for %s", path,
                    machine_name(&header, texts[0]), machine_name(&own, texts[1])) < 0;
}

/* ---- the best of many ---- */

struct search {
    const struct cg_library_kind *kind;
    const char *wanted;
    char *best, *others;        /* PATH_MAX, 256 bytes */
    char version[NAME_MAX + 1]; /* of the best */
    bool fits;                  /* the best one, this processor */
};

/* "1.30" wants 1.30 and 1.30.2, not 1.300. */
static bool is_wanted(const char *version, const char *wanted)
{
    const size_t length = strlen(wanted);
    return strncmp(version, wanted, length) == 0 &&
           (length == 0 || version[length] == '\0' || version[length] == '.' || version[length] == '-');
}

static void add_other(const struct search *search, const char *version)
{
    cg_append(search->others, 256, "%s%s", search->others[0] ? ", " : "", version);
}

static void consider(struct search *search, const char *path, const char *version)
{
    char why[512];
    if (!is_wanted(version, search->wanted)) {
        add_other(search, version);
        return;
    }
    const bool fits = cg_library_fits(path, why, sizeof why);
    const bool better = !search->best[0] || fits > search->fits ||
                        (fits == search->fits && strverscmp(version, search->version) > 0);
    const char *other = better ? search->version : version;
    if (search->best[0] && (better ? search->fits : fits) && strcmp(search->version, version) != 0)
        add_other(search, other);
    if (!better)
        return;
    snprintf(search->best, PATH_MAX, "%s", path);
    snprintf(search->version, sizeof search->version, "%s", version);
    search->fits = fits;
}

/* The file in the folder with the longest name, which has the most of a version; false: none is there. */
static bool find_file(const struct search *search, const char *folder, char path[PATH_MAX])
{
    const size_t length = strlen(search->kind->file);
    char longest[NAME_MAX + 1] = "";
    DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        const char *name = entry->d_name;
        if (strncmp(name, search->kind->file, length) == 0 && (name[length] == '\0' || name[length] == '.') &&
            strlen(name) > strlen(longest))
            snprintf(longest, sizeof longest, "%s", name);
    }
    if (entries)
        closedir(entries);
    return longest[0] && snprintf(path, PATH_MAX, "%s/%s", folder, longest) < PATH_MAX;
}

/* Folders ENGINE-VERSION. */
static void search_engines(struct search *search, const char *root)
{
    const size_t length = strlen(search->kind->engine);
    char folder[PATH_MAX], path[PATH_MAX];
    DIR *entries = opendir(root);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        const char *name = entry->d_name;
        if (strncmp(name, search->kind->engine, length) == 0 && name[length] == '-' &&
            snprintf(folder, sizeof folder, "%s/%s", root, name) < PATH_MAX &&
            find_file(search, folder, path))
            consider(search, path, name + length + 1);
    }
    if (entries)
        closedir(entries);
}

/* The system's folders, as its loader names them; the version is what stands behind ".so.". */
static void search_system(struct search *search)
{
    Dl_serinfo size, *list = NULL;
    char path[PATH_MAX];
    void *self = dlopen(NULL, RTLD_LAZY);
    if (self && dlinfo(self, RTLD_DI_SERINFOSIZE, &size) == 0)
        list = malloc(size.dls_size);
    if (list && dlinfo(self, RTLD_DI_SERINFOSIZE, list) == 0 && dlinfo(self, RTLD_DI_SERINFO, list) == 0)
        for (unsigned i = 0; i < list->dls_cnt; i++)
            if (find_file(search, list->dls_serpath[i].dls_name, path)) {
                const char *version = strstr(path, search->kind->file) + strlen(search->kind->file);
                consider(search, path, version + (*version == '.'));
            }
    free(list);
    if (self)
        dlclose(self);
}

bool cg_library_search(const struct cg_library_kind *kind, const char *wanted, char path[PATH_MAX],
                       char others[256])
{
    const char *named = getenv("CONVGAUGE_ENGINES"), *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    struct search search = {.kind = kind, .wanted = wanted, .best = path, .others = others};
    char folder[PATH_MAX];
    path[0] = others[0] = '\0';
    if (named && named[0])
        search_engines(&search, named);
    if (data && data[0] == '/')
        snprintf(folder, sizeof folder, "%s/convgauge/engines", data);
    else
        snprintf(folder, sizeof folder, "%s/.local/share/convgauge/engines", home ? home : "");
    search_engines(&search, folder);
    if (!path[0])
        search_system(&search);
    return path[0];
}
