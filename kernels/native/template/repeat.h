/* One thing for each shorter tile: REPEAT_n(X, ...) is X(1, ...) X(2, ...) ... X(n, ...). */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_REPEAT_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_REPEAT_H

#define REPEAT_1(X, ...)  X(1, __VA_ARGS__)
#define REPEAT_2(X, ...)  REPEAT_1(X, __VA_ARGS__) X(2, __VA_ARGS__)
#define REPEAT_3(X, ...)  REPEAT_2(X, __VA_ARGS__) X(3, __VA_ARGS__)
#define REPEAT_4(X, ...)  REPEAT_3(X, __VA_ARGS__) X(4, __VA_ARGS__)
#define REPEAT_5(X, ...)  REPEAT_4(X, __VA_ARGS__) X(5, __VA_ARGS__)
#define REPEAT_6(X, ...)  REPEAT_5(X, __VA_ARGS__) X(6, __VA_ARGS__)
#define REPEAT_7(X, ...)  REPEAT_6(X, __VA_ARGS__) X(7, __VA_ARGS__)
#define REPEAT_8(X, ...)  REPEAT_7(X, __VA_ARGS__) X(8, __VA_ARGS__)
#define REPEAT_9(X, ...)  REPEAT_8(X, __VA_ARGS__) X(9, __VA_ARGS__)
#define REPEAT_10(X, ...) REPEAT_9(X, __VA_ARGS__) X(10, __VA_ARGS__)
#define REPEAT_11(X, ...) REPEAT_10(X, __VA_ARGS__) X(11, __VA_ARGS__)
#define REPEAT_12(X, ...) REPEAT_11(X, __VA_ARGS__) X(12, __VA_ARGS__)
#define REPEAT_13(X, ...) REPEAT_12(X, __VA_ARGS__) X(13, __VA_ARGS__)
#define REPEAT_14(X, ...) REPEAT_13(X, __VA_ARGS__) X(14, __VA_ARGS__)
#define REPEAT_15(X, ...) REPEAT_14(X, __VA_ARGS__) X(15, __VA_ARGS__)
#define REPEAT_16(X, ...) REPEAT_15(X, __VA_ARGS__) X(16, __VA_ARGS__)

#endif
