#include "bench/commands/expected_time.h"

#include "base/file.h"
#include "base/folder.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum cg_status path_of(const struct cg_device *device, uint64_t key, char path[PATH_MAX])
{
    char name[80];
    snprintf(name, sizeof name, "took/%s-%016" PRIx64, device->record.id, key);
    return cg_cache_path(name, path, PATH_MAX, NULL);
}

struct cg_expected_time cg_expected_time(const struct cg_device *device, uint64_t key, double allowed_s,
                                         double work_s)
{
    char path[PATH_MAX];
    size_t length;
    char *text = path_of(device, key, path) == CG_OK ? cg_file_read(path, 64, &length, NULL) : NULL;
    const double seconds = text ? strtod(text, NULL) : 0;
    free(text);
    if (seconds > 0 && seconds < 1e8 && !isnan(allowed_s))
        return (struct cg_expected_time){seconds, CG_EXPECTED_FROM_LAST_TIME};
    if (work_s > allowed_s)
        return (struct cg_expected_time){work_s, CG_EXPECTED_FROM_WORK};
    return (struct cg_expected_time){allowed_s, isnan(work_s) ? CG_EXPECTED_FROM_PROTOCOL_ALONE
                                                              : CG_EXPECTED_FROM_PROTOCOL};
}

void cg_expected_time_keep(const struct cg_device *device, uint64_t key, double seconds)
{
    char path[PATH_MAX], text[32];
    const int length = snprintf(text, sizeof text, "%.1f\n", seconds);
    if (path_of(device, key, path) == CG_OK && cg_folder_make_for(path, 0777, NULL) == CG_OK)
        cg_file_write(path, text, (size_t)length, false, NULL);
}

struct cg_phrase cg_expected_time_text(struct cg_expected_time expected)
{
    static const char *const words[] = {
        [CG_EXPECTED_FROM_PROTOCOL] = "up to about %s, which the protocol allows",
        [CG_EXPECTED_FROM_PROTOCOL_ALONE] =
            "up to about %s, which the protocol allows (more where runs are long)",
        [CG_EXPECTED_FROM_LAST_TIME] = "about %s, as the last time on this device",
        [CG_EXPECTED_FROM_WORK] = "about %s or more, by what is to be computed",
    };
    return isnan(expected.seconds) ? cg_phrase("nothing is timed")
                                   : cg_phrase(words[expected.from], cg_duration(expected.seconds).text);
}

const char *cg_expected_time_source(struct cg_expected_time expected)
{
    static const char *const names[] = {
        [CG_EXPECTED_FROM_PROTOCOL] = "protocol",
        [CG_EXPECTED_FROM_PROTOCOL_ALONE] = "protocol",
        [CG_EXPECTED_FROM_LAST_TIME] = "last time",
        [CG_EXPECTED_FROM_WORK] = "work",
    };
    return isnan(expected.seconds) ? NULL : names[expected.from];
}
