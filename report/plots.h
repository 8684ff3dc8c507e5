/* The figures of a report. */
#ifndef CONVGAUGE_REPORT_PLOTS_H
#define CONVGAUGE_REPORT_PLOTS_H

#include "report/compare.h"
#include "report/figure.h"
#include "report/inputs.h"
#include "report/view.h"

/* One suite of one input under all its settings. */
struct cg_panel {
    const struct cg_input *input;
    int input_index;
    const char *device; /* short words for heads of panels */
    struct cg_suite_views views;
};

/* Each draws its figures; none where there is nothing to show. What goes wrong shows in figures->status. */

/* What the steps of a guideline cost: a row of panels a device and setting, a column a set of channels, the
 * paper's device beside each. The title says the finding. */
void cg_plot_guideline(struct cg_figures *figures, const struct cg_panel *panels, int n);

/* Time per multiply-add over numbers of channels, a panel a kind of layer and a line a setting; what a
 * guideline's last step costs over working sets, with the levels of memory. Of one panel. */
void cg_plot_widths(struct cg_figures *figures, const struct cg_panel *panel);
void cg_plot_working_sets(struct cg_figures *figures, const struct cg_panel *panel);

/* Of whole networks, for one panel under its view `v`: the paper's Figure 1 beside the paper's own; speed
 * over madds, over memory access, over the roofline's prediction; rank by madds against rank by speed. */
void cg_plot_networks(struct cg_figures *figures, const struct cg_panel *panel, int v);

/* Of whole networks with years, likewise: top-1 error over multiply-adds and over time, with the fronts of
 * those up to 2018 and of all. */
void cg_plot_fronts(struct cg_figures *figures, const struct cg_panel *panel, int v);

/* Of whole networks, the first figure: multiply-adds a second over multiply-adds, at most four settings of
 * the devices beside the paper's two. */
void cg_plot_rates(struct cg_figures *figures, const struct cg_panel *panels, int n);

/* How fast the devices of files are: time relative to the first file's, from n comparisons with it. `names`
 * of all files. */
void cg_plot_devices(struct cg_figures *figures, const struct cg_comparison *comparisons, int n,
                     const struct cg_phrase *names);

/* Networks' multiply-adds a second beside MobileNet V1's: every setting of ncnn's benchmark page, and of the
 * inputs the first six. */
void cg_plot_atlas(struct cg_figures *figures, const struct cg_inputs *inputs);

/* What the tables of others say (results/published/findings.csv): values with intervals, a figure a finding.
 */
void cg_plot_findings(struct cg_figures *figures);

/* Of whole networks under several engines: time relative to the fastest one's, a panel a number of threads.
 */
void cg_plot_engines(struct cg_figures *figures, const struct cg_panel *panel);

/* How well counts order networks by time, over all and inside bands, from cg_table_of_proxies(). */
void cg_plot_proxies(struct cg_figures *figures, const struct cg_panel *panel, const struct cg_table *table);

/* Raw samples over time, a strip a case, with the rounds that something disturbed: all, but of very many near
 * their median. */
void cg_plot_samples(struct cg_figures *figures, const struct cg_input *input, int input_index);

/* Speed-up over threads of whole networks. */
void cg_plot_threads(struct cg_figures *figures, const struct cg_panel *panel);

/* Time by kind of layer beside the paper's Figure 2, from cg_table_of_breakdown(). */
void cg_plot_breakdown(struct cg_figures *figures, const struct cg_table *table, const char *device,
                       int input_index);

/* Of records with layers: a roofline, a panel a network, at most six, those of the paper's Figure 1 first. */
void cg_plot_layers(struct cg_figures *figures, const struct cg_input *input, int input_index);

#endif
