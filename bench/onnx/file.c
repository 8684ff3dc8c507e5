#include "bench/onnx/file.h"

#include "base/file.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum cg_status cg_onnx_file_read(const char *path, char **bytes, size_t *size, struct cg_error *err)
{
    struct cg_error why = {0};
    *bytes = NULL;
    if (access(path, F_OK) != 0)
        return cg_fail(err, CG_INVALID, "cannot open '%s': %s", path, strerror(errno));
    *bytes = cg_file_read(path, INT32_MAX, size, &why);
    return *bytes ? CG_OK : cg_fail(err, why.status, "%s", why.text);
}
