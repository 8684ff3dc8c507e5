# Breaks `long` into lines of about `most_letters` letters: `wrapped`, with `wrapped_lines` lines.
wrapped = ''
wrapped_lines = 1
line = ''
do for [i=1:words(long)] {
    if (strlen(line) > 0 && strlen(line) + strlen(word(long, i)) >= most_letters) { wrapped = wrapped.line."\n"; line = ''; wrapped_lines = wrapped_lines + 1 }
    line = line.(strlen(line) > 0 ? ' ' : '').word(long, i)
}
wrapped = wrapped.line
