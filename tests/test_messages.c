/* What travels between the scheduler and its workers: frames, messages, weights. */
#include "base/random.h"
#include "bench/device/timer.h"
#include "bench/worker/frame.h"
#include "bench/worker/messages.h"
#include "bench/worker/weights_file.h"
#include "bench/stats/rank.h"
#include "tests/layers.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What no load of the machine makes end. */
static struct cg_patience *a_minute(void)
{
    static struct cg_patience patience;
    patience = cg_patience_of(60);
    return &patience;
}

Test(frame, travels_whole)
{
    int sockets[2];
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    struct cg_wire out = {0}, in = {0};
    cg_wire_put_text(&out, "text");
    cg_wire_put_f64(&out, 0.5);
    cg_wire_put_bytes(&out, NULL, 0);
    cr_assert(cg_frame_send(sockets[0], 3, &out, NULL) == CG_OK);
    int type = 0;
    cr_assert(cg_frame_receive(sockets[1], &type, &in, a_minute(), NULL, NULL) == CG_OK);
    size_t size = 1;
    cr_expect(type == 3);
    cr_expect(strcmp(cg_wire_get_text(&in), "text") == 0);
    cr_expect(cg_wire_get_f64(&in) == 0.5);
    cg_wire_get_bytes(&in, &size);
    cr_expect(size == 0 && !in.failed);
    cg_wire_get_i32(&in);
    cr_expect(in.failed);
    close(sockets[0]);
    cr_expect(cg_frame_receive(sockets[1], &type, &in, NULL, NULL, NULL) == CG_FAILED);
    close(sockets[1]);
    cg_wire_free(&out);
    cg_wire_free(&in);
}

Test(frame, waits_no_longer_than_asked)
{
    int sockets[2];
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    struct cg_wire in = {0};
    int type;
    const int64_t start_ns = cg_now_ns();
    struct cg_patience patience = cg_patience_of(0.05);
    cr_expect(cg_frame_receive(sockets[1], &type, &in, &patience, NULL, NULL) == CG_UNAVAILABLE);
    const int64_t took_ns = cg_now_ns() - start_ns;
    cr_expect_geq(took_ns, 50000000); /* one without end would end by the test's own limit */
    volatile sig_atomic_t interrupted = 1;
    cr_expect(cg_frame_receive(sockets[1], &type, &in, NULL, &interrupted, NULL) == CG_INTERRUPTED);
    close(sockets[0]);
    close(sockets[1]);
    cg_wire_free(&in);
}

/* Random bytes, and real frames with bytes changed, cut and added, never crash, hang or pass for what was
 * sent. */
Test(frame, fuzz)
{
    uint64_t state = 42;
    int passed = 0;
    for (int run = 0; run < 4000; run++) {
        int sockets[2], real[2];
        cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
        cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, real) == 0);
        struct cg_wire out = {0}, in = {0};
        unsigned char bytes[512];
        for (int i = 0; i < 8; i++)
            cg_wire_put_i64(&out, (int64_t)cg_random_next(&state));
        cg_frame_send(real[0], 2, &out, NULL);
        ssize_t length = read(real[1], bytes, sizeof bytes);
        const int kind = run % 4;
        if (kind == 0)
            for (ssize_t i = 0; i < length; i++)
                bytes[i] = (unsigned char)cg_random_next(&state);
        if (kind == 1)
            bytes[cg_random_next(&state) % (uint64_t)length] ^=
                (unsigned char)(1 + cg_random_next(&state) % 255);
        if (kind == 2)
            length = (ssize_t)(cg_random_next(&state) % (uint64_t)length);
        if (length > 0)
            cr_assert(write(sockets[0], bytes, (size_t)length) == length);
        close(sockets[0]);
        int type = 0;
        const enum cg_status status = cg_frame_receive(sockets[1], &type, &in, a_minute(), NULL, NULL);
        const bool same =
            status == CG_OK && type == 2 && in.used == out.used && memcmp(in.data, out.data, out.used) == 0;
        passed += same;
        /* The type stands outside the checksum: the receiver compares it with what it asked for. */
        cr_expect(same == (kind == 3) || (kind == 1 && status == CG_OK && type != 2), "run %d", run);
        close(sockets[1]);
        close(real[0]);
        close(real[1]);
        cg_wire_free(&in);
        cg_wire_free(&out);
    }
    cr_expect(passed >= 1000);
}

