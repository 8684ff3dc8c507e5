"""Exact intervals for tests/trust.py, of the standard library alone."""
import math


def incomplete_beta(x, a, b):
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    upper, lower = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = lower
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for factor in (even, odd):
            lower = 1 / (1 + factor * lower)
            upper = 1 + factor / upper
            value *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return front * value / a


def solve(rising, target, low, high):
    """Where a rising function takes the value `target`, by bisection."""
    for _ in range(200):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def clopper_pearson(k, n, confidence=0.95):
    """The exact interval of a share of which k of n were seen; (0, 1) of nothing."""
    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else solve(lambda p: incomplete_beta(p, k, n - k + 1), tail, 0.0, 1.0)
    high = 1.0 if k == n else solve(lambda p: incomplete_beta(p, k + 1, n - k), 1 - tail, 0.0, 1.0)
    return low, high


def student_cdf(t, df):
    half = incomplete_beta(df / (df + t * t), df / 2, 0.5) / 2
    return half if t < 0 else 1 - half


def student_quantile(p, df):
    return solve(lambda t: student_cdf(t, df), p, -1e4, 1e4)


def mean_interval(values, confidence=0.95):
    """(mean, low, high) by Student's t; low and high are None of fewer than two values."""
    n = len(values)
    mean = math.fsum(values) / n
    if n < 2:
        return mean, None, None
    sd = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    half = student_quantile(1 - (1 - confidence) / 2, n - 1) * sd / math.sqrt(n)
    return mean, mean - half, mean + half


def covers(row, pooled, n):
    """Whether a run's interval holds the pooled mean of n runs, of which it is one: its distance to the mean is shorter than
    to the truth, by sqrt(1 - 1/n), and so is the interval taken to be."""
    own, shrink = math.log(row["ratio"]), math.sqrt(1 - 1 / n)
    return (math.log(row["low"]) - own) * shrink <= pooled - own <= (math.log(row["high"]) - own) * shrink


def without_floor(row):
    """The row with the interval of the scatter between processes alone, to whose half widths the floor was added as a square."""
    own = math.log(row["ratio"])
    low, high = (math.sqrt(max(0, (math.log(row[side]) - own) ** 2 - row["floor"] ** 2)) for side in ("low", "high"))
    return {**row, "low": math.exp(own - low), "high": math.exp(own + high)}


def agree(one, other):
    """Whether two runs' ratios differ by no more than 95 % intervals of two independent ones allow."""
    distance = abs(math.log(one["ratio"] / other["ratio"]))
    return distance <= math.hypot(math.log(one["high"] / one["low"]), math.log(other["high"] / other["low"])) / 2
