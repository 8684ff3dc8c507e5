#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

CG_NAMES_DEFINE(cg_status, CG_STATUSES)

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

int cg_exit_code(enum cg_status status)
{
#define EXIT_CODE(id, name, code) [id] = (code),
    static const int codes[] = { CG_STATUSES(EXIT_CODE) };
    return (unsigned)status < CG_STATUS_COUNT ? codes[status] : 1;
}
