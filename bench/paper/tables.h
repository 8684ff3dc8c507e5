/* The tables of results/paper and results/published, built into the program: they are there wherever it is
 * copied to. */
#ifndef CONVGAUGE_BENCH_PAPER_TABLES_H
#define CONVGAUGE_BENCH_PAPER_TABLES_H

/* The text of results/paper/NAME.csv (name "table1_g1"), or of results/published/ncnn/NAME.csv ("ncnn_NAME"),
 * lines ended by '\n', the first one the head; NULL when there is no such table. The text is the program's
 * own. */
const char *cg_paper_table(const char *name);

#endif
