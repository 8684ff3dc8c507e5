# The end of every figure. A page shows its pieces, beside each other where there is room; its title and a legend between them
# stand there as texts.
unset output
if (form eq 'svg' && pieces ne '') { set print slug.'.svg' append; print '<!-- pieces: '.pieces.'-->'; unset print }
