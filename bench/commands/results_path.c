#include "bench/commands/results_path.h"

#include "bench/record/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* mkdir -p for the folders before the file's name. */
static enum cg_status make_folders(char *path, struct cg_error *err)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        const int failed = mkdir(path, 0777) != 0 && errno != EEXIST;
        const int reason = errno;
        *p = '/';
        if (failed)
            return cg_fail(err, CG_INVALID, "cannot make the folder for '%s': %s; name another file with -o",
                           path, strerror(reason));
    }
    return CG_OK;
}

enum cg_status cg_results_path(const char *output, const char *device, bool quick, char *path, size_t size,
                               struct cg_error *err)
{
    if (output) {
        if (strlen(output) >= size)
            return cg_fail(err, CG_INVALID, "the path given with -o is too long");
        strcpy(path, output);
    } else {
        const time_t now = time(NULL);
        struct tm utc;
        char stamp[32];
        gmtime_r(&now, &utc);
        strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
        snprintf(path, size, "results/%s/%s%s.json", device, quick ? "quick-" : "", stamp);
        const enum cg_status status = make_folders(path, err);
        if (status != CG_OK)
            return status;
    }
    return cg_results_check_path(path, err);
}
