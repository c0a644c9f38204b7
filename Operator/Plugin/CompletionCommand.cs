using System.CommandLine;
using NetProfile.Commands;

namespace NetProfile.Plugin;

/// <summary>`completion`: a script for a shell, which asks this binary itself what may follow.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        # source <(netprofile completion bash)
        # For `kubectl netprofile`, put an executable kubectl_complete-netprofile on PATH:
        #   #!/bin/sh
        #   line="netprofile $*"
        #   exec kubectl-netprofile "[suggest:${#line}]" "$line"
        _netprofile() {
            local line="${COMP_LINE:0:$COMP_POINT}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _netprofile netprofile kubectl-netprofile
        """;

    private const string Zsh =
        """
        #compdef netprofile kubectl-netprofile
        # source <(netprofile completion zsh)
        _netprofile() {
            local line="${BUFFER[1,CURSOR]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -- "${found[@]:#}" || _files
        }
        compdef _netprofile netprofile kubectl-netprofile
        """;

    private const string Fish =
        """
        # netprofile completion fish | source
        function __netprofile_complete
            set -l line (commandline -cp)
            set -l words (commandline -opc)
            $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c netprofile -a '(__netprofile_complete)'
        complete -c kubectl-netprofile -a '(__netprofile_complete)'
        """;

    public static Command Create(CommandEnvironment environment)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script for a shell.") { shell };
        command.SetAction(async (result, _) =>
        {
            var script = result.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };
            await environment.Output.WriteLineAsync(script);
            return ExitCode.Success;
        });
        return command;
    }
}