/* Readers of messages over random bytes: no crash, and the damage is noticed or the values are in range. */
Test(messages, fuzz)
{
    uint64_t state = 7;
    const int cpus[] = {0, 1};
    struct cg_job_message job = {
        .setting = {.engine = "e", .threads = 2, .cpus = cpus}, .graph_text = "g", .weights_path = ""};
    for (int run = 0; run < 20000; run++) {
        struct cg_wire wire = {0};
        cg_put_job(&wire, &job);
        const int changes = 1 + (int)(cg_random_next(&state) % 4);
        for (int i = 0; i < changes; i++)
            wire.data[cg_random_next(&state) % wire.used] = (unsigned char)cg_random_next(&state);
        if (run % 3 == 0)
            wire.used = cg_random_next(&state) % wire.used;
        struct cg_job_message read;
        if (cg_get_job(&wire, &read)) {
            cr_expect(read.setting.isa < CG_ISA_COUNT && read.setting.cache < CG_CACHE_STATE_COUNT);
            cr_expect(read.setting.threads >= 0 && read.setting.threads <= CG_THREADS_MAX);
            cr_expect(!read.setting.cpus || read.setting.cpus == read.cpus);
            cr_expect(strlen(read.setting.engine) < 100);
        }
        cg_wire_free(&wire);
    }
}

Test(messages, a_job_arrives_as_sent)
{
    const int cpus[] = {3, 1};
    struct cg_job_message job = {.setting = {.engine = "native",
                                             .threads = 2,
                                             .cpus = cpus,
                                             .fusion = CG_FUSION_FULL,
                                             .cache = CG_CACHE_REPLAY,
                                             .batch = 8},
                                 .graph_text = "graph",
                                 .weights_path = "/proc/1/fd/3",
                                 .weight_seed = 99,
                                 .replay_from = 4,
                                 .sample_min_ns = 5};
    struct cg_job_message read;
    struct cg_wire wire = {0};
    cg_put_job(&wire, &job);
    cr_assert(cg_get_job(&wire, &read));
    cr_expect(strcmp(read.setting.engine, "native") == 0 && strcmp(read.weights_path, "/proc/1/fd/3") == 0);
    cr_expect(read.weight_seed == 99 && read.setting.cpus[0] == 3 && read.setting.cpus[1] == 1);
    cr_expect(read.setting.fusion == CG_FUSION_FULL && read.setting.batch == 8);
    cr_expect(read.setting.cache == CG_CACHE_REPLAY && read.replay_from == 4 && read.sample_min_ns == 5);
    cg_wire_free(&wire);
}

Test(weights, survive_the_memory_file)
{
    struct cg_error err = {0};
    struct cg_graph *graph = layer_graph(8, 12, 3), *other = layer_graph(8, 16, 3);
    struct cg_weights *weights = cg_weights_create(graph, 5, &err);
    cr_assert(weights);
    int fd = -1;
    cr_assert(cg_weights_to_memory_file(weights, &fd, &err) == CG_OK);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
    struct cg_weights *back = cg_weights_from_file(graph, path, &err);
    cr_assert(back, "%s", err.text);
    cr_expect(memcmp(back->params[0].weight, weights->params[0].weight,
                     weights->params[0].n_weight * sizeof(float)) == 0);
    cr_expect(memcmp(back->params[0].bias, weights->params[0].bias, 12 * sizeof(float)) == 0);
    cr_expect(cg_weights_from_file(other, path, &err) == NULL && err.status == CG_IO);
    close(fd);
    cg_weights_destroy(&back);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
    cg_graph_destroy(&other);
}
