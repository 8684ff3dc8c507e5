/* Frames on the socket between scheduler and worker: a header (magic with the protocol's version, type,
 * length, checksum) and a payload. Anything that is not a frame is an error, never a guess. */
#ifndef CONVGAUGE_BENCH_WORKER_FRAME_H
#define CONVGAUGE_BENCH_WORKER_FRAME_H

#include "base/error.h"
#include "base/patience.h"
#include "bench/worker/wire.h"

#include <signal.h>

#define CG_FRAME_VERSION   6
#define CG_WORKER_SOCKET   3 /* descriptor of the socket in a worker */
#define CG_FRAME_MAX_BYTES ((size_t)256 << 20)

/* Sends one frame; the whole of it or an error. CG_FAILED when the peer is gone. Raises no SIGPIPE. */
enum cg_status cg_frame_send(int fd, int type, const struct cg_wire *payload, struct cg_error *err);

/* Receives one frame into `payload` (its memory is reused). Waits as long as the patience lasts
 * (NULL: for ever). CG_UNAVAILABLE: it is at its end; CG_INTERRUPTED: *interrupted (may be NULL) was
 * seen set; CG_FAILED: the peer closed the socket; CG_INVALID: not a frame. */
enum cg_status cg_frame_receive(int fd, int *type, struct cg_wire *payload, struct cg_patience *patience,
                                const volatile sig_atomic_t *interrupted, struct cg_error *err);

#endif
