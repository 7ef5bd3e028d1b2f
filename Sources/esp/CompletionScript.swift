/// Completion scripts as the argument parser makes them, with what they lack.
enum CompletionScript {
    private static let registration = "complete -o filenames -F _esp esp"

    /// In bash, `=` separates words (COMP_WORDBREAKS): `--basis-for Nb=LANL` arrives in three parts. They are joined before the generated
    /// function sees them, and bash gets back only what follows the `=`. Other texts stay as they are.
    static func adapted(_ text: String) -> String {
        guard text.hasPrefix("#!/bin/bash"), text.contains(registration) else { return text }
        return text.replacingOccurrences(of: registration, with: joining)
    }

    private static let joining = #"""
        # Joins the words that bash has split at '=': 'Nb' '=' 'LANL' to 'Nb=LANL'; of '--basis' '=' 'def2' the sign goes.
        __esp_joined() {
            local -a words=()
            local -i index cword=0
            local word is_glued=false
            for index in "${!COMP_WORDS[@]}"; do
                word="${COMP_WORDS[${index}]}"
                if [[ "${word}" = '=' && "${#words[@]}" -gt 0 ]]; then
                    is_glued=true
                    if [[ "${words[-1]}" = --* ]]; then words+=(''); else words[-1]+='='; fi
                elif "${is_glued}"; then
                    is_glued=false
                    words[-1]+="${word}"
                else
                    words+=("${word}")
                fi
                [[ "${index}" -eq "${COMP_CWORD}" ]] && cword=$((${#words[@]} - 1))
            done
            local -a COMP_WORDS=("${words[@]}")
            local -i COMP_CWORD="${cword}"
            local -r current="${words[${cword}]}"
            _esp "${1}" "${current}" "${words[$((cword - 1))]}"
            local -r head="${current%"${current##*=}"}"
            [[ -n "${head}" ]] && COMPREPLY=("${COMPREPLY[@]#"${head}"}")
            return 0
        }

        complete -o filenames -F __esp_joined esp
        """#
}
