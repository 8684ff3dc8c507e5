#include "bench/worker/frame.h"

#include "base/hash.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

struct header {
    uint32_t magic, type, length, checksum;
};

#define MAGIC (0x43470000u | CG_FRAME_VERSION)

/* Finds stray bytes, not malice; frames inside rounds are small. */
static uint32_t checksum_of(const struct cg_wire *payload)
{
    return (uint32_t)cg_hash_bytes(CG_HASH_START, payload->data, payload->used);
}

/* Head and payload in one call: the other process is woken once. */
static enum cg_status send_all(int fd, struct iovec *parts, size_t n, struct cg_error *err)
{
    while (n > 0) {
        const struct msghdr message = {.msg_iov = parts, .msg_iovlen = n};
        const ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return cg_fail(err, CG_FAILED, "cannot write to the other process: %s", strerror(errno));
        size_t left = (size_t)sent;
        while (n > 0 && left >= parts->iov_len) {
            left -= parts->iov_len;
            parts++;
            n--;
        }
        if (n > 0) {
            parts->iov_base = (char *)parts->iov_base + left;
            parts->iov_len -= left;
        }
    }
    return CG_OK;
}

enum cg_status cg_frame_send(int fd, int type, const struct cg_wire *payload, struct cg_error *err)
{
    if (payload->failed)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a message");
    if (payload->used > CG_FRAME_MAX_BYTES)
        return cg_fail(err, CG_INVALID, "a message of %zu bytes is too long", payload->used);
    struct header header = {MAGIC, (uint32_t)type, (uint32_t)payload->used, checksum_of(payload)};
    struct iovec parts[] = {{&header, sizeof header}, {payload->data, payload->used}};
    return send_all(fd, parts, payload->used > 0 ? 2 : 1, err);
}

static enum cg_status wait_readable(int fd, struct cg_patience *patience,
                                    const volatile sig_atomic_t *interrupted, struct cg_error *err)
{
    for (;;) {
        if (interrupted && *interrupted)
            return cg_fail(err, CG_INTERRUPTED, "interrupted");
        /* Woken up now and then, as a signal may come between the test above and the wait. */
        int wait_ms = interrupted ? 200 : -1;
        if (patience) {
            const int64_t left_ns = cg_patience_left_ns(patience), left_ms = left_ns / 1000000 + 1;
            if (left_ns == 0)
                return cg_fail(err, CG_UNAVAILABLE, "no answer in time");
            wait_ms = wait_ms < 0 ? CG_PATIENCE_LOOK_MS : wait_ms;
            wait_ms = left_ms < wait_ms ? (int)left_ms : wait_ms;
        }
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        const int ready = poll(&poll_fd, 1, wait_ms);
        if (ready > 0)
            return CG_OK;
        if (ready < 0 && errno != EINTR)
            return cg_fail(err, CG_FAILED, "poll: %s", strerror(errno));
    }
}

static enum cg_status receive_all(int fd, void *data, size_t size, struct cg_patience *patience,
                                  const volatile sig_atomic_t *interrupted, struct cg_error *err)
{
    unsigned char *to = data;
    while (size > 0) {
        const ssize_t received = recv(fd, to, size, MSG_DONTWAIT);
        if (received < 0 && (errno == EINTR || errno == EAGAIN)) {
            const enum cg_status status = wait_readable(fd, patience, interrupted, err);
            if (status != CG_OK)
                return status;
            continue;
        }
        if (received <= 0)
            return cg_fail(err, CG_FAILED, "the other process closed the connection");
        to += received;
        size -= (size_t)received;
    }
    return CG_OK;
}

enum cg_status cg_frame_receive(int fd, int *type, struct cg_wire *payload, struct cg_patience *patience,
                                const volatile sig_atomic_t *interrupted, struct cg_error *err)
{
    struct header header;
    cg_wire_clear(payload);
    enum cg_status status = receive_all(fd, &header, sizeof header, patience, interrupted, err);
    if (status != CG_OK)
        return status;
    if (header.magic != MAGIC)
        return cg_fail(err, CG_INVALID, "the other process sent something that is not a message");
    if (header.length > CG_FRAME_MAX_BYTES)
        return cg_fail(err, CG_INVALID, "the other process announced a message of %u bytes", header.length);
    if (!cg_wire_reserve(payload, header.length))
        return cg_fail(err, CG_NO_MEMORY, "no memory for a message of %u bytes", header.length);
    status = receive_all(fd, payload->data, header.length, patience, interrupted, err);
    if (status != CG_OK)
        return status;
    payload->used = header.length;
    if (header.checksum != checksum_of(payload))
        return cg_fail(err, CG_INVALID, "a message arrived damaged");
    *type = (int)header.type;
    return CG_OK;
}
