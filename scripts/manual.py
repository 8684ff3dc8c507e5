#!/usr/bin/env python3
"""Writes convgauge's manual page or its completion for bash, from what the program says of itself.

usage: manual.py man|bash PROGRAM VERSION

Commands, options and topics are those of `PROGRAM help` and of `PROGRAM COMMAND --help`, which the program prints from
its tables. Used by the build; the text goes to standard output.
"""
import re
import subprocess
import sys
from collections import namedtuple

Command = namedtuple("Command", "name arguments summary options notes")
Option = namedtuple("Option", "letter name value help")  # value: " N", "[=LIST]" or ""

HELP_COLUMN = 30  # bench/commands/options.c
OPTION = re.compile(r"  (?:-(\w), |    )--([\w-]+)( \S+|\[=\S+\])? +(\S.*)")

# What completes an option's value, beside files and folders: words, or what `convgauge list` knows. Options that are not
# here take a number, a regular expression or a name of the user's own.
WORDS = {"fusion": "none layers full", "cache": "hot cold replay", "cores": "big little all", "formats": "svg png pdf",
         "fail-on": "slower", "sort": "run time loss", "as": "google-benchmark github-action-benchmark bencher",
         "engine": "@engines", "counters": "@counters", "against": "@networks"}


def ask(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, encoding="utf-8").stdout


def rows(text):
    """The NAME and TEXT of the indented rows of a list."""
    return re.findall(r"^  (\S+) +(.*)$", text, re.MULTILINE)


def read_option(line):
    match = OPTION.fullmatch(line)
    if not match:
        sys.exit(f"manual.py: no option is understood in '{line}'")
    letter, name, value, text = match.groups()
    return Option(letter or "", name, value or "", [text])


def read_command(program, name):
    usage, summary, options, *notes = ask(program, name, "--help").rstrip().split("\n\n")
    arguments = usage.partition(f"convgauge {name}")[2].strip()
    found = []
    for line in options.split("\n"):
        if line.startswith(" " * HELP_COLUMN):
            found[-1].help.append(line.strip())
        else:
            found.append(read_option(line))
    return Command(name, arguments, summary, found, notes)


class Program:
    """What the program says of itself."""

    def __init__(self, path):
        overview = ask(path, "help")
        _, self.description, commands, _, topics, self.rest = overview.rstrip().split("\n\n")
        self.commands = [read_command(path, name) for name, _ in rows(commands)]
        self.topics = [(name, ask(path, "help", name).rstrip()) for name, _ in rows(topics)]


# ---- the manual page ----

def roff(text):
    """A text in roff: nothing in it is a request or an escape, and a dash is one that can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("~", "\\(ti")
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.split("\n"))


def roff_option(option):
    short = f"\\fB\\-{option.letter}\\fR, " if option.letter else ""
    value = roff(option.value)
    words = re.sub(r"[A-Za-z.,]+", lambda word: f"\\fI{word.group()}\\fR", value)
    return f".TP\n{short}\\fB{roff('--' + option.name)}\\fR{words}\n{roff(chr(10).join(option.help))}"


def roff_paragraph(text):
    """A paragraph of a topic: its words, or rows of a list, or what stands as it is."""
    lines = text.split("\n")
    if not lines[0].startswith("  "):
        return f".PP\n{roff(text)}"
    split = [re.fullmatch(r"  (\S.*?) {2,}(\S.*)", line) for line in lines]
    if all(split):
        return "\n".join(f".TP\n\\fB{roff(row[1])}\\fR\n{roff(row[2])}" for row in split)
    return f".PP\n.nf\n{roff(text)}\n.fi"


def manual(program, version):
    out = [f'.TH CONVGAUGE 1 "" "convgauge {version}" "User Commands"', ".nh", # names are not broken
           ".SH NAME", "convgauge \\- measures what CNN architectures cost on this processor",
           ".SH SYNOPSIS"]
    for command in program.commands:
        out += [".PP" if command is program.commands[0] else ".br",
                f"\\fBconvgauge {command.name}\\fR {roff(command.arguments)}"]
    out += [".SH DESCRIPTION", roff(program.description), ".SH COMMANDS"]
    for command in program.commands:
        out += [f'.SS "convgauge {command.name}"', roff(command.summary[0].upper() + command.summary[1:] + ".")]
        out += [roff_option(option) for option in command.options]
        out += [f".PP\n{roff(note)}" for note in command.notes]
    for name, text in program.topics:
        summary, *paragraphs = text.split("\n\n")
        out += [f'.SH "{name.upper()}"', roff(summary)] + [roff_paragraph(text) for text in paragraphs]
    out += [".SH EXIT STATUS", roff(program.rest.partition("Exit status: ")[2])]
    return "\n".join(out)


# ---- the completion ----

BASH = r"""# Completion of convgauge for bash, written by the build from the program's tables of options.

