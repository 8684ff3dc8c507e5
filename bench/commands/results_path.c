#include "bench/commands/results_path.h"

#include "base/folder.h"
#include "bench/record/record.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

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
        if (cg_folder_make_for(path, 0777, err) != CG_OK) {
            const struct cg_error told = *err;
            return cg_fail(err, CG_INVALID, "%s; name another file with -o", told.text);
        }
    }
    return cg_results_check_path(path, err);
}
