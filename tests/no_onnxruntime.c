/* A library that is none of an engine. */
int convgauge_test_nothing(void);

int convgauge_test_nothing(void)
{
    return 0;
}
