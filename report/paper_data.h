/* The CSV files of results/paper as texts. */
#ifndef CONVGAUGE_REPORT_PAPER_DATA_H
#define CONVGAUGE_REPORT_PAPER_DATA_H

extern const char cg_paper_g1_csv[], cg_paper_g2_csv[], cg_paper_g3_csv[], cg_paper_g4_csv[];
extern const char cg_paper_networks_csv[], cg_paper_breakdown_csv[];

#endif
