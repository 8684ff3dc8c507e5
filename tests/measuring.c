#include "tests/measuring.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cg_protocol short_protocol(void)
{
    struct cg_protocol protocol = cg_protocol_default(true);
    protocol.max_processes = 2;
    protocol.min_rounds = protocol.max_rounds = 3;
    protocol.warmup_cap_ns = 20000000;
    protocol.budget_s = 60;
    protocol.hang_s = 3;
    return protocol;
}

struct cg_session *open_session_with(struct cg_session_options options)
{
    options.program = CG_TEST_WORKER;
    options.no_disk_cache = true;
    struct cg_session *session = NULL;
    struct cg_error err = {0};
    cr_assert(cg_session_create(&options, &session, &err) == CG_OK, "%s", err.text);
    return session;
}

struct cg_session *open_session(void)
{
    return open_session_with((struct cg_session_options){0});
}

struct cg_job job_of(const struct cg_graph *graph, const char *engine)
{
    return (struct cg_job){.label = engine,
                           .setting.engine = engine,
                           .graph = graph,
                           .setting.threads = 1,
                           .setting.isa = cg_isa_best(),
                           .setting.fusion = CG_FUSION_FULL};
}

struct cg_measurement measured(struct cg_session *session, struct cg_job_group group,
                               const struct cg_protocol *protocol)
{
    struct cg_measurement measurement;
    struct cg_error err = {0};
    cr_assert(cg_measure(session, group, protocol, &measurement, &err) == CG_OK, "%s", err.text);
    return measurement;
}

/* How many processes name this one as their parent; *first becomes the id of one of them. */
static int look_for_children(int *first)
{
    int n = 0;
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    while (proc && (entry = readdir(proc))) {
        char path[300], line[512];
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
        if (!file)
            continue;
        if (fgets(line, sizeof line, file)) {
            const char *bracket = strrchr(line, ')');
            int parent = 0;
            if (bracket && sscanf(bracket + 2, "%*c %d", &parent) == 1 && parent == (int)getpid()) {
                *first = atoi(entry->d_name);
                n++;
            }
        }
        fclose(file);
    }
    if (proc)
        closedir(proc);
    return n;
}

int count_children(void)
{
    int first;
    return look_for_children(&first);
}

int first_child(void)
{
    int first = 0;
    look_for_children(&first);
    return first;
}

int count_descriptors(void)
{
    int n = 0;
    DIR *open_files = opendir("/proc/self/fd");
    while (open_files && readdir(open_files))
        n++;
    if (open_files)
        closedir(open_files);
    return n;
}
