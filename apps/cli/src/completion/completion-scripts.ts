/** The shells a script can be printed for. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;

/** One of {@link completionShells}. */
export type CompletionShell = (typeof completionShells)[number];

/** The hidden command that scripts ask: a command line in, lines of `value<Tab>what it is` out. */
export const completeCommandName = '__complete';

/**
 * bash breaks words at `:` and `=` too (COMP_WORDBREAKS) and replaces only what stands behind the last break, so that
 * part is cut off what is offered: `auto:cheap`, `--model=openai/gpt-5`. Nothing offered means file names.
 */
const bash = `# Completion of lattice for bash: source <(lattice completion bash)
_lattice() {
  local line="\${COMP_LINE:0:COMP_POINT}" word broken="" mark value rest
  word="\${line##*[[:space:]]}"
  for mark in : =; do
    if [[ $COMP_WORDBREAKS == *"$mark"* && $word == *"$mark"* ]]; then
      rest="\${word##*"$mark"}"
      value="\${word%"$rest"}"
      (( \${#value} > \${#broken} )) && broken="$value"
    fi
  done
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    [[ -n $value ]] && COMPREPLY+=("\${value#"$broken"}")
  done < <("$1" ${completeCommandName} -- "$line" 2>/dev/null)
}
complete -o default -F _lattice lattice
`;

const zsh = `#compdef lattice
# Completion of lattice for zsh: put it as _lattice into a folder of $fpath, or eval it after compinit.
_lattice() {
  local line="\${(j: :)words[1,CURRENT]}" value about
  local -a offered
  while IFS=$'\\t' read -r value about; do
    [[ -n $value ]] && offered+=("\${value//:/\\\\:}:$about")
  done < <("\${words[1]}" ${completeCommandName} -- "$line" 2>/dev/null)
  if (( \${#offered} )); then _describe -V lattice offered; else _files; fi
}
if [[ \${funcstack[1]} == _lattice ]]; then _lattice "$@"; else compdef _lattice lattice; fi
`;

const fish = `# Completion of lattice for fish: ~/.config/fish/completions/lattice.fish
function __lattice_complete
    set -l offered (lattice ${completeCommandName} -- (commandline -cp | string collect) 2>/dev/null)
    if test (count $offered) -gt 0
        printf '%s\\n' $offered
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c lattice -f -a '(__lattice_complete)'
`;

/** A script for each shell. */
export const completionScripts: Readonly<Record<CompletionShell, string>> = { bash, zsh, fish };
