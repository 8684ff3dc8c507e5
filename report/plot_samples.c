/* Raw samples of a file's cases over time. */
#include "report/plots.h"

#include "report/escape.h"
#include "report/rounds.h"

#include <math.h>

#define MAX_STRIPS 120
#define US_MINUTE  60e6
#define REACH      0.1 /* of a strip to either side of the median */

/* What a sample's round was. */
enum state { QUIET, FLAGGED, AGAIN, STATES };

/* Of more samples inside the strips every n-th is drawn; quiet ones tell least. */
static const long most_inside[STATES] = {1500, 2500, 2500};

struct strips {
    const struct cg_results *results;
    struct cg_figure *figure;
    int n, left_out, left_elsewhere; /* cases of the setting, of others */
    const char *first_left;          /* of those of the setting */
    const struct cg_record *records[MAX_STRIPS];
    long counts[STATES], inside[STATES];
};

/* Every which of the samples inside the strips is drawn. */
static long step_of(const struct strips *strips, enum state state)
{
    const long n = strips->inside[state], most = most_inside[state];
    return n > most ? n / most + 1 : 1;
}

static bool is_shown(const struct strips *strips, const struct cg_record *record)
{
    const struct cg_schedule *schedule = cg_schedule_of(strips->results, record);
    return record->samples.n > 0 && record->time.median > 0 && schedule && schedule->n_rounds > 0 &&
           schedule->start_us && schedule->start_us[0] >= 0;
}

/* The schedule's place of a round, sought from `from` on and round; -1: none. A round that was run again has
 * two. */
static int find_round(const struct cg_schedule *s, int64_t process, int64_t round, bool again, int from)
{
    for (int k = 0; k < s->n_rounds; k++) {
        const int at = (from + k) % s->n_rounds;
        if (s->process[at] == process && s->round[at] == round &&
            again == (s->disturbed && s->disturbed[at] == 1))
            return at;
    }
    return -1;
}

/* The samples of a strip whose rounds were in a state. */
static void put_samples(struct strips *strips, int strip, const struct cg_sample_arrays *samples,
                        enum state state)
{
    const struct cg_record *record = strips->records[strip];
    const struct cg_schedule *schedule = cg_schedule_of(strips->results, record);
    for (int i = 0, at = 0; i < samples->n; i++) {
        const int found = find_round(schedule, samples->process[i], samples->round[i], state == AGAIN, at);
        at = found < 0 ? at : found;
        if (found < 0 || (state != AGAIN && (schedule->round_flags[at] > 0) != (state == FLAGGED)))
            continue;
        if (strips->counts[state]++ == 0)
            cg_figure_series(strips->figure, (const int[]){8, 4, 1}[state],
                             (const char *const[]){"quiet rounds", "the machine was not quiet, they count",
                                                   "disturbed, run again"}[state]);
        const double time = (double)samples->ns[i] / (double)samples->iterations[i] / record->time.median;
        fprintf(strips->figure->data, "%d %.5g %.5g %ld\n", strip + 1,
                (double)schedule->start_us[at] / US_MINUTE, time,
                fabs(time - 1) < REACH ? ++strips->inside[state] : 0);
    }
}

static void put_strips(struct strips *strips)
{
    cg_figure_panel(strips->figure, "", "");
    cg_figure_series(strips->figure, 0, "");
    for (int r = 0; r < strips->n; r++) {
        const struct cg_record *record = strips->records[r];
        fprintf(strips->figure->data, "%d ", r + 1);
        cg_put_gnuplot_data(record->case_name ? record->case_name : "?", strips->figure->data);
        putc('\n', strips->figure->data);
    }
    for (int state = 0; state < STATES; state++) {
        for (int r = 0; r < strips->n; r++)
            put_samples(strips, r,
                        state == AGAIN ? &strips->records[r]->disturbed_samples
                                       : &strips->records[r]->samples,
                        (enum state)state);
        if (strips->counts[state] > 0)
            cg_figure_number(strips->figure, cg_phrase("step[%d]", strips->figure->series).text,
                             (double)step_of(strips, (enum state)state));
    }
}

/* The records that are shown, whole networks first, all of one setting: others would be strips of the same
 * names. */
static void choose_strips(struct strips *strips)
{
    for (int networks = 1; networks >= 0; networks--)
        for (int r = 0; r < strips->results->n_records; r++) {
            const struct cg_record *record = strips->results->records[r];
            if (!is_shown(strips, record) || networks != (record->network != NULL))
                continue;
            if (strips->n > 0 && !cg_setting_equal(&record->setting, &strips->records[0]->setting))
                strips->left_elsewhere++;
            else if (strips->n < MAX_STRIPS)
                strips->records[strips->n++] = record;
            else if (strips->left_out++ == 0)
                strips->first_left = record->case_name;
        }
}

/* What the figure leaves out. */
static void say_left_out(const struct strips *strips)
{
    long all = 0, drawn = 0;
    for (int state = 0; state < STATES; state++) {
        const long inside = strips->inside[state];
        all += strips->counts[state];
        drawn += strips->counts[state] - inside + inside / step_of(strips, (enum state)state);
    }
    if (drawn < all)
        cg_figure_say(strips->figure, " %ld of %ld are drawn: all at the edges, of the others every n-th.",
                      drawn, all);
    if (strips->left_out > 0)
        cg_figure_say(strips->figure, " Left out: %d more case%s in the file's order, from %.60s on.",
                      strips->left_out, strips->left_out == 1 ? "" : "s",
                      strips->first_left ? strips->first_left : "the next");
    if (strips->left_elsewhere > 0)
        cg_figure_say(strips->figure, " Of other settings there %s %d case%s in the file.",
                      strips->left_elsewhere == 1 ? "is" : "are", strips->left_elsewhere,
                      strips->left_elsewhere == 1 ? "" : "s");
}

void cg_plot_samples(struct cg_figures *figures, const struct cg_input *input, int input_index)
{
    struct strips strips = {.results = input->results};
    choose_strips(&strips);
    strips.figure = strips.n > 0
                        ? cg_figure_begin(figures, "samples", cg_phrase("%d samples", input_index + 1).text,
                                          "Samples over time")
                        : NULL;
    if (!strips.figure)
        return;
    fputs("# strip; case; then strip; minutes; time, the case's median = 1; how manyth within 10 %, 0: "
          "beyond\n",
          strips.figure->data);
    put_strips(&strips);
    const long counted = strips.counts[QUIET] + strips.counts[FLAGGED];
    snprintf(strips.figure->title, sizeof strips.figure->title,
             "Samples over time: %.1f %% of %ld in rounds in which the machine was not quiet",
             100.0 * (double)strips.counts[FLAGGED] / (double)(counted > 0 ? counted : 1), counted);
    cg_figure_text(strips.figure, "title", strips.figure->title);
    cg_figure_say(strips.figure,
                  "%.100s; %.100s. Not quiet: the yardstick, the kernel or the hypervisor told of something; "
                  "%ld more sample%s of rounds that were run again. A strip is 10 %% high to either side, "
                  "slower is up.",
                  cg_device_words(input->results), cg_setting_words(&strips.records[0]->setting).text,
                  strips.counts[AGAIN], strips.counts[AGAIN] == 1 ? " is" : "s are");
    say_left_out(&strips);
    if (counted + strips.counts[AGAIN] == 0)
        strips.figure->series = 0; /* no sample has found its round: there is no figure */
    cg_figure_end(figures, strips.figure, true);
}
