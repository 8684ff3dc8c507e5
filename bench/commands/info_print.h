/* The device as `info` shows it, and its counters as `list counters` does, too. */
#ifndef CONVGAUGE_BENCH_COMMANDS_INFO_PRINT_H
#define CONVGAUGE_BENCH_COMMANDS_INFO_PRINT_H

#include "bench/device/counters.h"
#include "bench/device/device.h"
#include "bench/device/sensors.h"

#include <jansson.h>

struct cg_info_view {
    const struct cg_device *device;
    const struct cg_counter_set *counters; /* NULL: not asked for */
    const struct cg_sensors *sensors;      /* sampled now; NULL: another machine's device */
    const char *not_measured;              /* why there are no peaks and bandwidths; "" when there are */
};

void cg_info_print_text(const struct cg_info_view *view);

/* `device` as in a results file, with `counters`, `sensors`, `thermal_zones` and `not_measured` beside it. */
enum cg_status cg_info_print_json(const struct cg_info_view *view, struct cg_error *err);

/* One line a counter on stdout, behind `indent` blanks: name, source, event, error on its known loop; then
 * the sentence about hardware counters as a whole. */
void cg_counters_print(const struct cg_counter_set *set, int indent);

/* An array with one object a counter. The caller's reference. */
json_t *cg_counters_json(const struct cg_counter_set *set);

#endif