# What `convgauge list $2` names; $1 is the program.
_convgauge_names() {
    "$1" list "$2" --json 2>/dev/null | sed -n 's/^ *"name": "\(.*\)",*$/\1/p'
}

# The options of a command, and what its words are.
_convgauge_command() {
    case $1 in
@COMMANDS@
    esac
}

# What an option's value is: words, @ and what is listed, @file, @folder, @any; nothing where it takes none.
_convgauge_value() {
    case "$1 $2" in
@VALUES@
    esac
}

_convgauge() {
    local line=${COMP_LINE:0:COMP_POINT} words cur prev given=() options="" takes="" values word before breaks=""
    read -ra words <<<"$line"
    [[ $line != *[[:blank:]] ]] || words+=("")
    cur=${words[${#words[@]} - 1]} prev=${words[${#words[@]} - 2]}
    if [ ${#words[@]} -le 2 ]; then
        takes="@COMMAND_NAMES@ --help --version"
    else
        IFS='|' read -r options takes < <(_convgauge_command "${words[1]}")
        [[ $cur != --*=* ]] || prev=${cur%%=*}= cur=${cur#*=}
        values=$(_convgauge_value "${words[1]}" "$prev")
        if [ -n "$values" ]; then
            takes=$values
        elif [[ $cur == -* ]]; then
            takes=$options
        fi
    fi
    before=${cur%"${cur##*,}"} # a list: its last word
    COMPREPLY=()
    for word in $takes; do
        case $word in
        @any) ;;
        @file | @folder)
            compopt -o filenames 2>/dev/null
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen "$([ $word = @file ] && echo -f || echo -d)" -- "$cur")
            ;;
        @*)
            mapfile -t given < <(_convgauge_names "$1" "${word#@}")
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -P "$before" -W "${given[*]}" -- "${cur#"$before"}")
            ;;
        *) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -P "$before" -W "$word" -- "${cur#"$before"}") ;;
        esac
    done
    # Bash takes what stands behind such a character for the word that it completes.
    for word in : @ =; do
        [[ $COMP_WORDBREAKS != *"$word"* ]] || breaks+=$word
    done
    [ -z "$breaks" ] || before=${cur%"${cur##*["$breaks"]}"}
    [ -z "$breaks" ] || COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
complete -F _convgauge convgauge
"""


def words_of(command, names):
    """What completes a command's words, by its usage."""
    if "TOPIC" in command.arguments:
        return names
    kinds = [words for word, words in (("SUITE", "@suites "), ("NET", "@networks ")) if word in command.arguments]
    if kinds:
        return "".join(kinds) + "@file"
    if "|" in command.arguments:
        return command.arguments.split()[0].replace("|", " ")
    return "@file" if "FILE" in command.arguments or ".json" in command.arguments else "@any"


def values_of(option):
    if option.name in WORDS:
        return WORDS[option.name]
    if re.search(r"FILE|\.\w", option.value):
        return "@file"
    return "@folder" if "DIR" in option.value else "@any"


def completion(program):
    names = " ".join([command.name for command in program.commands] + [name for name, _ in program.topics])
    commands, values = [], []
    for command in program.commands:
        options = " ".join("--" + option.name for option in command.options)
        commands.append(f"    {command.name}) echo '{options}|{words_of(command, names)}' ;;")
        for option in command.options:
            ways = [f"--{option.name}="] if option.value else []
            if option.value.startswith(" "): # else the value stands behind "=" only
                ways += [f"--{option.name}"] + ([f"-{option.letter}"] if option.letter else [])
            if ways:
                keys = " | ".join(f'"{command.name} {way}"' for way in ways)
                values.append(f"    {keys}) echo '{values_of(option)}' ;;")
    return (BASH.strip().replace("@COMMANDS@", "\n".join(commands)).replace("@VALUES@", "\n".join(values))
            .replace("@COMMAND_NAMES@", " ".join(command.name for command in program.commands)))


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("man", "bash"):
        sys.exit(__doc__)
    program = Program(sys.argv[2])
    print(manual(program, sys.argv[3]) if sys.argv[1] == "man" else completion(program))


if __name__ == "__main__":
    main()
