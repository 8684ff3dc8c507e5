#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct status_row {
    const char *name;
    int exit_code;
};

static const struct status_row rows[] = {
#define CG_STATUS_ROW(id, name, code) [id] = {name, code},
    CG_STATUSES(CG_STATUS_ROW)
#undef CG_STATUS_ROW
};

enum cg_status cg_fail(struct cg_error *err, enum cg_status status, const char *format, ...)
{
    if (err) {
        va_list args;
        err->status = status;
        va_start(args, format);
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return status;
}

enum cg_status cg_context(struct cg_error *err, const char *format, ...)
{
    if (!err)
        return CG_FAILED;
    char inner[sizeof err->text];
    memcpy(inner, err->text, sizeof inner);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    cg_append(err->text, sizeof err->text, ": %s", inner);
    return err->status;
}

const char *cg_status_name(enum cg_status status)
{
    const size_t count = sizeof rows / sizeof rows[0];
    return (size_t)status < count ? rows[status].name : "unknown";
}

int cg_exit_code(enum cg_status status)
{
    const size_t count = sizeof rows / sizeof rows[0];
    return (size_t)status < count ? rows[status].exit_code : 1;
}
