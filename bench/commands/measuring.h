/* What every command that measures does before: it says what --cores means, refuses to time an emulated
 * processor, catches interruptions, so that what was measured until then is kept, and knows the noise floors.
 */
#ifndef CONVGAUGE_BENCH_COMMANDS_MEASURING_H
#define CONVGAUGE_BENCH_COMMANDS_MEASURING_H

#include "bench/commands/process.h"
#include "bench/commands/progress.h"
#include "bench/device/device.h"
#include "bench/scheduler/session.h"

/* Says on stderr what a user of this spec (NULL: none) would not expect. To be called once, when everything
 * that the user wrote was understood. */
void cg_cores_say(const struct cg_topology *topology, const char *spec);

/* Says on stderr, once a process, that the cache of measurements could not be written, which costs time in
 * each run, and why. Clears the line then. */
void cg_not_kept_say(struct cg_progress_line *line, const struct cg_device *device);

/* CG_OK on a real or virtual processor; under emulation CG_UNAVAILABLE, with what shows it and `instead`:
 * what can be asked for there, e.g. "'convgauge run --check-only' does everything but time". Asked for after
 * everything else that the user wrote was understood, so that a mistake is named first. */
enum cg_status cg_refuse_emulated(const struct cg_device *device, const char *instead, struct cg_error *err);

/* Measures both noise floors on `cpu` (OS number) with the engine native, about 12 s, and puts them into the
 * device and its cache (one that cannot be written is said); those of a disturbed machine are told on
 * stderr. Clears the line. On a failure the device's floors are unknown. */
enum cg_status cg_noise_floors_renew(struct cg_session *session, int cpu, struct cg_progress_line *line,
                                     struct cg_device *device, struct cg_error *err);

/* What a command does before it times: nothing when the floors are known and not too old; else they are
 * measured, but where they would take much of a budget (0: none): that is told. Where that fails verdicts
 * rest on the margin of 2 % and stderr says so. Only an interruption and a lack of memory are errors. */
enum cg_status cg_noise_floors_ensure(struct cg_session *session, int cpu, double budget_s,
                                      struct cg_progress_line *line, struct cg_device *device,
                                      struct cg_error *err);

#endif
